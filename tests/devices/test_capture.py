"""Goal: what a device did once can be played back, and means the same again.

Method: a run is recorded, its simulator is replaced by the record, and the events are compared.
"""

from pathlib import Path

import pytest

from onecard.clock import FalseClock
from onecard.devices import capture
from onecard.devices.cable import Cable
from onecard.devices.capture import Moment, Player, load, recording
from onecard.devices.encoders import msr
from onecard.devices.encoders.msr.simulator import Simulator as Msr
from onecard.devices.line import open_line
from onecard.errors import DeviceGone
from tests.devices.rig import Rig as EventRig
from tests.devices.scales.rig import RIGS, Rig

HERE = Path(__file__).parent


def weigh(rig: Rig) -> list:
    rig.run(0.5)
    if isinstance(rig.simulator, Player):
        rig.run(2.0)
    else:
        rig.simulator.platform.put(1_234)
        rig.run(1.0)
        rig.simulator.platform.put(20_000)
        rig.run(1.0)
    return list(rig.readings)


@pytest.mark.parametrize("name", sorted(RIGS))
def test_a_played_back_scale_says_the_same(tmp_path, name):
    rig = RIGS[name]()
    with recording(tmp_path / "capture", rig.clock):
        said = weigh(rig)
    assert any(reading.weight_g == 1_234 for reading in said)
    again = RIGS[name]()
    again.simulator = Player(load(tmp_path / "capture"), again.clock, again.cable.device)
    assert weigh(again) == said
    assert again.simulator.differs is None


def test_a_played_back_encoder_says_the_same(tmp_path):
    def work(rig: EventRig) -> list:
        rig.order(lambda encoder: encoder.write({2: "100234"}))
        rig.run(0.5)
        if not isinstance(rig.simulator, Player):
            rig.simulator.swipe({})
        return rig.take()

    clock = FalseClock()
    with recording(tmp_path / "capture", clock):
        rig = EventRig(msr, Msr)
        said = work(rig)
    played = EventRig(msr, lambda clock, line: Player(load(tmp_path / "capture"), clock, line))
    assert work(played) == said
    assert len(said) == 2


def test_a_host_that_says_something_else_is_found_out():
    clock, joined = FalseClock(), Cable()
    player = Player([Moment(0, "host", b"AB"), Moment(0, "device", b"x")], clock, joined.device)
    joined.host.write(b"A")
    player.tick()
    assert joined.host.read_available() == b"", "the device waited for the second byte, then"
    joined.host.write(b"C")
    player.tick()
    assert joined.host.read_available() == b"x"
    assert player.differs == 1
    assert player.is_over


def test_each_connection_and_its_end_is_written_down(tmp_path):
    clock = FalseClock()
    joined = Cable("capture-1")
    with recording(tmp_path / "capture", clock):
        line = open_line("mem:capture-1")
        line.write(b"\x05")
        clock.advance(0.25)
        joined.device.write(b"\x06")
        assert line.read_available() == b"\x06"
        joined.cut()
        with pytest.raises(DeviceGone):
            line.read_available()
    assert [(moment.at, moment.kind, moment.data) for moment in load(tmp_path / "capture")] == [
        (0.0, "open", b""),
        (0.0, "host", b"\x05"),
        (0.25, "device", b"\x06"),
        (0.25, "gone", b""),
    ]
    joined.mend()
    open_line("mem:capture-1").write(b"x")
    assert len(load(tmp_path / "capture")) == 4, "nothing is recorded afterwards"


def test_a_capture_is_never_written_over(tmp_path):
    (tmp_path / "capture").write_text("mine")
    with pytest.raises(FileExistsError), recording(tmp_path / "capture", FalseClock()):
        pass
    assert capture.lines.tap is None


@pytest.mark.parametrize(
    "text", ["x", '{"at": 1}', '{"at": "x", "open": ""}', '{"at": 0, "from": "me", "hex": ""}', "[]"]
)
def test_a_file_that_is_no_capture_is_named(tmp_path, text):
    (tmp_path / "capture").write_text('{"at": 0, "open": "mem:a"}\n' + text)
    with pytest.raises(ValueError, match="line 2"):
        load(tmp_path / "capture")
