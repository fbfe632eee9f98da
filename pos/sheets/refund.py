"""Past sales to choose from, and which lines of one go back. F: C7"""

from dataclasses import dataclass
from enum import StrEnum

from onecard import masking, money
from onecard.books.events.refund import line_fen, shares
from onecard.errors import Refused
from onecard.wire.lookups import SaleRow, SoldLine, SoldSale
from pos.presenters.frame import RowView, frame
from pos.presenters.sheet import ListView, back, go, key
from pos.till import Till

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
    def foreign(self) -> str:
        """The terminal that has to pay it back, ``bank`` or ``city``; "" where none has a part in it."""
        return next((wallet for wallet, _ in self.sold.pays if wallet in ("bank", "city")), "")

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
        """What that comes to, to the fen: the office reckons it the same way."""
        if not self.out:
            return self.sold.row.left_fen
        lines = ((self.sold.lines[at], quantity) for at, quantity in self.parts)
        return sum(line_fen(one.paid_fen, one.quantity, one.refunded, quantity) for one, quantity in lines)

    @property
    def foreign_fen(self) -> int:
        """The terminal's share of that: it gives back no more than it took, and the drawer the rest."""
        paid = dict(self.sold.pays)
        before = sum(paid.values()) - self.sold.row.left_fen
        gone = shares(paid, paid, before) if before else {}
        left = {wallet: fen - gone.get(wallet, 0) for wallet, fen in paid.items()}
        return shares(paid, left, self.fen).get(self.foreign, 0)


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
            body=tr(self._body(chosen)),
            titles=tuple(tr(f"pos.refund.column.{name}") for name in ("what", "pieces", "sum", "back")),
            shares=(1.5, -0.7, -0.8, -0.7),
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

    def _body(self, chosen: Chosen) -> str:
        if self.stage is not Stage.ASKING:
            return "pos.refund.lines_body"
        return "pos.refund.at_terminal" if chosen.foreign else "pos.refund.asking"
