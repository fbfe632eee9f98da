"""Goal: a kiosk on its battery takes nobody new once that is low, and ends when nobody is before it. F: C15

Method: a battery as the kernel shows it, under the whole app on a false clock.
"""

import pytest

from kiosk.powering import ends
from onecard.devices.power.sysfs.simulator import Simulator as Battery
from onecard.settings import KIOSK, STATION, Settings
from onecard.terminal.counter import Counter
from onecard.terminal.powering import GRACE_S, Powering


class Machine:
    """The kiosk with a battery below it."""

    def __init__(self, rig, folder) -> None:
        self.rig, self.battery = rig, Battery(folder)
        self.light = folder / "lights" / "panel"
        self.light.mkdir(parents=True)
        (self.light / "max_brightness").write_text("100")
        (self.light / "brightness").write_text("90")
        settings = Settings.of((*STATION, *KIOSK), {"power.folder": str(folder)})
        rig.booth.counter = Counter(settings, rig.clock)
        lights = str(folder / "lights")
        self.supply = Powering(lambda: rig.booth.counter, lambda: lights, rig.clock.monotonic)

    def run(self, seconds: float) -> bool:
        """Whether it ended."""
        for _ in range(int(seconds)):
            self.rig.booth.counter.turn()
            self.rig.run(1)
            if ends(self.supply, self.rig.flow):
                return True
        return False

    @property
    def brightness(self) -> str:
        return (self.light / "brightness").read_text()


@pytest.fixture
def machine(rig, tmp_path):
    return Machine(rig, tmp_path / "power")


def test_on_battery_it_goes_on_darker_and_an_attendant_reads_so(rig, machine):
    machine.battery.set(online=False, percent=62, minutes=180)
    assert not machine.run(GRACE_S + 20)
    assert machine.brightness == "30"
    assert rig.booth.out_of_service == ""
    machine.battery.set(online=True, percent=62)
    machine.run(10)
    assert machine.brightness == "90"


def test_a_low_battery_lets_nobody_in_and_ends_it(rig, machine):
    machine.battery.set(online=False, percent=4, minutes=5)
    machine.run(10)
    assert (rig.booth.out_of_service, rig.screen) == ("power", "out")
    assert rig.view.why == rig.booth.tr("kiosk.out.power")
    assert machine.run(GRACE_S)
    assert machine.brightness == "90", "whoever starts it again sees something"


def test_a_visit_with_money_in_it_is_waited_for(rig, machine, plastic):
    rig.to_cash(plastic)
    rig.insert(20_00)
    rig.until(lambda: bool(rig.accepted))
    machine.battery.set(online=False, percent=4, minutes=5)
    assert not machine.run(GRACE_S - 15)
    rig.press("finish")
    rig.until_screen("result")
    rig.lift()
    assert machine.run(GRACE_S)
