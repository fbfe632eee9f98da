"""What hides MDB's nine-bit bus: an adaptor on a serial line. Bytes ↔ blocks of bus bytes, not their meaning.

Adaptors differ. ``Hex`` speaks lines of hexadecimal digits, ``Raw`` the bus bytes themselves without their
ninth bit, so that an answer ends where the line falls silent. Either may add and take off checks and
acknowledge answers by itself; both are settings of the adaptor. The check is the sum of a block's bytes.
"""

from typing import Protocol

ACK, RETRANSMIT, NAK = 0x00, 0xAA, 0xFF
#: The longest block of the bus.
LONGEST = 36


def check_of(data: bytes) -> int:
    """The sum of the bytes, eight bits."""
    return sum(data) & 0xFF


def sealed(data: bytes) -> bytes:
    """A block with its check."""
    return data + bytes((check_of(data),))


def opened(block: bytes) -> bytes | None:
    """The data of a block with a check; one byte alone is ACK or NAK and has none. None for a wrong one."""
    if len(block) == 1:
        return block if block[0] in (ACK, NAK) else None
    if not 2 <= len(block) <= LONGEST + 1 or check_of(block[:-1]) != block[-1]:
        return None
    return block[:-1]


class Adaptor(Protocol):
    """One kind of adaptor. ``acknowledges``: it answers the device by itself, so nothing is told twice."""

    acknowledges: bool

    def encode(self, data: bytes) -> bytes:
        """A command, or ``ACK`` alone, for the line."""
        ...

    def feed(self, data: bytes) -> list[bytes]:
        """Blocks (data, or ACK or NAK alone) that these bytes complete."""
        ...

    def expire(self) -> list[bytes]:
        """The line has fallen silent: what that completes. Afterwards nothing is pending."""
        ...


class Hex:
    """Lines such as ``30 30``: with ``checks`` it wants and gives the check, without it does that itself."""

    def __init__(self, *, checks: bool = True, acknowledges: bool = False) -> None:
        self._checks, self.acknowledges = checks, acknowledges
        self._pending = b""
        self.garbage = 0

    def encode(self, data: bytes) -> bytes:
        is_sign = len(data) == 1 and data[0] in (ACK, RETRANSMIT, NAK)
        block = sealed(data) if self._checks and not is_sign else data
        return block.hex(" ").upper().encode() + b"\r\n"

    def feed(self, data: bytes) -> list[bytes]:
        *lines, self._pending = (self._pending + data).replace(b"\r", b"\n").split(b"\n")
        if len(self._pending) > 4 * LONGEST:
            self.garbage += len(self._pending)
            self._pending = b""
        return [block for line in lines if line.strip() and (block := self._block(line)) is not None]

    def expire(self) -> list[bytes]:
        self.garbage += len(self._pending)
        self._pending = b""
        return []

    def _block(self, line: bytes) -> bytes | None:
        try:
            block = bytes.fromhex(line.decode("ascii"))
        except ValueError:
            self.garbage += len(line)
            return None
        if not self._checks:
            return block if 0 < len(block) <= LONGEST else None
        return opened(block)


class Raw:
    """The bytes of the bus, checks included; a block ends with a silence."""

    def __init__(self, *, acknowledges: bool = False) -> None:
        self.acknowledges = acknowledges
        self._pending = b""
        self.garbage = 0

    def encode(self, data: bytes) -> bytes:
        is_sign = len(data) == 1 and data[0] in (ACK, RETRANSMIT, NAK)
        return data if is_sign else sealed(data)

    def feed(self, data: bytes) -> list[bytes]:
        self._pending += data
        if len(self._pending) > LONGEST + 1:
            self.garbage += len(self._pending)
            self._pending = b""
        return []

    def expire(self) -> list[bytes]:
        block, self._pending = self._pending, b""
        data = opened(block) if block else None
        if block and data is None:
            self.garbage += len(block)
        return [] if data is None else [data]
