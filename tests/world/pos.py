"""A till of a world: the whole POS app without its window, and the hands of the cashier.

Keys that only type are left out: a hand says which task the till shall want a card for. What happens then
(tap, wait, account talk, paper) is the app's own.
"""

from collections.abc import Callable

from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.terminal.outcome import Completed
from onecard.terminal.signon import SignOn
from onecard.wire import messages as m
from pos.flow import Flow
from pos.question import Answer, Question, put
from pos.tap import Phase
from pos.task import Task
from pos.teller import Teller
from pos.till import Till
from tests.world.office import BOSS
from tests.world.window import Window


class PosBox(Window):
    """Questions are put when the world comes to it."""

    till: Till
    flow: Flow
    #: Intents whose success somebody saw.
    shown: list[RecordId]

    def start_app(self) -> None:
        teller = Teller(self.station, lambda: self.till.operator.operator if self.till.operator else 0)
        self.open_window(teller.run)
        self.till = Till(
            station=self.station,
            sign_on=SignOn(self.facts, self.journal, self.station.moment),
            clock=self.clock,
            port=self,
            language="zh",
        )
        self.place = self.till
        self.till.sync = self.status = self.sync.status()
        self.flow = Flow(self.till, tiles=12, shown=self._shown)
        finished = self.flow.cards._finished

        def shown(task: Task, completed: Completed) -> None:
            if not completed.is_owed:
                self.shown.append(completed.intent.id)
            finished(task, completed)

        self.flow.cards._finished = shown
        self.start_flow()
        self.sign_on()

    def sign_on(self) -> None:
        """Somebody is there and a shift is open, once the office has said who may."""
        people = {one.operator: one for one in self.facts.operators}
        if BOSS not in people or self.facts.place is None:
            return
        self.till.operator = people[BOSS]
        if self.flow.cards.tap.phase is not Phase.CLOSED:
            self.flow.cards.dismiss()
        if self.station.shift is None:
            self.station.open_shift(BOSS, 0)
        self.flow.go("sell")

    @property
    def is_ready(self) -> bool:
        return self.is_on and self.till.operator is not None and self.station.shift is not None

    # ---- the port

    def ask(self, question: Question, then: Callable[[Answer], None]) -> None:
        self.inquire(lambda client: put(client, question), then)

    def look(self, *, language: str = "", theme: str = "") -> None:
        pass

    # ---- hands

    @property
    def phase(self) -> Phase:
        return self.flow.cards.tap.phase

    def want(self, task: Task) -> bool:
        """Ask for a card, if the till is free for it."""
        if not self.is_ready or self.phase not in (Phase.CLOSED, Phase.OK, Phase.REFUSED, Phase.READY):
            return False
        self.flow.cards.dismiss()
        if self.phase is not Phase.CLOSED:
            return False
        self.flow.want(task)
        self._pump()
        return True

    def act(self, key: str) -> None:
        self.flow.act(key)
        self._pump()

    def tick(self) -> None:
        self.flow.tick()
        self._pump()

    def ask_now(self, question: Question) -> Answer:
        """A question of the front desk whose answer a person waits for."""
        try:
            return put(self.client, question)
        except OneCardError as error:
            return error

    def close_shift(self, short_fen: int = 0) -> m.ShiftClose | OneCardError:
        """The Z; another shift begins at once."""
        if self.flow.cards.tap.holds_till:
            return Refused("shift.busy")
        try:
            closed = self.station.close_shift(max(0, self.station.expected_cash_fen() - short_fen))
            self.till.refresh()
            self.station.open_shift(BOSS, 0)
        except OneCardError as error:
            return error
        return closed
