"""Goal: the till knows that it runs on its battery, and how long.  # F: C15

Method: a folder that looks like the kernel's, with plugs that are pulled and texts that make no sense.
"""

import random

import pytest

from onecard.devices import power
from onecard.devices.power import PowerState, sysfs
from onecard.devices.power.sysfs.frames import FILES, Entry, entry
from onecard.devices.power.sysfs.simulator import Simulator


def supply(folder, **section: str) -> power.Supply:
    return sysfs.open({"folder": str(folder), **section})


def test_each_change_is_told_once(tmp_path):
    hands, device = Simulator(tmp_path), supply(tmp_path)
    assert device.poll() == [PowerState("mains", 100)]
    assert device.poll() == []
    hands.set(online=False, percent=80, minutes=300)
    assert device.poll() == [PowerState("battery", 80, 300)]
    hands.set(online=True, percent=80)
    assert device.poll() == [PowerState("mains", 80)]


@pytest.mark.parametrize("kind", ["Battery", "UPS"])
def test_low_stays_low_until_there_is_clearly_more(tmp_path, kind):
    hands, device = Simulator(tmp_path, kind=kind), supply(tmp_path)
    told = []
    for percent in (11, 10, 11, 15, 16, 10):
        hands.set(online=False, percent=percent)
        told += [state.source for state in device.poll()]
    assert told == ["battery", "low", "low", "low", "battery", "low"]


def test_little_time_is_low_however_full_it_is(tmp_path):
    hands, device = Simulator(tmp_path), supply(tmp_path)
    hands.set(online=False, percent=60, minutes=9)
    assert device.poll() == [PowerState("low", 60, 9)]


def test_what_nobody_tells_is_unknown_and_never_full(tmp_path):
    assert supply(tmp_path / "nothing").poll() == [PowerState("unknown")]
    Simulator(tmp_path)
    (tmp_path / "BAT0" / "status").write_text("Unknown")
    (tmp_path / "BAT0" / "capacity").write_text("full")
    (tmp_path / "AC" / "online").unlink()
    assert supply(tmp_path).poll() == [PowerState("unknown", None)]


def test_the_battery_of_a_mouse_is_not_the_stations(tmp_path):
    hands = Simulator(tmp_path)
    (tmp_path / "BAT0" / "scope").write_text("Device\n")
    assert supply(tmp_path).poll() == [PowerState("mains")]
    hands.set(online=False, percent=5)
    (tmp_path / "BAT0" / "scope").write_text("Device\n")
    assert supply(tmp_path).poll() == [PowerState("unknown")]


@pytest.mark.parametrize(
    ("texts", "minutes"),
    [
        ({"energy_now": "30000000", "power_now": "10000000"}, 180),
        ({"charge_now": "2000000", "current_now": "-1000000"}, 120),
        ({"time_to_empty_now": "3600"}, 60),
        ({"energy_now": "30000000", "power_now": "0"}, None),
        ({"energy_now": "x", "power_now": "1"}, None),
        ({}, None),
    ],
)
def test_time_left(texts, minutes):
    assert entry({"type": "Battery", **texts}).minutes_left == minutes


@pytest.mark.parametrize("option", [{"low_percent": "0"}, {"low_minutes": "x"}])
def test_a_wrong_setting_is_named(tmp_path, option):
    with pytest.raises(ValueError):
        supply(tmp_path, **option)


def test_texts_that_make_no_sense_are_not_told():
    dice = random.Random(6)
    words = ("0", "1", "-1", "", "100", "101", "Discharging", "９", "1e9", "9" * 30, "\x00", "Full")
    for _ in range(2_000):
        read = entry({name: dice.choice(words) for name in FILES if dice.random() < 0.8})
        assert isinstance(read, Entry)
        assert read.percent is None or 0 <= read.percent <= 100
        assert read.minutes_left is None or read.minutes_left >= 0
