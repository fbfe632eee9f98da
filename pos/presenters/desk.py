"""F1, the front desk's door: query, issue, recharge, report a loss; what is off says why. F: C11"""

from dataclasses import dataclass

from pos.presenters.frame import FrameView, TileView, frame
from pos.till import ISSUE, LOSS, QUERY, RECHARGE, Till

#: Function key → (what, right, icon, needs the server).
WORK = (
    ("f1", "query", QUERY, "card-search-outline", False),
    ("f2", "issue", ISSUE, "credit-card-plus-outline", True),
    ("f3", "recharge", RECHARGE, "cash-plus", False),
    ("f4", "loss", LOSS, "credit-card-off-outline", True),
)


@dataclass(frozen=True, kw_only=True)
class DeskView:
    """Four large keys."""

    frame: FrameView
    title: str
    tiles: tuple[TileView, ...]
    back: str


class DeskPresenter:
    """Knows only what may be done now."""

    name = "desk"

    def __init__(self, till: Till) -> None:
        self._till = till

    def why_not(self, what: str) -> str:
        """Why this work cannot be done now; "" when it can."""
        _, _, right, _, needs_server = next(row for row in WORK if row[1] == what)
        if not self._till.may(right):
            return self._till.tr("pos.key.no_right")
        if needs_server and not self._till.is_online:
            return self._till.tr("desk.needs_server")
        return ""

    def view(self) -> DeskView:
        till, tr = self._till, self._till.tr
        return DeskView(
            frame=frame(till),
            title=tr("desk.title"),
            tiles=tuple(
                TileView(
                    action=key,
                    text=tr(f"desk.{what}.title"),
                    detail=tr(f"desk.{what}.detail"),
                    icon=icon,
                    hint=key.upper(),
                    enabled=not self.why_not(what),
                    reason=self.why_not(what),
                )
                for key, what, _, icon, _ in WORK
            ),
            back=tr("desk.to_till"),
        )
