"""What a card left half-written, here and at other stations: the card decides, a person does the rest. F: C10

Only the station that began a tap may write it once more. Any other can read what the card says about it: that
goes to the office as evidence by itself, and tells the cashier whether the money was taken.
"""

from onecard.ids import RecordId
from onecard.terminal import evidence
from onecard.terminal.look import Look
from onecard.terminal.order import Order
from onecard.wire.messages import Line
from pos.area import Area, Door, Way
from pos.basket import PIECE
from pos.presenters.override import Granted
from pos.presenters.sell import SellPresenter
from pos.sheets.aside import AsidePresenter
from pos.task import Complete, Show, Task
from pos.till import Till


class Unfinished(Area):
    """``sell`` gets what is rung again."""

    def __init__(self, till: Till, way: Way, sell: SellPresenter) -> None:
        self._till, self._way, self._sell = till, way, sell
        self.waiting = AsidePresenter(till)
        self.screens = {"aside": self._on_aside}
        self.presenters = {"aside": self.waiting}
        self.doors = (Door(name="aside", key="f4", open=self._open, is_lit=lambda: till.aside_count > 0),)

    def told(self, screen: str, task: Task, look: Look) -> bool:
        if screen != "aside":
            return False
        image = look.image
        said = {} if image is None else {tap.of: evidence.verdict(tap, image) for tap in look.foreign_open}
        self.waiting.hear(said, is_own=bool(look.own_open))
        self._till.port.wake()
        return True

    def _open(self) -> None:
        self.waiting.enter()
        self._way.go("aside")

    def _on_aside(self, action: str) -> None:
        waiting = self.waiting
        match action:
            case "escape":
                self._way.go("sell")
            case "enter" if waiting.is_elsewhere:
                self._way.want(Show())
            case "f6" if waiting.is_elsewhere:
                self._ring_again()
            case "enter" | "f6":
                self._finish(action)
            case _:
                waiting.act(action)

    def _finish(self, action: str) -> None:
        """One of this station: its card completes it, or a supervisor's word gives it up."""
        taps = self._till.aside
        if not taps:
            return
        one = taps[self.waiting.at]
        if action == "enter":
            self._way.want(Complete(unfinished=one))
        else:
            self._way.ask_supervisor("drop", lambda word: self._drop(one.id, word))

    def _drop(self, id: RecordId, word: Granted) -> None:
        till = self._till
        till.journaled(lambda: till.station.give_up(id, "supervisor", word.supervisor))

    def _ring_again(self) -> None:
        """What was not taken from the card there is sold here."""
        one = self.waiting.chosen
        if one is None or not self.waiting.can_ring or not self._sell.bill.is_empty:
            return
        line = Line(name="", category="", quantity=PIECE, price_fen=one.fen, total_fen=one.fen)
        self._sell.goes_on(Order(lines=(line,)))
        self._way.go("sell")
