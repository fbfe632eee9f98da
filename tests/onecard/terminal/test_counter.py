"""Devices on the counter, as settings name them: real drivers, bytes over cables, workers turned by hand."""

import pytest

from onecard.clock import FalseClock
from onecard.devices import pinpads
from onecard.devices.cable import Cable
from onecard.devices.displays import Face, Row
from onecard.devices.displays.vfd.simulator import Simulator as Pole
from onecard.devices.pinpads.plain.simulator import Simulator as Pad
from onecard.devices.power.sysfs.simulator import Simulator as Battery
from onecard.devices.scales import State
from onecard.devices.scales.cas.simulator import Simulator as Scale
from onecard.devices.scales.weighing import NotWeighed, Weighed
from onecard.devices.wedges.keyboard.simulator import Simulator as Stripe
from onecard.devices.wedges.scanner.simulator import Simulator as Scanner
from onecard.settings import POS, STATION, Settings
from onecard.terminal.counter import Counter, nothing

_numbers = iter(range(1_000_000))
TURN_S = 0.05


class Bench:
    """A counter with one of everything, on cables of this process."""

    def __init__(self, folder) -> None:
        self.clock = FalseClock()
        kinds = {"scale": Scale, "display": Pole, "pinpad": Pad, "scanner": Scanner, "stripe": Stripe}
        self.cables = {name: Cable(f"counter-{name}-{next(_numbers)}") for name in kinds}
        self.at = {name: kinds[name](self.clock, self.cables[name].device) for name in kinds}
        self.battery = Battery(folder)
        values = {f"{name}.line": f"mem:{cable.name}" for name, cable in self.cables.items()}
        settings = Settings.of((*STATION, *POS), {**values, "power.folder": str(folder)})
        self.counter = Counter(settings, self.clock)
        self.heard: list[object] = []
        self.counter.scanned = lambda text, device: self.heard.append((device, text))
        self.counter.spoilt = lambda reason: self.heard.append(reason)
        self.counter.powered = self.heard.append
        self.run(1)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TURN_S)):
            for one in self.at.values():
                one.tick()
            self.counter.turn()
            self.clock.advance(TURN_S)

    def conditions(self) -> dict[str, str]:
        return {view.device: view.condition for view in self.counter.views()}


@pytest.fixture
def bench(tmp_path) -> Bench:
    return Bench(tmp_path)


def test_every_device_that_is_named_works(bench):
    # F: C10
    assert set(bench.conditions()) == {"scale", "display", "pinpad", "scanner", "stripe", "power"}
    assert set(bench.conditions().values()) == {"good"}
    assert bench.counter.power.source == "mains"


def test_a_weight_is_sold_only_at_rest(bench):
    # F: C3
    answers: list[object] = []
    bench.at["scale"].platform.put(740)
    bench.run(0.1)
    assert bench.counter.weight.state is State.MOVING
    bench.run(1)
    assert bench.counter.weight.weight_g == 740
    bench.counter.weigh(answers.append)
    bench.run(1)
    assert isinstance(answers[0], Weighed)
    assert answers[0].weight_g == 740
    bench.at["scale"].platform.settle_s = 30
    bench.at["scale"].platform.put(900)
    bench.counter.weigh(answers.append)
    bench.run(2)
    assert answers[1] == NotWeighed("moving")


def test_a_scale_that_is_pulled_out_says_so_and_comes_back(bench):
    # F: C10
    answers: list[object] = []
    bench.cables["scale"].cut()
    bench.run(1)
    assert bench.conditions()["scale"] == "bad"
    bench.counter.weigh(answers.append)
    bench.run(0.2)
    assert answers == [NotWeighed("gone")]
    bench.cables["scale"].mend()
    bench.run(8)
    assert bench.conditions()["scale"] == "good"


def test_the_pole_shows_what_it_is_told_also_after_it_was_away(bench):
    # F: C5
    bench.counter.show(Face(Row("米饭", "1.00", plain="RICE"), Row("", "12.50")))
    bench.run(0.3)
    assert bench.at["display"].lines == ["RICE            1.00", "               12.50"]
    bench.cables["display"].cut()
    bench.at["display"].power_cut()
    bench.run(1)
    bench.cables["display"].mend()
    bench.at["display"].is_on = True
    bench.run(12)
    assert bench.at["display"].lines[1] == "               12.50"


def test_a_scan_and_a_swipe_come_as_text_with_their_device(bench):
    bench.at["scanner"].scan("6901234567892")
    bench.at["stripe"].scan(";500001?")
    bench.run(0.5)
    assert ("scanner", "6901234567892") in bench.heard
    assert ("stripe", ";500001?") in bench.heard


def test_a_pin_is_given_to_whoever_asked_and_to_nobody_else(bench):
    # F: C4
    events: list[object] = []
    bench.at["pinpad"].press("9", "9")
    bench.run(0.2)
    bench.counter.ask_pin(events.append)
    bench.run(0.2)
    bench.at["pinpad"].press("1", "2", "3", "4", "ok")
    bench.run(0.3)
    assert events[:4] == [pinpads.Typing(n) for n in (1, 2, 3, 4)]
    assert isinstance(events[-1], pinpads.Entered)
    assert events[-1].pin.take() == "1234"
    bench.at["pinpad"].press("5", "6", "7", "8", "ok")
    bench.run(0.3)
    assert len(events) == 5


def test_the_battery_is_told_when_it_changes(bench):
    # F: C15
    bench.battery.set(online=False, percent=62, minutes=180)
    bench.run(6)
    assert (bench.counter.power.source, bench.counter.power.percent) == ("battery", 62)
    bench.battery.set(online=False, percent=5, minutes=8)
    bench.run(6)
    assert bench.counter.power.source == "low"


def test_with_nothing_on_it_everything_is_answered():
    counter, answers = nothing(FalseClock()), []
    counter.weigh(answers.append)
    counter.tare(answers.append)
    counter.ask_pin(answers.append)
    counter.show(Face(Row("x")))
    assert answers == [NotWeighed("gone"), False]
    assert not counter.has_pinpad
