"""A cashier's shift: opened with a float, summed from the journal, closed once with a blind count.

Sums are made from the records each time; nothing is added up beside them that could differ. F: C8 C9
"""

from collections.abc import Callable
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from onecard.books.events import taken
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.journal.facet import PurseIntent, amount_of
from onecard.terminal.desk import Desk
from onecard.terminal.errand import Errands
from onecard.terminal.outcome import Journaled, State
from onecard.wire import messages as m

#: Figures that are left out of a Z when there was no such thing.
_SAID_ONLY_IF_ANY: Final = (
    *("errands_cash_fen", "paid_in_fen", "paid_out_fen"),
    *("sales_cash_fen", "sales_foreign_fen", "voids_cash_fen", "voids_foreign_fen"),
    *("sales_account_fen", "voids_account_fen"),
)
#: In which column of the Z a wallet stands; all others are given money.
_COLUMN: Final = {"main": "main", "cash": "cash", "bank": "foreign", "city": "foreign"}
#: Written about every tap that a Z leaves behind.
Z = "z"


class ShiftBook:
    """The shifts of one terminal; at most one is open."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        #: What this till asked the office to do.
        self.errands = Errands(desk)
        opened = desk.journal.index.open_shift()
        body = None if opened is None else desk.journal.body(opened)
        assert body is None or isinstance(body, m.ShiftOpen)
        self.current: m.ShiftOpen | None = body

    @property
    def number(self) -> int:
        """Number of the open shift; 0 when none is open."""
        return 0 if self.current is None else self.current.shift

    @property
    def operator(self) -> int:
        return 0 if self.current is None else self.current.operator

    def demand(self) -> m.ShiftOpen:
        """The open shift; raises ``Refused("shift.closed")``."""
        if self.current is None:
            raise Refused("shift.closed")
        return self.current

    def open(self, operator: int, float_fen: int) -> m.ShiftOpen:
        """Raises ``Refused("shift.open")``."""
        if self.current is not None:
            raise Refused("shift.open", operator=self.current.operator)
        number, now = self._desk.journal.index.shift_count()[0] + 1, self._desk.moment.now()
        self.current = self._desk.journal.append(
            lambda id: m.ShiftOpen(**self._desk.head(id, now, number, operator), float_fen=float_fen)
        )
        return self.current

    def move(self, way: Literal["in", "out"], fen: int, reason: str, supervisor: int = 0) -> m.DrawerMove:
        """Cash into the drawer or out of it for no sale. Raises ``Refused``: ``shift.closed``,
        ``amount.zero``; ``drawer.short``: there is not so much in it."""
        shift = self.demand()
        if fen <= 0:
            raise Refused("amount.zero")
        if way == "out" and fen > self.expected_fen():
            raise Refused("drawer.short")
        now = self._desk.moment.now()
        return self._desk.journal.append(
            lambda id: m.DrawerMove(
                **self._desk.head(id, now, shift.shift, shift.operator),
                way=way,
                fen=fen,
                reason=reason,
                supervisor=supervisor,
            )
        )

    def moves(self) -> list[m.DrawerMove]:
        """What was put in and taken out in the open shift, oldest first."""
        return [
            body for body in self._desk.journal.bodies(self.demand().id) if isinstance(body, m.DrawerMove)
        ]

    def close(self, counted_fen: int) -> m.ShiftClose:
        """Give up what is open or aside, number the Z, close."""
        shift, desk = self.demand(), self._desk
        now, index = desk.moment.now(), desk.journal.index
        left = [tap.id for tap in index.taps_of_shift(shift.shift) if tap.state in (State.OPEN, State.ASIDE)]
        left += [errand.id for errand in self.errands.unanswered()]
        z = index.shift_count()[1] + 1

        def close(id: RecordId) -> m.ShiftClose:
            # Inside the transaction: the sums and the head already know what was just given up.
            return m.ShiftClose(
                **desk.head(id, now, shift.shift, shift.operator),
                z=z,
                opened_at=shift.at,
                first_seq=shift.id.seq,
                last_seq=id.seq - 1,
                totals=self.totals(),
                float_fen=shift.float_fen,
                expected_fen=self.expected_fen(),
                counted_fen=counted_fen,
                head=desk.journal.head.hash,
            )

        closed = desk.journal.append_all([*(_give_up(of, now, shift.operator) for of in left), close])[-1]
        assert isinstance(closed, m.ShiftClose)
        self.current = None
        return closed

    # ---- sums

    def totals(self) -> m.Totals:
        """Sums of the open shift so far. Raises ``Refused("shift.closed")``."""
        ones = self.journaled()
        sums = totals([(one.intent, one.state) for one in ones])
        done = sum(taken.drawer_of(one.intent) for one in ones if one.state is State.DONE)
        # Without any it is not said at all.
        moves = self.moves()
        paid = {way: sum(one.fen for one in moves if one.way == way) for way in ("in", "out")}
        return replace(
            sums,
            aside_cash_fen=self._cash(ones) - done or msgspec.UNSET,
            errands_cash_fen=self.errands.cash_fen() or msgspec.UNSET,
            paid_in_fen=paid["in"] or msgspec.UNSET,
            paid_out_fen=paid["out"] or msgspec.UNSET,
        )

    def expected_fen(self) -> int:
        """What should lie in the drawer: float and cash in. What was taken for a recharge or an issue counts
        also when that was given up: it is there, and the office makes it good, on the card or by hand."""
        moved = sum(one.fen if one.way == "in" else -one.fen for one in self.moves())
        return self.demand().float_fen + self._cash(self.journaled()) + self.errands.cash_fen() + moved

    def _cash(self, ones: list[Journaled]) -> int:
        """Cash taken in; what was rung again took over the cash of the ring before it."""
        counts = [one.intent for one in ones if one.state in (State.DONE, State.GIVEN_UP)]
        cash = sum(taken.cash_of(intent) - self._rung_before(intent) for intent in counts)
        return cash + sum(_over_counter(one.intent) for one in ones if one.state is State.DONE)

    def _rung_before(self, intent: PurseIntent) -> int:
        old = None if intent.replaces is None else self.find(intent.replaces)
        return taken.cash_of(old.intent) if old is not None and old.state is State.GIVEN_UP else 0

    def journaled(self) -> list[Journaled]:
        """All card writes of the open shift, newest first."""
        shift = self.demand()
        taps = self._desk.journal.index.taps_of_shift(shift.shift)
        return [self._journaled(tap.id, State(tap.state)) for tap in reversed(taps)]

    def find(self, id: RecordId) -> Journaled | None:
        """One own card write of any shift."""
        tap = self._desk.journal.index.tap(id)
        return None if tap is None else self._journaled(id, State(tap.state))

    def voidable(self, sale: RecordId) -> m.Sale:
        """A sale that may still be taken back here. Raises ``Refused``: ``void.…``, ``shift.closed``."""
        shift = self.demand()
        found = self.find(sale)
        if found is None or not isinstance(found.intent, m.Sale):
            raise Refused("void.unknown")
        if found.state is not State.DONE:
            raise Refused("void.not_done")
        if found.intent.shift != shift.shift:
            raise Refused("void.other_shift")
        for void in self._desk.journal.index.voids_of(sale):
            if void.state != State.NOT_WRITTEN:
                raise Refused("void.already")
        return found.intent

    def between(self, since: int, until: int) -> list[Journaled]:
        """Own card writes of any shift decided in this span of the office's time, newest first. F: C9"""
        found = self._desk.journal.index.taps_between(since, until)
        ones = [self._journaled(tap.id, State(tap.state)) for tap in reversed(found)]
        return [one for one in ones if since <= one.intent.at < until]

    def _journaled(self, id: RecordId, state: State) -> Journaled:
        intent = self._desk.journal.body(id)
        assert isinstance(intent, PurseIntent)
        voids = self._desk.journal.index.voids_of(id) if isinstance(intent, m.Sale) else []
        done = next((void.id for void in voids if void.state == State.DONE), None)
        return Journaled(intent=intent, state=state, voided_by=done)


