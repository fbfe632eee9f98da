"""Scanners and stripe readers that type like a keyboard, on Linux."""

from collections.abc import Mapping
from typing import Literal

from onecard.devices.wedges.keyboard.decoder import GAP_MS, Decoder
from onecard.devices.wedges.keyboard.driver import Keyboard
from onecard.devices.wedges.keyboard.port import open_input


def open(section: Mapping[str, str]) -> Keyboard:
    """``line``: ``evdev:/dev/input/by-id/…`` or ``evdev:vendor=…&product=…``; ``end``: ``enter`` or ``gap``;
    ``gap_ms``: 30 to 1000. Raises ``DeviceGone``, or ``ValueError`` for a wrong setting.
    """
    told, gap_ms = section.get("end", "enter"), int(section.get("gap_ms", GAP_MS))
    if told not in ("enter", "gap"):
        raise ValueError(f"end {told!r}")
    if not 30 <= gap_ms <= 1000:
        raise ValueError(f"gap_ms {gap_ms}")
    end: Literal["enter", "gap"] = "gap" if told == "gap" else "enter"
    decoder = Decoder(end=end, gap_ms=gap_ms)
    return Keyboard(open_input(section["line"]), decoder)
