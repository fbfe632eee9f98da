"""What a kiosk has at hand while a member stands before it: station, devices' health, language, paper.

The one object that every presenter is given. Says which functions are on and why one is not; decides nothing
about a visit and formats nothing.
"""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from kiosk import receipt, statement
from kiosk.cash_box import CashBox, kind_of, plain_trouble
from kiosk.task import Task
from kiosk.visit_state import Visit
from onecard.clock import Clock, card_seconds
from onecard.errors import OneCardError
from onecard.ids import Entropy, RecordId, SystemEntropy
from onecard.settings import OFFICE, Settings
from onecard.terminal import workplace
from onecard.terminal.collector import Carried
from onecard.terminal.look import ON_ACCOUNT
from onecard.terminal.offline import OfflineRules
from onecard.terminal.station import Station
from onecard.terminal.workplace import Workplace
from onecard.wire.client import ServerClient
from onecard.wire.messages import CardStatus

A = TypeVar("A")
#: Under this name the station's own settings say what is closed.
_CLOSED = "kiosk.closed"
#: Functions that only the office can do.
_OF_OFFICE = frozenset({"code", "pin", "statement", "loss"})


class Port(workplace.Port[Task], Protocol):
    """What only the window and the threads can do."""

    def open_mouth(self, opening: int, card: int, issue: int, room_fen: int) -> None:
        """Every acceptor takes cash for this card, together up to ``room_fen``."""
        ...

    def try_mouth(self, opening: int, serial: str) -> None:
        """This acceptor takes one note and gives it back: a test of it. F: D7"""
        ...

    def close_mouth(self) -> None: ...

    def ask(self, card: int, issue: int, then: Callable[[CardStatus | None], None]) -> None:
        """Ask the office on its own thread; ``then`` runs on the window's, with ``None`` for no answer."""
        ...

    def inquire(
        self, question: Callable[[ServerClient], A], then: Callable[[A | OneCardError], None]
    ) -> None:
        """Any other question, in the same way; ``then`` gets the answer, or why there is none."""
        ...

    def say(self, text: str, language: str) -> None:
        """Read a prompt aloud, where there is a voice; "" ends what is being said. F: D6"""
        ...


