"""The tender screen: cash, part by card, a member's price, other people's cards. F: C4 C16 C17

Each part of a bill is a sale of its own with its own receipt; the next one names the one before. What is
still due stays on the till until it is paid, also through a power cut.
"""

from dataclasses import replace

from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed, Journaled, State
from onecard.terminal.over_counter import Tender
from onecard.wire.messages import Sale
from pos.area import Area, Door, Way
from pos.foreign import Approval
from pos.presenters.sell import SellPresenter
from pos.presenters.tender import TenderPresenter
from pos.shelf import Split
from pos.task import Order, Sell, Show, Task
from pos.till import SELL, Till

_FOREIGN = {"f4": "bank", "f5": "city"}


class Paying(Area):
    """``sell`` holds the bill."""

    def __init__(self, till: Till, way: Way, sell: SellPresenter) -> None:
        self._till, self._way, self._sell = till, way, sell
        self.tender = TenderPresenter(till)
        #: The sale that paid the last part of the bill on the till.
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
        rest = replace(self.tender.rest_after(task.order), beside=completed.id)
        if not rest.lines:
            self._way.go("sell")
        elif self._goes_on(rest):
            self.tender.enter(rest)

    def _goes_on(self, rest: Order) -> bool:
        self._beside = rest.beside
        self._sell.goes_on(rest)
        return self._keep(Split(due=rest.lines, beside=rest.beside))

    def _keep(self, split: Split | None) -> bool:
        try:
            self._till.shelf.keep(split)
        except OneCardError as error:
            self._till.refuse(error)
            return False
        return True

    def rest(self) -> None:
        """A bill of which a part is paid comes back after a restart, and is forgotten once nothing is due."""
        split = self._till.shelf.content.split
        if split is None or self._way.is_waiting or self.tender.busy:
            return
        if self._beside is not None and split.beside == self._beside and not split.part:
            if self._sell.bill.is_empty:
                self._beside = None
                self._sell.next_customer()
                self._keep(None)
        elif self._way.screen == "sell" and self._till.shift is not None and self._sell.bill.is_empty:
            self._resume(split)

    def _resume(self, split: Split) -> None:
        found = self._paid_part(split)
        if found is not None and found.state in (State.OPEN, State.ASIDE):
            return  # its card decides
        was_paid = found is not None and found.state is State.DONE
        due, beside = (split.rest, found.id) if found is not None and was_paid else (split.due, split.beside)
        if beside is None or not due:
            self._keep(None)  # nothing of it was paid: the customer still has the money
        elif self._goes_on(Order(lines=due, beside=beside)):
            self._till.say(self._till.tr("pos.tender.beside", receipt=str(beside)), "wait")

    def _paid_part(self, split: Split) -> Journaled | None:
        """The last sale of these goods since, however it ended. Its card may have had prices of its own."""
        if split.after is None:
            return None
        station = self._till.station
        goods = [(line.name, line.quantity) for line in split.part]
        since = [body for body in station.journal.bodies(split.after) if isinstance(body, Sale)]
        found = [one for one in since if [(line.name, line.quantity) for line in one.lines] == goods]
        return station.find(found[-1].id) if found else None

    def bound(self) -> str:
        return "tender.busy" if self.tender.busy else ""

    # -- the screen --------------------------------------------------------------------------------------

    def _open(self) -> None:
        till = self._till
        try:
            if till.shift is None:
                raise Refused("shift.closed")
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
                    self._write(self.tender.order, self.tender.cash())
                case "f2":
                    self._way.want(Show(whose=True))
                case "f3":
                    self._pay_part()
                case "f4" | "f5":
                    self._ask_foreign(_FOREIGN[action])
                case _:
                    self.tender.act(action)
        except OneCardError as error:
            self._till.refuse(error)

    def _pay_part(self) -> None:
        """On disk first: should the power go while the card is there, the rest is still due."""
        part, head = self.tender.part(), self._till.station.journal.head
        after = RecordId(self._till.station.journal.terminal, head.epoch, head.seq)
        due, rest = self.tender.order.lines, self.tender.rest_after(part).lines
        self._till.shelf.keep(Split(due=due, beside=self._beside, part=part.lines, rest=rest, after=after))
        self._way.want(Sell(order=part))

    def unwanted(self) -> None:
        """No card came for the part."""
        split = self._till.shelf.content.split
        if split is not None and split.part:
            self._keep(Split(due=split.due, beside=split.beside) if split.beside is not None else None)

    def _write(self, order: Order, tender: Tender) -> None:
        station = self._till.station
        completed = station.over_counter.sell(order, tender, self.tender.state.shown)
        self._way.done(Sell(order=order), completed)
        self._till.port.play("ok")

    def _ask_foreign(self, kind: str) -> None:
        """What is typed of the bill, or all, by another card's terminal; then all waits for its word."""
        terminal = self._till.foreign.get(kind)
        if terminal is None:
            return
        order = self.tender.foreign_part()
        fen = self.tender.state.due_fen if order is self.tender.order else order.due_fen
        self.tender.busy = self._till.tr(f"pos.tender.waits_{kind}")

        def heard(word: Approval | OneCardError) -> None:
            self.tender.busy = ""
            try:
                if isinstance(word, OneCardError):
                    raise word
                paid = Tender(foreign=kind, foreign_fen=fen, approval=word.approval, reference=word.reference)
                self._write(order, paid)
            except OneCardError as error:
                self._till.refuse(error)
            self._way.show()

        terminal.pay(fen, heard)
