"""One station and its monkey, in a process of their own: ``python -m tests.soak.station NAME ORDERS``.

The real app in its real window with its threads; devices are simulators on real lines, the server is a real
one behind a cable that can be pulled. Tells what it does as one line of JSON a minute, and at the end.
"""

import faulthandler
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from onecard.bench.counter import CounterBench
from onecard.bench.network import NetworkCable
from onecard.clock import SystemClock
from onecard.devices.acceptors.simulators import SIMULATORS, Hands
from onecard.devices.printers.escpos.simulator import PrinterSimulator
from onecard.devices.pty import serve_pty
from onecard.devices.worker import Worker
from onecard.ids import SystemEntropy
from onecard.terminal import enrol, logbook
from onecard.terminal.setup import Kind, Setup, set_up
from onecard.wire import messages as m
from tests.soak import shift
from tests.soak.hand import Hand, Tray
from tests.soak.monkey import Luck, Monkey
from tests.soak.pocket import Pocket
from tests.soak.watch import Watch

#: How long everything may take to reach the server at the end.
UPLOAD_S = 240.0


class Orders(msgspec.Struct, frozen=True):
    """What a station is told. It ends at both ``minutes`` and ``events``."""

    folder: str
    server_port: int
    terminal: int
    code: str
    pins: dict[str, str]
    seed: int
    minutes: float
    events: int
    report_s: float = 60.0


#: So often in a second the loop turns at most. Painting costs more than all the rest where there is no
#: graphics chip: it gets one part in so many of the work. Texts and layout follow in every turn.
TURNS, PAINTED = 60, 8


def throttle() -> None:
    """The window's loop as always, but for how often."""
    from kivy.base import EventLoop
    from kivy.clock import Clock
    from kivy.lang import Builder

    Clock._max_fps = float(TURNS)
    next_at = 0.0

    def idle() -> None:
        nonlocal next_at
        Clock.tick()
        EventLoop.dispatch_input()
        Builder.sync()
        Clock.tick_draw()
        Builder.sync()
        window, began = EventLoop.window, time.process_time()
        if EventLoop.quit or not window or began < next_at or not window.canvas.needs_redraw:
            return
        window.dispatch("on_draw")
        window.dispatch("on_flip")
        painted = time.process_time()
        next_at = painted + (painted - began) * PAINTED

    EventLoop.idle = idle


def tell(**words: Any) -> None:
    """One line for whoever started us."""
    print(json.dumps(words, ensure_ascii=False), flush=True)


