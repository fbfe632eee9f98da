"""Goal: another kind of station is a screen, a flow and a task; the rest is there. F: E1

Method: a gate that counts who may come in, in the tests' window, with the threads that every station has.
"""

import threading
import time
from concurrent.futures import Future
from dataclasses import replace

import msgspec
import pytest

from onecard.devices.polled import EventWorker
from onecard.devices.power import PowerState
from onecard.devices.printers import Document, Line, PrinterState
from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import DeviceGone, OneCardError
from onecard.settings import POS, STATION, Settings
from onecard.terminal.card_event import Began, Ended, Lifted, Placed
from onecard.terminal.enrol import Enrolment
from onecard.terminal.setup import Kind, set_up
from onecard.terminal.starter import AGAIN
from onecard.terminal.teller import Teller
from onecard.terminal.workplace import Workplace
from onecard.wire.client import Identity
from tests.onecard.terminal.stand import make_plastic

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window")]

DOOR = Kind(name="door", title="a door 门")
PATIENCE_S = 20.0


class Pad:
    """A reader of one's own; ``gone`` pulls its plug."""

    name = "pad"

    def __init__(self) -> None:
        self.card = None
        self.gone = False

    def poll(self):
        if self.gone:
            raise DeviceGone(device=self.name)
        return self.card

    def wait(self, seconds: float) -> bool:
        return False

    def wake(self) -> None:
        pass

    def close(self) -> None:
        pass


class Doorman(Teller):
    def work(self, task, storage):
        return threading.current_thread().name


class Flow:
    def __init__(self, workplace) -> None:
        self.workplace, self.heard, self.threads = workplace, [], set()
        self.is_quiet = False

    def start(self) -> None:
        self.workplace.port.arm("let in", lying=False)

    def event(self, event) -> None:
        self.heard.append(event)
        self.threads.add(threading.current_thread())

    def tick(self) -> None:
        pass

    def let_go(self) -> bool:
        return self.is_quiet

    def show(self) -> None:
        self.threads.add(threading.current_thread())


@pytest.fixture
def door(stage, tmp_path, monkeypatch):
    from onecard.ui.screen import Screen
    from onecard.ui.station import StationApp
    from onecard.ui.theme import PANELS

    class Door(StationApp):
        def compose(self) -> None:
            self.navigator.offer(Screen, "door")
            self.navigator.offer(Screen, "later")
            self.navigator.show("door")
            setup = self.setup
            self.place = Workplace(
                station=setup.station, clock=setup.clock, port=self, language="zh", has_printer=True
            )
            self.flow = Flow(self.place)
            self.open(self.place, self.flow, Doorman(setup.station).run)

    identity = Identity(unit=7, terminal=1001, epoch=1, seed="11" * 32, server_key="22" * 32)
    kept = Enrolment(seed="11" * 32, server_url="http://127.0.0.1:9", terminal=1001, identity=identity)
    (tmp_path / "identity.json").write_bytes(msgspec.json.encode(kept))
    config = tmp_path / "door.toml"
    config.write_text(
        f'[data]\nfolder = "{tmp_path}"\n[card]\ntest_keys = true\n[printer]\nline = "tcp:127.0.0.1:9"\n'
        '[psam]\nreader = "in no machine"\n'
    )
    monkeypatch.delenv("ONECARD_UI_MAP", raising=False)
    pad = Pad()
    made = Door(PANELS["1366x768"], set_up(DOOR, DOOR.settings(config)), open_card_reader=lambda: pad)
    made.pad = pad
    stage.put(made.build())
    yield made
    made.on_stop()
    stage.window.unbind(on_touch_down=made._touched, on_key_down=made._touched)
    stage.window.unbind(on_key_down=made.router._on_key_down)


def until(stage, true) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end
        stage.settle()
        time.sleep(0.01)


def test_a_card_is_served_on_the_readers_thread_and_told_on_the_windows(stage, door) -> None:
    door.pad.card = DirectStorage(make_plastic())
    until(stage, lambda: any(isinstance(one, Ended) for one in door.flow.heard))
    door.pad.card = None
    until(stage, lambda: isinstance(door.flow.heard[-1], Lifted))
    assert [type(one) for one in door.flow.heard] == [Placed, Began, Ended, Lifted]
    assert door.flow.heard[2].result == "device-reader"
    assert door.flow.threads == {threading.current_thread()}


def test_how_the_outside_stands_is_known_at_the_workplace(stage, door) -> None:
    place = door.place
    until(stage, lambda: place.sync is not None and place.printer is PrinterState.GONE)
    assert not place.is_online
    until(stage, lambda: door.wiring.health()["psam"] in ("reader.gone", "reader.no_service"))
    assert not place.prints
    assert place.reader_trouble == ""
    door.pad.gone = True
    until(stage, lambda: place.reader_trouble == "device.gone")
    assert door.wiring.health()["reader"] == "device.gone"


def test_no_drawer_is_opened_where_none_is(door, monkeypatch) -> None:
    printed = []
    monkeypatch.setattr(door.wiring._printer, "print", lambda paper: printed.append(paper) or Future())
    paper = Document("1", (Line("x"),), kick_drawer=True)
    door.wiring.print(paper, lambda state: None)
    with_one = Settings.of((*STATION, *POS), {**door.setup.settings.values, "printer.drawer": True})
    monkeypatch.setattr(door.wiring, "_setup", replace(door.setup, settings=with_one))
    door.wiring.print(paper, lambda state: None)
    assert [one.kick_drawer for one in printed] == [False, True]


def test_the_office_sees_what_a_station_runs_on(door) -> None:
    # F: C15 E7
    health, counter = door.wiring.health, door.place.counter
    door.wiring._devices = [EventWorker("power", Battery, lambda _: None, clock=door.setup.clock)]
    door.wiring._devices[0].turn()
    assert health() == {"power": "ok"}
    counter.power = PowerState("low", percent=4)
    assert health() == {"power": "power.low"}


class Battery:
    """A supply with no news."""

    def poll(self):
        return []

    def close(self) -> None:
        pass


def test_a_question_always_has_an_answer(stage, door) -> None:
    answers = []
    door.wiring.ask(lambda client: client.ask_card(1, 1), answers.append)
    door.wiring.ask(lambda client: 1 // 0, answers.append)
    until(stage, lambda: len(answers) == 2)
    assert all(isinstance(one, OneCardError) for one in answers)
    assert answers[1].code in ("station.fault", "device.gone")
    assert door.flow.threads == {threading.current_thread()}


def test_the_office_starts_it_anew_at_a_quiet_moment(stage, door, monkeypatch) -> None:
    stopped = []
    monkeypatch.setattr(door, "stop", lambda: stopped.append(True))
    body = door.wiring.fleet._body
    threading.Thread(target=body.restart).start()
    until(stage, lambda: door._is_anew_wished)
    door._tick()
    assert (stopped, door.exit_code) == ([], 0), "somebody is at it"
    door.flow.is_quiet = True
    until(stage, lambda: stopped)
    assert door.exit_code == AGAIN


def test_a_screen_that_was_not_wanted_yet_is_built_in_quiet(door) -> None:
    assert door.navigator.build_one()
    assert not door.navigator.build_one()
    door.navigator.show("later")
    assert door.navigator.name == "later"
