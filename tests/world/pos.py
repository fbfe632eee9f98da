"""A till of a world: the whole POS app without its window, and the hands of the cashier.

Keys that only type are left out: a hand says which task the till shall want a card for. What happens then
(tap, wait, account talk, paper) is the app's own.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from onecard.devices.printers import Document, PrinterState
from onecard.devices.readers.virtual import VirtualM1
from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.journal.sync import SyncStatus
from onecard.terminal.gate import Gate
from onecard.terminal.outcome import Completed
from onecard.terminal.signon import SignOn
from onecard.wire import messages as m
from pos.flow import Flow, Picture
from pos.question import Answer, Question, put
from pos.tap import Phase
from pos.task import Task
from pos.teller import Teller
from pos.till import Till
from tests.world.box import Box, Storage
from tests.world.office import BOSS


class PosBox(Box):
    """``questions`` are put when the world comes to it: nobody waits in between."""

    till: Till
    flow: Flow
    #: Intents whose success somebody saw.
    shown: list[RecordId]

    def start_app(self) -> None:
        self._events: deque[Any] = deque()
        self.questions: deque[tuple[Question, Callable[[Answer], None]]] = deque()
        self.printer = PrinterState.OK
        self.till = Till(
            station=self.station,
            sign_on=SignOn(self.facts, self.journal, self.clock),
            clock=self.clock,
            port=self,
            language="zh",
        )
        self.till.sync = self.status = self.sync.status()
        self.flow = Flow(self.till, tiles=12, shown=self._shown)
        # Nobody looks: every tenth picture is drawn, so that drawing stays part of the world.
        draw, self._due = self.flow.show, 0

        def show() -> None:
            self._due += 1
            if self._due % 10 == 0:
                draw()

        self.flow.show = show  # type: ignore[method-assign]
        finished = self.flow.cards._finished

        def shown(task: Task, completed: Completed) -> None:
            self.shown.append(completed.intent.id)
            finished(task, completed)

        self.flow.cards._finished = shown
        self._teller = Teller(self.station, lambda: self.till.operator.operator if self.till.operator else 0)
        self.gate: Gate[Task, Any] = Gate(
            self._teller.run, self._events.append, lambda call: call(), self.clock
        )
        self.station.recover()
        self.flow.start()
        self._pump()
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

    def synced(self, status: SyncStatus) -> None:
        super().synced(status)
        self.till.sync = status
        self.flow.show()

    # ---- the port

    def arm(self, task: Task, *, lying: bool) -> None:
        self.gate.arm(task, lying=lying)

    def disarm(self) -> bool:
        return self.gate.disarm()

    def ask(self, question: Question, then: Callable[[Answer], None]) -> None:
        self.questions.append((question, then))

    def print(self, document: Document, then: Callable[[PrinterState], None]) -> None:
        then(self.printer)

    def play(self, sound: str) -> None:
        pass

    def quiet(self) -> None:
        pass

    def wake(self) -> None:
        pass

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

    def put(self, plastic: VirtualM1) -> Storage:
        """A card comes onto the reader; what it is wanted for happens before this returns."""
        storage = self.laid(plastic)
        self.gate.changed(storage)
        self._pump()
        return storage

    def laid(self, plastic: VirtualM1) -> Storage:
        """Into the field, nothing said to it yet."""
        self.plastic = plastic
        return Storage(self, plastic)

    def read(self, storage: Storage) -> None:
        """The reader has noticed it."""
        self.gate.changed(storage)
        self._pump()

    def lift(self) -> None:
        if self.plastic is not None:
            self.plastic.pull()
            self.plastic = None
        self.gate.changed(None)
        self._pump()

    def act(self, key: str) -> None:
        self.flow.act(key)
        self._pump()

    def tick(self) -> None:
        self.flow.tick()
        self._pump()

    def put_questions(self) -> int:
        """The office is asked what waits, each as if by its own thread."""
        count = 0
        while self.questions and count < 20:
            question, then = self.questions.popleft()
            count += 1
            answer: Answer
            try:
                answer = put(self.client, question)
            except OneCardError as error:
                answer = error
            then(answer)
            self.flow.show()
            self._pump()
        return count

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

    def _shown(self, picture: Picture) -> None:
        pass

    def _pump(self) -> None:
        while self._events:
            self.flow.event(self._events.popleft())
