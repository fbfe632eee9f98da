"""P5, voiding a sale of this shift: one of the list, a supervisor's word, the tap. F: C7"""

from dataclasses import dataclass

from onecard import masking
from onecard.errors import Refused
from pos import receipt, worth
from pos.presenters.frame import FrameView, RowView, frame
from pos.records import Record, records
from pos.till import Till


@dataclass(frozen=True, kw_only=True)
class VoidView:
    """What this station did in this shift; only a sale that is done and not taken back can be voided."""

    frame: FrameView
    title: str
    body: str
    titles: tuple[str, ...]
    rows: tuple[RowView, ...]
    empty: str
    can_void: bool
    why_not: str
    void: str
    reprint: str
    back: str


class VoidPresenter:
    """The list as it stood when the screen came to the front, and the line that is chosen."""

    name = "void"

    def __init__(self, till: Till) -> None:
        self._till = till
        self._records: tuple[Record, ...] = ()
        self._at = 0

    def enter(self) -> None:
        """Read the shift's records again."""
        self._records = records(self._till.station.sales_of_shift())
        self._at = next((n for n, one in enumerate(self._records) if one.can_void), 0)

    def leave(self) -> None:
        """Another screen is in front: a shift's records are some megabytes."""
        self._records = ()

    def act(self, action: str) -> None:
        """Up, down, a touch on a line."""
        last = max(0, len(self._records) - 1)
        if action in ("up", "down", "pageup", "pagedown"):
            step = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8}[action]
            self._at = min(max(0, self._at + step), last)
        elif action.startswith("row:"):
            self._at = int(action.removeprefix("row:"))

    @property
    def chosen(self) -> Record | None:
        return self._records[self._at] if self._at < len(self._records) else None

    def wanted(self) -> Record:
        """The sale to take back. Raises ``Refused("void.nothing")`` or the reason why it cannot be."""
        one = self.chosen
        if one is None:
            raise Refused("void.nothing")
        if not one.can_void:
            raise Refused(one.why_not)
        return one

    def view(self) -> VoidView:
        till, tr = self._till, self._till.tr
        one = self.chosen
        return VoidView(
            frame=frame(till),
            title=tr("pos.void.title"),
            body=tr("pos.void.body"),
            titles=tuple(tr(f"pos.void.column.{name}") for name in ("at", "what", "card", "sum", "state")),
            rows=tuple(self._row(n, record) for n, record in enumerate(self._records)),
            empty=tr("pos.void.empty"),
            can_void=one is not None and one.can_void,
            why_not="" if one is None or one.can_void else tr.refusal(Refused(one.why_not)),
            void=tr("pos.void.void"),
            reprint=tr("pos.key.reprint"),
            back=tr("common.back"),
        )

    def _what(self, one: Record) -> str:
        """The kind, and why when it takes something back."""
        kind = self._till.tr(f"pos.kind.{one.kind}")
        return f"{kind} · {receipt.reason(self._till.tr, one.reason)}" if one.reason else kind

    def _row(self, number: int, one: Record) -> RowView:
        tr = self._till.tr
        tone = {"done": "ink", "voided": "muted", "aside": "wait", "open": "wait"}.get(one.state, "muted")
        return RowView(
            cells=(
                tr.moment(one.at),
                self._what(one),
                masking.card(one.card, one.issue) if one.card else "",
                worth.cell(tr, one.fen, one.uses),
                tr(f"pos.state.{one.state}"),
            ),
            action=f"row:{number}",
            tone=tone,
            selected=number == self._at,
        )
