"""The back of a station: what it did in any span of time, management cards, what is set at it itself.

Sells nothing and writes no purse. Knows no screen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import structlog

from onecard.cards.management.document import Kind, Management
from onecard.cards.medium import StorageCard
from onecard.cards.session import CardSession
from onecard.errors import Refused, StoreError
from onecard.ids import RecordId
from onecard.rules.periods import Calendar
from onecard.settings import OFFICE, Settings
from onecard.terminal import evidence, own, training
from onecard.terminal.desk import Desk
from onecard.terminal.foreign import ForeignBook
from onecard.terminal.look import Look
from onecard.terminal.management import ManagementDesk
from onecard.terminal.outcome import Journaled
from onecard.terminal.shift import ShiftBook
from onecard.wire import messages as m

_log = structlog.get_logger("upkeep")

#: Under this name the moment stands that was set by hand last; it is no setting and is read by nobody here.
TIME_SET: Final = "time.set"


@dataclass(frozen=True, kw_only=True)
class ManagementLook(Look):
    """A management card lies there; it is nobody's purse and no blank either."""

    management: Management


class Upkeep:
    """Of one station."""

    def __init__(
        self, desk: Desk, shifts: ShiftBook, open_session: Callable[[StorageCard], CardSession]
    ) -> None:
        self._desk, self._shifts, self._open_session = desk, shifts, open_session
        self.own = own.OwnSettings(desk.journal.path.parent / own.NAME)
        desk.own = self.own
        self.cards = ManagementDesk(desk, desk.facts.server_key)
        #: What was asked of bank and city card terminals.
        self.foreign = ForeignBook(desk, shifts)

    def between(self, since: int, until: int) -> list[Journaled]:
        """Own card writes decided in this span of the office's time, newest first. F: C9"""
        return self._shifts.between(since, until)

    def elsewhere(self) -> tuple[m.OpenTap, ...]:
        """What other stations could not finish, as far as the office has told. F: C10"""
        taps = self._desk.facts.open_taps()
        return tuple(tap for tap in taps if evidence.is_elsewhere(self._desk, tap))

    @property
    def calendar(self) -> Calendar:
        """Business day and meals of this outlet."""
        return self._desk.calendar()

    @property
    def office(self) -> Settings:
        """What the office set, with what is set at the station over it."""
        place = self._desk.facts.place
        return Settings.of_office(OFFICE, {} if place is None else self.own.over(place).settings)

    def session(self, storage: StorageCard) -> CardSession:
        """The conversation with what lies there; only reading in it leaves no trace, here or there."""
        return self._open_session(storage)

    def show(self, storage: StorageCard) -> ManagementLook:
        """What a management card does by being shown, and what it is. Raises as ``ManagementDesk.show``.

        While nobody can be sure of the time only those show themselves that can set it.
        """
        try:
            management = self.cards.show(storage)
        except Refused as refused:
            if refused.code != "clock.unsure":
                raise
            management = self.cards.read(storage, dated=False)
            if management.kind not in (Kind.ADMINISTRATOR, Kind.SETTINGS):
                raise
        return self._look(storage, management)

    def make(self, storage: StorageCard, content: bytes) -> ManagementLook:
        """What the office sealed for this plastic goes onto it. Raises as ``ManagementDesk.write``. F: A7"""
        return self._look(storage, self.cards.write(storage, content))

    def known(self, storage: StorageCard) -> ManagementLook:
        """Which card it is, stopped or not: to be given back. Raises as ``ManagementDesk.known``."""
        return self._look(storage, self.cards.known(storage))

    def _look(self, storage: StorageCard, management: Management) -> ManagementLook:
        return ManagementLook(
            session=self._open_session(storage),
            image=None,
            refusal=Refused("card.management"),
            management=management,
        )

    # -- the drawer --------------------------------------------------------------------------------------

    def move_cash(
        self, way: Literal["in", "out"], fen: int, reason: str, supervisor: int = 0
    ) -> m.DrawerMove:
        """Cash into the drawer or out of it for no sale. Raises as ``ShiftBook.move``. F: C8"""
        return self._shifts.move(way, fen, reason, supervisor)

    def cash_moves(self) -> list[m.DrawerMove]:
        """Those of the open shift, oldest first."""
        return self._shifts.moves()

    # -- time --------------------------------------------------------------------------------------------

    def set_time(self, at: int, card: int, operator: int) -> None:
        """A person with the right card said what time it is. Raises ``Refused("clock.behind")``. F: C18"""
        self._desk.moment.say(at)
        self.set_own({**self.own.values, TIME_SET: str(at)}, card, operator)

    # -- settings ----------------------------------------------------------------------------------------

    def set_own(self, values: Mapping[str, str], card: int, operator: int) -> None:
        """From now on these are set at the station itself; the office hears of it. Raises ``StoreError``."""
        self.own.keep(values, card)
        self._tell_own(operator)

    def recover(self) -> None:
        """Once at start: a change that was stored when the power went is recorded now."""
        if not self.own.is_told:
            try:
                self._tell_own(0)
            except StoreError as error:
                _log.warning("upkeep.not_told", code=error.code)

    def _tell_own(self, operator: int) -> None:
        desk, now = self._desk, self._desk.moment.now()
        desk.journal.append(
            lambda id: m.SettingsChanged(
                **desk.head(id, now, self._shifts.number, operator),
                values=dict(self.own.values),
                card=self.own.card,
            )
        )
        self.own.told()

    def carried(self, id: RecordId, card: int, operator: int, records: int, documents: int) -> m.Carried:
        """The record of a stick or handheld that was here. F: E4"""
        head = self._desk.head(id, self._desk.moment.now(), self._shifts.number, operator)
        return m.Carried(**head, card=card, records=records, documents=documents)

    # -- training ----------------------------------------------------------------------------------------

    @property
    def is_training(self) -> bool:
        """Whether nothing that is done here is ever posted. F: C14"""
        return self._desk.keys.training

    def make_training_card(self, storage: StorageCard) -> Look:
        """A blank becomes a training card with some money on it. Raises as ``training.make_card``."""
        image = training.make_card(self._desk, self._desk.keys, storage)
        return Look(session=self._open_session(storage), image=image)
