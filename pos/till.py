"""What a station has at hand while somebody works at it: who, which shift, how the outside stands.

The one object that every presenter is given. Knows the core's station and the port to threads and window;
decides nothing about a sale and formats nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from onecard import masking
from onecard.clock import Clock, card_seconds
from onecard.devices.printers import Document, PrinterState
from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.money import Fen, Pad
from onecard.settings import OFFICE, Settings
from onecard.terminal import workplace
from onecard.terminal.collector import Carried
from onecard.terminal.offline import OfflineRules, sale_cap
from onecard.terminal.outcome import Unfinished
from onecard.terminal.signon import SignOn
from onecard.terminal.station import Station
from onecard.terminal.workplace import Workplace
from onecard.wire.messages import CardType, Operator, Product, ShiftOpen
from pos import receipt
from pos.checkout import Rules
from pos.foreign import Foreign
from pos.mode import Mode
from pos.question import Answer, Question
from pos.shelf import Shelf
from pos.tap_events import ASIDE_AFTER_S
from pos.task import Task

#: Permissions as the office names them.
SELL, VOID, SHIFT = "pos.sell", "pos.void", "pos.shift"
ISSUE, RECHARGE, LOSS, QUERY = "desk.issue", "desk.recharge", "desk.loss", "desk.query"
PAYOUT, REPLACE, CORRECT, GIFT = "desk.payout", "desk.replace", "desk.correct", "desk.gift"
POINTS, REMIT, HOLD = "desk.points", "desk.remit", "pos.hold"
MANAGEMENT = "desk.management"
SUPERVISOR = "supervisor"


class Port(workplace.Port[Task], Protocol):
    """What only the window and the threads can do."""

    def ask(self, question: Question, then: Callable[[Answer], None]) -> None:
        """Put a question to the server on its own thread; ``then`` runs on the window's."""
        ...

    def look(self, *, language: str = "", theme: str = "") -> None:
        """Change how the window looks."""
        ...


@dataclass
class Printed:
    """The last receipts, so that a reprint needs no memory of the cashier's."""

    last: Document | None = None
    failed: list[Document] = field(default_factory=list)
    #: The last one was sent, and its printer cannot say whether it came out.
    is_unsure: bool = False


