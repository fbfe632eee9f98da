"""A plain frame of named fields: ``02 | name=value, parted by 1C | 03 | LRC``. Bytes ↔ fields, no meaning.

Our own stand-in for the makers' protocols of bank and city terminals, none of which is public: the
contract and its simulators speak it, a real terminal gets a driver of its own. LRC is the XOR of all after
STX, ETX included.
"""

from collections.abc import Mapping
from functools import reduce
from operator import xor

STX, ETX, FS = 0x02, 0x03, 0x1C
#: A frame longer than this is noise.
LONGEST = 1024


def lrc(data: bytes) -> int:
    """XOR of all bytes."""
    return reduce(xor, data, 0)


def encode(fields: Mapping[str, str]) -> bytes:
    """A whole frame. Values are printable ASCII."""
    for name, value in fields.items():
        assert name.isidentifier(), name
        assert value.isascii(), value
        assert value.isprintable(), value
    parts = [f"{name}={value}".encode("ascii") for name, value in fields.items()]
    body = bytes((FS,)).join(parts) + bytes((ETX,))
    assert len(body) <= LONGEST, len(body)
    return bytes((STX,)) + body + bytes((lrc(body),))


class Parser:
    """Takes bytes as they come; gives whole, checked frames."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self.garbage = self.bad_lrc = 0

    def feed(self, data: bytes) -> list[dict[str, str]]:
        self._pending += data
        found = list[dict[str, str]]()
        while True:
            start = self._pending.find(STX)
            self._discard(len(self._pending) if start < 0 else start)
            end = self._pending.find(ETX, 1)
            if end > LONGEST or (end < 0 and len(self._pending) > LONGEST):
                self._discard(1)
                continue
            if end < 0 or len(self._pending) < end + 2:
                return found
            body = bytes(self._pending[1 : end + 1])
            fields = _fields(body[:-1]) if lrc(body) == self._pending[end + 1] else None
            if fields is None:
                self.bad_lrc += 1
                self._discard(1)
                continue
            del self._pending[: end + 2]
            found.append(fields)

    def reset(self) -> None:
        """What has begun will not be completed."""
        self._pending.clear()

    def _discard(self, count: int) -> None:
        self.garbage += count
        del self._pending[:count]


def _fields(body: bytes) -> dict[str, str] | None:
    """``None`` when a field has no name or is there twice, or where a text is none."""
    found: dict[str, str] = {}
    for part in body.split(bytes((FS,))):
        name, equals, value = part.decode("latin-1").partition("=")
        if not equals or not name.isidentifier() or name in found or not part.isascii():
            return None
        if not value.isprintable():
            return None
        found[name] = value
    return found


def number(fields: Mapping[str, str], name: str) -> int:
    """A whole number that is not negative; raises ``ValueError``."""
    text = fields.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise ValueError(f"{name}={text!r}")
    return int(text)
