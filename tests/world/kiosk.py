"""A kiosk of a world: the whole app without its window, the ID-003 driver, and its simulator on a cable.

The acceptor has mains of its own: paper in it outlives every power cut.
"""

from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from kiosk.booth import Booth
from kiosk.cash_desk import CashDesk
from kiosk.cash_intake import CNY_FEN
from kiosk.flow import Flow, Picture
from kiosk.task import Task
from kiosk.teller import Teller
from kiosk.visit_state import Limits, Phase
from onecard.clock import FalseClock
from onecard.devices.acceptors.id003.driver import Id003
from onecard.devices.acceptors.id003.simulator import Memory, Simulator
from onecard.devices.cable import Cable, End
from onecard.devices.printers import Document, PrinterState
from onecard.devices.readers.virtual import VirtualM1
from onecard.errors import OneCardError, Unreachable
from onecard.ids import SeededEntropy
from onecard.journal.sync import SyncStatus
from onecard.terminal.gate import Gate
from onecard.wire import messages as m
from tests.world.box import Box, Network, Storage

SERIAL = "A1"


class KioskBox(Box):
    """``memory`` is what lies in the acceptor."""

    flow: Flow

    def __init__(
        self, name: str, kind: str, clock: FalseClock, network: Network, entropy: SeededEntropy
    ) -> None:
        super().__init__(name, kind, clock, network, entropy)
        self.memory = Memory(box_fen=[], returned_fen=[], uncredited_fen=[])
        self.cable = Cable()
        self.simulator = Simulator(clock, self.cable.device, memory=self.memory)
        #: Notes that people put in, by value.
        self.inserted: Counter[int] = Counter()

    def start_app(self) -> None:
        self._events: deque[Callable[[], None]] = deque()
        self.printer = PrinterState.OK
        self.questions: deque[tuple[int, int, Callable[[m.CardStatus | None], None]]] = deque()
        self.booth = Booth(
            station=self.station, clock=self.clock, port=self, language="zh", values_fen=CNY_FEN
        )
        self.booth.sync = self.sync.status()
        self.flow = Flow(self.booth, Limits(), self._shown)
        # Nobody looks: every tenth picture is drawn, so that drawing stays part of the world.
        draw, self._due = self.flow.show, 0

        def show() -> None:
            self._due += 1
            if self._due % 10 == 0:
                draw()

        self.flow.show = show  # type: ignore[method-assign]
        self.gate: Gate[Task, Any] = Gate(
            Teller(self.station).run, self._tell, lambda call: call(), self.clock
        )
        self.desk = CashDesk(
            self.station,
            self.clock,
            lambda: Id003(End(self.cable, self.cable.to_host, self.cable.to_device), SERIAL),
            SERIAL,
            CNY_FEN,
            lambda intake, session: self._events.append(lambda: self.flow.cash_moved(intake, session)),
            self._acceptor_told,
        )
        self.station.recover()
        self.flow.start()
        self._pump()

    def _acceptor_told(self, view: Any) -> None:
        self.booth.acceptor_trouble = view.reason if view.condition == "bad" else ""

    def _tell(self, event: Any) -> None:
        self._events.append(lambda: self.flow.event(event))

    def synced(self, status: SyncStatus) -> None:
        super().synced(status)
        self.booth.sync = status
        self.flow.show()

    @property
    def is_active(self) -> bool:
        """Whether seconds matter here."""
        quiet = self.flow.visit.phase is Phase.HOME and self.desk.intake.note is None
        return not quiet or self.memory.place != "none" or self.desk.intake.phase.value != "closed"

    @property
    def screen(self) -> str:
        """Which one stands there."""
        return self.flow.picture().screen if self.is_on else "off"

    # ---- the port

    def arm(self, task: Task, *, lying: bool) -> None:
        self.gate.arm(task, lying=lying)

    def disarm(self) -> bool:
        return self.gate.disarm()

    def open_mouth(self, visit: int, card: int, issue: int, room_fen: int) -> None:
        self.desk.open(visit, card, issue, room_fen)

    def close_mouth(self) -> None:
        self.desk.close()

    def ask(self, card: int, issue: int, then: Callable[[m.CardStatus | None], None]) -> None:
        self.questions.append((card, issue, then))

    def inquire(self, question: Callable[[Any], Any], then: Callable[[Any], None]) -> None:
        """Nobody answers anything beside what a card is asked about."""
        self._events.append(lambda: then(Unreachable()))

    def print(self, document: Document, then: Callable[[PrinterState], None]) -> None:
        state = self.printer
        self._events.append(lambda: then(state))

    def play(self, sound: str) -> None:
        pass

    def quiet(self) -> None:
        pass

    def wake(self) -> None:
        pass

    # ---- people

    def press(self, key: str) -> None:
        self.flow.touched()
        self.flow.press(key)
        self._pump()

    def put(self, plastic: VirtualM1) -> Storage:
        storage = self.laid(plastic)
        self.read(storage)
        return storage

    def laid(self, plastic: VirtualM1) -> Storage:
        self.plastic = plastic
        return Storage(self, plastic)

    def read(self, storage: Storage) -> None:
        self.gate.changed(storage)
        self._pump()

    def lift(self) -> None:
        if self.plastic is not None:
            self.plastic.pull()
            self.plastic = None
        self.gate.changed(None)
        self._pump()

    def insert(self, value_fen: int) -> bool:
        """A note goes into the mouth, if it is open."""
        if not self.simulator.insert(value_fen):
            return False
        self.inserted[value_fen] += 1
        return True

    # ---- time

    def turn(self, *, window: bool) -> None:
        """A moment of the machine; the acceptor's own is ``simulator.tick``."""
        self.desk.worker.turn()
        if window:
            self.flow.tick()
        self._pump()

    def put_questions(self) -> int:
        count = 0
        while self.questions and count < 20:
            card, issue, then = self.questions.popleft()
            count += 1
            try:
                status = self.client.ask_card(card, issue)
            except OneCardError:
                status = None
            then(status)
            self._pump()
        return count

    def _shown(self, picture: Picture) -> None:
        pass

    def _pump(self) -> None:
        while self._events:
            self._events.popleft()()
