"""What all parts of a station share: its journal, facts, keys and time, and the head that every intent gets.

Knows how to begin an intent and who may do what; touches no card.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onecard.cards.cpu.host import LoadHost
from onecard.cards.cpu.psam import KeyPsam, Psam
from onecard.cards.keys import KeySet
from onecard.cards.legacy import OldLayout
from onecard.clock import Clock
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.rules.periods import PLAIN, Calendar, in_force, of_settings
from onecard.settings import OFFICE, Settings
from onecard.terminal.moment import Moment
from onecard.terminal.own import OwnSettings
from onecard.terminal.permission import RECHARGE
from onecard.wire.messages import CardType, Product, TerminalDocument


@dataclass(frozen=True, kw_only=True)
class StationConfig:
    """What a station is before it has heard anything from the office."""

    unit: int
    terminal: int
    kind: str = "pos"  # "pos" | "kiosk"
    first_sector: int = 1


class Desk:
    """Shared by ``Look``ing, tapping and the shift."""

    def __init__(
        self, config: StationConfig, journal: Journal, facts: Facts, keys: KeySet, clock: Clock
    ) -> None:
        self.config = config
        self.journal = journal
        self.facts = facts
        self.keys = keys
        self.clock = clock
        self.moment = Moment(clock, journal, facts.as_of)
        facts.time = self.moment.now
        #: What orders purchases from CPU cards: the key store, unless a PSAM lies in a reader of its own.
        self.psam: Psam = KeyPsam(keys)
        #: How the cards of the system before are read, while they are being taken over.
        self.old: OldLayout | None = None
        #: Until when (monotonic) the payee card that was shown lets cash be taken.
        self.payee_until = 0.0
        #: Who orders loads of CPU cards; ``None``: nobody can be asked from here.
        self.load_host: LoadHost | None = None
        #: What is set at the station itself, over what the office says.
        self.own: OwnSettings | None = None
        self._calendar: tuple[object, Calendar] | None = None
        self._products: tuple[object, Mapping[int, Product]] | None = None

    def place(self) -> TerminalDocument:
        """Raises ``Refused("station.not_set_up")`` before the first contact with the office."""
        place = self.facts.place
        if place is None:
            raise Refused("station.not_set_up")
        return place if self.own is None else self.own.over(place)

    def calendar(self) -> Calendar:
        """Of this outlet, as the office keeps it; without one the unit's day and the terminal's own meals."""
        place, document = self.facts.place, self.facts.calendar
        if place is None:
            return PLAIN
        terms = None if document is None else in_force(document.terms, self.moment.now())
        source = terms or self.place()
        # A till asks several times per sale; the documents stay the same objects while they are in force.
        if self._calendar is None or self._calendar[0] is not source:
            self._calendar = (source, Calendar.of(terms) if terms is not None else of_settings(self.place()))
        return self._calendar[1]

    def products(self) -> Mapping[int, Product]:
        """What this outlet sells, by number."""
        rows = self.facts.products
        if self._products is None or self._products[0] is not rows:
            self._products = (rows, {row.product: row for row in rows})
        return self._products[1]

    def card_type(self, number: int) -> CardType | None:
        return self.facts.types.get(number)

    def head(self, id: RecordId, at: int, shift: int, operator: int) -> dict[str, Any]:
        """Who, where, when: what every intent begins with."""
        return {
            "unit": self.config.unit,
            "id": id,
            "at": at,
            "day": self.calendar().card_day(at),
            "shift": shift,
            "operator": operator,
            "versions": self.facts.versions(),
        }

    def may(self, operator: int, permission: str) -> bool:
        """Whether the office's newest list gives this operator the right."""
        return any(one.operator == operator and permission in one.permissions for one in self.facts.operators)

    def demand_open(self) -> None:
        """Raises ``Refused("station.locked")``: the office has locked this station. F: E6"""
        if self.journal.orders.is_locked:
            raise Refused("station.locked")

    def demand(self, operator: int, permission: str) -> None:
        """Raises ``Refused("operator.not_allowed")``."""
        if not self.may(operator, permission):
            raise Refused("operator.not_allowed", permission=permission)
        if permission == RECHARGE and self._wants_payee() and self.clock.monotonic() >= self.payee_until:
            raise Refused("recharge.payee_card")

    def _wants_payee(self) -> bool:
        """Whether the unit wants a second thing in the hand of whoever takes cash."""
        return Settings.of_office(OFFICE, self.place().settings).flag("payee_card")

    def demand_recharges(self) -> None:
        """Raises ``Refused("recharge.off_here")``: a place that only sells. F: C13

        Asked before money is taken; what was taken already is never refused.
        """
        if not Settings.of_office(OFFICE, self.place().settings).flag("recharge"):
            raise Refused("recharge.off_here")
