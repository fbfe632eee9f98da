"""The counter's screens: sell and take back. F: C1 C2 C7"""

from onecard.errors import OneCardError, Refused
from onecard.terminal.foreign import Back
from onecard.terminal.outcome import Completed
from onecard.wire.messages import CounterSale
from pos import paper, receipt, worth
from pos.area import Area, Door, Way
from pos.foreign import Approval
from pos.mode import BY_ITSELF, Mode, by_itself
from pos.presenters.more import MorePresenter
from pos.presenters.override import Granted
from pos.presenters.sell import SellPresenter
from pos.presenters.void import VoidPresenter
from pos.repaying import Repaying
from pos.task import Sell, TakeBack, Task
from pos.till import SELL, VOID, Till

#: Products whose letters are looked up in one idle moment; some ten milliseconds' worth.
LEARN = 2_000


class Selling(Area):
    """``tiles`` product keys and ``tabs`` categories fit the screen."""

    def __init__(self, till: Till, way: Way, repaying: Repaying, *, tiles: int, tabs: int) -> None:
        self._till, self._way, self._repaying = till, way, repaying
        self._is_paused, self._mode = False, Mode.FREE
        self.sell = SellPresenter(till, tiles, tabs, doors=lambda: way.doors)
        self.void = VoidPresenter(till)
        self.more = MorePresenter(till, doors=lambda: way.doors)
        self.screens = {
            "sell": self._on_sell,
            "more": self._on_more,
            "void": self._on_void,
        }
        self.presenters = {"sell": self.sell, "more": self.more, "void": self.void}
        self.doors = (
            Door(name="language", icon="translate", open=lambda: way.look("f7")),
            Door(name="theme", icon="weather-night", open=lambda: way.look("f8")),
            Door(name="void", key="f2", right=VOID, open=self._open_void),
            Door(name="reprint", key="f3", open=self._reprint),
            Door(name="more", key="f11", open=lambda: way.go("more"), why_not=self._nothing_more),
        )

    # -- what the whole tells ----------------------------------------------------------------------------

    def finished(self, task: Task, completed: Completed, text: str, detail: str) -> None:
        if isinstance(task, Sell):
            self.sell.paid(text, detail)
        if self._way.screen == "void":
            self.void.enter()

    def rest(self) -> None:
        """In a mode that sells by itself the reader waits for the next card once the last one is gone."""
        till, mode = self._till, self._till.mode
        if mode is not self._mode:
            self._mode, self._is_paused = mode, False
        if not self._way.is_waiting:
            self.sell.goods().learn(LEARN)
        if self._way.screen != "sell" or mode not in BY_ITSELF or self._is_paused:
            return
        if till.shift is None or not till.may(SELL) or not self._way.is_free:
            return
        try:
            order = by_itself(mode, till.office)
        except Refused as error:
            self._is_paused = True
            till.refuse(error)
            return
        self._way.want(Sell(order=order))

    def unwanted(self) -> None:
        """Esc over the waiting reader: the keys are the cashier's again until Enter."""
        self._is_paused = True

    def left(self, screen: str) -> None:
        if screen == "void":
            self.void.leave()

    def aside(self) -> None:
        self.sell.next_customer()

    def bound(self) -> str:
        return "" if self.sell.bill.is_empty else "signon.bill_open"

    def signed_out(self) -> None:
        self.sell.forget()
        self._is_paused = False

    def _nothing_more(self) -> str:
        return "" if self.more.open_doors() else self._till.tr("pos.key.no_more")

    # -- sell --------------------------------------------------------------------------------------------

    def _on_sell(self, action: str) -> None:
        till = self._till
        if action[:1] == "f" and action[1:].isdigit():
            door = self.sell.door(action)
            if door is not None:
                door.open()
            return
        if action in ("enter", "escape") and till.mode in BY_ITSELF:
            self._is_paused = action == "escape"
            return
        if action == "/":
            self._way.open("find")
            return
        task = self.sell.act(action, till.now())
        if task is None:
            return
        if till.shift is None:
            till.refuse(Refused("shift.closed"))
            return
        self._way.want(task)

    def _on_more(self, action: str) -> None:
        door = self.more.door(action)
        if action in ("escape", "f11"):
            self._way.go("sell")
        elif door is not None:
            door.open()

    def _reprint(self) -> None:
        """Papers that did not come out first, else the last one again, marked as a copy."""
        till = self._till
        waiting = list(till.printed.failed)
        if not waiting and till.printed.last is not None:
            waiting = [receipt.as_copy(till.tr, till.printed.last)]
        for document in waiting:
            till.print(document)
        till.say(till.tr("pos.printing" if waiting else "pos.key.no_paper"))

    # -- take back ---------------------------------------------------------------------------------------

    def _open_void(self) -> None:
        self.void.enter()
        self._way.go("void")

    def _on_void(self, action: str) -> None:
        till = self._till
        try:
            if action == "escape":
                self._way.go("sell")
            elif action == "f3" and self.void.chosen is not None:
                document = paper.of_record(till, self.void.chosen.journaled)
                if document is not None:
                    till.print(document)
                    till.say(till.tr("pos.printing"))
            elif action == "enter":
                record = self.void.wanted()
                what = worth.words(till.tr, record.fen, record.uses)
                body = till.tr("pos.override.void_body", what=what, at=record.at)
                self._way.ask_supervisor("void", self._take_back, body=body)
            else:
                self.void.act(action)
        except OneCardError as error:
            till.refuse(error)

    def _take_back(self, word: Granted) -> None:
        record = self.void.wanted()
        task = TakeBack(
            sale=record.id,
            fen=record.fen,
            supervisor=word.supervisor,
            supervisor_name=word.name,
            reason=word.reason,
        )
        intent = record.journaled.intent
        if isinstance(intent, CounterSale):
            self._give_back(task, intent)
        else:
            self._way.want(task)

    def _give_back(self, task: TakeBack, sold: CounterSale) -> None:
        """Over the counter: the cash at once; another card through its own terminal, and what that has paid
        is ``repaying.py``'s to book."""
        foreign = next((pay for pay in sold.pays if pay.wallet != "cash"), None)
        if foreign is None:
            self._write_void(task)
            return
        terminal = self._till.foreign.get(foreign.wallet)
        if terminal is None:
            raise Refused("tender.no_terminal")

        def heard(word: Approval | OneCardError) -> None:
            if isinstance(word, OneCardError):
                self._till.refuse(word)
            else:
                self._repaying.again()
            self._way.show()

        back = Back(sale=task.sale, reason=task.reason, supervisor=task.supervisor)
        terminal.take_back(sold.reference, foreign.fen, heard, back)

    def _write_void(self, task: TakeBack) -> None:
        try:
            completed = self._till.station.over_counter.void(task.sale, task.supervisor, task.reason)
        except OneCardError as error:
            self._till.refuse(error)
            return
        self._way.done(task, completed)
        self._till.port.play("ok")
