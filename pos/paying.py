"""The tender screen: cash, part by card, a member's price, other people's cards. F: C4 C16 C17

A bill that a card paid in part goes on with the rest of its lines, so that it is on the till until all of it
is paid, whatever happens in between.
"""

from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed
from onecard.terminal.over_counter import Tender
from onecard.wire.messages import CounterSale
from pos.area import Area, Door, Way
from pos.foreign import Approval
from pos.presenters.sell import SellPresenter
from pos.presenters.tender import TenderPresenter
from pos.task import Sell, Show, Task
from pos.till import SELL, Till

_FOREIGN = {"f4": "bank", "f5": "city"}


class Paying(Area):
    """``sell`` holds the bill."""

    def __init__(self, till: Till, way: Way, sell: SellPresenter) -> None:
        self._till, self._way, self._sell = till, way, sell
        self.tender = TenderPresenter(till)
        self._beside: RecordId | None = None
        self.screens = {"tender": self._on_tender}
        self.presenters = {"tender": self.tender}
        self.doors = (Door(name="tender", key="f6", right=SELL, open=self._open),)

    # -- what the whole tells ----------------------------------------------------------------------------

    def told(self, screen: str, task: Task, look: Look) -> bool:
        if screen != "tender":
            return False
        try:
            self.tender.show_card(look)
        except OneCardError as error:
            self._till.refuse(error)
        return True

    def finished(self, task: Task, completed: Completed, text: str, detail: str) -> None:
        if self._way.screen != "tender" or not isinstance(task, Sell):
            return
        rest = self.tender.rest_after(task.order)
        if isinstance(completed.intent, CounterSale) or not rest.lines:
            self._way.go("sell")
            return
        self._beside = completed.id
        self._sell.goes_on(rest)
        self.tender.enter(rest)

    def bound(self) -> str:
        return "tender.busy" if self.tender.busy else ""

    # -- the screen --------------------------------------------------------------------------------------

    def _open(self) -> None:
        till = self._till
        try:
            if till.shift is None:
                raise Refused("shift.closed")
            self._beside = None
            self.tender.enter(self._sell.order())
        except OneCardError as error:
            till.refuse(error)
        else:
            self._way.go("tender")

    def _on_tender(self, action: str) -> None:
        if self.tender.busy:
            return
        try:
            match action:
                case "escape":
                    self._way.go("sell")
                case "enter":
                    self._write(self.tender.cash())
                case "f2":
                    self._way.want(Show())
                case "f3":
                    self._way.want(Sell(order=self.tender.part()))
                case "f4" | "f5":
                    self._ask_foreign(_FOREIGN[action])
                case _:
                    self.tender.act(action)
        except OneCardError as error:
            self._till.refuse(error)

    def _write(self, tender: Tender) -> None:
        order, station = self.tender.order, self._till.station
        completed = station.over_counter.sell(order, tender, self.tender.state.shown, self._beside)
        self._way.done(Sell(order=order), completed)
        self._till.port.play("ok")

    def _ask_foreign(self, kind: str) -> None:
        """The whole bill by another card's terminal; nothing else is done until its word is known."""
        terminal = self._till.foreign.get(kind)
        if terminal is None:
            return
        fen = self.tender.state.due_fen
        self.tender.busy = self._till.tr(f"pos.tender.waits_{kind}")

        def heard(word: Approval | OneCardError) -> None:
            self.tender.busy = ""
            try:
                if isinstance(word, OneCardError):
                    raise word
                paid = Tender(foreign=kind, foreign_fen=fen, approval=word.approval, reference=word.reference)
                self._write(paid)
            except OneCardError as error:
                self._till.refuse(error)
            self._way.show()

        terminal.pay(fen, heard)
