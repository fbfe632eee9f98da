"""A station in its window: one flow, the threads it is wired to, and its sounds. The same for every kind.

An app's own class builds what it shows in ``compose`` and then says ``open``. Decides nothing.
"""

import gc
from collections.abc import Callable
from io import BytesIO
from queue import Empty, Queue
from typing import Any, Generic, TypeVar

from onecard.cards.medium import StorageCard
from onecard.devices.printers import Document, PrinterState
from onecard.devices.readers import Reader
from onecard.devices.worker import Worker
from onecard.errors import DeviceFault
from onecard.terminal.setup import Setup
from onecard.terminal.starter import AGAIN
from onecard.terminal.wiring import Flow, Wiring
from onecard.terminal.workplace import Workplace
from onecard.ui.application import Application
from onecard.ui.sound import Sound
from onecard.ui.style import style
from onecard.ui.theme import Panel

T = TypeVar("T")
R = TypeVar("R")

#: The window ticks this often.
TICK_S = 0.25
#: The first frame is drawn before the office is called: nobody should wait for either.
EXCHANGE_AFTER_S = 0.5
#: A window that draws nothing for so long has other troubles than a missing picture.
PICTURE_WITHIN_S = 10.0
#: So many ticks belong to whoever comes to it first; screens not yet wanted are built after them.
SETTLED_TICKS = 12


class StationApp(Application, Generic[T, R]):
    """Also the port through which its presenters reach window and threads (``workplace.Port``).

    ``setup``: all that settings and identity say; ``open_card_reader``: another reader than the PC/SC one.
    """

    def __init__(
        self, panel: Panel, setup: Setup, *, open_card_reader: Callable[[], Reader] | None = None
    ) -> None:
        title = f"OneCard {setup.station.config.kind.upper()}"
        super().__init__(panel, theme=setup.settings.text("screen.theme"), title=title)
        style.logo = setup.settings.text("screen.logo")
        self.setup = setup
        self.sound = Sound()
        self.wiring: Wiring[T, R]
        self._open_card_reader = open_card_reader
        self._ticks = 0
        self._is_anew_wished = False

    def open(
        self,
        workplace: Workplace[Any],
        flow: Flow[R],
        run: Callable[[T, StorageCard], R],
        *devices: Worker[Any],
    ) -> None:
        """Every screen that the flow begins with is there: recover, show, and let the threads run."""
        self._flow = flow
        self.wiring = Wiring(
            self.setup,
            workplace,
            flow,
            run,
            self.later,
            open_card_reader=self._open_card_reader,
            picture=self._picture,
            restart=lambda: self.later(self._wish_anew),
        )
        self.setup.station.recover()
        flow.start()
        self.wiring.start(*devices)
        self.later(self.wiring.exchange, EXCHANGE_AFTER_S)
        self.every(TICK_S, self._tick)
        # What was built until now lives as long as the app; looking through all of it for garbage in the
        # middle of a sale would hold the window for a fifth of a second.
        gc.freeze()

    def on_stop(self) -> None:
        """Called by Kivy: the window closes."""
        self.wiring.stop()

    def build_more(self) -> bool:
        """Nobody is at the station, perhaps: build a screen that was not wanted yet; was there one?"""
        return False

    def _picture(self) -> bytes:
        """What the window shows (PNG); asked on another thread, taken on the window's."""
        taken: Queue[bytes] = Queue(1)

        def take() -> None:
            image = BytesIO()
            self.navigator.export_as_image().save(image, fmt="png")
            taken.put(image.getvalue())

        self.later(take)
        try:
            return taken.get(timeout=PICTURE_WITHIN_S)
        except Empty:
            raise DeviceFault("window.silent") from None

    def _wish_anew(self) -> None:
        """From the office, that does not see who stands here: at the first quiet moment."""
        self._is_anew_wished = True

    def _begin_anew(self) -> None:
        self.exit_code = AGAIN
        self.stop()

    def _tick(self) -> None:
        self._flow.tick()
        self.wiring.look_after()
        if self._is_anew_wished and self._flow.let_go():
            self._begin_anew()
        self._ticks += 1
        if self._ticks > SETTLED_TICKS and self.build_more():
            gc.freeze()

    # -- the port ----------------------------------------------------------------------------------------

    def arm(self, task: T, *, lying: bool) -> None:
        self.wiring.gate.arm(task, lying=lying)

    def disarm(self) -> bool:
        return self.wiring.gate.disarm()

    def print(self, document: Document, then: Callable[[PrinterState], None]) -> None:
        self.wiring.print(document, then)

    def play(self, sound: str) -> None:
        self.sound.play(sound)

    def quiet(self) -> None:
        self.sound.stop()

    def wake(self) -> None:
        self.wiring.wake()
