"""CCNET frames: ``02 | address | length of all | code | data | CRC low, high``. Bytes ↔ frames, not their
meaning.

The CRC is CRC-16/KERMIT over everything before it, so that over a whole frame it is 0. ``expire`` gives up on
a beginning whose rest does not come and looks again behind it.
"""

import msgspec

from onecard.devices.acceptors.id003.frames import crc
from onecard.devices.acceptors.stream import Stream

SYNC = 0x02
VALIDATOR = 0x03
SHORTEST = 6
LONGEST_DATA = 0xFF - SHORTEST


class Frame(msgspec.Struct, frozen=True):
    """One message in either direction; an answer's first byte stands in ``code``."""

    code: int
    data: bytes = b""
    address: int = VALIDATOR


def encode(frame: Frame) -> bytes:
    """The bytes on the wire."""
    assert len(frame.data) <= LONGEST_DATA, len(frame.data)
    body = bytes((SYNC, frame.address, SHORTEST + len(frame.data), frame.code)) + frame.data
    return body + crc(body).to_bytes(2, "little")


class Parser(Stream[Frame]):
    """Frames of one address."""

    def __init__(self, address: int = VALIDATOR) -> None:
        super().__init__(SYNC)
        self._address = address

    def _length(self, pending: bytearray) -> int | None:
        if len(pending) < 3:
            return None
        return pending[2] if pending[1] == self._address and pending[2] >= SHORTEST else 0

    def _read(self, whole: bytes) -> Frame | None:
        return Frame(whole[3], whole[4:-2], whole[1]) if crc(whole) == 0 else None
