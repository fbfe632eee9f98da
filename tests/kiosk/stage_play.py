"""The real kiosk in a window off screen, with its threads: played by a member, told as JSON on the last line.

A program of its own (``python -m tests.kiosk.stage_play FOLDER``), because Kivy has one window per process.
Only the reader is ours (a card without pcscd); acceptor and printer are simulators at the ends of real lines.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from kiosk.__main__ import KIND
from onecard.clock import SystemClock
from onecard.devices.acceptors.id003.simulator import Simulator
from onecard.devices.printers.escpos.simulator import PrinterSimulator
from onecard.devices.pty import serve_pty
from onecard.devices.readers.virtual import DirectStorage
from onecard.terminal.enrol import Enrolment
from onecard.terminal.setup import Setup, set_up
from onecard.wire import messages as m
from onecard.wire.client import Identity
from tests.kiosk.rig import kiosk_place
from tests.onecard.terminal.stand import CARD, TERMINAL, UNIT, Office, make_plastic, read_plastic

TODAY_PLUS = 20_000
PATIENCE_S = 25.0


class Pad:
    """A reader of one's own: what lies on it is what the play put there."""

    name = "pad"

    def __init__(self) -> None:
        self.card: DirectStorage | None = None

    def wait(self, seconds: float) -> bool:
        return False

    def wake(self) -> None: ...

    def poll(self) -> DirectStorage | None:
        return self.card

    def close(self) -> None:
        self.card = None


def prepared(folder: Path, acceptor: str, printer: str) -> Setup:
    """An enrolled kiosk that has heard from its office once and cannot reach it now."""
    clock = SystemClock()
    office = Office(clock)  # type: ignore[arg-type]
    seed = "11" * 32
    identity = Identity(unit=UNIT, terminal=TERMINAL, epoch=1, seed=seed, server_key=office.key.public.hex())
    enrolled = Enrolment(seed=seed, server_url="http://127.0.0.1:1", terminal=TERMINAL, identity=identity)
    (folder / "identity.json").write_bytes(msgspec.json.encode(enrolled))
    config = folder / "kiosk.toml"
    config.write_text(
        "\n".join(
            [
                "[server]", 'url = "http://127.0.0.1:1"', "[data]", f'folder = "{folder}"',
                "[card]", "test_keys = true", "[acceptor]", f'line = "{acceptor}"',
                "[printer]", f'line = "{printer}"', "columns = 48",
            ]
        )
    )  # fmt: skip
    setup = set_up(KIND, KIND.settings(config))
    member = m.Snapshot(card=CARD, member=7, name="王小明", type=1)
    answer = office.fetched(office.types(), office.operators(), office.members(member), kiosk_place(office))
    assert setup.station.facts.receive(answer) == []
    setup.station.journal.set_contact(answer.now)
    return setup


class Play:
    """What the member does, as a list of waits and touches."""

    def __init__(self, app: Any, pad: Pad, hands: Any, clock: SystemClock) -> None:
        self.app, self.pad, self.hands, self.clock = app, pad, hands, clock
        self.plastic = make_plastic(8_750, until_day=TODAY_PLUS, from_day=0)
        self.seen: list[str] = []
        self.left: list[str] = []

    def steps(self) -> Iterator[Any]:
        """Each yields what has to be true before the next one."""
        yield self.on("home")
        # Before the first layout all keys of the foot lie on one place.
        yield lambda: self.key("low").x > self.key("language").x > 0
        self.touch("language")
        yield lambda: "Put your card here" in self.texts()
        self.pad.card = DirectStorage(self.plastic)
        yield self.on("balance")
        yield lambda: self.key("cash").enabled
        self.touch("cash")
        yield self.on("cash")
        for value in (10_000, 2_000):
            yield lambda: self.hands.call(lambda acceptor: acceptor.takes_notes).result(2)
            self.hands.call(lambda acceptor, value=value: acceptor.insert(value)).result(2)
        yield lambda: "￥120.00" in self.texts()
        self.touch("finish")
        yield self.on("result")
        yield lambda: "Please take your receipt" in self.texts()
        self.seen = self.texts()
        self.pad.card = None
        yield self.on("home")
        self.left = self.everywhere()

    def on(self, screen: str) -> Any:
        return lambda: self.app.navigator.name == screen

    def texts(self) -> list[str]:
        from onecard.ui.uimap import snapshot

        screen = self.app.navigator.current
        return list(snapshot(self.app.navigator, self.app.navigator.name, screen, 1920)["texts"])

    def everywhere(self) -> list[str]:
        """Every text that any screen still holds, seen or not."""
        screens = self.app.navigator._screens.values()
        return [str(w.text) for screen in screens for w in screen.walk() if getattr(w, "text", "")]

    def key(self, tag: str) -> Any:
        return next(w for w in self.app.navigator.current.walk() if getattr(w, "tag", "") == tag)

    def touch(self, tag: str) -> None:
        """A finger, down and up."""
        from kivy.tests.common import UnitTestTouch

        button = self.key(tag)
        touch = UnitTestTouch(*button.to_window(*button.center))
        touch.touch_down()
        touch.touch_up()


def main(folder: Path) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        os.environ.pop(name, None)
    clock = SystemClock()
    hands = serve_pty(Simulator(clock), folder / "acceptor", clock)
    printer = PrinterSimulator()
    hands.call(lambda acceptor: acceptor.state).result(5)
    setup = prepared(folder, f"serial:{folder / 'acceptor'}", f"tcp:127.0.0.1:{printer.port}")

    from onecard.ui import kivy_setup
    from onecard.ui.theme import PANELS

    panel = kivy_setup.prepare(PANELS["1080x1920"])
    from kiosk.app import KioskApp

    pad = Pad()
    app = KioskApp(panel, setup, open_card_reader=lambda: pad)
    play = Play(app, pad, hands, clock)
    steps = play.steps()
    state: dict[str, Any] = {"wanted": next(steps), "since": clock.monotonic(), "failed": ""}

    def go_on() -> None:
        if clock.monotonic() - state["since"] > PATIENCE_S:
            state["failed"] = f"stuck on {app.navigator.name}: {play.texts()}"
            app.stop()
        elif state["wanted"]():
            try:
                state["wanted"] = next(steps)
                state["since"] = clock.monotonic()
            except StopIteration:
                app.stop()

    from kivy.clock import Clock

    Clock.schedule_interval(lambda _: go_on(), 0.05)
    app.run()
    hands.stop()
    print(
        json.dumps(
            {
                "failed": state["failed"],
                "seen": play.seen,
                "left": play.left,
                "balance": read_plastic(play.plastic).newest.main_fen,
                "receipts": len(printer.receipts),
            }
        ),
        flush=True,
    )
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
