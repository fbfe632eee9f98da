"""Goal: the customer reads the right sum, whatever the display missed.  # F: C5

Method: the driver against a simulated display that keeps to its line mode; commands as literal hex.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.devices import cable
from onecard.devices.displays import COLUMNS, Face, Row, vfd
from onecard.devices.displays.text import cells
from onecard.devices.displays.vfd import frames
from onecard.devices.displays.vfd.driver import REPEAT_POLLS
from onecard.devices.displays.vfd.simulator import Simulator
from tests.devices.rig import Rig

TOTAL = Face(Row("合计", "12.50", plain="TOTAL"), Row("余额", "87.50", plain="BALANCE"))
SHOWN = ["TOTAL          12.50", "BALANCE        87.50"]


@pytest.fixture
def rig() -> Rig:
    return Rig(vfd, Simulator)


def show(rig: Rig, face: Face) -> list[str]:
    rig.order(lambda display: display.show(face))
    rig.run(0.2)
    return rig.simulator.lines


def test_two_lines_are_shown_and_replaced(rig):
    assert show(rig, TOTAL) == SHOWN
    assert show(rig, Face(Row("谢谢", plain="THANK YOU"))) == ["THANK YOU".ljust(20), " " * 20]


def test_only_what_changed_is_written_again(rig):
    show(rig, TOTAL)
    written = []
    rig.cable.to_device.damage = lambda data: written.append(data) or data
    show(rig, TOTAL)
    assert written == []
    show(rig, Face(TOTAL.upper, Row("谢谢", plain="THANKS")))
    assert written == [frames.line("lower", "THANKS".ljust(20))]


def test_a_display_switched_on_later_shows_the_sum_again(rig):
    rig.simulator.power_cut()
    show(rig, TOTAL)
    rig.simulator.is_on = True
    rig.run(REPEAT_POLLS * 0.05 + 1)
    assert rig.simulator.lines == SHOWN


@pytest.mark.parametrize("damage", [cable.drop, cable.truncate(9), cable.flip(3, 0x40)])
def test_a_write_that_was_hurt_is_mended_by_the_next_repeat(rig, damage):
    rig.cable.to_device.damage = damage
    show(rig, TOTAL)
    rig.cable.heal()
    rig.run(REPEAT_POLLS * 0.05 + 1)
    assert rig.simulator.lines == SHOWN


def test_in_line_mode_nothing_but_clear_and_cancel_is_heard(rig):
    show(rig, TOTAL)
    rig.cable.host.write(frames.INIT + b"garbage" + frames.brightness(1))
    rig.run(0.1)
    assert rig.simulator.lines == SHOWN
    assert rig.simulator.brightness == 4
    rig.cable.host.write(frames.CANCEL + frames.brightness(1))
    rig.run(0.1)
    assert rig.simulator.brightness == 1


def test_unplugged_and_back_it_shows_the_same(rig):
    show(rig, TOTAL)
    rig.cable.cut()
    rig.run(0.2)
    assert rig.worker.health.view.condition == "bad"
    rig.simulator.power_cut()
    rig.simulator.is_on = True
    rig.cable.mend()
    rig.run(6)
    assert show(rig, TOTAL) == SHOWN


def test_commands_are_these_bytes():
    assert frames.line("upper", "AB").hex(" ") == "1b 51 41 41 42 0d"
    assert frames.line("lower", "AB").hex(" ") == "1b 51 42 41 42 0d"
    assert (frames.INIT + frames.CLEAR + frames.CANCEL).hex(" ") == "1b 40 0c 18"
    assert (frames.brightness(4) + frames.SELECT_DISPLAY).hex(" ") == "1b 2a 04 1b 3d 02"


def test_a_shared_line_says_which_device_is_meant():
    rig = Rig(vfd, Simulator, selects="true")
    written = []
    rig.cable.to_device.damage = lambda data: written.append(data) or data
    assert show(rig, TOTAL) == SHOWN
    assert written[0].startswith(bytes.fromhex("1B3D02"))


@pytest.mark.parametrize("option", [{"brightness": "5"}, {"brightness": "x"}, {"selects": "maybe"}])
def test_a_wrong_setting_is_named(option):
    with pytest.raises(ValueError):
        vfd.open({"line": "mem:none", **option})


# -- text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (Row("Apple", "1.20"), "Apple           1.20"),
        (Row("苹果", "1.20", plain="Apple"), "Apple           1.20"),
        (Row("苹果", "1.20"), "??              1.20"),
        (Row("Café crème", "3.00"), "Cafe creme      3.00"),
        (Row("TOTAL：", "￥12.50"), "TOTAL:        Y12.50"),
        (Row("A very long product name", "1,234.50"), "A very long 1,234.50"),
        (Row("x", "123456789012345678901"), "23456789012345678901"),
        (Row("a\rb\x1b", ""), "a?b?                "),
    ],
)
def test_a_line_of_twenty_cells(row, shown):
    assert cells(row) == shown


@given(st.text(max_size=40), st.text(max_size=25), st.text(max_size=40))
def test_whatever_is_to_be_shown_fits_and_is_ascii(text, right, plain):
    shown = cells(Row(text, right, plain))
    assert len(shown) == COLUMNS
    assert all(" " <= character <= "~" for character in shown)
