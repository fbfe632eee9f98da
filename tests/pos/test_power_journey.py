"""Goal: on battery the cashier is told and the till stops cleanly; the customer reads the pole. F: C15 C5"""

import pytest

from onecard.devices.power.backlight import Backlight
from tests.pos.bench import Bench
from tests.pos.rig import make_plastic
from tests.pos.test_watch_journey import door


@pytest.fixture
def bench(rig, tmp_path):
    return Bench(rig, "display", folder=tmp_path / "power")


def notices(rig) -> list[str]:
    return [one.text for one in rig.view.frame.notices]


def test_battery_and_time_left_are_shown_and_mains_ends_it(rig, bench, tmp_path):
    # F: C15
    light = tmp_path / "power" / "lights" / "panel"
    light.mkdir(parents=True)
    (light / "max_brightness").write_text("100")
    (light / "brightness").write_text("90")
    bench.battery.set(online=False, percent=62, minutes=180)
    bench.run(6, 1)
    assert "电池供电 · 62 %" in notices(rig)
    door(rig, "status")
    assert ("电源", "电池供电", "62 % · 约可用 3 小时 0 分") in [row.cells for row in rig.view.rows]
    rig.keys("escape")
    assert (light / "brightness").read_text() == "30"
    bench.battery.set(online=True, percent=62)
    bench.run(6, 1)
    assert (light / "brightness").read_text() == "90"
    assert not any("电池" in one for one in notices(rig))
    assert not rig.flow.quit_asked


def test_a_low_battery_stops_the_till_after_the_customer(rig, bench):
    # F: C15
    bench.battery.set(online=False, percent=4, minutes=5)
    bench.run(6, 1)
    assert any(one.startswith("电量低") for one in notices(rig))
    rig.keys("12.5 enter")
    bench.run(62, 1)
    assert not rig.flow.quit_asked
    rig.tap(make_plastic(10_000))
    bench.run(4)
    assert rig.flow.quit_asked


def test_mains_in_time_keeps_the_till_open(rig, bench):
    bench.battery.set(online=False, percent=4, minutes=5)
    bench.run(30, 1)
    bench.battery.set(online=True, percent=5)
    bench.run(60, 1)
    assert not rig.flow.quit_asked


def test_the_screen_is_dimmed_and_bright_again(tmp_path):
    light = tmp_path / "panel"
    light.mkdir()
    (light / "max_brightness").write_text("200\n")
    (light / "brightness").write_text("180\n")
    backlight = Backlight(tmp_path)
    backlight.dim(30)
    backlight.dim(10)
    assert (light / "brightness").read_text() == "60"
    backlight.restore()
    assert (light / "brightness").read_text() == "180"
    Backlight(tmp_path / "none").dim(30)


def pole(bench) -> str:
    bench.run(0.5)
    return "|".join(bench.at["display"].lines)


def test_the_pole_shows_the_sum_and_then_the_balance(rig, bench):
    # F: C5
    rig.keys("product:3")
    assert "8.00" in pole(bench)
    rig.keys("2 * product:1 enter")
    assert "10.00" in pole(bench)
    rig.tap(make_plastic(10_000))
    assert "90.00" in pole(bench)
    bench.run(8, 0.5)
    assert "90.00" not in pole(bench)
