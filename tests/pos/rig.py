"""A person at the till: the whole app without window and threads, on a real station and a virtual card.

Keys go in by name, cards are put and taken, time passes; ``picture`` is what would be drawn. Asserts nothing.
"""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from onecard.devices.printers import Document, PrinterState
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import OneCardError, Refused, Unreachable
from onecard.journal.sync import SyncStatus
from onecard.terminal.gate import Gate
from onecard.terminal.look import Look
from onecard.wire import messages as m
from pos.flow import Flow
from pos.question import Answer, Question
from pos.task import Task
from pos.teller import Teller
from pos.till import Till
from tests.onecard.terminal.stand import BOSS, CARD, CASHIER, NOON, Stand, make_plastic
from tests.onlooker import Onlooker, contact, strokes

RIGHTS = ("pos.sell", "pos.void", "pos.shift", "desk.issue", "desk.recharge", "desk.loss", "desk.query")
PINS = {"zhang": "246810", "li": "135791"}
PEOPLE = (
    m.Operator(
        operator=CASHIER, login="zhang", name="张敏", verifier="", until=NOON + 10**7, permissions=RIGHTS
    ),
    m.Operator(
        operator=BOSS,
        login="li",
        name="李伟",
        verifier="",
        until=NOON + 10**7,
        permissions=(*RIGHTS, "supervisor"),
        card=CARD + 900,
    ),
)
PRODUCTS = tuple(
    m.Product(product=n, name=name, category=category, price_fen=fen)
    for n, (name, category, fen) in enumerate(
        [
            ("米饭", "主食", 100),
            ("馒头", "主食", 80),
            ("红烧肉", "荤菜", 800),
            ("清炒时蔬", "素菜", 300),
            ("例汤", "汤", 150),
            ("未定价", "汤", 0),
        ],
        1,
    )
)
MEMBER = m.MemberRow(
    member=7, number="2024007", name="王小明", department="一班", cards=((CARD, 1, "active"),)
)


class Door:
    """Signs people on by PIN or by the card of their own; argon2id is proved elsewhere."""

    def __init__(self, people: Callable[[], tuple[m.Operator, ...]]) -> None:
        self._people = people

    def by_pin(self, login: str, pin: str) -> m.Operator:
        if PINS.get(login) != pin:
            raise Refused("signon.wrong", left=4)
        return next(one for one in self._people() if one.login == login)

    def by_card(self, look: Look) -> m.Operator:
        found = next((one for one in self._people() if look.card and one.card == look.card), None)
        if found is None:
            raise Refused("signon.not_operator")
        return found

    def supervisor(self, login: str, pin: str, permission: str) -> m.Operator:
        one = self.by_pin(login, pin)
        if permission not in one.permissions:
            raise Refused("signon.not_allowed")
        return one


