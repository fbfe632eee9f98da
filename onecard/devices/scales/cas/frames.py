"""CAS AP-1 frames: ``01 02 | stable | sign | weight 6 | unit 2 | BCC | 03 04``. Bytes ↔ readings.

The BCC is the XOR of what stands between STX and itself. Makers of compatible scales take the two bytes
before into it as well, another number for every frame: which of the two a scale means shows by itself.
"""

from typing import Literal

from onecard.devices.scales import Reading, State, stable
from onecard.devices.scales.number import grams

BccRange = Literal["body", "whole"]
ENQ, ACK, NAK, DC1 = b"\x05", b"\x06", b"\x15", b"\x11"
HEAD, TAIL = b"\x01\x02", b"\x03\x04"
BODY = 10
LENGTH = len(HEAD) + BODY + 1 + len(TAIL)
#: Frames in a row that must agree before a range is believed.
_AGREE = 2


def bcc(body: bytes, bcc_range: BccRange = "body") -> int:
    """``bcc(b"S 01.234kg") == 0x65``, and ``0x66`` over the whole."""
    value = HEAD[0] ^ HEAD[1] if bcc_range == "whole" else 0
    for byte in body:
        value ^= byte
    return value


def encode(body: bytes, bcc_range: BccRange = "body") -> bytes:
    """A whole frame around ``body``."""
    assert len(body) == BODY, body
    return HEAD + body + bytes((bcc(body, bcc_range),)) + TAIL


def body(state: State, weight_g: int) -> bytes:
    """What a scale in that state says; ten bytes."""
    steady = b"U" if state is State.MOVING else b"S"
    sign = b"F" if state is State.OVER else b"-" if weight_g < 0 else b" "
    return steady + sign + f"{abs(weight_g) // 1000:02d}.{abs(weight_g) % 1000:03d}".encode()[-6:] + b"kg"


def read(text: bytes) -> Reading:
    """The meaning of ten bytes whose check was right."""
    steady, sign = text[:1], text[1:2]
    if sign == b"F":
        return Reading(State.OVER)
    if sign == b"-":
        return Reading(State.UNDER_ZERO)
    weight_g = grams(text[2:8].decode("latin-1"), text[8:10].decode("latin-1"))
    if sign != b" " or weight_g is None or steady not in (b"S", b"U"):
        return Reading(State.UNREADABLE)
    return Reading(State.MOVING, weight_g) if steady == b"U" else stable(weight_g)


class Parser:
    """Takes bytes as they come. With no range given, the first two frames that agree decide, for good."""

    def __init__(self, bcc_range: BccRange | None = None) -> None:
        self.bcc_range = bcc_range
        self._seen: BccRange | None = None
        self._agreed = 0
        self._pending = bytearray()
        self.garbage = self.bad_bcc = 0

    def feed(self, data: bytes) -> list[Reading]:
        self._pending += data
        found = list[Reading]()
        while (text := self._next()) is not None:
            if text:
                found.append(read(text))
        return found

    def reset(self) -> None:
        self._pending.clear()

    def _next(self) -> bytes | None:
        """A checked body, ``b""`` for one that is not believed yet, ``None`` when there is no whole frame."""
        while True:
            start = self._pending.find(HEAD)
            if start < 0:
                keep = 1 if self._pending[-1:] == HEAD[:1] else 0
                self._discard(len(self._pending) - keep)
                return None
            self._discard(start)
            if len(self._pending) < LENGTH:
                return None
            frame = bytes(self._pending[:LENGTH])
            text = frame[len(HEAD) : len(HEAD) + BODY]
            if frame[-2:] != TAIL:
                self._discard(1)  # a true frame may begin inside
                continue
            told = self._range_of(text, frame[len(HEAD) + BODY])
            if told is None:
                self.bad_bcc += 1
                self._discard(1)
                continue
            del self._pending[:LENGTH]
            return text if self._is_believed(told) else b""

    def _range_of(self, text: bytes, check: int) -> BccRange | None:
        ranges: tuple[BccRange, ...] = (self.bcc_range,) if self.bcc_range else ("body", "whole")
        return next((one for one in ranges if bcc(text, one) == check), None)

    def _is_believed(self, told: BccRange) -> bool:
        if self.bcc_range is None:
            self._agreed = self._agreed + 1 if told == self._seen else 1
            self._seen = told
            if self._agreed >= _AGREE:
                self.bcc_range = told
        return self.bcc_range is not None

    def _discard(self, count: int) -> None:
        self.garbage += count
        del self._pending[:count]
