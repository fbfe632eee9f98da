"""The real till in a real window off screen, in a process of its own: virtual card, simulated printer.

``python -m tests.pos.window PATH FOLDER`` walks one of ``PATHS`` with keystrokes, fingers and cards, and
prints what it saw as one line of JSON. A process each, because Kivy has one window per process.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

from argon2 import PasswordHasher

from onecard.cards.medium import StorageCard
from onecard.clock import SystemClock
from onecard.devices.printers.escpos.simulator import PrinterSimulator
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.ids import SeededEntropy
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.settings import Settings
from onecard.terminal.setup import Setup
from onecard.terminal.station import Station, StationConfig
from onecard.wire import messages as m
from onecard.wire.client import Identity
from pos.__main__ import KIND
from tests.onecard.terminal.stand import CASHIER, KEYS, TERMINAL, UNIT, Office, make_plastic, read_plastic
from tests.pos.rig import PRODUCTS, RIGHTS

PIN = "246810"
PANEL = "1280x800"
#: A step that is waited for longer than this has failed.
PATIENCE_S = 40.0

Step = Callable[[], Any]


class Tray:
    """A reader without wires: a card lies on it or not."""

    name = "tray"

    def __init__(self) -> None:
        self._card: StorageCard | None = None

    def put(self, plastic: VirtualM1) -> None:
        self._card = DirectStorage(plastic)

    def lift(self) -> None:
        self._card = None

    def wait(self, seconds: float) -> bool:
        return False

    def wake(self) -> None: ...

    def poll(self) -> StorageCard | None:
        return self._card

    def close(self) -> None:
        pass


def make_setup(folder: Path, printer: PrinterSimulator) -> Setup:
    """A station that heard the office once and has no network now."""
    clock = SystemClock()
    office = Office(clock)  # type: ignore[arg-type]
    cashier = m.Operator(
        operator=CASHIER,
        login="zhang",
        name="张敏",
        verifier=PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PIN),
        until=clock.now() + 10**6,
        permissions=RIGHTS,
    )
    journal = Journal(folder / "journal.db", TERMINAL, 1, clock)
    facts = Facts(folder / "facts.db", office.key.public, clock)
    documents = (
        office.place(),
        office.types(),
        office.operators(cashier),
        office.document("catalogue", m.CatalogueDocument(products=PRODUCTS)),
    )
    assert facts.receive(office.fetched(*documents)) == []
    journal.set_contact(clock.now())
    settings = Settings.of(
        KIND.rows,
        {
            "server.url": "http://127.0.0.1:9",  # the discard port: nobody answers
            "printer.line": f"tcp:127.0.0.1:{printer.port}",
            "printer.columns": 48,
            "data.folder": str(folder),
        },
    )
    config = StationConfig(unit=UNIT, terminal=TERMINAL)
    return Setup(
        settings=settings,
        server_url=settings.text("server.url"),
        identity=Identity(
            unit=UNIT, terminal=TERMINAL, epoch=1, seed="11" * 32, server_key=office.key.public.hex()
        ),
        clock=clock,
        entropy=SeededEntropy(3),
        station=Station(config, journal, facts, KEYS, clock),
    )


class Hands:
    """A person before the window. Steps run between frames; ``until`` waits without holding the window."""

    def __init__(self, folder: Path, *, on_display: bool = False) -> None:
        """``on_display``: in a window that others can reach, instead of off screen."""
        for name in ("WAYLAND_DISPLAY", "" if on_display else "DISPLAY"):
            os.environ.pop(name, None)
        os.environ["SDL_AUDIODRIVER"] = "dummy"
        from onecard.ui import kivy_setup

        panel = kivy_setup.prepare(PANEL)
        from kivy.core.window import Keyboard, Window

        from pos.app import PosApp

        self.folder = folder
        self.window, self._codes = Window, Keyboard.keycodes
        self.printer = PrinterSimulator()
        self.tray = Tray()
        self.app = PosApp(panel, make_setup(folder, self.printer), open_card_reader=lambda: self.tray)
        self.seen: dict[str, Any] = {}
        self.problem = ""

    # -- doing -------------------------------------------------------------------------------------------

    def key(self, name: str) -> None:
        """A keystroke as SDL reports it."""
        shifted = {"*": "8", "+": "="}
        code = self._codes[shifted.get(name, name)]
        self.window.dispatch("on_key_down", code, 0, "", ["shift"] if name in shifted else [])

    def keys(self, names: str) -> None:
        for name in names.split():
            for key in name if set(name) <= set("0123456789.") else [name]:
                self.key(key)

    def touch(self, tag: str) -> None:
        """A finger on what carries this tag, in front."""
        from kivy.tests.common import UnitTestTouch

        for widget in self.app.navigator.walk():
            if getattr(widget, "tag", "") == tag and widget.opacity > 0 and widget.get_root_window():
                touch = UnitTestTouch(*widget.to_window(*widget.center))
                touch.touch_down()
                touch.touch_up()
                return
        raise LookupError(tag)

    # -- seeing ------------------------------------------------------------------------------------------

    @property
    def picture(self) -> Any:
        return self.app.flow.picture()

    @property
    def look(self) -> str:
        if self.app.scenery._sell._is_done:
            return "ok"
        over = self.app.navigator.overlay
        return "" if over is None else str(getattr(self.picture.overlay, "look", type(over).__name__))

    @property
    def screen(self) -> str:
        return str(self.app.navigator.name)

    def texts(self) -> str:
        """Every word in the window."""
        from kivy.uix.label import Label

        return "\n".join(one.text for one in self.app.navigator.walk() if isinstance(one, Label) and one.text)

    # -- going on ----------------------------------------------------------------------------------------

    def walk(self, path: Iterator[Step]) -> dict[str, Any]:
        """Run the app; a step that answers ``False`` is asked again in the next frame."""
        from kivy.clock import Clock

        waiting: dict[str, Any] = {"step": None, "since": time.monotonic()}

        def forward(_elapsed: float) -> None:
            try:
                if waiting["step"] is None:
                    waiting["step"] = next(path)
                    waiting["since"] = time.monotonic()
                if waiting["step"]() is False:
                    if time.monotonic() - waiting["since"] > PATIENCE_S:
                        raise TimeoutError(f"{self.screen} {self.look}")
                    return
                waiting["step"] = None
            except StopIteration:
                self.app.stop()
            except Exception as error:
                self.problem = f"{type(error).__name__}: {error}"
                self.app.stop()

        Clock.schedule_interval(forward, 0)
        self.app.run()
        self.printer.close()
        return {**self.seen, "problem": self.problem}


def sign_on(hands: Hands) -> Iterator[Step]:
    yield lambda: hands.screen == "sign_on"
    yield lambda: hands.keys(f"{PIN} enter")
    yield lambda: hands.screen == "shift"
    yield lambda: hands.keys("200 enter")
    yield lambda: hands.screen == "sell"


def selling(hands: Hands) -> Iterator[Step]:
    """By keyboard, by touch, a bill of products, and a receipt of each."""
    card = make_plastic(10_000)
    yield from sign_on(hands)
    yield lambda: hands.keys("12.5 enter")
    yield lambda: hands.look == "ready"
    yield lambda: hands.tray.put(card)
    yield lambda: hands.look == "ok"
    yield lambda: hands.seen.update(words=hands.texts(), one=hands.picture.view.last_detail)
    yield lambda: hands.tray.lift()
    # The success is beside the pad: the next amount is typed by finger without closing anything.
    for tag in ("key-3", "key-00", "key-clear", "product-1", "sell"):
        yield lambda tag=tag: hands.touch(tag)
    yield lambda: hands.look == "ready"
    yield lambda: hands.tray.put(card)
    yield lambda: hands.look == "ok"
    yield lambda: hands.tray.lift()
    yield lambda: len(hands.printer.receipts) >= 2
    yield lambda: hands.key("f7")
    yield lambda: hands.seen.update(english=hands.texts())
    yield lambda: hands.seen.update(
        balance=read_plastic(card).newest.main_fen,
        receipts=len(hands.printer.receipts),
        status=hands.picture.view.frame.status.text,
    )
    # The office asks for a picture on the exchange's thread, and for a new start.
    taken: list[bytes] = []
    yield lambda: Thread(target=lambda: taken.append(hands.app._picture())).start()
    yield lambda: bool(taken)
    yield lambda: (
        hands.app._begin_anew(),
        hands.seen.update(picture=taken[0][:4].hex(), exit_code=hands.app.exit_code),
    )


def losing_the_card(hands: Hands) -> Iterator[Step]:
    """The card is torn away half-way and comes back."""
    card = make_plastic(10_000)
    yield from sign_on(hands)
    yield lambda: hands.keys("5 enter")
    yield lambda: hands.look == "ready"
    card.tear_at(14, 4)
    card.on_leave = hands.tray.lift
    yield lambda: hands.tray.put(card)
    yield lambda: hands.look == "retap"
    yield lambda: hands.key("escape")
    yield lambda: hands.seen.update(words=hands.texts(), still=hands.look)
    yield lambda: hands.tray.put(card)
    yield lambda: hands.look == "ok"
    yield lambda: hands.seen.update(balance=read_plastic(card).newest.main_fen)
    yield lambda: hands.tray.lift()
    # A scanner that nobody could grab types into the window.
    yield lambda: hands.app.hear_typing()
    yield lambda: hands.keys("6901234567892 enter")
    yield lambda: hands.seen.update(scanned=hands.texts())


def painting(hands: Hands, sales: int = 130) -> Iterator[Step]:
    """One sale after another; the time from ``done`` on disk to the frame that shows it."""
    card = make_plastic(90_000)
    done: dict[str, float] = {}
    times: list[float] = []
    run = hands.app.teller.run

    def timed(task: Any, storage: Any) -> Any:
        result = run(task, storage)
        done["at"] = time.perf_counter()
        return result

    def flipped(*_: Any) -> None:
        if "at" in done and hands.look == "ok":
            times.append((time.perf_counter() - done.pop("at")) * 1000)

    yield from sign_on(hands)
    hands.app.wiring.gate._run = timed
    hands.window.bind(on_flip=flipped)
    for _ in range(sales):
        yield lambda: hands.keys("1 enter")
        yield lambda: hands.look == "ready"
        yield lambda: hands.tray.put(card)
        count = len(times)
        yield lambda count=count: len(times) > count
        yield lambda: hands.tray.lift()
        yield lambda: hands.key("escape")
    yield lambda: hands.seen.update(paint_ms=times)


def tapping(hands: Hands, sales: int = 30) -> Iterator[Step]:
    """Cards come when the till wants one, and go; who types is outside, and hears ``ok`` after each sale."""
    card = make_plastic(90_000)
    yield from sign_on(hands)
    yield lambda: print("go", flush=True)
    for _ in range(sales):
        yield lambda: hands.look == "ready"
        yield lambda: hands.tray.put(card)
        yield lambda: hands.look == "ok"
        yield lambda: hands.tray.lift()
        yield lambda: print("ok", flush=True)
    yield lambda: hands.seen.update(balance=read_plastic(card).newest.main_fen)


class KeptM1(VirtualM1):
    """Plastic that outlives the process: every block that is written is in its file at once."""

    path: Path

    @classmethod
    def kept(cls, path: Path) -> "KeptM1":
        card = cls.from_bytes(path.read_bytes())
        card.path = path
        return card

    def write(self, block: int, data: bytes) -> bool:
        written = super().write(block, data)
        fresh = self.path.with_suffix(".new")
        fresh.write_bytes(self.to_bytes())
        fresh.replace(self.path)
        return written


def selling_on(hands: Hands) -> Iterator[Step]:
    """One sale of ￥1.00 after another with the card of the folder, until somebody ends the process."""
    card = KeptM1.kept(hands.folder / "card.json")
    yield from sign_on(hands)
    while True:
        yield lambda: hands.keys("1 enter")
        yield lambda: hands.look == "ready"
        yield lambda: hands.tray.put(card)
        yield lambda: hands.look == "ok"
        yield lambda: hands.tray.lift()
        yield lambda: hands.key("escape")


def coming_back(hands: Hands) -> Iterator[Step]:
    """After a crash: the shift is still open, what was open is on the list, the same card completes it."""
    card = KeptM1.kept(hands.folder / "card.json")
    yield lambda: hands.screen == "sign_on"
    yield lambda: hands.keys(f"{PIN} enter")
    yield lambda: hands.screen == "sell"
    yield lambda: hands.seen.update(aside=len(hands.app.till.aside))
    if hands.app.till.aside:
        yield lambda: hands.keys("f4 enter")
        yield lambda: hands.look == "ready"
        yield lambda: hands.tray.put(card)
        yield lambda: hands.look in ("ok", "refused")
        yield lambda: hands.tray.lift()
        yield lambda: hands.key("escape")
    yield lambda: hands.seen.update(left=len(hands.app.till.aside), screen=hands.screen)


PATHS: dict[str, Callable[[Hands], Iterator[Step]]] = {
    "selling": selling,
    "losing_the_card": losing_the_card,
    "painting": painting,
    "tapping": tapping,
    "selling_on": selling_on,
    "coming_back": coming_back,
}


def main(path: str, folder: str) -> None:
    hands = Hands(Path(folder), on_display=path == "tapping")
    print(json.dumps(hands.walk(PATHS[path](hands))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
