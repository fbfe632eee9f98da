"""CD5220 commands ↔ bytes. After ``1B 51 41`` or ``42`` all but CLR and CAN is ignored: the line mode
holds."""

from typing import Literal

import msgspec

INIT = b"\x1b@"
CLEAR = b"\x0c"
CANCEL = b"\x18"
SELECT_DISPLAY = b"\x1b=\x02"
CURSOR_OFF = b"\x1b_\x00"
UPPER, LOWER, SCROLL = b"\x1bQA", b"\x1bQB", b"\x1bQD"
CR = b"\r"
#: A line mode text longer than this was never meant.
LONGEST = 64


def brightness(level: int) -> bytes:
    """1 to 4."""
    assert 1 <= level <= 4, level
    return b"\x1b*" + bytes((level,))


def line(which: Literal["upper", "lower"], text: str) -> bytes:
    """The whole of one line, at once."""
    return (UPPER if which == "upper" else LOWER) + text.encode("ascii") + CR


class Token(msgspec.Struct, frozen=True):
    """``code`` is the command's bytes, or ``b""`` for one character in ``data``."""

    code: bytes
    data: bytes = b""


#: Commands with a fixed number of bytes after their code.
_FIXED = {b"\x1b@": 0, b"\x1b=": 1, b"\x1b_": 1, b"\x1b*": 1, b"\x1bl": 2, b"\x1bk": 2, b"\x1bs": 1}
_LINES = (UPPER, LOWER, SCROLL)


class Parser:
    """Bytes as they come → commands; for the simulator. An unknown command swallows nothing behind it."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> list[Token]:
        self._pending += data
        found = list[Token]()
        while self._pending:
            token, length = self._next()
            if not length:
                break
            self._pending = self._pending[length:]
            found.append(token)
        return found

    def _next(self) -> tuple[Token, int]:
        data = self._pending
        if data[0] != 0x1B:
            plain = data[0] >= 0x20
            return (Token(b"", data[:1]) if plain else Token(data[:1])), 1
        if len(data) < 2 or (data[1] == 0x51 and len(data) < 3):
            return Token(b""), 0
        if data[:3] in _LINES:
            end = data.find(CR, 3)
            if end >= 0:
                return Token(data[:3], data[3:end]), end + 1
            return (Token(data[:3]), 3) if len(data) > LONGEST else (Token(b""), 0)
        if data[:2] in _FIXED:
            length = 2 + _FIXED[data[:2]]
            return (Token(data[:2], data[2:length]), length) if len(data) >= length else (Token(b""), 0)
        return Token(data[:2]), 2