class Rig(Onlooker):
    """``picture`` is the newest; ``papers`` came out of the printer, ``sounds`` out of the loudspeaker."""

    def __init__(self, folder: Path, *, tiles: int = 12, language: str = "zh", **settings: str) -> None:
        self.stand = Stand(folder)
        self.stand.receive(
            self.stand.office.place(**settings),
            self.stand.office.operators(*PEOPLE),
            self.stand.office.document("catalogue", m.CatalogueDocument(products=PRODUCTS)),
            self.stand.office.members(m.Snapshot(card=CARD, member=7, name="王小明", type=1)),
        )
        self.clock = self.stand.clock
        self.papers: list[Document] = []
        self.sounds: list[str] = []
        self.wakes = 0
        self.looks: list[dict[str, str]] = []
        self.printer = PrinterState.OK
        self.asked: list[Question] = []
        self.answers: dict[type, Answer | Callable[[Any], Answer]] = {}
        self.slow_answers: list[Callable[[], None]] = []
        self.is_slow = False
        self._events: deque[Any] = deque()
        self.boot(tiles=tiles, language=language)

    def boot(self, *, tiles: int = 12, language: str = "zh") -> None:
        """The app starts on what is on disk."""
        station = self.stand.station
        self.till = Till(
            station=station,
            sign_on=Door(lambda: station.facts.operators),  # type: ignore[arg-type]
            clock=self.clock,
            port=self,
            language=language,
        )
        self.online()
        self.flow = Flow(self.till, tiles=tiles, shown=self._shown)
        teller = Teller(station, lambda: self.till.operator.operator if self.till.operator else 0)
        self.gate = Gate(teller.run, self._events.append, lambda call: call(), self.clock)
        station.recover()
        self.flow.start()
        self._pump()

    # -- the port ----------------------------------------------------------------------------------------

    def arm(self, task: Task, *, lying: bool) -> None:
        self.gate.arm(task, lying=lying)

    def disarm(self) -> bool:
        return self.gate.disarm()

    def ask(self, question: Question, then: Callable[[Answer], None]) -> None:
        self.asked.append(question)
        answer = self.answers.get(type(question), Unreachable())
        said = answer(question) if callable(answer) else answer
        if self.is_slow:
            self.slow_answers.append(lambda: then(said))
        else:
            then(said)

    def print(self, document: Document, then: Callable[[PrinterState], None]) -> None:
        if self.printer in (PrinterState.OK, PrinterState.NEAR_END):
            self.papers.append(document)
        then(self.printer)

    def play(self, sound: str) -> None:
        self.sounds.append(sound)

    def quiet(self) -> None:
        self.sounds.append("quiet")

    def wake(self) -> None:
        self.wakes += 1

    def look(self, *, language: str = "", theme: str = "") -> None:
        self.looks.append({"language": language, "theme": theme})

    # -- what people do ----------------------------------------------------------------------------------

    def keys(self, names: str) -> None:
        for key in strokes(names):
            self.flow.act(key)
            self._pump()

    def type(self, field: str, text: str) -> None:
        self.flow.typed(field, text)
        self._pump()

    def put(self, plastic: VirtualM1) -> None:
        self.gate.changed(DirectStorage(plastic))
        self._pump()

    def lift(self) -> None:
        self.gate.changed(None)
        self._pump()

    def tap(self, plastic: VirtualM1) -> None:
        """Put and take away."""
        self.put(plastic)
        self.lift()

    def two_cards(self) -> None:
        self.gate.refused(Refused("card.two"))
        self._pump()

    def wait(self, seconds: float) -> None:
        """Time passes, the window ticks four times a second."""
        for _ in range(round(seconds * 4)):
            self.clock.advance(0.25)
            self.flow.tick()
            self._pump()

    def answer(self) -> None:
        """The server's slow answers arrive."""
        arrived, self.slow_answers = self.slow_answers, []
        for call in arrived:
            call()
        self.flow.show()
        self._pump()

    def online(self, *, pending: int = 0) -> None:
        self.sync(contact(online=True, pending=pending, age_s=2))

    def offline(self, *, age_s: int = 8040, pending: int = 37) -> None:
        self.sync(contact(online=False, pending=pending, age_s=age_s))

    def sync(self, status: SyncStatus) -> None:
        self.till.sync = status
        if hasattr(self, "flow"):
            self.flow.show()

    def sign_on(self, *, float_yuan: str = "200") -> None:
        """The cashier begins: name chosen, PIN, float. The names are in order of their log-ins."""
        names = [tile.text for tile in self.view.names]
        self.keys(f"operator:{names.index('张敏')} 246810 enter")
        if self.screen == "shift":
            self.keys(f"{float_yuan} enter")

    # -- what is seen ------------------------------------------------------------------------------------

    def fit(self, tiles: int, tabs: int) -> None:
        """The same on a panel with room for so many products and categories."""
        sell = self.flow._presenters["sell"]
        sell._tiles, sell._tabs = tiles, tabs  # type: ignore[attr-defined]
        self.flow.show()

    def _pump(self) -> None:
        while self._events:
            self.flow.event(self._events.popleft())


def error_of(rig: Rig, code: str, **params: Any) -> str:
    """The sentence that the cashier reads about this code."""
    return rig.till.tr.refusal(OneCardError(code, **params))


__all__ = ["MEMBER", "PEOPLE", "PRODUCTS", "Rig", "error_of", "make_plastic"]
