"""What every terminal of a world is: a machine with power, a false disk, its own clock and the real core.

``door`` is crossed at every command to a card, every question to the office and every write to the disk; a
fuse counts the crossings and then the power is gone, in the middle of whatever was being done.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from onecard.cards.keys import KeySet
from onecard.clock import FalseClock
from onecard.devices.readers.virtual import DirectCpu, DirectStorage, VirtualM1, VirtualPurse
from onecard.errors import OneCardError
from onecard.ids import SeededEntropy
from onecard.journal.facts import Facts
from onecard.journal.journal import RESERVE_BYTES, Journal
from onecard.journal.sync import SyncStatus, SyncWorker
from onecard.terminal.ordering import Ordering
from onecard.terminal.station import Station, StationConfig
from onecard.wire import messages as m
from onecard.wire.client import Identity, ServerClient
from onecard.wire.signing import SigningKey
from tests.world.disk import Disk
from tests.world.office import CARD_KEYS, UNIT

KEYS: KeySet = CARD_KEYS
PLENTY = 1 << 40
Plastic = VirtualM1 | VirtualPurse


class PowerCut(BaseException):
    """The machine is off: nothing of what ran on it goes on."""


class Network(Protocol):
    """The way to the office."""

    def exchange(
        self, box: "Box", method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes, dict[str, str]]: ...


class LocalClock:
    """This machine's clocks: the wall's may be wrong, the other one starts with the power."""

    def __init__(self, world: FalseClock) -> None:
        self._world = world
        self.skew_s = 0
        self.booted = 0.0

    def now(self) -> int:
        return self._world.now() + self.skew_s

    def monotonic(self) -> float:
        return self._world.monotonic() - self.booted

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing sleeps in a world")

    def boot(self) -> None:
        self.booted = self._world.monotonic()


class Client(ServerClient):
    """The real client over the world's network instead of HTTP."""

    def __init__(self, box: "Box", identity: Identity | None) -> None:
        super().__init__("", identity, box.clock, box.entropy)
        self._box = box

    def _exchange(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        return self._box.network.exchange(self._box, method, path, body, dict(headers))


class Storage(DirectStorage):
    """A card on the reader of one machine."""

    def __init__(self, box: "Box", plastic: VirtualM1) -> None:
        self._box = box
        super().__init__(plastic)

    def _transmit(self, apdu: bytes) -> bytes:
        self._box.door("card")
        answer = super()._transmit(apdu)
        self._box.door("card")
        return answer


class ChipStorage(DirectCpu):
    """A CPU card on the reader of one machine."""

    def __init__(self, box: "Box", plastic: VirtualPurse) -> None:
        self._box = box
        super().__init__(plastic)

    def _carry(self, apdu: bytes) -> bytes:
        self._box.door("card")
        answer = super()._carry(apdu)
        self._box.door("card")
        return answer


class Box(ABC):
    """One terminal. ``kind`` is ``pos`` or ``kiosk``."""

    def __init__(
        self, name: str, kind: str, clock: FalseClock, network: Network, entropy: SeededEntropy
    ) -> None:
        self.name, self.kind = name, kind
        self.clock, self.network, self.entropy = LocalClock(clock), network, entropy
        self.disk = Disk(name)
        self.disk.fuse = self._burn
        self.free_bytes = PLENTY
        #: Crossings of doors until the power goes; ``None``: it stays.
        self.fuse: int | None = None
        self.is_on = False
        self.is_offline = False
        self.identity: Identity | None = None
        self.status: SyncStatus | None = None
        self.plastic: Plastic | None = None
        #: Nobody knows where it is; ``kept``: what its journal held when it was last seen.
        self.is_gone = False
        self.kept: list[m.Body] = []
        #: Journals of lives that another image of the disk has ended: bodies in order.
        self.past: list[list[m.Body]] = []

    # ---- doors

    def door(self, what: str) -> None:
        """Everything that reaches out of the machine passes here."""
        if self.disk.is_dead or self._burn(what):
            self.disk.is_dead = True
            raise PowerCut(what)

    def _burn(self, _what: str) -> bool:
        if self.fuse is None:
            return False
        self.fuse -= 1
        if self.fuse > 0:
            return False
        self.fuse = None
        return True

    @property
    def is_dead(self) -> bool:
        return self.disk.is_dead

    # ---- life

    def enrol(self, number: int, code: str) -> None:
        """Once; who it is stays with it for ever."""
        self.clock.boot()
        self.identity = Client(self, None).enrol(code, number, SigningKey.make(self.entropy))
        self.number = number

    def boot(self) -> None:
        """The power is there: everything starts on what is on the disk. Raises ``StoreError``."""
        identity = self.identity
        assert identity is not None
        assert not self.is_on
        self.clock.boot()
        clock = self.clock
        self.journal = Journal(
            self.disk.path("journal.db"), identity.terminal, identity.epoch, clock,
            free_bytes=lambda: self.free_bytes,
        )  # fmt: skip
        self.facts = Facts(self.disk.path("facts.db"), bytes.fromhex(identity.server_key), clock)
        config = StationConfig(unit=UNIT, terminal=identity.terminal, kind=self.kind)
        self.station = Station(config, self.journal, self.facts, KEYS, clock)
        self.client = Client(self, identity)
        self.station.attach(load_host=Ordering(self.journal, self.client))
        self.sync = SyncWorker(
            Client(self, identity), self.journal, self.facts, clock, on_status=self.synced, app=self.kind
        )
        self.is_on = True
        self.start_app()

    @abstractmethod
    def start_app(self) -> None:
        """The app of this kind of machine."""

    def off(self, below: Callable[[int], int]) -> int:
        """The power is gone; how many writes the disk lost."""
        self.disk.is_dead = True
        self.is_on = False
        self.fuse = None
        if self.plastic is not None:
            self.plastic.pull()
            self.plastic = None
        for file in (self.journal, self.facts):
            with suppress(OneCardError):
                file.close()
        return self.disk.crash(below)

    def image(self) -> dict[str, bytes]:
        """All that is on its disk, while it is at rest."""
        return self.disk.copy()

    def put_image(self, image: dict[str, bytes]) -> None:
        """Another image on its disk."""
        self.disk.restore(image)

    def synced(self, status: SyncStatus) -> None:
        """How the exchange with the office stands."""
        self.status = status

    def bodies(self) -> list[m.Body]:
        """All that this disk holds now, in order, every epoch of it."""
        found: list[m.Body] = []
        for epoch in range(1, self.journal.epoch + 1):
            found += [m.decode_body(one.body) for one in self.journal.records(epoch, 0, 10**6)]
        return found


FULL_DISK = RESERVE_BYTES - 1
