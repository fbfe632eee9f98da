"""Own records of a span of time, searched as they are typed, each printed again. F: C9 C6"""

from onecard import masking, money
from pos import receipt, span, worth
from pos.presenters.field import FieldView
from pos.presenters.frame import RowView, frame
from pos.presenters.sheet import ListView, back, go, key
from pos.records import Record, records
from pos.till import Till

#: So many lines are drawn; a search finds the others.
MOST = 300
_SHARES = (0.9, 1.2, 1.1, 1.4, -0.9, -0.8)


class RecordsPresenter:
    """Reads when the screen is entered; filters at every letter."""

    name = "records"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.span = "today"
        self._all: tuple[Record, ...] = ()
        self._search = ""
        self._found: tuple[Record, ...] = ()
        self._at = 0

    def enter(self, chosen: str) -> None:
        """Newest first."""
        self.span, self._search = chosen, ""
        self._read()

    def leave(self) -> None:
        """A week's records are some megabytes."""
        self._all = self._found = ()

    def _read(self) -> None:
        self._all = records(self._till.station.upkeep.between(*span.bounds(self._till, self.span)))
        self._filter()

    def typed(self, text: str) -> None:
        """Card, amount, number of the receipt, or what it was."""
        self._search = text.strip()
        self._filter()

    def _filter(self) -> None:
        self._at = 0
        wanted = self._search.casefold().removeprefix("￥")
        self._found = tuple(one for one in self._all if not wanted or self._matches(one, wanted))

    def _matches(self, one: Record, wanted: str) -> bool:
        words = (
            str(one.card) if one.card else "",
            money.plain(one.fen),
            str(one.id),
            self._till.tr(f"pos.kind.{one.kind}"),
            self._till.tr.time(one.at),
        )
        return any(wanted in word.casefold() for word in words)

    def act(self, action: str) -> None:
        """Up, down, a touch on a line; another span."""
        last = max(0, len(self._found) - 1)
        if action in ("up", "down"):
            self._at = min(max(0, self._at + (1 if action == "down" else -1)), last)
        elif action.startswith("row:"):
            self._at = min(int(action.removeprefix("row:")), last)
        elif action in ("left", "right") or action.startswith("span:"):
            self.span = span.moved(self.span, action)
            self._read()

    @property
    def chosen(self) -> Record | None:
        return self._found[self._at] if self._found else None

    def view(self) -> ListView:
        till, tr = self._till, self._till.tr
        shown = self._found[:MOST]
        more = len(self._found) > len(shown)
        body = tr("pos.records.more", shown=len(shown)) if more else ""
        if self.span not in span.SPANS:
            since, until = span.bounds(till, self.span)
            body = " · ".join(filter(None, (tr("pos.records.between", since=since, until=until), body)))
        return ListView(
            frame=frame(till),
            title=tr("pos.records.title"),
            body=body,
            titles=tuple(
                tr(f"pos.records.column.{name}") for name in ("at", "what", "card", "number", "sum", "state")
            ),
            shares=_SHARES,
            rows=tuple(self._row(one, at) for at, one in enumerate(shown)),
            empty=tr("pos.records.empty"),
            choices=span.tiles(till, self.span),
            fields=(
                FieldView(
                    field="search",
                    label=tr("pos.records.search"),
                    text=self._search,
                    placeholder=tr("pos.records.search_hint"),
                    keyboard="figures",
                ),
            ),
            keys=(
                back(till),
                key("f2", tr("pos.key.dates"), icon="calendar-clock"),
                go(tr("pos.records.print"), icon="printer", enabled=bool(shown) and till.has_printer),
            ),
            sum_label=tr("pos.records.count"),
            sum=str(len(self._found)),
        )

    def _row(self, one: Record, at: int) -> RowView:
        tr = self._till.tr
        why = f" · {receipt.reason(tr, one.reason)}" if one.reason else ""
        return RowView(
            cells=(
                tr.moment(one.at),
                tr(f"pos.kind.{one.kind}") + why,
                masking.card(one.card, one.issue) if one.card else "",
                str(one.id),
                worth.cell(tr, one.fen, one.uses),
                tr(f"pos.state.{one.state}"),
            ),
            action=f"row:{at}",
            selected=at == self._at,
            tone="ink" if one.state == "done" else "muted",
        )
