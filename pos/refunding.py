"""Past sales that go back, whole or by the line, by a supervisor's word: the office finds and decides. F: C7

What a card paid waits for it as a load, cash comes out of the drawer that took it, and a foreign card is paid
back at its own terminal. One word allows one refund.
"""

from dataclasses import dataclass
from enum import StrEnum

from onecard import masking, money
from onecard.clock import business_day, card_day
from onecard.errors import OneCardError, Refused
from onecard.terminal.look import Look
from onecard.wire.errands import RefundSale
from onecard.wire.lookups import AskSale, AskSales, SaleRow, Sales, SoldLine, SoldSale
from pos.area import Area, Door, Way
from pos.frontdesk import receipt
from pos.frontdesk.talk import Done, Talk
from pos.presenters.frame import RowView, frame
from pos.presenters.override import Granted
from pos.presenters.sheet import ListView, back, go, key
from pos.question import Answer
from pos.task import Show, Task
from pos.till import VOID, Till

#: So far back it looks at first, and on every further question.
DAYS = (1, 7, 31, 92)


class Stage(StrEnum):
    SALES = "sales"
    LINES = "lines"
    ASKING = "asking"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """One sale and which of its lines go back; ``out`` are those that stay sold."""

    sold: SoldSale
    out: frozenset[int] = frozenset()

    def left(self, line: SoldLine) -> int:
        return line.quantity - line.refunded

    @property
    def parts(self) -> tuple[tuple[int, int], ...]:
        """(line, quantity) to name; none when everything that is left goes back."""
        if not self.out:
            return ()
        return tuple(
            (number, self.left(line))
            for number, line in enumerate(self.sold.lines)
            if number not in self.out and self.left(line)
        )

    @property
    def fen(self) -> int:
        """What that comes to; the office has the last word on a fen that does not divide."""
        if not self.out:
            return self.sold.row.left_fen
        lines = self.sold.lines
        return sum(lines[at].paid_fen * quantity // lines[at].quantity for at, quantity in self.parts)


class RefundPresenter:
    """The list of sales, then the lines of one."""

    name = "refund"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.stage = Stage.SALES
        self.rows: tuple[SaleRow, ...] = ()
        self.days, self.card, self.at = DAYS[0], 0, 0
        self.chosen: Chosen | None = None
        self.is_waiting = False

    def act(self, action: str) -> None:
        """Up, down, a touch; on the lines of a sale a touch or + takes one in or out."""
        chosen = self.chosen if self.stage is Stage.LINES else None
        count = len(self.rows) if chosen is None else len(chosen.sold.lines)
        if action in ("up", "down"):
            self.at = min(max(0, self.at + (1 if action == "down" else -1)), max(0, count - 1))
        elif action.startswith("row:"):
            self.at = min(int(action.removeprefix("row:")), max(0, count - 1))
        if chosen is not None and (action.startswith("row:") or action in ("+", "-")):
            self.chosen = Chosen(sold=chosen.sold, out=chosen.out ^ {self.at})

    @property
    def row(self) -> SaleRow | None:
        return self.rows[self.at] if self.at < len(self.rows) else None

    def view(self) -> ListView:
        if self.stage is Stage.SALES or self.chosen is None:
            return self._sales()
        return self._lines(self.chosen)

    def _sales(self) -> ListView:
        till, tr = self._till, self._till.tr
        row = self.row
        why = "" if row is None or not row.why_not else tr.refusal(Refused(row.why_not))
        body = tr("pos.refund.waiting") if self.is_waiting else why or tr("pos.refund.body", days=self.days)
        return ListView(
            frame=frame(till),
            title=tr("pos.refund.title"),
            body=body,
            titles=tuple(tr(f"pos.refund.column.{name}") for name in ("at", "card", "by", "sum", "left")),
            shares=(1.1, 1.0, 0.8, -0.8, -0.8),
            rows=tuple(
                RowView(
                    cells=(
                        tr.moment(one.at),
                        masking.card(one.card, one.issue) if one.card else tr("wallet.cash"),
                        till.operator_name(one.operator),
                        money.plain(one.fen),
                        money.plain(one.left_fen),
                    ),
                    action=f"row:{number}",
                    tone="muted" if one.why_not else "ink",
                    selected=number == self.at,
                )
                for number, one in enumerate(self.rows)
            ),
            empty="" if self.is_waiting else tr("pos.refund.empty"),
            keys=(
                back(till),
                key("f2", tr("pos.refund.by_card"), icon="credit-card-search-outline"),
                key("f3", tr("pos.refund.earlier"), icon="history"),
                go(tr("pos.refund.choose"), enabled=row is not None and not row.why_not, reason=why),
            ),
        )

    def _lines(self, chosen: Chosen) -> ListView:
        till, tr = self._till, self._till.tr
        return ListView(
            frame=frame(till),
            title=tr("pos.refund.lines", at=chosen.sold.row.at),
            body=tr("pos.refund.asking" if self.stage is Stage.ASKING else "pos.refund.lines_body"),
            titles=tuple(tr(f"pos.refund.column.{name}") for name in ("what", "pieces", "sum", "back")),
            shares=(1.5, -0.7, -0.8, 0.7),
            rows=tuple(
                RowView(
                    cells=(
                        line.name or tr("receipt.free_amount"),
                        f"{chosen.left(line) / 1000:g}",
                        money.plain(line.paid_fen),
                        tr("pos.refund.stays" if number in chosen.out else "pos.refund.back"),
                    ),
                    action=f"row:{number}",
                    tone="muted" if number in chosen.out else "ink",
                    selected=number == self.at,
                )
                for number, line in enumerate(chosen.sold.lines)
            ),
            empty="",
            keys=(
                back(till),
                go(
                    tr("pos.refund.do"),
                    icon="cash-refund",
                    enabled=chosen.fen > 0 and self.stage is Stage.LINES,
                ),
            ),
            sum_label=tr("pos.refund.sum"),
            sum=money.show(chosen.fen),
        )


class Refunding(Area):
    """``_word`` is whose it is and why; it is used up by one refund."""

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self.refund = RefundPresenter(till)
        self._talk = Talk(till)
        self._word: Granted | None = None
        self._asked = 0
        self.screens = {"refund": self._on_refund}
        self.presenters = {"refund": self.refund}
        self.doors = (
            Door(name="refund", icon="cash-refund", right=VOID, open=self._open, why_not=self._why_shut),
        )

    # -- what the whole tells ----------------------------------------------------------------------------

    def rest(self) -> None:
        self._talk.rest()

    def told(self, screen: str, task: Task, look: Look) -> bool:
        if screen != "refund":
            return False
        self.refund.card = look.card
        self.refund.days = DAYS[-1]
        self._ask()
        return True

    def bound(self) -> str:
        return "errand.open" if self._talk.is_asking else ""

    def _why_shut(self) -> str:
        return "" if self._till.is_online else self._till.tr("desk.needs_server")

    # -- the screen --------------------------------------------------------------------------------------

    def _open(self) -> None:
        if self._till.shift is None:
            self._till.refuse(Refused("shift.closed"))
            return
        self._way.ask_supervisor("refund", self._enter, body=self._till.tr("pos.override.refund_body"))

    def _enter(self, word: Granted) -> None:
        self._word = word
        one = self.refund
        one.stage, one.rows, one.days, one.card, one.at, one.chosen = Stage.SALES, (), DAYS[0], 0, 0, None
        self._way.go("refund")
        self._ask()

    def _on_refund(self, action: str) -> None:
        one = self.refund
        if one.stage is Stage.ASKING:
            if action == "escape" and self._talk.leave():
                self._leave()
            return
        match action:
            case "escape" if one.stage is Stage.LINES:
                one.stage, one.chosen, one.at = Stage.SALES, None, 0
            case "escape":
                self._leave()
            case "enter" if one.stage is Stage.LINES:
                self._refund()
            case "enter":
                self._choose()
            case "f2":
                self._way.want(Show())
            case "f3" if one.stage is Stage.SALES:
                one.days = next((days for days in DAYS if days > one.days), DAYS[-1])
                self._ask()
            case _:
                one.act(action)

    def _leave(self) -> None:
        self._word = None
        self._way.go("sell")

    def _ask(self) -> None:
        """The newest answer counts; a slow one to an older question is dropped."""
        one, word = self.refund, self._word
        assert word is not None
        self._asked += 1
        asked, today = self._asked, card_day(business_day(self._till.clock.now()))
        one.is_waiting, one.at = True, 0

        def heard(answer: Answer) -> None:
            if asked != self._asked:
                return
            one.is_waiting = False
            if isinstance(answer, Sales):
                one.rows = answer.rows
            elif isinstance(answer, OneCardError):
                self._till.refuse(answer)

        question = AskSales(
            operator=word.supervisor, since_day=max(0, today - one.days), until_day=today, card=one.card
        )
        self._till.port.ask(question, heard)

    def _choose(self) -> None:
        one, word = self.refund, self._word
        row = one.row
        if row is None or word is None:
            return
        if row.why_not:
            self._till.refuse(Refused(row.why_not))
            return

        def heard(answer: Answer) -> None:
            if isinstance(answer, SoldSale) and one.stage is Stage.SALES:
                one.chosen, one.stage, one.at = Chosen(sold=answer), Stage.LINES, 0
            elif isinstance(answer, OneCardError):
                self._till.refuse(answer)

        self._till.port.ask(AskSale(operator=word.supervisor, sale=row.sale), heard)

    def _refund(self) -> None:
        one, word, till = self.refund, self._word, self._till
        chosen = one.chosen
        assert word is not None
        assert chosen is not None
        if chosen.fen <= 0:
            till.refuse(Refused("refund.excess"))
            return
        own = till.operator is not None and word.supervisor == till.operator.operator
        try:
            self._talk.begin(
                RefundSale,
                self._done,
                self._failed,
                sale=chosen.sold.row.sale,
                lines=chosen.parts,
                reason=word.reason,
                supervisor=0 if own else word.supervisor,
            )
        except OneCardError as error:
            till.refuse(error)
        else:
            one.stage = Stage.ASKING

    def _done(self, done: Done) -> None:
        till, chosen = self._till, self.refund.chosen
        assert chosen is not None
        card = chosen.sold.row.card
        till.print(
            receipt.of(till.tr, till.head(holder=till.holder(card) if card else ""), done.errand, done.told)
        )
        foreign = any(wallet in ("bank", "city") for wallet, _ in chosen.sold.pays)
        word = "cash" if done.told.cash_fen else "foreign" if foreign else "load"
        till.say(till.tr(f"pos.refund.done_{word}", fen=abs(done.told.cash_fen) or chosen.fen), "done")
        till.port.play("ok")
        till.port.wake()
        self._leave()

    def _failed(self, error: OneCardError) -> None:
        self._till.refuse(error)
        self.refund.stage = Stage.LINES
