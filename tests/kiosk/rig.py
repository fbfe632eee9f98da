"""A person at the kiosk: the whole app without window and threads, on a real station, a virtual card, the
ID-003 driver with its simulator on a cable, and paper. Time is false. Asserts nothing.
"""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.booth import Booth
from kiosk.cash_box import CashBox
from kiosk.cash_desk import CashDesk
from kiosk.cash_intake import CNY_FEN
from kiosk.cash_room import CashRoom
from kiosk.flow import Flow, Picture
from kiosk.task import Task
from kiosk.teller import Teller
from kiosk.visit_state import Limits
from onecard.cards.medium import StorageCard
from onecard.devices.acceptors.cctalk.coin_simulator import CNY_COINS_FEN, CoinSimulator
from onecard.devices.acceptors.cctalk.coins import CcTalkCoins
from onecard.devices.acceptors.id003.driver import Id003
from onecard.devices.acceptors.id003.simulator import Memory, Simulator
from onecard.devices.cable import Cable, connect
from onecard.devices.printers import Document, PrinterState
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import OneCardError, Refused, Unreachable
from onecard.journal.sync import SyncStatus
from onecard.terminal.gate import Gate
from onecard.wire import messages as m
from tests.onecard.terminal.stand import CARD, TERMINAL, UNIT, Office, Stand, make_plastic
from tests.onlooker import Onlooker, contact, words

SERIAL, COIN_SERIAL = "A1", "C1"
STEP_S = 0.05


def kiosk_place(office: Office, **settings: str) -> m.Document:
    """This machine is a kiosk."""
    body = m.TerminalDocument(
        unit=UNIT, unit_name="测试单位", terminal=TERMINAL, name="大厅自助机", kind="kiosk", branch=1,
        branch_name="总部", outlet=31, outlet_name="一食堂", owner=41, settings=settings,
    )  # fmt: skip
    return office.document("terminal", body)


