"""ID-003 frames: ``FC | length of all | code | data | CRC low, high``. Bytes ↔ frames, not their meaning.

The CRC is CRC-16/KERMIT over everything before it. The parser never waits for ever: a length byte that is
garbage asks for bytes that do not come, and ``expire`` (called by the driver when a reply is overdue) gives
up on that beginning and looks again behind it.
"""

import msgspec

from onecard.devices.acceptors.stream import Stream

SYNC = 0xFC
#: Sync, length, code and CRC; a frame without data.
SHORTEST = 5
LONGEST_DATA = 0xFF - SHORTEST


class Frame(msgspec.Struct, frozen=True):
    """One message in either direction."""

    code: int
    data: bytes = b""


def _table() -> tuple[int, ...]:
    rows = []
    for row in range(256):
        for _ in range(8):
            row = (row >> 1) ^ 0x8408 if row & 1 else row >> 1
        rows.append(row)
    return tuple(rows)


_CRC = _table()


def crc(data: bytes) -> int:
    """CRC-16/KERMIT: polynomial 1021 reflected, start 0; ``crc(b"123456789") == 0x2189``."""
    value = 0
    for byte in data:
        value = (value >> 8) ^ _CRC[(value ^ byte) & 0xFF]
    return value


def encode(frame: Frame) -> bytes:
    """The bytes on the wire."""
    assert 0 <= frame.code <= 0xFF, frame.code
    assert len(frame.data) <= LONGEST_DATA, len(frame.data)
    body = bytes((SYNC, SHORTEST + len(frame.data), frame.code)) + frame.data
    return body + crc(body).to_bytes(2, "little")


class Parser(Stream[Frame]):
    """Frames of either side."""

    def __init__(self) -> None:
        super().__init__(SYNC)

    def _length(self, pending: bytearray) -> int | None:
        if len(pending) < 2:
            return None
        return pending[1] if pending[1] >= SHORTEST else 0

    def _read(self, whole: bytes) -> Frame | None:
        right = crc(whole[:-2]) == int.from_bytes(whole[-2:], "little")
        return Frame(whole[2], whole[3:-2]) if right else None
