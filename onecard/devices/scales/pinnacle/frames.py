"""Pinnacle 顶尖 OS2 frames: those of AP-1, with the two leading bytes in the check by the maker's wording.

Which check a unit means is left to auto-detection; the wording was read, no unit was seen.
"""

from onecard.devices.scales.cas.frames import ACK, DC1, ENQ, NAK, BccRange, Parser, body, encode

TARE = bytes.fromhex("3C544B3E09")
ZERO = bytes.fromhex("3C5A4B3E09")

__all__ = ["ACK", "DC1", "ENQ", "NAK", "TARE", "ZERO", "BccRange", "Parser", "body", "encode"]
