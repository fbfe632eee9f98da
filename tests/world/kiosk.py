"""A kiosk of a world: the whole app without its window, the ID-003 driver, and its simulator on a cable.

The acceptor has mains of its own: paper in it outlives every power cut.
"""

import errno
from collections import Counter
from collections.abc import Callable

from kiosk.booth import Booth
from kiosk.cash_box import CashBox
from kiosk.cash_desk import CashDesk
from kiosk.cash_intake import CNY_FEN
from kiosk.flow import Flow
from kiosk.teller import Teller
from kiosk.visit_state import Limits, Phase
from onecard.clock import FalseClock
from onecard.devices.acceptors.id003.driver import Id003
from onecard.devices.acceptors.id003.simulator import Memory, Simulator
from onecard.devices.cable import Cable, End
from onecard.errors import OneCardError
from onecard.ids import SeededEntropy
from onecard.wire import messages as m
from tests.world.box import Network
from tests.world.folder import Folder
from tests.world.window import Window

SERIAL = "A1"


class KioskBox(Window):
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
        self.folder = Folder(self.disk.folder, self._file)

    def _file(self, what: str) -> None:
        """One of its small files is about to change."""
        self.door(what)
        if self.disk.trouble:
            raise OSError(errno.EIO, "the disk says no")

    def off(self, below: Callable[[int], int]) -> int:
        lost = super().off(below)
        self.folder.crash(below)
        return lost

    def image(self) -> dict[str, bytes]:
        """Its small files too, each under a name that no database has."""
        return super().image() | {f"./{name}": data for name, data in self.folder.copy().items()}

    def put_image(self, image: dict[str, bytes]) -> None:
        small = {name.removeprefix("./"): data for name, data in image.items() if name.startswith("./")}
        super().put_image({name: data for name, data in image.items() if not name.startswith("./")})
        self.folder.restore(small)

    def start_app(self) -> None:
        self.open_window(Teller(self.station).run)
        box = CashBox(serial=SERIAL, values_fen=CNY_FEN)
        self.booth = Booth(station=self.station, clock=self.clock, port=self, language="zh", boxes=(box,))
        self.place = self.booth
        self.booth.sync, self.booth.entropy = self.sync.status(), self.entropy
        self.flow = Flow(self.booth, Limits(), self._shown)
        self.desk = CashDesk(
            self.station,
            self.clock,
            lambda: Id003(End(self.cable, self.cable.to_host, self.cable.to_device), SERIAL),
            SERIAL,
            CNY_FEN,
            lambda intake, session: self._events.append(lambda: self.flow.cash_moved(intake, session)),
            box.told,
        )
        self.start_flow()

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

    def open_mouth(self, opening: int, card: int, issue: int, room_fen: int) -> None:
        self.desk.open(opening, card, issue, room_fen)

    def close_mouth(self) -> None:
        self.desk.close()

    def ask(self, card: int, issue: int, then: Callable[[m.CardStatus | None], None]) -> None:
        def told(answer: m.CardStatus | OneCardError) -> None:
            then(None if isinstance(answer, OneCardError) else answer)

        self.inquire(lambda client: client.ask_card(card, issue), told)

    # ---- people

    def press(self, key: str) -> None:
        self.flow.touched()
        self.flow.press(key)
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
