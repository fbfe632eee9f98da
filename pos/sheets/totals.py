"""What this station took, by meal, in a span of time; gift and real money apart. F: C9"""

from onecard import money
from onecard.devices.printers import Document
from onecard.terminal.outcome import State
from onecard.terminal.shift import totals
from onecard.wire.messages import Totals
from pos import report, span
from pos.presenters.frame import RowView, frame
from pos.presenters.sheet import ListView, back, key
from pos.till import Till

_SHARES = (1.4, -0.7, -1.0, -1.0, -0.9, -1.0)


class TotalsPresenter:
    """Sums are read when the screen is entered and when the span changes, not at every look."""

    name = "totals"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.span = "today"
        self._meals: tuple[tuple[str, Totals], ...] = ()
        self._all = Totals()

    def enter(self) -> None:
        """As things stand now."""
        till = self._till
        ones = till.station.upkeep.between(*span.bounds(till, self.span))
        when = till.station.upkeep.calendar.when
        by_meal: dict[str, list[tuple[object, State]]] = {}
        for one in reversed(ones):
            by_meal.setdefault(when(one.intent.at).meal, []).append((one.intent, one.state))
        self._meals = tuple((meal, totals(some)) for meal, some in by_meal.items())  # type: ignore[arg-type]
        self._all = totals([(one.intent, one.state) for one in ones])

    def act(self, action: str) -> None:
        """Another span."""
        if action in ("left", "right") or action.startswith("span:"):
            self.span = span.moved(self.span, action)
            self.enter()

    def paper(self) -> Document:
        """The same on paper."""
        till = self._till
        rows = tuple((self._meal(meal), one) for meal, one in self._meals)
        since, until = span.bounds(till, self.span)
        return report.period(
            till.tr, till.head(), since=since, until=until, at=till.station.now(), meals=rows, whole=self._all
        )

    def _meal(self, meal: str) -> str:
        return meal or self._till.tr("pos.totals.no_meal")

    def view(self) -> ListView:
        till, tr = self._till, self._till.tr
        since, until = span.bounds(till, self.span)
        rows = tuple(_row(self._meal(meal), one) for meal, one in self._meals)
        whole = (_row(tr("pos.totals.whole"), self._all, bold=True),) if rows else ()
        return ListView(
            frame=frame(till),
            title=tr("pos.totals.title"),
            body=tr("pos.totals.body", since=since, until=until),
            titles=tuple(
                tr(f"pos.totals.column.{name}")
                for name in ("meal", "sales", "main", "gift", "voids", "recharges")
            ),
            shares=_SHARES,
            rows=(*rows, *whole),
            empty=tr("pos.totals.empty"),
            choices=span.tiles(till, self.span),
            keys=(
                back(till),
                key("f2", tr("pos.key.dates"), icon="calendar-clock"),
                key("f3", tr("pos.totals.print"), icon="printer", enabled=till.has_printer),
                key("f4", tr("pos.key.records"), icon="format-list-bulleted"),
            ),
            sum_label=tr("pos.totals.taken"),
            sum=money.show(_taken(self._all)),
        )


def _taken(one: Totals) -> int:
    """Sales less what was taken back: real money and gifts, cash and foreign cards alike."""
    return _real(one) + one.sales_gift_fen - _back(one)


def _real(one: Totals) -> int:
    """What was sold for no gift; an account's part is not known apart here."""
    beside = (one.sales_cash_fen, one.sales_foreign_fen, one.sales_account_fen)
    return one.sales_main_fen + sum(fen or 0 for fen in beside)


def _back(one: Totals) -> int:
    beside = (one.voids_cash_fen, one.voids_foreign_fen, one.voids_account_fen)
    return one.voids_main_fen + one.voids_gift_fen + sum(fen or 0 for fen in beside)


def _row(name: str, one: Totals, *, bold: bool = False) -> RowView:
    return RowView(
        cells=(
            name,
            str(one.sales),
            money.plain(_real(one)),
            money.plain(one.sales_gift_fen),
            money.plain(_back(one)),
            money.plain(one.recharges_fen),
        ),
        bold=bold,
    )