class Rig(Onlooker):
    """``picture`` is the newest, ``papers`` came out of the printer, ``sounds`` out of the loudspeaker."""

    #: The acceptor needs so long to come up.
    BOOT_S = 4.0

    #: A coin acceptor stands beside it.
    has_coins = False

    def __init__(
        self,
        folder: Path,
        *,
        language: str = "zh",
        acceptor: bool = True,
        coins: bool = False,
        **settings: str,
    ) -> None:
        self.stand = Stand(folder, kind="kiosk")
        self.stand.receive(
            kiosk_place(self.stand.office, **settings),
            self.stand.office.members(m.Snapshot(card=CARD, member=7, name="王小明", type=1)),
        )
        self.clock = self.stand.clock
        self.plug_in()
        self.has_acceptor, self.has_coins = acceptor, coins
        self.papers: list[Document] = []
        self.sounds: list[str] = []
        self.printer = PrinterState.OK
        self.status: m.CardStatus | None = None
        self.client: Any = None
        self.asked: list[tuple[int, int]] = []
        self.pictures: list[Picture] = []
        self.language = language
        self.boot()

    def plug_in(self) -> None:
        """The acceptors at the other ends of their cables."""
        self.memory = Memory()
        self.cable = Cable(str(self.stand.folder))
        self.simulator = Simulator(self.clock, self.cable.device, memory=self.memory)
        self.coin_memory = Memory()
        self.coin_cable = Cable(f"{self.stand.folder} coins")
        self.coin_simulator = CoinSimulator(self.clock, self.coin_cable.device, memory=self.coin_memory)

    # -- starting ----------------------------------------------------------------------------------------

    def boot(self) -> None:
        """The app starts on what is on disk."""
        self._events: deque[Callable[[], None]] = deque()
        #: What was read aloud.
        self.spoken: list[str] = []
        station = self.stand.station
        self.booth = Booth(
            station=station,
            clock=self.clock,
            port=self,
            language=self.language,
            boxes=self._boxes(),
        )
        self.flow = Flow(self.booth, Limits(), self._shown)
        self.gate = Gate(Teller(station).run, self._tell, lambda call: call(), self.clock)
        room = CashRoom()
        self.desks = [self._desk(box, room) for box in self.booth.boxes]
        station.recover()
        self.online()
        self.flow.start()
        self.run(self.BOOT_S)

    def _boxes(self) -> tuple[CashBox, ...]:
        notes = CashBox(serial=SERIAL, values_fen=CNY_FEN)
        coins = CashBox(name="coins", serial=COIN_SERIAL, values_fen=CNY_COINS_FEN)
        return (*((notes,) if self.has_acceptor else ()), *((coins,) if self.has_coins else ()))

    def _desk(self, box: CashBox, room: CashRoom) -> CashDesk:
        is_notes = box.serial == SERIAL
        return CashDesk(
            self.stand.station,
            self.clock,
            lambda: Id003(self._line(), SERIAL) if is_notes else CcTalkCoins(self._coin_line(), COIN_SERIAL),
            box.serial,
            box.values_fen,
            lambda intake, session: self._events.append(lambda: self.flow.cash_moved(intake, session)),
            box.told,
            name=box.name,
            room=room,
        )

    def restart(self) -> None:
        """The power of the kiosk goes and comes back; whatever had begun in memory is lost."""
        self.gate.changed(None)
        self.stand.restart()
        self.boot()

    def _line(self):
        # A fresh end, as of a port that is opened again.
        return connect(self.cable.name)

    def _coin_line(self):
        return connect(self.coin_cable.name)

    def _tell(self, event) -> None:
        self._events.append(lambda: self.flow.event(event))

    # -- the port ----------------------------------------------------------------------------------------

    def arm(self, task: Task, *, lying: bool) -> None:
        self.gate.arm(task, lying=lying)

    def disarm(self) -> bool:
        return self.gate.disarm()

    def open_mouth(self, opening: int, card: int, issue: int, room_fen: int) -> None:
        for desk in self.desks:
            desk.open(opening, card, issue, room_fen)

    def try_mouth(self, opening: int, serial: str) -> None:
        for desk in self.desks:
            if desk.serial == serial:
                desk.try_out(opening)

    def close_mouth(self) -> None:
        for desk in self.desks:
            desk.close()

    def ask(self, card: int, issue: int, then: Callable[[m.CardStatus | None], None]) -> None:
        self.asked.append((card, issue))
        status = self.status
        self._events.append(lambda: then(status))

    def inquire(self, question: Callable[[Any], Any], then: Callable[[Any], None]) -> None:
        """Put to ``client``, the office of this rig; without one nobody answers."""
        try:
            answer = Unreachable() if self.client is None else question(self.client)
        except OneCardError as error:
            answer = error
        self._events.append(lambda: then(answer))

    def print(self, document: Document, then: Callable[[PrinterState], None]) -> None:
        state = self.printer
        if state in (PrinterState.OK, PrinterState.NEAR_END):
            self.papers.append(document)
        self._events.append(lambda: then(state))

    def say(self, text: str, language: str) -> None:
        self.spoken.append(text)

    def play(self, sound: str) -> None:
        self.sounds.append(sound)

    def quiet(self) -> None:
        self.sounds.append("quiet")

    def wake(self) -> None:
        pass

    # -- what people do ----------------------------------------------------------------------------------

    def press(self, key: str) -> None:
        """A finger on a key that is there and on."""
        found = self.keys().get(key)
        assert found is not None, f"no key {key} on {self.screen}: {sorted(self.keys())}"
        assert found.enabled, (key, found.reason)
        self.flow.touched()
        self.flow.press(key)
        self._pump()

    def press_line(self, key: str) -> None:
        """A finger on one of several keys of a list."""
        listed = (
            *getattr(self.view, "lines", ()),
            *getattr(self.view, "keys", ()),
            *getattr(self.view, "quick", ()),
        )
        found = {one.key: one for one in listed if type(one).__name__ == "KeyView"}
        assert found[key].enabled, (key, found[key].reason)
        self.flow.touched()
        self.flow.press(key)
        self._pump()

    def keys(self) -> dict[str, Any]:
        """What can be pressed now."""
        view = self.view
        fields = (getattr(view, name) for name in view.__slots__ or ()) if hasattr(view, "__slots__") else ()
        values = [*fields, *vars(view).values()] if hasattr(view, "__dict__") else list(fields)
        found = {v.key: v for v in values if type(v).__name__ == "KeyView" and v.key}
        foot = {one.key: one for one in (view.frame.language, view.frame.large, view.frame.low)}
        return {**found, **foot}

    def put(self, plastic: VirtualM1) -> None:
        self.gate.changed(self.storage(plastic))
        self._pump()

    def storage(self, plastic: VirtualM1) -> StorageCard:
        """The card as the reader hands it on."""
        return DirectStorage(plastic)

    def lift(self) -> None:
        self.gate.changed(None)
        self._pump()

    def two_cards(self) -> None:
        self.gate.refused(Refused("card.two"))
        self._pump()

    def run(self, seconds: float) -> None:
        """Time passes: the acceptors are polled, the window ticks."""
        for n in range(round(seconds / STEP_S)):
            self.clock.advance(STEP_S)
            self.simulator.tick()
            if self.has_coins:
                self.coin_simulator.tick()
            for desk in self.desks:
                desk.worker.turn()
            if n % 5 == 4:
                self.flow.tick()
            self._pump()

    def until(self, done: Callable[[], bool], seconds: float = 30.0) -> None:
        for _ in range(round(seconds / (5 * STEP_S))):
            if done():
                return
            self.run(5 * STEP_S)
        raise AssertionError(f"still {self.screen} after {seconds} s: {self.picture}")

    def until_screen(self, name: str, seconds: float = 30.0) -> None:
        self.until(lambda: self.screen == name, seconds)

    def insert(self, value_fen: int) -> None:
        """A note goes in and comes to rest."""
        self.until(lambda: self.simulator.takes_notes)
        assert self.simulator.insert(value_fen)
        self.run(4)

    def drop(self, value_fen: int) -> None:
        """A coin goes in and is counted."""
        self.until(lambda: self.coin_simulator.takes_notes)
        assert self.coin_simulator.insert(value_fen)
        self.run(1)

    def to_cash(self, plastic: VirtualM1) -> None:
        """Card down, cash chosen, mouths open."""
        self.put(plastic)
        self.press("cash")
        self.until(lambda: self.simulator.takes_notes)
        if self.has_coins:
            self.until(lambda: self.coin_simulator.takes_notes)

    @property
    def accepted(self) -> list[str]:
        """The notes and coins that are taken now, as the screen says it."""
        return [note.text for line in self.view.notes for note in line if note.on]

    # -- how the outside stands --------------------------------------------------------------------------

    def online(self, *, pending: int = 0) -> None:
        self._sync(contact(online=True, pending=pending, age_s=2))

    def offline(self, *, pending: int = 3) -> None:
        self._sync(contact(online=False, pending=pending, age_s=8040))

    def _sync(self, status: SyncStatus) -> None:
        self.booth.sync = status
        self.flow.show()

    # -- what is seen ------------------------------------------------------------------------------------

    @property
    def paper(self) -> str:
        """All that stands on the newest paper."""
        return words(self.papers[-1])

    def bodies(self, *kinds: type) -> list[Any]:
        return self.stand.bodies(*kinds)

    def _shown(self, picture: Picture) -> None:
        super()._shown(picture)
        self.pictures.append(picture)

    def _pump(self) -> None:
        while self._events:
            self._events.popleft()()

    def close(self) -> None:
        self.stand.close()


__all__ = ["CARD", "TERMINAL", "Rig", "make_plastic"]
