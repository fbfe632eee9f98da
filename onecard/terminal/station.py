"""The half of a POS or kiosk that has no screen: what an app holds, and the only place its taps go through.

Every method that writes a card keeps the order of one tap: check → ``intent`` on disk → write and read
back → ``done`` on disk → only then a ``Completed``. What fails before the intent raises (``Refused``,
``CardError``, ``StoreError``) and leaves no trace; what fails after it comes back as ``Unfinished``.
Blocking: call it from the reader's worker thread. Knows no widget, no thread and no network.
"""

from collections.abc import Callable, Sequence
from typing import Final

import structlog

from onecard.cards.cpu.host import LoadHost
from onecard.cards.cpu.psam import Psam
from onecard.cards.image import CardImage
from onecard.cards.keys import KeySet
from onecard.cards.medium import StorageCard
from onecard.clock import Clock
from onecard.errors import CardForeign, OneCardError, Refused
from onecard.ids import RecordId
from onecard.journal.facet import PurseIntent
from onecard.journal.facts import Facts
from onecard.journal.index import Tap
from onecard.journal.journal import Journal
from onecard.rules import limits
from onecard.rules.purse import Change
from onecard.terminal import bargain, draft, offline, permission, replaced
from onecard.terminal import look as looking
from onecard.terminal.account import Accounts
from onecard.terminal.allowance import recharged_by
from onecard.terminal.desk import Desk, StationConfig
from onecard.terminal.front_desk import FrontDesk
from onecard.terminal.issuing import Issuing
from onecard.terminal.look import LOCKING, Look
from onecard.terminal.moment import Moment
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed, Journaled, State, Unfinished, WrongCard
from onecard.terminal.over_counter import OverCounter
from onecard.terminal.shift import ShiftBook
from onecard.terminal.takeover import Takeover
from onecard.terminal.tap import Make, Taps
from onecard.terminal.upkeep import Upkeep
from onecard.wire import messages as m

__all__ = ["ASIDE_LIMIT", "Station", "StationConfig"]

_log = structlog.get_logger("station")

#: So many taps may lie aside before a person has to say that the queue may go on.
ASIDE_LIMIT: Final = 5


