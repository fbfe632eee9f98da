"""EBDS frames: ``02 | length of all | kind and ack bit | data | 03 | check``. Bytes ↔ frames, not their
meaning.

The check is the XOR of everything from the length to the last data byte. Bytes have seven bits.
"""

import msgspec

from onecard.devices.acceptors.stream import Stream

STX, ETX = 0x02, 0x03
SHORTEST = 5
LONGEST = 0x7F
#: Kinds of message.
HOST, DEVICE = 1, 2


class Frame(msgspec.Struct, frozen=True):
    """One message. ``ack`` turns over with every new message of the host; the device repeats it."""

    kind: int
    ack: int
    data: bytes = b""


def check_of(data: bytes) -> int:
    """XOR of the bytes."""
    value = 0
    for byte in data:
        value ^= byte
    return value


def encode(frame: Frame) -> bytes:
    """The bytes on the wire."""
    assert len(frame.data) <= LONGEST - SHORTEST, frame
    assert all(byte <= 0x7F for byte in frame.data), frame
    body = bytes((SHORTEST + len(frame.data), frame.kind << 4 | frame.ack)) + frame.data
    return bytes((STX,)) + body + bytes((ETX, check_of(body)))


class Parser(Stream[Frame]):
    """Frames of either side."""

    def __init__(self) -> None:
        super().__init__(STX)

    def _length(self, pending: bytearray) -> int | None:
        if len(pending) < 2:
            return None
        return pending[1] if SHORTEST <= pending[1] <= LONGEST else 0

    def _read(self, whole: bytes) -> Frame | None:
        # An eighth bit comes from a line that is set wrongly: nothing in such a frame is what was sent.
        if not whole.isascii() or whole[-2] != ETX or check_of(whole[1:-2]) != whole[-1] or whole[2] & 0x0E:
            return None
        return Frame(whole[2] >> 4, whole[2] & 1, whole[3:-2])
