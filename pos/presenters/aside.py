"""Taps that were set aside: which card is waited for, since when, and what can be done. F: C10"""

from dataclasses import dataclass

from onecard import masking, money
from pos.presenters.frame import FrameView, RowView, frame
from pos.till import Till


@dataclass(frozen=True, kw_only=True)
class AsideView:
    """Completing needs the same card; giving up needs a supervisor and leaves the rest to the office."""

    frame: FrameView
    title: str
    body: str
    titles: tuple[str, ...]
    rows: tuple[RowView, ...]
    empty: str
    has_any: bool
    complete: str
    give_up: str
    back: str


class AsidePresenter:
    """The line that is chosen; the list itself is the till's."""

    name = "aside"

    def __init__(self, till: Till) -> None:
        self._till = till
        self._at = 0

    def enter(self) -> None:
        """The oldest first."""
        self._at = 0

    def act(self, action: str) -> None:
        """Up, down, a touch on a line."""
        last = max(0, len(self._till.aside) - 1)
        if action in ("up", "down"):
            self._at = min(max(0, self._at + (1 if action == "down" else -1)), last)
        elif action.startswith("row:"):
            self._at = min(int(action.removeprefix("row:")), last)

    @property
    def at(self) -> int:
        return min(self._at, max(0, len(self._till.aside) - 1))

    def view(self) -> AsideView:
        till, tr = self._till, self._till.tr
        now = till.clock.now()
        return AsideView(
            frame=frame(till),
            title=tr("pos.aside.title"),
            body=tr("pos.aside.body"),
            titles=tuple(tr(f"pos.aside.column.{name}") for name in ("at", "what", "card", "sum", "age")),
            rows=tuple(
                RowView(
                    cells=(
                        tr.moment(one.at),
                        tr(f"pos.kind.{one.kind}"),
                        masking.card(one.card, one.issue) if one.card else "",
                        money.plain(one.fen),
                        tr.duration(max(0, now - one.at)),
                    ),
                    action=f"row:{number}",
                    selected=number == self.at,
                )
                for number, one in enumerate(till.aside)
            ),
            empty=tr("pos.aside.empty"),
            has_any=bool(till.aside),
            complete=tr("pos.aside.complete"),
            give_up=tr("pos.aside.give_up"),
            back=tr("common.back"),
        )