def _give_up(of: RecordId, at: int, by: int) -> Callable[[RecordId], m.GivenUp]:
    return lambda id: m.GivenUp(id=id, at=at, of=of, why=Z, by=by)


def totals(intents: list[tuple[PurseIntent, State]]) -> m.Totals:
    """Sums over card writes; what is not known to be done stands under ``aside``. Pure."""
    sums = {name: 0 for name in m.Totals.__struct_fields__ if name not in _SAID_ONLY_IF_ANY}
    sold = {intent.id: intent.due_fen for intent, _ in intents if isinstance(intent, m.Sale)}

    def add(name: str, fen: int) -> None:
        sums[name] += fen

    for intent, state in intents:
        if state in (State.OPEN, State.ASIDE, State.GIVEN_UP):
            add("aside", 1)
            add("aside_fen", amount_of(intent))
        if state is not State.DONE:
            continue
        match intent:
            case m.Sale():
                add("sales", 1)
                _add_pays(sums, "sales", intent.pays, intent.due_fen)
            case m.Void():
                add("voids", 1)
                _add_pays(sums, "voids", intent.pays, sold.get(intent.voids, 0))
            case m.Recharge():
                add("recharges", 1)
                add("recharges_fen", intent.amount_fen)
            case m.Issue():
                add("issues", 1)
                add("issues_fen", intent.opening_fen)
                add("deposits_fen", intent.deposit_fen)
                add("fees_fen", intent.fee_fen)
            case m.LoadIntent() | m.Lock():
                pass
    return m.Totals(**sums)


def _add_pays(sums: dict[str, int], kind: str, pays: tuple[m.Pay, ...], due_fen: int) -> None:
    parts = [(_COLUMN.get(pay.wallet, "gift"), pay.fen) for pay in pays]
    if not parts and due_fen:
        # Of an account with several wallets: the office says which of them paid.
        parts = [("account", due_fen)]
    for column, fen in parts:
        name = f"{kind}_{column}_fen"
        sums[name] = sums.get(name, 0) + fen


def _over_counter(intent: PurseIntent) -> int:
    """What a sale or a void moved in the drawer."""
    return taken.drawer_of(intent) if isinstance(intent, m.Sale | m.Void) else 0
