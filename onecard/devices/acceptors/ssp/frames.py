"""SSP frames: ``7F | sequence bit and address | length | data | CRC low, high``. Bytes ↔ frames, not their
meaning.

Every 7F behind the first is doubled, also inside the CRC, which is made before the doubling. A single 7F is
therefore always a beginning: what was cut short before it is forgotten, nothing waits for ever.
"""

import msgspec

STX = 0x7F
LONGEST_DATA = 0xFF


class Frame(msgspec.Struct, frozen=True):
    """One message in either direction. ``sequence`` is True for a frame whose bit 7 is set."""

    sequence: bool
    data: bytes
    address: int = 0


def _table() -> tuple[int, ...]:
    rows = []
    for row in range(256):
        row <<= 8
        for _ in range(8):
            row = ((row << 1) ^ 0x8005) & 0xFFFF if row & 0x8000 else row << 1
        rows.append(row)
    return tuple(rows)


_CRC = _table()


def crc(data: bytes) -> int:
    """Polynomial 8005, start FFFF, not reflected; ``crc(b"123456789") == 0xAEE7``."""
    value = 0xFFFF
    for byte in data:
        value = ((value << 8) & 0xFFFF) ^ _CRC[(value >> 8) ^ byte]
    return value


def encode(frame: Frame) -> bytes:
    """The bytes on the wire."""
    assert 0 < len(frame.data) <= LONGEST_DATA, len(frame.data)
    body = bytes((frame.sequence << 7 | frame.address, len(frame.data))) + frame.data
    body += crc(body).to_bytes(2, "little")
    return bytes((STX,)) + body.replace(b"\x7f", b"\x7f\x7f")


class Parser:
    """Takes bytes as they come; gives whole, verified frames and counts what it threw away."""

    def __init__(self) -> None:
        self._body: bytearray | None = None
        self._is_doubled = False  # a 7F whose meaning the next byte decides
        self.garbage = 0
        self.bad_crc = 0

    @property
    def is_partial(self) -> bool:
        """A frame has begun and is not complete."""
        return self._body is not None or self._is_doubled

    def feed(self, data: bytes) -> list[Frame]:
        """Frames that ``data`` completes."""
        frames = []
        for byte in data:
            if byte == STX and not self._is_doubled:
                self._is_doubled = True
                continue
            if byte == STX:
                # Outside a frame the second of two may be the beginning as well as the first.
                self._is_doubled = self._body is None
            elif self._is_doubled:
                self._is_doubled = False
                self.garbage += len(self._body or b"")
                self._body = bytearray()
            if self._body is None:
                self.garbage += 1
                continue
            self._body.append(byte)
            if (frame := self._whole()) is not None:
                frames.append(frame)
        return frames

    def expire(self) -> list[Frame]:
        """What has begun will not be completed."""
        self._body, self._is_doubled = None, False
        return []

    def _whole(self) -> Frame | None:
        body = self._body
        if body is None or len(body) < 2 or len(body) < body[1] + 4:
            return None
        self._body = None
        if body[1] == 0 or crc(bytes(body[:-2])) != int.from_bytes(body[-2:], "little"):
            self.bad_crc += 1
            return None
        return Frame(body[0] > 0x7F, bytes(body[2:-2]), body[0] & 0x7F)
