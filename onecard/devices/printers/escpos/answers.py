"""What an ESC/POS printer says of itself: sorting its bytes by their fixed bits, and what the bits mean.

Real-time answers (DLE EOT), automatic status (four bytes) and the queued answer to GS r share one stream and
carry no names; only fixed bits tell them apart. A byte that fits nothing is thrown away.
"""

import msgspec

from onecard.devices.printers import DrawerState, PrinterState

#: Questions of DLE EOT: printer, offline cause, error cause, paper.
QUESTIONS = (1, 2, 3, 4)


class Heard(msgspec.Struct):
    """Answers that have arrived, by kind, oldest first."""

    realtime: list[int] = []
    automatic: list[bytes] = []
    done: list[int] = []


class Sorter:
    """Takes the stream as it comes."""

    def __init__(self) -> None:
        self._group = b""

    def feed(self, data: bytes) -> Heard:
        heard = Heard()
        for byte in data:
            if byte & 0x93 == 0x12:
                # It may stand inside a group of four, whose rest must not be taken for a confirmation.
                heard.realtime.append(byte)
            elif byte & 0x93 == 0x10:
                self._group = bytes((byte,))
            elif byte & 0x90 == 0x00 and self._group:
                self._group += bytes((byte,))
                if len(self._group) == 4:
                    heard.automatic.append(self._group)
                    self._group = b""
            elif byte & 0x90 == 0x00:
                heard.done.append(byte)
            else:
                self._group = b""
        return heard


def state(printer: int, offline: int, error: int, paper: int) -> PrinterState:
    """The four real-time answers as one word; the cause that a person can do something about comes first."""
    if offline & 0x04:
        return PrinterState.COVER_OPEN
    if paper & 0x60 or offline & 0x20:
        return PrinterState.PAPER_OUT
    if error & 0x68 or offline & 0x40 or printer & 0x08:
        return PrinterState.ERROR
    return PrinterState.NEAR_END if paper & 0x0C else PrinterState.OK


def drawer(printer: int, open_level: str) -> DrawerState:
    """The drawer's switch in the first answer. ``open_level``: which level means open, ``high`` or ``low``;
    drawers are wired either way, and ``none`` has no switch."""
    if open_level not in ("high", "low"):
        return DrawerState.UNKNOWN
    is_high = bool(printer & 0x04)
    return DrawerState.OPEN if is_high == (open_level == "high") else DrawerState.CLOSED


def automatic_state(group: bytes) -> PrinterState:
    """The four bytes of an automatic status as the same word."""
    first, error, paper, _ = group
    if first & 0x20:
        return PrinterState.COVER_OPEN
    if paper & 0x0C:
        return PrinterState.PAPER_OUT
    if error & 0x68 or first & 0x08:
        return PrinterState.ERROR
    return PrinterState.NEAR_END if paper & 0x03 else PrinterState.OK