class Till(Workplace[Port]):
    """One station at work. ``say`` puts a short message on the screen."""

    def __init__(
        self,
        *,
        station: Station,
        sign_on: SignOn,
        clock: Clock,
        port: Port,
        language: str,
        theme: str = "light",
        patience_s: float = ASIDE_AFTER_S,
        has_printer: bool = True,
        shelf: Shelf | None = None,
    ) -> None:
        """``patience_s``: how long the same card is waited for; ``shelf``: bills on hold."""
        super().__init__(station=station, clock=clock, port=port, language=language, has_printer=has_printer)
        self.sign_on, self.theme, self.patience_s = sign_on, theme, patience_s
        self.operator: Operator | None = None
        self.printed = Printed()
        self.message: tuple[str, str] = ("", "ink")
        self.message_at, self.message_number = 0.0, 0
        #: Own taps that wait for their card, oldest first; ``refresh`` reads them again.
        self.aside: tuple[Unfinished, ...] = ()
        self._last_request = 0
        self.shelf = shelf or Shelf()
        #: Terminals of other people's cards that stand here: ``bank``, ``city``.
        self.foreign: dict[str, Foreign] = {}
        #: Records onto a stick and files from it, by card and operator; ``None``: no stick is used here.
        self.carry: Callable[[int, int, Callable[[Carried | OneCardError], None]], None] | None = None

    # -- who and where -----------------------------------------------------------------------------------

    @property
    def operators(self) -> tuple[Operator, ...]:
        """Everybody who may work at a till, by log-in: pinyin, the order in which people look for a name."""
        return tuple(sorted(self.station.facts.operators, key=lambda one: one.login))

    @property
    def products(self) -> tuple[Product, ...]:
        return self.station.facts.products

    @property
    def types(self) -> tuple[CardType, ...]:
        return tuple(self.station.facts.types.values())

    @property
    def shift(self) -> ShiftOpen | None:
        return self.station.shift

    def may(self, permission: str) -> bool:
        """Whether who works here holds this right."""
        return self.operator is not None and permission in self.operator.permissions

    def operator_name(self, number: int) -> str:
        """By name, or by number when the office took the operator off the list."""
        return next((one.name for one in self.operators if one.operator == number), f"#{number}")

    @property
    def aside_count(self) -> int:
        return len(self.aside)

    def refresh(self) -> None:
        """Something was journaled: read again what is shown on every screen."""
        self.aside = tuple(self.station.open_taps())

    def trouble(self) -> Refused:
        """What keeps the exchange from working although the server answers."""
        return Refused("" if self.sync is None else self.sync.trouble)

    # -- settings ----------------------------------------------------------------------------------------

    @property
    def office(self) -> Settings:
        """What the office set for this station; defaults before its first word."""
        return Settings.of_office(OFFICE, {} if self.place is None else self.place.settings)

    @property
    def mode(self) -> Mode:
        """What a tap means here: the office's word, or what was chosen at the till since. F: C1"""
        office, kept = self.office, self.shelf.content
        said = office.text("mode")
        chosen = kept.mode and kept.office_mode == said and office.flag("mode_switch")
        return Mode(kept.mode) if chosen else Mode(said)

    def choose(self, mode: Mode) -> None:
        """Raises ``Refused("mode.fixed_by_office")``, ``StoreError``."""
        if not self.office.flag("mode_switch"):
            raise Refused("mode.fixed_by_office")
        self.shelf.choose(mode.value, self.office.text("mode"))

    @property
    def recharges(self) -> bool:
        """Whether money is taken onto cards at this place at all. F: C13"""
        return self.office.flag("recharge")

    def price_of(self, product: Product) -> int:
        """What one costs anybody here and now, fen."""
        return self.station.over_counter.price_of(product)

    @property
    def rules(self) -> Rules:
        office = self.office
        return Rules(
            pad=Pad(office.text("pad")),
            cap_fen=Fen(office.number("sale_cap_fen")),
            large_fen=Fen(office.number("large_fen")),
        )

    @property
    def offline_cap_fen(self) -> int | None:
        """What one sale may be under a stop list as old as ours; ``None`` while it is young enough."""
        age_s = None if self.sync is None else self.sync.stops_age_s
        rules = OfflineRules.of({} if self.place is None else self.place.settings)
        try:
            caps = [sale_cap(rules, one, age_s) for one in self.types]
        except Refused:
            return 0
        return min((cap for cap in caps if cap is not None), default=None)

    # -- small services ----------------------------------------------------------------------------------

    def request_id(self) -> RecordId:
        """Names a question so that asking again is the same question.

        Seconds since 2020 within the 24 bits of a sequence: they come round after 194 days, and the server
        answers ``conflict`` to an id that it knows for something else; the next second is free again.
        """
        self._last_request = max(card_seconds(self.clock.now()), self._last_request + 1)
        config = self.station.config
        return RecordId(config.terminal, self.station.journal.epoch, self._last_request % (1 << 24))

    def say(self, text: str, tone: str = "ink") -> None:
        """A short message; it leaves by itself."""
        self.message, self.message_at = (text, tone), self.now()
        self.message_number += 1

    def refuse(self, error: OneCardError) -> None:
        """Say why something did not happen, with the tone that goes with it."""
        self.say(self.tr.refusal(error), "refuse")
        self.port.play("refused")

    def journaled(self, write: Callable[[], None]) -> bool:
        """Something goes to disk; a refusal is said and changes nothing."""
        try:
            write()
        except OneCardError as error:
            self.refuse(error)
            return False
        self.refresh()
        self.port.wake()
        return True

    # -- paper -------------------------------------------------------------------------------------------

    def head(self, *, holder: str = "", operator: int = 0) -> receipt.Head:
        place = self.place
        name = self.operator_name(operator) if operator else self.operator.name if self.operator else ""
        return receipt.Head(
            unit_name="" if place is None else place.unit_name,
            outlet_name="" if place is None else place.outlet_name,
            terminal=self.station.config.terminal,
            operator_name=name,
            holder=holder,
            training=self.station.upkeep.is_training,
        )

    def print(self, document: Document) -> None:
        """Send it and go on; a paper that did not come out waits for a reprint, it stops nobody."""
        if not self.has_printer:
            return
        self.printed.last, self.printed.is_unsure = document, False

        def done(state: PrinterState) -> None:
            self.printer = state
            self.printed.is_unsure = state is PrinterState.UNKNOWN
            if state.has_printed or self.printed.is_unsure:
                # Whether paper lies there, a person sees sooner than any printer of that kind could tell.
                self.printed.failed = [one for one in self.printed.failed if one.id != document.id]
            elif document not in self.printed.failed:
                self.printed.failed.append(document)

        self.port.print(document, done)

    def holder(self, card: int) -> str:
        """Whose card it is, masked; "" when this station was not told."""
        member = self.station.facts.member(card)
        return "" if member is None else masking.name(member.name)

    def speak(self, language: str) -> None:
        """From now on in this language."""
        super().speak(language)
        self.port.look(language=language)
