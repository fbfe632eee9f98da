"""What every station has at hand: its core, the language people read, and how the outside stands.

The object that all presenters of an app are given begins with this. Decides nothing and formats nothing.
"""

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from onecard.clock import Clock
from onecard.devices.health import HealthView
from onecard.devices.printers import Document, PrinterState
from onecard.journal.sync import SyncStatus
from onecard.settings import STATION, Settings
from onecard.terminal import counter as counters
from onecard.terminal.station import Station
from onecard.text import Translator
from onecard.wire.messages import TerminalDocument

T_contra = TypeVar("T_contra", contravariant=True)


class Port(Protocol[T_contra]):
    """What only the window and the threads can do; ``T`` is what a card can be wanted for."""

    def arm(self, task: T_contra, *, lying: bool) -> None: ...

    def disarm(self) -> bool: ...

    def print(self, document: Document, then: Callable[[PrinterState], None]) -> None: ...

    def play(self, sound: str) -> None: ...

    def quiet(self) -> None:
        """End a tone that goes on."""
        ...

    def wake(self) -> None:
        """Something was journaled that the office should have, or news are wanted from it."""
        ...


def _no_clock(unix: int) -> None:
    raise OSError("no clock to be set")


P = TypeVar("P")


class Workplace(Generic[P]):
    """One station at work; ``port`` reaches its window and its threads."""

    def __init__(
        self, *, station: Station, clock: Clock, port: P, language: str, has_printer: bool = True
    ) -> None:
        """Without a printer paper is no subject."""
        self.station, self.clock, self.port = station, clock, port
        self.home_language, self.has_printer = language, has_printer
        self.tr = Translator(language, strict=False)
        #: How the exchange with the office stands; ``None`` before its first word.
        self.sync: SyncStatus | None = None
        #: Why no card can be read; "" while the reader is there.
        self.reader_trouble = ""
        self.printer = PrinterState.UNKNOWN
        #: Scale, displays, scanners and the rest; with nothing on it until the app puts it there.
        self.counter = counters.nothing(clock)
        #: What the station's own file says, and the way to start the program again.
        self.settings = Settings.of(STATION, {})
        self.restart: Callable[[], object] = lambda: None
        #: Goes into training with the next start, or out of it. Raises ``StoreError``.
        self.train: Callable[[bool], object] = lambda on: None
        #: Sets the machine's clock; only the app may, a simulation's till never does. Raises ``OSError``.
        self.set_clock: Callable[[int], object] = _no_clock
        #: How each device is, those of the counter and all others.
        self.devices: Callable[[], Sequence[HealthView]] = tuple

    @property
    def place(self) -> TerminalDocument | None:
        """Where the office has put this station, with what is set here over it; ``None`` before its first
        word."""
        place = self.station.facts.place
        return None if place is None else self.station.upkeep.own.over(place)

    @property
    def is_online(self) -> bool:
        return self.sync is not None and self.sync.online

    @property
    def prints(self) -> bool:
        """Whether a receipt can be promised."""
        return self.has_printer and not self.printer.needs_person

    def now(self) -> float:
        """Monotonic seconds: for how long, never for when."""
        return self.clock.monotonic()

    def speak(self, language: str) -> None:
        """From now on in this language; "" is the station's own."""
        self.tr = Translator(language or self.home_language, strict=False)