class Booth(Workplace[Port]):
    """One kiosk at work."""

    def __init__(
        self,
        *,
        station: Station,
        clock: Clock,
        port: Port,
        language: str,
        boxes: tuple[CashBox, ...] = (),
        has_printer: bool = True,
        values: Mapping[str, object] | None = None,
    ) -> None:
        """``boxes``: the acceptors that are fitted, each with its box. ``values``: settings in force, for
        the attendant's table."""
        super().__init__(station=station, clock=clock, port=port, language=language, has_printer=has_printer)
        self.boxes = boxes
        self.values: Mapping[str, object] = values or {}
        #: Large print with high contrast, and controls within the reach of who sits: for this visit.
        self.large = self.low = False
        #: In large print the first page shows a few functions at a time: the others have the screen.
        self.shows_others = False
        self._last_request = 0
        #: Carries data by a stick or handheld; ``None``: this machine is not set up for one. F: E4
        self.carry: Callable[[int, int, Callable[[Carried | OneCardError], None]], None] | None = None
        #: Of the codes on slips; a simulation's kiosk draws them again in the same order.
        self.entropy: Entropy = SystemEntropy()
        #: Ways to pay by code, as the office told them last. F: D4
        self.gateways: tuple[str, ...] = ()

    def request_id(self) -> RecordId:
        """Names a question so that asking again is the same question: seconds since 2020, as far as a
        sequence goes; an id that comes round is answered ``conflict``, and the next second is free."""
        self._last_request = max(card_seconds(self.clock.now()), self._last_request + 1)
        config = self.station.config
        return RecordId(config.terminal, self.station.journal.epoch, self._last_request % (1 << 24))

    def ease(self, what: str) -> None:
        """``large`` or ``low`` on or off; "" takes both back."""
        self.shows_others = False
        if not what:
            self.large = self.low = False
        else:
            setattr(self, what, not getattr(self, what))

    @property
    def other_language(self) -> str:
        return "en" if self.tr.language == "zh" else "zh"

    # -- out of service by the attendant ------------------------------------------------------------------

    #: What an attendant may close and open again, the whole machine last.
    functions = ("collect", "cash", "code", "loss", "pin", "statement", "machine")

    @property
    def closed(self) -> frozenset[str]:
        """Functions that an attendant has put out of service. F: D7"""
        said = self.station.upkeep.own.values.get(_CLOSED, "")
        return frozenset(one for one in said.split(",") if one)

    def switch(self, name: str, card: int, operator: int) -> None:
        """Out of service, or back; kept over a restart and recorded for the office. Raises ``StoreError``."""
        upkeep = self.station.upkeep
        closed = sorted(self.closed ^ {name})
        upkeep.set_own({**upkeep.own.values, _CLOSED: ",".join(closed)}, card, operator)

    # -- what works --------------------------------------------------------------------------------------

    @property
    def out_of_service(self) -> str:
        """Why nothing works at all; "" = open."""
        if self.reader_trouble:
            return "reader"
        if "machine" in self.closed:
            return "attendant"
        if self.station.journal.orders.is_locked:
            return "locked"
        if self.counter.power.source == "low":
            return "power"
        return "" if self.place is not None else "not_set_up"

    def off(self, name: str, visit: Visit) -> str:
        """Why a function cannot be had now, by this card if there is one; "" = it can. F: D10"""
        look = visit.look
        if name in self.closed:
            return "closed"
        if name == "code" and not self.recharges:
            return "not_here"
        if name == "code" and not self.gateways:
            return "none"
        if name in _OF_OFFICE and not self.is_online:
            return "offline"
        if name == "statement" and not self.prints:
            return "printer"
        if look is None or name == "loss":
            return ""
        if name == "collect" and not self.is_online and not look.loads:
            return "offline_collect"
        refused = look.refusal is not None and look.refusal.code not in (ON_ACCOUNT, "card.locked")
        return "card" if refused and name in ("collect", "code") else ""

    @property
    def recharges(self) -> bool:
        """Whether money is taken onto cards at this place at all. F: C13"""
        return Settings.of_office(OFFICE, {} if self.place is None else self.place.settings).flag("recharge")

    @property
    def cash_off(self) -> str:
        """Why no cash is taken at all; "" = it is."""
        if not self.boxes:
            return "none"
        if not self.recharges:
            return "not_here"
        if "cash" in self.closed:
            return "closed"
        if self.acceptor_trouble:
            return plain_trouble(self.acceptor_trouble)
        if not self.station.journal.has_room:
            return "store"  # a coin does not come back
        return "" if self.allowance_fen >= self._smallest_fen else "allowance"

    @property
    def acceptor_trouble(self) -> str:
        """Why no acceptor takes anything, as the first one's health names it; "" while one does."""
        return "" if self.open_boxes or not self.boxes else self.boxes[0].trouble

    @property
    def open_boxes(self) -> tuple[CashBox, ...]:
        """Those whose acceptor works."""
        return tuple(box for box in self.boxes if not box.trouble)

    @property
    def cash_kind(self) -> str:
        """What goes in here while all is well: ``notes``, ``coins`` or ``both``."""
        return kind_of(self.boxes)

    @property
    def _smallest_fen(self) -> int:
        return min(min(box.values_fen) for box in self.open_boxes or self.boxes)

    @property
    def allowance_fen(self) -> int:
        """How much cash this kiosk may still take before the office has seen it, whether it went onto a card
        or waits for one; uploading refills it. F: D10"""
        journal = self.station.journal
        rules = OfflineRules.of({} if self.place is None else self.place.settings)
        since = RecordId(journal.terminal, journal.epoch, journal.received)
        pending = journal.index.credited_since(since)
        return max(0, rules.recharge_allowance_fen - pending)

    def room_fen(self, visit: Visit) -> int:
        """How much cash this visit's card may take now; less than the smallest note is nothing."""
        look = visit.look
        if self.cash_off or look is None or look.own_open:
            return 0
        if look.refusal is not None and look.refusal.code != ON_ACCOUNT:
            return 0
        room = min(look.cap_room_fen, self.allowance_fen)
        if look.refusal is not None:
            # Of an account only the office knows how full it is; what was known last has to do.
            room -= max(0, statement.balance(self.station, look, visit.status).fen or 0)
        return room if room >= self._smallest_fen else 0

    # -- paper -------------------------------------------------------------------------------------------

    def head(self) -> receipt.Head:
        place = self.place
        return receipt.Head(
            unit_name="" if place is None else place.unit_name,
            place_name="" if place is None else place.name,
            terminal=self.station.config.terminal,
        )
