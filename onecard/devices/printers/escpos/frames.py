"""ESC/POS as a stream of commands: bytes → tokens, for simulator and renderer. Knows lengths, not effects.

Only what our encoder and common printers use; an unknown command is a token of its own and swallows no text.
"""

import msgspec

#: Commands with a fixed number of bytes after their prefix.
_FIXED = {
    b"\x1b@": 0,
    b"\x1b2": 0,
    b"\x1b!": 1,
    b"\x1b ": 1,
    b"\x1b-": 1,
    b"\x1b3": 1,
    b"\x1bE": 1,
    b"\x1bG": 1,
    b"\x1bJ": 1,
    b"\x1bM": 1,
    b"\x1bR": 1,
    b"\x1ba": 1,
    b"\x1bd": 1,
    b"\x1bt": 1,
    b"\x1b{": 1,
    b"\x1bp": 3,
    b"\x1c&": 0,
    b"\x1c.": 0,
    b"\x1c!": 1,
    b"\x1c-": 1,
    b"\x1cC": 1,
    b"\x1cS": 2,
    b"\x1d!": 1,
    b"\x1dB": 1,
    b"\x1dH": 1,
    b"\x1dL": 2,
    b"\x1dW": 2,
    b"\x1da": 1,
    b"\x1dh": 1,
    b"\x1dr": 1,
    b"\x1dw": 1,
    b"\x10\x04": 1,
    b"\x10\x05": 1,
    b"\x10\x14": 3,
}
_PREFIXES = (0x10, 0x1B, 0x1C, 0x1D)
_FEED_AND_CUT = (0x41, 0x42)
#: A raster or code larger than this is garbage, not a picture.
LONGEST = 1 << 20


class Token(msgspec.Struct, frozen=True):
    """``code`` is the command's prefix, ``b"\\n"`` and the like, or ``b""`` for a run of text in ``data``."""

    code: bytes
    data: bytes
    end: int


def tokens(stream: bytes, start: int = 0) -> tuple[list[Token], int]:
    """Whole tokens from ``start`` on, and where the first incomplete one begins."""
    found: list[Token] = []
    at = start
    while at < len(stream):
        token = _next(stream, at)
        if token is None:
            break
        found.append(token)
        at = token.end
    return found, at


def _next(stream: bytes, at: int) -> Token | None:
    first = stream[at]
    if first >= 0x20:
        end = at + 1
        while end < len(stream) and stream[end] >= 0x20:
            end += 1
        return Token(b"", stream[at:end], end)
    if first not in _PREFIXES:
        return Token(stream[at : at + 1], b"", at + 1)
    if at + 2 > len(stream):
        return None
    code = stream[at : at + 2]
    if code in _FIXED:
        return _cut_out(stream, at, code, _FIXED[code])
    if code == b"\x1dV":
        if at + 3 > len(stream):
            return None
        return _cut_out(stream, at, code, 2 if stream[at + 2] in _FEED_AND_CUT else 1)
    if code in (b"\x1d(", b"\x1b("):  # fn, length low, length high, data
        if at + 5 > len(stream):
            return None
        return _cut_out(stream, at, code, 3 + int.from_bytes(stream[at + 3 : at + 5], "little"))
    if code == b"\x1dv":  # 0, mode, width in bytes, height in dots, data
        if at + 8 > len(stream):
            return None
        width = int.from_bytes(stream[at + 4 : at + 6], "little")
        height = int.from_bytes(stream[at + 6 : at + 8], "little")
        if width * height > LONGEST:
            return Token(code, b"", at + 2)
        return _cut_out(stream, at, code, 6 + width * height)
    return Token(code, b"", at + 2)


def _cut_out(stream: bytes, at: int, code: bytes, length: int) -> Token | None:
    end = at + 2 + length
    return Token(code, stream[at + 2 : end], end) if end <= len(stream) else None
