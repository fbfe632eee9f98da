"""Cards for a whole list, tap after tap, with the next name shown. F: A2

The list keeps its place at the office: a desk that lost its power, or is joined by another one, goes on. A
line whose card was not written stands among the failed ones until it is.
"""

from onecard import money
from onecard.cards.medium import StorageCard
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.terminal.look import Look
from onecard.terminal.station import Station
from onecard.wire.counter import AskLists, AskTurn, IssueLists, ListRow, TakeTurn, Turn, TurnRow
from onecard.wire.messages import IssueGrant
from pos.frontdesk.job import Job
from pos.presenters.frame import RowView, TileView
from pos.presenters.job import ListView
from pos.question import Answer
from pos.task import Issue
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

    def begin(self) -> None:
        self._lists, self._turn, self._last = (), None, ""
        self._row: TurnRow | None = None
        self._ids: dict[tuple[int, str], RecordId] = {}
        self._is_loading = self.till.operator is not None
        if self.till.operator is None:
            return

        def heard(answer: Answer) -> None:
            self._is_loading = False
            if isinstance(answer, IssueLists):
                self._lists = tuple(one for one in answer.rows if one.waiting or one.asked or one.skipped)

        self.till.port.ask(self.vouched(AskLists(operator=self.operator)), heard)

    # -- what is asked -----------------------------------------------------------------------------------

    def go(self) -> None:
        if self._turn is None:
            if not self._lists:
                raise Refused("issuing.unknown")
            self._ask(AskTurn(operator=self.operator, list=self._lists[self.at].list))
        elif self._now is None:
            raise Refused("issuing.unknown")
        else:
            self._row = self._now
            self.want(_blank, self._put_blank, word="blank", fen=self._row.opening_fen)

    def _lines(self) -> list[tuple[TurnRow, str, str]]:
        """Who can be served: the next one, then those whose card was not written; tone, word."""
        turn, tr = self._turn, self.till.tr
        if turn is None:
            return []
        following = [] if turn.next is None else [(turn.next, "ink", tr("desk.batch.next"))]
        return [*following, *((one, "refuse", tr("desk.batch.not_written")) for one in turn.failed)]

    @property
    def _now(self) -> TurnRow | None:
        lines = self._lines()
        return lines[min(self.at, len(lines) - 1)][0] if lines else None

    def more_keys(self) -> tuple[TileView, ...]:
        turn, tr = self._turn, self.till.tr
        if turn is None:
            return ()
        return (
            self.tile("f2", tr("desk.batch.skip"), enabled=turn.next is not None),
            self.tile("f5", tr("desk.batch.recall"), enabled=turn.row.skipped > 0),
        )

    def key(self, action: str) -> None:
        turn = self._turn
        if turn is None:
            return
        if action == "f2" and turn.next is not None:
            self._ask(AskTurn(operator=self.operator, list=turn.row.list, skip=turn.next.line))
        elif action == "f5" and turn.row.skipped:
            self._ask(AskTurn(operator=self.operator, list=turn.row.list, again=True))

    def _ask(self, question: AskTurn) -> None:
        self.put(question, self._heard)

    def _heard(self, answer: Answer) -> None:
        assert isinstance(answer, Turn)
        self._turn, self.at = answer, 0

    def _put_blank(self, look: Look) -> None:
        """Its number is asked for while it stays there; the same line and medium are the same question."""
        turn, row, uid = self._turn, self._row, look.uid.hex()
        assert turn is not None
        assert row is not None
        id = self._ids.setdefault((row.line, uid), self.till.request_id())
        question = TakeTurn(id=id, operator=self.operator, list=turn.row.list, line=row.line, uid=uid)

        def granted(answer: Answer) -> None:
            assert isinstance(answer, IssueGrant)
            task = Issue(
                grant=answer, opening_fen=row.opening_fen, holder=row.name, supervisor=self.allowed_by
            )
            self.way.want(task, lying=True)

        self.put(question, granted)

    def issued(self) -> None:
        """Written: the next name."""
        turn, row = self._turn, self._row
        if turn is None or row is None:
            return
        self._last = self.till.tr("desk.batch.last", name=row.name)
        self.till.port.wake()
        self._ask(AskTurn(operator=self.operator, list=turn.row.list))

    # -- what is shown -----------------------------------------------------------------------------------

    @property
    def headline(self) -> tuple[str, str]:
        """The next name, large, and how far the list is."""
        turn, tr = self._turn, self.till.tr
        if turn is None:
            return "", ""
        row = turn.row
        far = tr("desk.batch.far", issued=row.issued, waiting=row.waiting, skipped=row.skipped)
        now = self._now
        if now is None:
            return tr("desk.batch.nobody"), f"{row.name} · {far}"
        cash = self._cash(now, row.type)
        return now.name, " · ".join(part for part in (now.number, money.show(cash), far) if part)

    def _cash(self, row: TurnRow, number: int) -> int:
        kind = self.till.station.facts.types.get(number)
        return row.opening_fen + (0 if kind is None else kind.deposit_fen + kind.fee_fen)

    def rows(self) -> ListView:
        tr, turn = self.till.tr, self._turn
        if turn is None:
            return ListView(
                titles=tuple(
                    tr(f"desk.batch.column.{name}") for name in ("list", "waiting", "issued", "failed")
                ),
                shares=(1.6, -0.6, -0.6, -0.6),
                rows=tuple(
                    RowView(
                        cells=(one.name, str(one.waiting), str(one.issued), str(one.asked)),
                        action=f"row:{n}",
                        selected=n == self.at,
                    )
                    for n, one in enumerate(self._lists)
                ),
                empty=tr("common.loading" if self._is_loading else "desk.batch.none"),
            )
        return ListView(
            titles=tuple(tr(f"desk.batch.column.{name}") for name in ("name", "number", "state", "sum")),
            shares=(1.1, 1.0, 1.0, -0.8),
            rows=tuple(
                RowView(
                    cells=(one.name, one.number, state, money.plain(one.opening_fen)),
                    action=f"row:{n}",
                    selected=n == self.at,
                    tone=tone,
                )
                for n, (one, tone, state) in enumerate(self._lines())
            ),
            empty=tr("desk.batch.nobody"),
        )

    @property
    def note(self) -> str:
        """Whose card was written last."""
        return self._last


def _blank(station: Station, storage: StorageCard) -> Look:
    look = station.look(storage)
    if not look.blank:
        raise Refused("card.taken", card=look.card, issue=look.issue)
    return look
