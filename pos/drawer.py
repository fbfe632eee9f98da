"""The cash drawer between sales: money in and out with a reason, and opening it. F: C8 C6"""

from onecard.errors import OneCardError, Refused
from pos import report
from pos.area import Area, Door, Way
from pos.presenters.override import Granted
from pos.sheets.drawer import DrawerPresenter
from pos.till import SHIFT, Till


class Drawer(Area):
    """What goes out needs a second person's word; what comes in does not."""

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self.drawer = DrawerPresenter(till)
        self.screens = {"drawer": self._on_drawer}
        self.presenters = {"drawer": self.drawer}
        self.rooms = (
            Door(name="drawer", icon="cash-register", right=SHIFT, open=self._open, why_not=self._why_not),
        )

    def _why_not(self) -> str:
        return "" if self._till.shift is not None else self._till.tr.refusal(Refused("shift.closed"))

    def _open(self) -> None:
        self.drawer.enter()
        self._way.go("drawer")

    def _on_drawer(self, action: str) -> None:
        if action == "escape":
            self._way.go("sell")
            return
        if action != "enter":
            self.drawer.act(action)
            return
        try:
            fen = self.drawer.fen()
        except OneCardError as error:
            self._till.refuse(error)
            return
        if self.drawer.move.way == "in":
            self._write(fen, 0)
        else:
            body = self._till.tr("pos.override.drawer_body", fen=fen)
            self._way.ask_supervisor("drawer", lambda word: self._granted(fen, word), body=body)

    def _granted(self, fen: int, word: Granted) -> None:
        self._write(fen, word.supervisor)

    def _write(self, fen: int, supervisor: int) -> None:
        """The record first, the drawer opens with the paper."""
        till, move = self._till, self.drawer.move
        try:
            body = till.station.upkeep.move_cash(move.way, fen, move.reason, supervisor)
        except OneCardError as error:
            till.refuse(error)
            return
        till.print(report.drawer(till.tr, till.head(), body))
        till.port.wake()
        till.port.play("ok")
        self._way.go("sell")
        till.say(till.tr(f"pos.drawer.done_{move.way}", fen=fen), "done")