class Play:
    """Everything of one process."""

    def __init__(self, name: str, orders: Orders) -> None:
        self.name, self.orders = name, orders
        self.folder = Path(orders.folder)
        self.data = self.folder / name
        self.data.mkdir(parents=True, exist_ok=True)
        self.clock = SystemClock()
        self.watch = Watch(lambda what: tell(violation=what))
        self.luck = Luck(f"{orders.seed} {name}")
        self.cable = NetworkCable(("127.0.0.1", orders.server_port))
        self.printer = PrinterSimulator()
        self.counter: CounterBench | None = None
        self.acceptor: Worker[Hands] | None = None
        self.tray = Tray()
        self.pocket = Pocket(self.folder / "cards", name)
        self._told_at = self._checked_at = time.monotonic()
        self._ends_by: float | None = None

    # -- laying out --------------------------------------------------------------------------------------

    def kind(self) -> Kind:
        if self.name == "pos":
            from pos.__main__ import KIND
        else:
            from kiosk.__main__ import KIND
        return KIND

    def config(self) -> Path:
        """Its file of settings, and everything that it names."""
        url = f"http://127.0.0.1:{self.cable.port}"
        sections: dict[str, dict[str, Any]] = {
            "server": {"url": url},
            "data": {"folder": str(self.data)},
            "sync": {"interval_s": 2},
            "card": {"test_keys": True},
            "printer": {"line": f"tcp:127.0.0.1:{self.printer.port}", "columns": 48},
            "log": {"level": "warning"},
        }
        if self.name == "pos":
            self.counter = CounterBench(self.data, self.clock)
            sections |= self.counter.settings
            sections["pos"] = {"retap_s": 5}
        else:
            self.acceptor = serve_pty(
                SIMULATORS["id003"](self.clock, None), self.data / "acceptor", self.clock, 0.03
            )
            sections["acceptor"] = {"line": f"serial:{self.data / 'acceptor'}", "driver": "id003"}
            sections["idle"] = {"menu_s": 8, "form_s": 8, "result_s": 5, "cash_s": 12, "warning_s": 5}
        lines = []
        for section, values in sections.items():
            lines += [f"[{section}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
        path = self.data / "station.toml"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    def setup(self) -> Setup:
        """Enrolled with the office's code, as a technician does it."""
        kind, settings = self.kind(), self.kind().settings(self.config())
        if enrol.load(kind.identity_file(settings)) is None:
            enrol.enrol(
                *(kind.identity_file(settings), settings.text("server.url"), self.orders.code),
                *(self.orders.terminal, self.clock, SystemEntropy()),
            )
        logbook.begin(kind.folder(settings), settings.text("log.level"))
        self.watch.listen()
        return set_up(kind, settings)

    def app(self, setup: Setup) -> Any:
        from onecard.ui import kivy_setup
        from onecard.ui.theme import PANELS

        if self.name == "pos":
            panel = kivy_setup.prepare(PANELS["1280x800"])
            from pos.app import PosApp

            return PosApp(panel, setup, open_card_reader=lambda: self.tray)
        panel = kivy_setup.prepare(PANELS["1080x1920"])
        from kiosk.app import KioskApp

        return KioskApp(panel, setup, open_card_reader=lambda: self.tray)

    def player(self) -> Any:
        """Who knows this kind of station."""
        hands = (self.application, self.hand, self.watch, self.luck, self.tray, self.pocket)
        if self.name == "pos":
            from tests.soak.cashier import Cashier

            assert self.counter is not None
            return Cashier(
                *hands, printer=self.printer, cable=self.cable, counter=self.counter, pins=self.orders.pins
            )
        from tests.soak.hall import Hall

        assert self.acceptor is not None
        return Hall(*hands, printer=self.printer, cable=self.cable, acceptor=self.acceptor)

    # -- playing -----------------------------------------------------------------------------------------

    def run(self) -> int:
        """Returns how many violations there were."""
        self.application = self.app(self.setup())
        from kivy.clock import Clock

        throttle()

        def begin(_: float) -> None:
            self.hand = Hand(self.application)
            self.hand.failed = self.watch.violated
            self.station = self.player()
            self.monkey = Monkey(self.station, self.hand, self.watch, self.luck)
            self.monkey.set_out(self.station.home(), "home")
            self.watch.began = time.monotonic()
            Clock.schedule_interval(lambda _: self._frame(), 0)

        Clock.schedule_once(begin, 1.0)
        self.application.run()
        self._laid_down()
        return self.watch.violations

    def _frame(self) -> None:
        try:
            self.monkey.frame()
        except Exception as error:
            self.watch.violated(f"{type(error).__name__}: {error}; {self.hand.last[-6:]}")
            raise
        now = time.monotonic()
        if now - self._told_at >= self.orders.report_s:
            self._told_at = now
            self._report()
        if now - self._checked_at >= max(300.0, self.orders.report_s):
            self._checked_at = now
            self._check_journal()
        self._maybe_end(now)

    def _report(self) -> None:
        rss = self.watch.weigh()
        print(f"{self.monkey.doing}: {self.station.where()}", file=sys.stderr, flush=True)
        tell(
            events=self.monkey.events, minutes=self.watch.minutes, rss=rss, done=dict(self.hand.done),
            toured=dict(self.monkey.toured), given_up=dict(self.monkey.given_up), sizes=self.watch.sizes[-1:],
            objects=self.watch.objects, threads=self.watch.threads, files=self.watch.files,
            frames=self.watch.frames,
            slowest=self.watch.slowest_s, slowest_cpu=self.watch.slowest_cpu_s,
            cpu_s=time.process_time(), violations=self.watch.violations,
            records=self.application.setup.station.journal.head.seq,
        )  # fmt: skip
        self.watch.slowest_s = self.watch.slowest_cpu_s = 0.0
        self.watch.pause()

    def _check_journal(self) -> None:
        """The chain holds and has no hole."""
        journal = self.application.setup.station.journal
        try:
            count, head = journal.verify(), journal.head.seq
            if count != head:
                self.watch.violated(f"the journal holds {count} records, its head is {head}")
            bodies = [m.decode_body(one.body) for one in journal.records(journal.epoch, 0, 10**7)]
            for what in shift.x_is_its_records(self.application.setup.station, bodies):
                self.watch.violated(what)
        except Exception as error:
            self.watch.violated(f"the journal: {type(error).__name__}: {error}")
        self.watch.pause()

    # -- ending ------------------------------------------------------------------------------------------

    def _maybe_end(self, now: float) -> None:
        """Home, everything uploaded, and out."""
        enough = self.watch.minutes >= self.orders.minutes and self.monkey.events >= self.orders.events
        if self._ends_by is None:
            if enough:
                self._ends_by = now + UPLOAD_S
                self.monkey.stops = True
                self.monkey.set_out(self.station.home(), "home")
            return
        if self.monkey.is_touring:
            return
        pending = self.application.setup.station.journal.pending
        if pending and now < self._ends_by:
            return
        if pending:
            self.watch.violated(f"{pending} records never reached the server")
        self._report()
        self._check_journal()
        self.station.really_stop()

    def _laid_down(self) -> None:
        """What the server's books are compared with."""
        self.tray.lift()
        self.pocket.close()
        kept: dict[str, Any] = {"shown": sorted(str(id) for id in self.station.shown)}
        if self.acceptor is not None:
            memory = self.acceptor.call(lambda one: one.memory).result(5)
            kept["box_fen"] = list(memory.box_fen)
            kept["inside_fen"] = memory.note_fen if memory.place == "stacker" else 0
        (self.data / "kept.json").write_text(json.dumps(kept), "utf-8")


def main(name: str, orders: str) -> None:
    os.environ.pop("WAYLAND_DISPLAY", None)
    os.environ["SDL_AUDIODRIVER"] = "dummy"
    # What hangs is asked where it stands.
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    play = Play(name, msgspec.json.decode(orders, type=Orders))
    violations = play.run()
    tell(ended=True, violations=violations)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
