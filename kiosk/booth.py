"""What a kiosk has at hand while a member stands before it: station, devices' health, language, paper.

The one object that every presenter is given. Says which functions are on and why one is not; decides nothing
about a visit and formats nothing.
"""

from collections.abc import Callable
from typing import Protocol

from kiosk import receipt
from kiosk.task import Task
from onecard.clock import Clock
from onecard.devices.printers import Document, PrinterState
from onecard.ids import RecordId
from onecard.journal.sync import SyncStatus
from onecard.terminal.look import Look
from onecard.terminal.offline import OfflineRules
from onecard.terminal.station import Station
from onecard.text import Translator
from onecard.wire.messages import CardStatus, TerminalDocument

#: States of a printer in which paper does not come out.
PAPER_TROUBLE = frozenset(
    {PrinterState.PAPER_OUT, PrinterState.COVER_OPEN, PrinterState.ERROR, PrinterState.GONE}
)


class Port(Protocol):
    """What only the window and the threads can do."""

    def arm(self, task: Task, *, lying: bool) -> None: ...

    def disarm(self) -> bool: ...

    def open_mouth(self, visit: int, card: int, issue: int, room_fen: int) -> None: ...

    def close_mouth(self) -> None: ...

    def ask(self, card: int, issue: int, then: Callable[[CardStatus | None], None]) -> None:
        """Ask the office on its own thread; ``then`` runs on the window's, with ``None`` for no answer."""
        ...

    def print(self, document: Document, then: Callable[[PrinterState], None]) -> None: ...

    def play(self, sound: str) -> None: ...

    def quiet(self) -> None:
        """End a tone that goes on."""
        ...

    def wake(self) -> None:
        """Something was journaled that the office should have, or news of this card are wanted."""
        ...


class Booth:
    """One kiosk at work."""

    def __init__(
        self,
        *,
        station: Station,
        clock: Clock,
        port: Port,
        language: str,
        values_fen: tuple[int, ...] = (),
        has_printer: bool = True,
    ) -> None:
        """``values_fen``: notes that the acceptor takes; none = no acceptor is fitted."""
        self.station, self.clock, self.port = station, clock, port
        self.values_fen, self.has_printer = values_fen, has_printer
        self.home_language = language
        self.tr = Translator(language, strict=False)
        self.sync: SyncStatus | None = None
        #: Why no card can be read; "" while the reader is there.
        self.reader_trouble = ""
        #: Why no note can be taken, as the acceptor's health names it; "" while it is good.
        self.acceptor_trouble = "starting" if values_fen else ""
        self.printer = PrinterState.UNKNOWN

    # -- who and where -----------------------------------------------------------------------------------

    @property
    def place(self) -> TerminalDocument | None:
        return self.station.facts.place

    @property
    def is_online(self) -> bool:
        return self.sync is not None and self.sync.online

    def now(self) -> float:
        return self.clock.monotonic()

    def speak(self, language: str) -> None:
        """From now on in this language; "" is the kiosk's own."""
        self.tr = Translator(language or self.home_language, strict=False)

    @property
    def other_language(self) -> str:
        return "en" if self.tr.language == "zh" else "zh"

    # -- what works --------------------------------------------------------------------------------------

    @property
    def out_of_service(self) -> str:
        """Why nothing works at all; "" = open."""
        if self.reader_trouble:
            return "reader"
        return "" if self.place is not None else "not_set_up"

    @property
    def cash_off(self) -> str:
        """Why no cash is taken; "" = it is."""
        if not self.values_fen:
            return "none"
        if self.acceptor_trouble:
            # Codes of the line (``device.gone``) all mean the same to a member: nobody answers.
            return "silent" if "." in self.acceptor_trouble else self.acceptor_trouble
        return "" if self.allowance_fen >= min(self.values_fen) else "allowance"

    @property
    def allowance_fen(self) -> int:
        """How much this kiosk may still take before the office has seen it; uploading refills it. F: D10"""
        journal = self.station.journal
        rules = OfflineRules.of({} if self.place is None else self.place.settings)
        since = RecordId(journal.terminal, journal.epoch, journal.received)
        pending = journal.index.moved_since("recharge", since)
        return max(0, rules.recharge_allowance_fen - pending)

    def room_fen(self, look: Look | None) -> int:
        """How much cash this card may take now; less than the smallest note is nothing."""
        if self.cash_off or look is None or look.refusal is not None or look.own_open:
            return 0
        room = min(look.cap_room_fen, self.allowance_fen)
        return room if room >= min(self.values_fen) else 0

    @property
    def prints(self) -> bool:
        """Whether a receipt can be promised."""
        return self.has_printer and self.printer not in PAPER_TROUBLE

    # -- paper -------------------------------------------------------------------------------------------

    def head(self) -> receipt.Head:
        place = self.place
        return receipt.Head(
            unit_name="" if place is None else place.unit_name,
            place_name="" if place is None else place.name,
            terminal=self.station.config.terminal,
        )
