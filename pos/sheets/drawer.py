"""Cash into the drawer and out of it for no sale: how much, what for. F: C8"""

from dataclasses import dataclass, replace
from typing import Literal

from onecard import money
from onecard.errors import Refused
from onecard.wire.messages import DrawerMove
from pos import entry, shift
from pos.entry import Entry
from pos.presenters.frame import RowView, TileView, frame
from pos.presenters.sheet import FormView, back, go
from pos.till import Till

Way = Literal["in", "out"]
#: What records carry; people read ``pos.drawer.reason.<word>``. ``safe`` is booked against the vault.
REASONS: dict[Way, tuple[str, ...]] = {
    "in": ("change", "safe", "other"),
    "out": ("safe", "expense", "change", "other"),
}
_DIGITS = frozenset({*"0123456789", "00", "."})


@dataclass(frozen=True, kw_only=True)
class Move:
    """What is being typed."""

    way: Way = "out"
    reason: str = "safe"
    entry: Entry = entry.EMPTY


class DrawerPresenter:
    """One movement at a time; what went before in this shift stands beside it."""

    name = "drawer"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.move = Move()
        self._moves: tuple[DrawerMove, ...] = ()

    def enter(self) -> None:
        """A clean form."""
        self.move = Move()
        self._moves = tuple(self._till.station.upkeep.cash_moves())

    def act(self, action: str) -> None:
        """Digits, way and reason."""
        verb, _, what = action.partition(":")
        move = self.move
        if action in _DIGITS or action == "-" or verb == "char":
            self.move = replace(move, entry=entry.press(move.entry, what or action))
        elif action == "backspace":
            self.move = replace(move, entry=entry.erase(move.entry))
        elif action == "clear":
            self.move = replace(move, entry=entry.EMPTY)
        elif verb == "way" or action in ("left", "right"):
            way: Way = ("in" if move.way == "out" else "out") if verb != "way" else _way(what)
            self.move = replace(move, way=way, reason=REASONS[way][0])
        elif verb == "reason" and what in REASONS[move.way]:
            self.move = replace(move, reason=what)
        elif action in ("up", "down"):
            reasons = REASONS[move.way]
            at = reasons.index(move.reason) + (1 if action == "down" else -1)
            self.move = replace(move, reason=reasons[at % len(reasons)])

    def fen(self) -> int:
        """Raises ``Refused`` with an ``amount.*`` code."""
        fen = shift.cash_fen(self.move.entry, self._till.rules.pad)
        if fen <= 0:
            raise Refused("amount.zero")
        return fen

    def view(self) -> FormView:
        till, tr, move = self._till, self._till.tr, self.move
        ways = tuple(
            TileView(action=f"way:{way}", text=tr(f"pos.drawer.{way}"), selected=way == move.way)
            for way in ("in", "out")
        )
        reasons = tuple(
            TileView(
                action=f"reason:{word}", text=tr(f"pos.drawer.reason.{word}"), selected=word == move.reason
            )
            for word in REASONS[move.way]
        )
        return FormView(
            frame=frame(till),
            title=tr("pos.drawer.title"),
            body=tr("pos.drawer.body"),
            tone="muted",
            choices=ways,
            options=reasons,
            facts=tuple(self._fact(one) for one in self._moves[-4:]),
            keys=(back(till), go(tr(f"pos.drawer.go_{move.way}"), icon="cash-register")),
            pad="amount",
            amount_label=tr(f"pos.drawer.{move.way}"),
            amount=self._amount(),
        )

    def _amount(self) -> str:
        try:
            return money.show(shift.cash_fen(self.move.entry, self._till.rules.pad))
        except Refused:
            return self.move.entry.text

    def _fact(self, one: DrawerMove) -> RowView:
        tr = self._till.tr
        fen = one.fen if one.way == "in" else -one.fen
        said = f"{tr.time(one.at)} {tr(f'pos.drawer.reason.{one.reason}')}"
        return RowView(cells=(said, money.plain(fen)))


def _way(word: str) -> Way:
    return "in" if word == "in" else "out"
