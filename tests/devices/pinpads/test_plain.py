"""Goal: a PIN comes from the pad to the one who asked, and appears nowhere else.  # F: H5

Method: the driver against a simulated pad; logs, captures and texts of objects searched for the digits.
"""

import copy
import pickle

import pytest
from structlog.testing import capture_logs

from onecard.clock import FalseClock
from onecard.devices.cable import Cable
from onecard.devices.capture import recording
from onecard.devices.pinpads import MOST, Cancelled, Entered, Pin, TimedOut, Typing, plain
from onecard.devices.pinpads.plain.driver import PATIENCE_POLLS
from onecard.devices.pinpads.plain.simulator import Simulator
from onecard.devices.polled import EventWorker
from onecard.errors import DeviceGone
from tests.devices.rig import TURN_S, Rig


@pytest.fixture
def rig() -> Rig:
    return Rig(plain, Simulator)


def entered(events: list) -> list[str]:
    return [event.pin.take() for event in events if isinstance(event, Entered)]


def test_a_pin_is_typed_and_comes_once(rig):
    rig.order(lambda pad: pad.ask())
    rig.simulator.press("1", "3", "back", "2", "3", "4", "ok", "9", "ok")
    events = rig.take()
    assert [event.count for event in events if isinstance(event, Typing)] == [1, 2, 1, 2, 3, 4]
    assert entered(events) == ["1234"]


def test_keys_that_nobody_asked_for_are_no_pin(rig):
    rig.simulator.press("1234", "ok")
    assert rig.take() == []
    rig.simulator.press("99")
    rig.order(lambda pad: pad.ask())
    rig.simulator.press("5678", "ok")
    assert entered(rig.take()) == ["5678"]


@pytest.mark.parametrize(
    ("pressed", "reason"),
    [(("12", "cancel"), "cancel"), (("123", "ok"), "too_short"), (("ok",), "too_short")],
)
def test_giving_up_is_told(rig, pressed, reason):
    rig.order(lambda pad: pad.ask())
    rig.simulator.press(*pressed)
    assert rig.take()[-1] == Cancelled(reason)
    rig.simulator.press("1234", "ok")
    assert rig.take() == [], "it is over"


def test_more_digits_than_a_pin_has_are_not_taken(rig):
    rig.order(lambda pad: pad.ask())
    rig.simulator.press("1" * 40, "ok")
    assert entered(rig.take()) == ["1" * MOST]


def test_nobody_there_is_a_time_out(rig):
    rig.order(lambda pad: pad.ask())
    rig.simulator.press("12")
    assert rig.take((PATIENCE_POLLS + 5) * TURN_S)[-1] == TimedOut()
    rig.simulator.press("34", "ok")
    assert rig.take() == []


def test_a_pad_pulled_out_forgets_what_was_typed(rig):
    rig.order(lambda pad: pad.ask())
    rig.simulator.press("12")
    rig.run(0.1)
    rig.cable.cut()
    rig.run(0.2)
    rig.cable.mend()
    rig.run(6)
    rig.simulator.press("34", "ok")
    assert entered(rig.take()) == []


def test_a_driver_whose_line_broke_holds_no_digit():
    joined = Cable("pad-broken")
    pad = plain.open({"line": "mem:pad-broken"})
    pad.ask()
    joined.device.write(b"7391")
    assert pad.poll()[-1] == Typing(4)
    joined.cut()
    with pytest.raises(DeviceGone):
        pad.poll()
    assert not pad._digits
    assert not pad._is_asked


def test_a_pin_is_in_no_log_no_capture_and_no_text(tmp_path):
    clock = FalseClock()
    with capture_logs() as logs, recording(tmp_path / "pad", clock):
        rig = Rig(plain, Simulator)
        rig.order(lambda pad: pad.ask())
        rig.simulator.press("7", "391", "ok")
        events = rig.take()
        rig.cable.cut()
        rig.run(1)
    assert rig.worker.health.view.condition == "bad"
    seen = (
        repr(logs)
        + repr(events)
        + str(events)
        + repr(rig.worker.health.view)
        + (tmp_path / "pad").read_text()
    )
    for digits in ("7391", b"7391".hex(), b"391".hex(), "0x37", "37333931"):
        assert digits not in seen
    assert b"0000".hex()[:6] in (tmp_path / "pad").read_text(), "that a key was pressed is told"
    assert entered(events) == ["7391"]


def test_a_pin_is_in_no_traceback_of_whoever_was_told(capsys):
    """A callback that fails is logged with its traceback, and a traceback may show what was in its hands."""
    clock, joined = FalseClock(), Cable("pad-traceback")

    def stumble(event: object) -> None:
        raise RuntimeError(f"cannot take {event}")

    worker = EventWorker("pad", lambda: plain.open({"line": "mem:pad-traceback"}), stumble, clock=clock)
    worker.turn()
    worker.call(lambda pad: pad.ask())
    worker.turn()
    joined.device.write(b"7391\r")
    clock.advance(1)
    worker.turn()
    printed = capsys.readouterr()
    assert "callback_failed" in printed.out + printed.err
    assert "Entered(pin=Pin(…))" in printed.out + printed.err
    for digits in ("7391", "55, 51, 57, 49"):
        assert digits not in printed.out + printed.err


def test_a_pin_is_used_once_and_cannot_be_stored():
    pin = Pin(b"1234")
    for store in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            store(pin)
    assert repr(pin) == str(pin) == "Pin(…)"
    assert pin.take() == "1234"
    with pytest.raises(AssertionError):
        pin.take()
