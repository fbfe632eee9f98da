"""Cards for a whole list, tap after tap, with the next name shown: blanks, chips, and their stripes. F: A2 A9

The list keeps its place at the office: a desk that lost its power, or is joined by another one, goes on. A
line whose card was not written, or lacks its first money or its stripe, stands among the failed ones until
it is whole.
"""

from onecard import money
from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.journal.facet import card_of
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed, Unfinished
from onecard.wire import messages as m
from onecard.wire.beside import Beside, PutBeside
from onecard.wire.counter import AskLists, AskTurn, IssueLists, ListRow, TakeTurn, Turn, TurnRow
from pos.frontdesk.job import Job
from pos.frontdesk.stripe import Stripe
from pos.frontdesk.turn import Line, lines, lists_view, medium, of_chip, turn_view
from pos.presenters.frame import TileView
from pos.presenters.job import ListView
from pos.question import Answer
from pos.task import Complete, Issue, Recharge
from pos.till import ISSUE


class Batch(Job):
    """First a list is chosen, then its people come one after the other."""

    name, right, icon = "batch", ISSUE, "account-multiple-outline"
    by_word = True
    needs_card = False
    pad = ""
    _lists: tuple[ListRow, ...] = ()
    _turn: Turn | None = None
    _last = ""
    _stripe: Stripe | None = None

    def begin(self) -> None:
        self._lists, self._turn, self._last = (), None, ""
        self._row: TurnRow | None = None
        self._ids: dict[tuple[int, str], RecordId] = {}
        #: Cards that got their number here, by line: what the office says of them may be of before.
        self._cards: dict[int, int] = {}
        #: Whose stripe is being written.
        self._striped: TurnRow | None = None
        self.left()
        self._stripe = Stripe(self.till, self.way.show)
        self._is_loading = self.till.operator is not None
        if self.till.operator is None:
            return

        def heard(answer: Answer) -> None:
            self._is_loading = False
            if isinstance(answer, IssueLists):
                self._lists = tuple(
                    one for one in answer.rows if one.waiting or one.asked or one.skipped or one.stripeless
                )

        question = AskLists(operator=self.operator, stripes=self._stripe.can_write)
        self.till.port.ask(self.vouched(question), heard)

    def left(self) -> None:
        if self._stripe is not None:
            self._stripe.rest()
        self._striped = None

    # -- what is asked -----------------------------------------------------------------------------------

    def go(self) -> None:
        self.error = None
        if self._striped is not None:
            self._go_on()  # it stays among those without a stripe
        elif self._turn is None:
            if not self._lists:
                raise Refused("issuing.unknown")
            self._ask(self._lists[self.at].list)
        elif self._now is None:
            raise Refused("issuing.unknown")
        elif self._now.what == "no_stripe":
            self._write_stripe(self._now.row)
        else:
            self._row = self._now.row
            if self._row.opening_fen and not self.till.recharges:
                raise Refused("recharge.off_here")
            half = self._half_written(self._row)
            if half is not None:
                self.way.want(Complete(unfinished=half))
                return
            word = "blank" if self._now.what == "next" else "same"
            self.want(medium, self._put_medium, word=word, fen=self._cash(self._row))

    def _lines(self) -> list[Line]:
        return [] if self._turn is None else lines(self._turn)

    @property
    def _now(self) -> Line | None:
        lines = self._lines()
        return lines[min(self.at, len(lines) - 1)] if lines else None

    def more_keys(self) -> tuple[TileView, ...]:
        turn, tr = self._turn, self.till.tr
        if turn is None:
            return ()
        if self._striped is not None:
            return (self.tile("f5", tr("desk.batch.stripe_again")),)
        return (
            self.tile("f2", tr("desk.batch.skip"), enabled=turn.next is not None),
            self.tile("f5", tr("desk.batch.recall"), enabled=turn.row.skipped > 0),
        )

    def key(self, action: str) -> None:
        turn = self._turn
        if turn is None:
            return
        if self._striped is not None:
            if action == "f5":
                self._write_stripe(self._striped)
        elif action == "f2" and turn.next is not None:
            self._ask(turn.row.list, skip=turn.next.line)
        elif action == "f5" and turn.row.skipped:
            self._ask(turn.row.list, again=True)

    def _ask(self, number: int, *, skip: int = 0, again: bool = False) -> None:
        stripes = self._stripe is not None and self._stripe.can_write
        question = AskTurn(operator=self.operator, list=number, skip=skip, again=again, stripes=stripes)
        self.put(question, self._heard)

    def _heard(self, answer: Answer) -> None:
        assert isinstance(answer, Turn)
        self._turn, self.at, self.error = answer, 0, None

    # -- a medium lies there -----------------------------------------------------------------------------

    def _put_medium(self, look: Look) -> None:
        """Its number is asked for while it stays there; the same line and medium are the same question."""
        turn, row, uid = self._turn, self._row, look.uid.hex()
        assert turn is not None
        assert row is not None
        if look.image is not None and not look.is_new_chip:
            self._load_first(look, row)
            return
        if row.is_made:
            raise Refused("card.changed")
        id = self._ids.setdefault((row.line, uid), self.till.request_id())
        question = TakeTurn(
            id=id, operator=self.operator, list=turn.row.list, line=row.line, uid=uid, **of_chip(look, turn)
        )

        def granted(answer: Answer) -> None:
            assert isinstance(answer, m.IssueGrant)
            self._cards[row.line] = answer.card
            # A chip's money is loaded when it is made, by the office's order.
            now, later = (0, row.opening_fen) if look.is_new_chip else (row.opening_fen, 0)
            task = Issue(
                grant=answer, opening_fen=now, holder=row.name, supervisor=self.allowed_by, then_fen=later
            )
            self.way.want(task, lying=True)

        self.put(question, granted)

    def _load_first(self, look: Look, row: TurnRow) -> None:
        """A chip that was made for this line and left before its first money was on it."""
        if look.session.medium != "cpu" or look.card != self._card_of(row) or not row.opening_fen:
            raise Refused("card.taken", card=look.card, issue=look.issue)
        self.way.want(Recharge(fen=row.opening_fen), lying=True)

    def _card_of(self, row: TurnRow) -> int:
        return row.card or self._cards.get(row.line, 0)

    def _half_written(self, row: TurnRow) -> Unfinished | None:
        """What the card of this line left open when it was taken away, if that was set aside."""
        card = self._card_of(row)
        mine = (one for one in self.till.aside if card and card_of(one.intent)[0] == card)
        return next(mine, None)

    def completed(self, completed: Completed) -> None:
        """It is on the card; a chip that was half made has no money yet."""
        row = self._row
        if row is None or card_of(completed.intent)[0] != self._card_of(row):
            return
        is_chip = isinstance(completed.intent, m.Issue) and completed.intent.opening_fen < row.opening_fen
        if is_chip:
            self.way.want(Recharge(fen=row.opening_fen), lying=True)
        else:
            self.issued()

    def issued(self) -> None:
        """Written: its stripe where it gets one here, then the next name."""
        turn, row = self._turn, self._row
        if turn is None or row is None:
            return
        self._row, self._last = None, self.till.tr("desk.batch.last", name=row.name)
        kind = self._kind(turn)
        if self._stripe is not None and self._stripe.can_write and kind is not None and "track" in kind.media:
            self.till.port.wake()
            self._write_stripe(row)
        else:
            self._go_on()

    def _write_stripe(self, row: TurnRow) -> None:
        """Onto the plastic in the hand; noted beside its card once it was read back."""
        assert self._stripe is not None
        card, self._striped, self.error = self._card_of(row), row, None

        def done(text: str) -> None:
            if self._striped is not row:
                return
            question = PutBeside(
                id=self.till.request_id(), operator=self.operator, card=card, issue=1, kind=Beside.TRACK,
                value=text,
            )  # fmt: skip
            try:
                self.put(question, lambda _: self._go_on())
            except OneCardError as error:
                self.failed(error)

        self._stripe.write(card, 1, done)

    def _go_on(self) -> None:
        """The next one, when the office has heard of the last."""
        self.left()
        turn = self._turn
        assert turn is not None
        self.after_upload(lambda: self._ask(turn.row.list))

    # -- what is shown -----------------------------------------------------------------------------------

    @property
    def headline(self) -> tuple[str, str]:
        """The next name, large, and how far the list is."""
        turn, tr = self._turn, self.till.tr
        if turn is None:
            return "", ""
        row = turn.row
        far = tr("desk.batch.far", issued=row.issued, waiting=row.waiting, skipped=row.skipped)
        if self._striped is not None:
            return self._striped.name, f"{self._striped.number} · {far}"
        now = self._now
        if now is None:
            return tr("desk.batch.nobody"), f"{row.name} · {far}"
        cash = "" if now.what == "no_stripe" else money.show(self._cash(now.row))
        return now.row.name, " · ".join(part for part in (now.row.number, cash, far) if part)

    def _kind(self, turn: Turn) -> m.CardType | None:
        return self.till.station.facts.types.get(turn.row.type)

    def _cash(self, row: TurnRow) -> int:
        """What the member hands over: of a card that is made its deposit was taken."""
        kind = None if self._turn is None or row.is_made else self._kind(self._turn)
        return row.opening_fen + (0 if kind is None else kind.deposit_fen + kind.fee_fen)

    def rows(self) -> ListView:
        tr = self.till.tr
        if self._turn is not None:
            return turn_view(tr, self._lines(), self.at)
        return lists_view(tr, self._lists, self.at, is_loading=self._is_loading)

    @property
    def note(self) -> str:
        """Whose card was written last, or what its stripe waits for."""
        return (self._stripe.note if self._stripe is not None else "") or self._last
