"""A cable inside one process: two ends whose bytes a test may damage, and which a test may cut.

It stands where a serial or network cable would: driver and simulator notice no difference. Knows no protocol.
"""

from collections import deque
from collections.abc import Callable

from onecard.errors import DeviceGone

#: What one write becomes on its way: the same bytes, others, fewer, or none.
Damage = Callable[[bytes], bytes]


class Wire:
    """One direction of a cable."""

    def __init__(self) -> None:
        self._chunks: deque[tuple[int, bytes]] = deque()
        self._reads = 0
        #: Applied to every write from now on, until set to ``None``.
        self.damage: Damage | None = None
        #: A write becomes readable only after so many further reads of the other side.
        self.delay_reads = 0

    def put(self, data: bytes) -> None:
        if self.damage is not None:
            data = self.damage(data)
        if data:
            self._chunks.append((self._reads + self.delay_reads, data))

    def take(self) -> bytes:
        # Order is kept: a delayed chunk holds back those behind it, as on any real line.
        out = b""
        while self._chunks and self._chunks[0][0] <= self._reads:
            out += self._chunks.popleft()[1]
        self._reads += 1
        return out

    def clear(self) -> None:
        self._chunks.clear()


class End:
    """A ``Line``: what one side holds."""

    def __init__(self, owner: "Cable", reads: Wire, writes: Wire) -> None:
        self._owner, self._reads, self._writes = owner, reads, writes
        self._closed = False

    def read_available(self) -> bytes:
        self._check()
        return self._reads.take()

    def write(self, data: bytes) -> None:
        self._check()
        self._writes.put(data)

    def close(self) -> None:
        self._closed = True

    def _check(self) -> None:
        if self._closed or self._owner.is_cut:
            raise DeviceGone(line=f"mem:{self._owner.name}")


class Cable:
    """Two ends. A cable with a name can be opened by ``open_line("mem:<name>")`` as often as needed."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.to_device, self.to_host = Wire(), Wire()
        self.device = End(self, self.to_device, self.to_host)
        self.host = End(self, self.to_host, self.to_device)
        self.is_cut = False
        if name:
            _NAMED[name] = self

    def cut(self) -> None:
        """Both ends fail from now on; bytes on the way are lost."""
        self.is_cut = True
        self.to_device.clear()
        self.to_host.clear()

    def mend(self) -> None:
        """Plugged in again; ends that were not closed work again."""
        self.is_cut = False

    def heal(self) -> None:
        """No damage and no delay any more."""
        for wire in (self.to_device, self.to_host):
            wire.damage = None
            wire.delay_reads = 0


_NAMED: dict[str, Cable] = {}


def connect(name: str) -> End:
    """A fresh host end of the cable called ``name``; ``DeviceGone`` when there is none or it is cut."""
    found = _NAMED.get(name)
    if found is None or found.is_cut:
        raise DeviceGone(line=f"mem:{name}")
    return End(found, found.to_host, found.to_device)


def drop(_data: bytes) -> bytes:
    """Damage: the write is lost."""
    return b""


def flip(index: int, mask: int = 0x01) -> Damage:
    """Damage: bits of the byte at ``index`` (from either end, as in a list) turn over."""

    def damage(data: bytes) -> bytes:
        if not -len(data) <= index < len(data):
            return data
        hurt = bytearray(data)
        hurt[index] ^= mask
        return bytes(hurt)

    return damage


def truncate(count: int) -> Damage:
    """Damage: only the first ``count`` bytes of each write arrive."""
    return lambda data: data[:count]