class Station:
    """One enrolled terminal. ``facts.place`` is None until the first contact: nothing can be sold before."""

    def __init__(
        self, config: StationConfig, journal: Journal, facts: Facts, keys: KeySet, clock: Clock
    ) -> None:
        self.config = config
        self.journal = journal
        self.facts = facts
        self._desk = Desk(config, journal, facts, keys, clock)
        self._taps = Taps(self._desk)
        self._shifts = ShiftBook(self._desk)
        #: What this till asks the office to do, and cards that come back for good.
        self.front_desk = FrontDesk(self._desk, self._shifts, self._taps, self._usable)
        #: Cards whose money is at the office.
        self.accounts = Accounts(self._desk, self._shifts, self._taps)
        self.over_counter = OverCounter(self._desk, self._shifts)
        self._issuing = Issuing(self._desk, self._taps)
        #: Cards of the system before, where this station knows their layout.
        self.takeover = Takeover(self._desk, self._taps, self._issuing)
        #: Looking back, management cards, and what is set at the station itself.
        self.upkeep = Upkeep(self._desk, self._shifts, self._taps.open_session)
        #: The newest look, good for one write; ``None`` once a card was written or changed.
        self._fresh: Look | None = None
        self._fresh_storage: StorageCard | None = None
        self._aside_limit = ASIDE_LIMIT

    def attach(self, *, psam: Psam | None = None, load_host: LoadHost | None = None) -> None:
        """What CPU cards need beside the key store: a PSAM in its own reader, somebody to order loads."""
        if psam is not None:
            self._desk.psam = psam
        self._desk.load_host = load_host or self._desk.load_host

    # ---- the card on the reader

    def look(self, storage: StorageCard) -> Look:
        """Read the card and say everything known about it. Raises ``CardError`` for cards that are not ours.

        Journals ``seen`` when somebody's open tap is on this card, and locks a card that was reported lost,
        replaced or returned; both happen before it returns and need no answer from the caller.
        """
        self._fresh = None
        look = looking.take(self._desk, self._taps.open_session(storage))
        if look.image is not None and look.stop in LOCKING and not look.image.newest.locked:
            self._lock(look, look.image)
        else:
            self._fresh, self._fresh_storage = look, storage
        return look

    def sell(self, storage: StorageCard, look: Look, order: Order) -> Completed | Unfinished:
        """One sale from the card's purse."""
        self._desk.place()
        who = self._who()
        look, image, card_type = self._usable(storage, look)
        replaced.check(self.journal, order.replaces)
        at = self._desk.moment.now()
        deal = bargain.on_card(self._desk, card_type, image.newest, order, at, self.sale_cap_fen(card_type))
        counters = bargain.counters(card_type, image.newest)
        return self._perform(look, image, draft.sale(self._desk, who, order, deal, counters))

    def void(
        self, storage: StorageCard, look: Look, sale: RecordId, supervisor: int = 0, reason: str = ""
    ) -> Completed | Unfinished:
        """Take back a whole sale of this station and this open shift, onto the same card.

        ``supervisor`` allows it because of ``reason``; both stand in the record.
        """
        sold = self._shifts.voidable(sale)
        self._demand(permission.VOID, supervisor or self._shifts.operator)
        # Money goes back onto a card that has expired meanwhile as well.
        look, image, _ = self._usable(storage, look, but="card.expired")
        if (look.card, look.issue) != (sold.card, sold.issue):
            raise Refused("void.other_card")
        drafted = draft.void(self._desk, self._who(), sold, supervisor, reason)
        if look.session.medium == "cpu":
            # Money goes onto such a card by the server's order only; what is owed needs no network.
            return self._taps.owe(image, *drafted, self._desk.moment.now())
        return self._perform(look, image, drafted)

    def recharge(
        self,
        storage: StorageCard,
        look: Look,
        fen: int,
        source: m.Source = m.Source.TILL,
        credits: Sequence[RecordId] = (),
        replaces: RecordId | None = None,
        salesperson: int = 0,
    ) -> Completed | Unfinished:
        """Cash onto the main purse. From the cash box ``credits`` are the notes it delivers, Σ = ``fen``.

        ``replaces``: the counter recharge that was given up and whose cash this one puts onto a card;
        ``salesperson``: who has the commission.
        """
        at_till = source is m.Source.TILL
        who = self._who(at_till)
        replaced.check_cash(self.journal, replaces)
        look, image, card_type = self._usable(storage, look)
        if at_till:
            self._demand(permission.RECHARGE, self._shifts.operator)
            if replaces is None:
                self._desk.demand_recharges()
            since = RecordId(self.config.terminal, self.journal.epoch, self.journal.received)
            pending = self.journal.index.moved_since("recharge", since)
            rules = self._offline_rules()
            each = recharged_by(self.journal, self._shifts.operator, since) if rules.recharge_each_fen else 0
            offline.check_recharge(rules, fen, pending, each)
        else:
            self._check_credits(fen, credits)
        limits.check_recharge(
            card_type, image.newest, fen, least=at_till, cash=at_till, named=bool(look.holder) or not at_till
        )
        drafted = draft.recharge(self._desk, who, fen, source, credits, replaces, salesperson)
        return self._perform(look, image, drafted)

    def apply_loads(self, storage: StorageCard, look: Look) -> Completed | Unfinished | None:
        """Write the waiting loads that fit in one go; ``None`` when there is nothing to write."""
        look, image, card_type = self._usable(storage, look, but="card.locked")
        plan = looking.plan_loads(self._desk, look.session.medium, image, card_type)
        if plan is None:
            if look.refusal is not None:
                raise look.refusal
            return None
        return self._perform(look, image, draft.load(self._desk, self._who(False), plan))

    def issue(
        self,
        storage: StorageCard,
        grant: m.IssueGrant,
        opening_fen: int,
        operator: int = 0,
        allowed_by: int = 0,
    ) -> Completed | Unfinished:
        """Make the blank medium card ``grant.card`` with ``opening_fen`` on it; whose word it is must be one
        of somebody who may."""
        who = self._who()
        who = draft.Who(who.shift, operator or who.operator)
        self._demand(permission.ISSUE, allowed_by or who.operator)
        if opening_fen:
            self._desk.demand_recharges()
        self._fresh = None
        return self._issuing.issue(storage, grant, opening_fen, who)

    # ---- taps that the card left half-way

    def retap(self, storage: StorageCard, unfinished: Unfinished) -> Completed | Unfinished | WrongCard:
        """A card was put on while ``unfinished`` waits: prove it, or write it now, or say it is another.

        Raises ``Refused("card.not_written")`` when the card proves that the intent can never be on it any
        more, and ``Refused("tap.given_up")`` after ``give_up``.
        """
        self._fresh = None
        return self._taps.retap(storage, unfinished.id)

    def set_aside(self, id: RecordId, supervisor: int = 0) -> None:
        """Let the queue move. The sixth needs a supervisor: ``Refused("tap.too_many_aside")``."""
        _, state = self._taps.waiting(id, or_done=True)
        if state is not State.OPEN:
            return
        aside = sum(tap.state == State.ASIDE for tap in self._open())
        if aside == 0:
            self._aside_limit = ASIDE_LIMIT
        if supervisor:
            self._demand(permission.SUPERVISOR, supervisor)
            self._aside_limit = max(self._aside_limit, aside + ASIDE_LIMIT)
        if aside >= self._aside_limit:
            raise Refused("tap.too_many_aside", aside=aside)
        now = self._desk.moment.now()
        self.journal.append(lambda n: m.Unresolved(id=n, at=now, of=id))

    def give_up(self, id: RecordId, why: str, by: int = 0) -> None:
        """This terminal never completes it; ``why``: ``rung_again | supervisor | z | session_end``."""
        self._taps.waiting(id)
        now = self._desk.moment.now()
        self.journal.append(lambda n: m.GivenUp(id=n, at=now, of=id, why=why, by=by))

    def open_taps(self) -> list[Unfinished]:
        """Own taps that are open or aside, oldest first."""
        return [Unfinished(intent=self._intent(tap.id), state=State(tap.state)) for tap in self._open()]

    def recover(self) -> list[Unfinished]:
        """Once at start: what was open when the power went is set aside. Returns ``open_taps()``."""
        self.upkeep.recover()
        now = self._desk.moment.now()
        interrupted = [tap for tap in self._open() if tap.state == State.OPEN]
        if interrupted:
            _log.warning("station.recovered", taps=[str(tap.id) for tap in interrupted])
            self.journal.append_all([_unresolved(tap.id, now) for tap in interrupted])
        for tap in self._open():
            if tap.kind == "lock":
                self.give_up(tap.id, "lock")
        return self.open_taps()

    # ---- the cashier's shift

    @property
    def shift(self) -> m.ShiftOpen | None:
        """The open shift."""
        return self._shifts.current

    def open_shift(self, operator: int, float_fen: int) -> m.ShiftOpen:
        """Start a shift; ``Refused("shift.open")`` while one is open."""
        return self._shifts.open(operator, float_fen)

    def totals(self) -> m.Totals:
        """X: sums so far of the open shift."""
        return self._shifts.totals()

    def expected_cash_fen(self) -> int:
        """What should lie in the drawer now. Not for the cashier's eyes before the count."""
        return self._shifts.expected_fen()

    def close_shift(self, counted_fen: int) -> m.ShiftClose:
        """Z: give up what is aside, number it, close. A shift without a single sale closes as well."""
        return self._shifts.close(counted_fen)

    def sales_of_shift(self) -> list[Journaled]:
        """Own intents of the open shift, newest first, in every state."""
        return self._shifts.journaled()

    def find(self, id: RecordId) -> Journaled | None:
        """One own intent by its number, for search and reprint."""
        return self._shifts.find(id)

    # ---- notes that the kiosk credited

    def free_credits(self) -> list[m.Credit]:
        """Credits that are on no road yet: in no card write and in no ``waiting``."""
        return [self._credit(id) for id in self.journal.index.free_credits()]

    def wait_credits(self, card: int, issue: int, credits: Sequence[RecordId]) -> m.Waiting:
        """Turn credits that reached no card into a waiting load of this card.

        ``Refused("credit.used")`` for a credit in a card write that no read has shown as not written.
        """
        amount = sum(self._credit(id).value_fen for id in credits)
        self._check_credits(amount, credits)
        now = self._desk.moment.now()
        return self.journal.append(
            lambda id: m.Waiting(
                **self._desk.head(id, now, self._shifts.number, self._shifts.operator),
                card=card,
                issue=issue,
                amount_fen=amount,
                credits=tuple(credits),
            )
        )

    # ---- how the outside stands

    def sale_cap_fen(self, card_type: m.CardType) -> int | None:
        """The cap per sale that the age of the stop list imposes now; ``None``: only the card type's own."""
        return offline.sale_cap(self._offline_rules(), card_type, self.stops_age_s)

    @property
    def stops_age_s(self) -> int | None:
        """Age of the stop list; ``None`` = there never was one."""
        as_of = self.facts.as_of
        return None if as_of == 0 else max(0, self._desk.moment.now() - as_of)

    @property
    def moment(self) -> Moment:
        """What time it is for everything that is decided here."""
        return self._desk.moment

    @property
    def clock_is_sure(self) -> bool:
        return self._desk.moment.is_sure

    def now(self) -> int:
        """Unix seconds by the office's clock, as well as is known here."""
        return self._desk.moment.now()

    # ---- inside

    def _usable(self, storage: StorageCard, look: Look, but: str = "") -> tuple[Look, CardImage, m.CardType]:
        """The look if it is the newest of the card that lies there, else a new one; nothing is against it."""
        if look is not self._fresh or storage is not self._fresh_storage:
            again = self.look(storage)
            if (again.card, again.issue, again.uid) != (look.card, look.issue, look.uid):
                raise Refused("card.changed")
            look = again
        self._fresh = None
        if look.image is None:
            raise CardForeign("card.blank")
        if look.refusal is not None and look.refusal.code != but:
            raise look.refusal
        if look.own_open:
            raise Refused("tap.own_open", tap=str(look.own_open[0].id))
        if look.card_type is None:
            raise Refused("card.type_unknown", type=look.image.identity.type)
        return look, look.image, look.card_type

    def _who(self, needs_shift: bool = True) -> draft.Who:
        """Shift and operator of what is about to be written; a kiosk has neither."""
        self._desk.demand_open()
        if needs_shift and self.config.kind == "pos":
            self._shifts.demand()
        return draft.Who(self._shifts.number, self._shifts.operator)

    def _perform(self, look: Look, image: CardImage, drafted: tuple[Change, Make]) -> Completed | Unfinished:
        return self._taps.perform(look.session, image, *drafted, self._desk.moment.now())

    def _demand(self, right: str, operator: int) -> None:
        if self.config.kind == "pos":
            self._desk.demand(operator, right)

    def _offline_rules(self) -> offline.OfflineRules:
        return offline.OfflineRules.of(self._desk.place().settings)

    def _lock(self, look: Look, image: CardImage) -> None:
        """Write the locked flag. Nobody waits for it: a card that leaves is locked at its next tap."""
        stop = self.facts.stop(look.card, look.issue)
        assert stop is not None
        try:
            ended = self._perform(look, image, draft.lock(self._desk, self._who(False), *stop))
        except OneCardError as error:
            _log.warning("station.lock_failed", card=look.card, code=error.code)
            return
        if isinstance(ended, Unfinished):
            self.give_up(ended.id, "lock")

    def _check_credits(self, fen: int, credits: Sequence[RecordId]) -> None:
        free = set(self.journal.index.free_credits())
        for id in credits:
            if id not in free:
                raise Refused("credit.used", credit=str(id))
        if len(set(credits)) != len(credits) or sum(self._credit(id).value_fen for id in credits) != fen:
            raise Refused("credit.sum")

    def _credit(self, id: RecordId) -> m.Credit:
        body = self.journal.body(id)
        if not isinstance(body, m.Credit):
            raise Refused("credit.unknown", credit=str(id))
        return body

    def _open(self) -> list[Tap]:
        return self.journal.index.open_taps()

    def _intent(self, id: RecordId) -> PurseIntent:
        body = self.journal.body(id)
        assert isinstance(body, PurseIntent)
        return body


def _unresolved(of: RecordId, at: int) -> Callable[[RecordId], m.Unresolved]:
    return lambda id: m.Unresolved(id=id, at=at, of=of)
