"""What a till and a kiosk of a world have in common: an app without its window, and one card on its reader.

Events wait in a line and are taken in turn, as by a window's thread; nobody waits for anything in between.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from onecard.devices.printers import Document, PrinterState
from onecard.devices.readers.virtual import VirtualPurse
from onecard.errors import OneCardError
from onecard.journal.sync import SyncStatus
from onecard.terminal.gate import Gate
from onecard.wire.client import ServerClient
from tests.world.box import Box, ChipStorage, Plastic, Storage
from tests.world.printer import Printer

#: Nobody looks: every tenth picture is drawn, so that drawing stays part of the world.
DRAWN = 10
#: Questions that are put in one go.
AT_ONCE = 20


class Window(Box):
    """``flow`` is the app; its port is this very box."""

    flow: Any
    gate: Gate[Any, Any]
    #: How the exchange with the office stands, for the app.
    place: Any

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.printer = Printer(self.door)

    def open_window(self, work: Callable[..., Any]) -> None:
        """Before the flow is made. ``work`` is the hand at the reader."""
        self._events: deque[Callable[[], None]] = deque()
        self.printer.boot()
        self._questions: deque[tuple[Callable[[ServerClient], Any], Callable[[Any], None]]] = deque()
        self.gate = Gate(work, self._tell, lambda call: call(), self.clock)

    def start_flow(self) -> None:
        """Once the flow is there."""
        draw, shown = self.flow.show, 0

        def show() -> None:
            nonlocal shown
            shown += 1
            if shown % DRAWN == 0:
                draw()

        self.flow.show = show
        self.look_at_printer()
        self.station.recover()
        self.flow.start()
        self._pump()

    def synced(self, status: SyncStatus) -> None:
        super().synced(status)
        self.place.sync = status
        self.flow.show()

    # ---- the port

    def arm(self, task: Any, *, lying: bool) -> None:
        self.gate.arm(task, lying=lying)

    def disarm(self) -> bool:
        return self.gate.disarm()

    def inquire(self, question: Callable[[ServerClient], Any], then: Callable[[Any], None]) -> None:
        self._questions.append((question, then))

    def print(self, document: Document, then: Callable[[PrinterState], None]) -> None:
        state = self.place.printer = self.printer.print(document)
        self._events.append(lambda: then(state))

    def look_at_printer(self) -> None:
        """As the station does every few seconds."""
        self.place.printer = self.printer.driver.status()

    def play(self, sound: str) -> None:
        pass

    def quiet(self) -> None:
        pass

    def wake(self) -> None:
        pass

    # ---- a card

    def put(self, plastic: Plastic) -> Storage | ChipStorage:
        """A card comes onto the reader; what it is wanted for happens before this returns."""
        storage = self.laid(plastic)
        self.read(storage)
        return storage

    def laid(self, plastic: Plastic) -> Storage | ChipStorage:
        """Into the field, nothing said to it yet."""
        self.plastic = plastic
        if isinstance(plastic, VirtualPurse):
            return ChipStorage(self, plastic)
        return Storage(self, plastic)

    def read(self, storage: Storage | ChipStorage) -> None:
        """The reader has noticed it."""
        self.gate.changed(storage)
        self._pump()

    def lift(self) -> None:
        if self.plastic is not None:
            self.plastic.pull()
            self.plastic = None
        self.gate.changed(None)
        self._pump()

    # ---- time

    def put_questions(self) -> int:
        """The office is asked what waits, each as if by its own thread."""
        count = 0
        while self._questions and count < AT_ONCE:
            question, then = self._questions.popleft()
            count += 1
            answer: Any
            try:
                answer = question(self.client)
            except OneCardError as error:
                answer = error
            then(answer)
            self.flow.show()
            self._pump()
        return count

    def _tell(self, event: Any) -> None:
        self._events.append(lambda: self.flow.event(event))

    def _shown(self, picture: Any) -> None:
        pass

    def _pump(self) -> None:
        while self._events:
            self._events.popleft()()
