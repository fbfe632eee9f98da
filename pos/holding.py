"""Finding products, bills on hold and the choice of a mode: what stands around selling. F: C1 C2"""

from onecard import money
from onecard.errors import OneCardError, Refused
from onecard.terminal.order import Order
from pos.area import Area, Door, Way
from pos.mode import ICONS, Mode
from pos.presenters.find import FindPresenter
from pos.presenters.frame import RowView, TileView, frame
from pos.presenters.more import MoreView
from pos.presenters.sell import SellPresenter
from pos.presenters.sheet import ListView, back, go
from pos.shelf import Held
from pos.till import SELL, Till


class HeldPresenter:
    """Bills that wait for their customer, the oldest first."""

    name = "held"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.at = 0

    @property
    def held(self) -> tuple[Held, ...]:
        return self._till.shelf.content.held

    @property
    def chosen(self) -> Held | None:
        held = self.held
        return held[min(self.at, len(held) - 1)] if held else None

    def act(self, action: str) -> None:
        """Up, down, a touch on a line."""
        last = max(0, len(self.held) - 1)
        if action in ("up", "down"):
            self.at = min(max(0, self.at + (1 if action == "down" else -1)), last)
        elif action.startswith("row:"):
            self.at = min(int(action.removeprefix("row:")), last)

    def view(self) -> ListView:
        till, tr = self._till, self._till.tr
        chosen = self.chosen
        return ListView(
            frame=frame(till),
            title=tr("pos.held.title"),
            body=tr("pos.held.body"),
            titles=tuple(tr(f"pos.held.column.{name}") for name in ("number", "at", "by", "what", "sum")),
            shares=(0.5, 0.9, 0.8, 1.8, -0.8),
            rows=tuple(
                RowView(
                    cells=(
                        str(one.number),
                        tr.moment(one.at),
                        till.operator_name(one.operator),
                        "、".join(line.name or tr("receipt.free_amount") for line in one.lines[:4]),
                        money.plain(one.total_fen),
                    ),
                    action=f"row:{number}",
                    selected=one is chosen,
                )
                for number, one in enumerate(self.held)
            ),
            empty=tr("pos.held.empty"),
            keys=(
                back(till),
                go(
                    tr("pos.held.resume"),
                    icon="play",
                    enabled=chosen is not None,
                    reason=tr("pos.held.empty"),
                ),
            ),
        )


class ModePresenter:
    """All modes; the one that holds is marked."""

    name = "mode"

    def __init__(self, till: Till) -> None:
        self._till = till

    def of(self, action: str) -> Mode | None:
        """What a figure or a touch chooses."""
        modes = tuple(Mode)
        return modes[int(action) - 1] if action.isdecimal() and 1 <= int(action) <= len(modes) else None

    def view(self) -> MoreView:
        till, tr = self._till, self._till.tr
        why = "" if till.office.flag("mode_switch") else tr("pos.mode.by_office")
        return MoreView(
            frame=frame(till),
            title=tr("pos.mode.title"),
            tiles=tuple(
                TileView(
                    action=str(number),
                    text=tr(f"pos.mode.name.{mode.value}"),
                    detail=tr(f"pos.mode.{mode.value}"),
                    icon=ICONS[mode],
                    hint=str(number),
                    selected=mode is till.mode,
                    enabled=not why,
                    reason=why,
                )
                for number, mode in enumerate(Mode, 1)
            ),
            back=tr("desk.to_till"),
        )


class Holding(Area):
    """``sell`` holds the bill."""

    def __init__(self, till: Till, way: Way, sell: SellPresenter) -> None:
        self._till, self._way, self._sell = till, way, sell
        self.find = FindPresenter(till, sell.goods)
        self.held = HeldPresenter(till)
        self.mode = ModePresenter(till)
        self.screens = {"find": self._on_find, "held": self._on_held, "mode": self._on_mode}
        self.presenters = {"find": self.find, "held": self.held, "mode": self.mode}
        self.doors = (
            Door(name="held", key="f5", right=SELL, open=self._hold, is_lit=lambda: bool(self.held.held)),
            Door(name="find", icon="magnify", right=SELL, open=self.open_find),
            Door(name="mode", icon="swap-horizontal", right=SELL, open=lambda: way.go("mode")),
        )

    def takes(self, screen: str, action: str) -> bool:
        """A code that several products have: whoever scanned it chooses among them."""
        verb, _, code = action.partition(":")
        if verb != "scan" or screen not in ("sell", "find") or self._sell.bill.confirming is not None:
            return False
        if len(self._sell.goods().all_by_code(code)) < 2:
            return False
        self.find.enter(code)
        self._way.go("find")
        self._till.say(self._till.tr("pos.find.several"), "wait")
        return True

    # -- find --------------------------------------------------------------------------------------------

    def open_find(self) -> None:
        """What was typed before stays on the pad: ``3 ×`` counts for what is found."""
        self.find.enter()
        self._way.go("find")

    def _on_find(self, action: str) -> None:
        if action == "escape":
            self._way.go("sell")
        elif action == "enter":
            chosen = self.find.chosen
            if chosen is not None:
                self._add(f"product:{chosen.product}")
        elif action.startswith("scan:"):
            self._add(action)
        else:
            self.find.act(action)

    def _add(self, action: str) -> None:
        """As if pressed on the screen that the bill is on: goods by weight are weighed from here too."""
        self._way.go("sell")
        self._way.act(action)

    # -- bills on hold -----------------------------------------------------------------------------------

    def _hold(self) -> None:
        """A bill goes on hold; with none, the list of those that are."""
        till = self._till
        if self._sell.bill.is_empty:
            self.held.at = 0
            self._way.go("held")
            return
        try:
            lines = self._sell.order().lines
            assert till.operator is not None
            held = till.shelf.hold(lines, till.clock.now(), till.operator.operator)
        except OneCardError as error:
            till.refuse(error)
            return
        self._sell.next_customer()
        till.say(till.tr("pos.held.said", number=held.number))

    def _on_held(self, action: str) -> None:
        till = self._till
        if action in ("escape", "f5"):
            self._way.go("sell")
        elif action == "enter":
            chosen = self.held.chosen
            if chosen is None:
                return
            try:
                taken = till.shelf.take(chosen.number)
            except OneCardError as error:
                till.refuse(error)
                return
            if taken is not None:
                self._sell.goes_on(Order(lines=taken.lines))
            self._way.go("sell")
        else:
            self.held.act(action)

    # -- mode --------------------------------------------------------------------------------------------

    def _on_mode(self, action: str) -> None:
        till, mode = self._till, self.mode.of(action)
        if action == "escape":
            self._way.go("sell")
        elif mode is not None:
            try:
                if not self._sell.bill.is_empty:
                    raise Refused("signon.bill_open")
                till.choose(mode)
            except OneCardError as error:
                till.refuse(error)
                return
            till.say(till.tr("pos.mode.chosen", name=till.tr(f"pos.mode.name.{mode.value}")))
            self._way.go("sell")
