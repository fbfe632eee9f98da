"""Goal: what a device did once can be played back, and means the same again.

Method: a run is recorded, its simulator is replaced by the record, and the events are compared.
"""

from pathlib import Path

import pytest

from onecard.clock import FalseClock
from onecard.devices import capture
from onecard.devices.acceptors.choice import open_chosen
from onecard.devices.cable import Cable
from onecard.devices.capture import Moment, Player, load, recording
from onecard.devices.encoders import msr
from onecard.devices.encoders.msr.simulator import Simulator as Msr
from onecard.devices.fitted import check, fitted
from onecard.devices.kinds import open_driver
from onecard.devices.line import open_line
from onecard.devices.scales import cas
from onecard.errors import DeviceGone
from onecard.settings import COUNTER as ROWS
from onecard.settings import Settings
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


def test_a_station_keeps_what_a_device_says_by_a_setting(tmp_path):
    """Only that device's; again and again into the same file; and no PIN stands in it."""
    path = tmp_path / "scale.jsonl"
    settings = Settings(
        {row.key: row for row in ROWS}, {"scale.line": "mem:kept-scale", "scale.options": f"record={path}"}
    )
    end, other = Cable("kept-scale").device, Cable("kept-other")
    device = fitted(settings, "scale")
    check(settings, ["scale"])
    assert not path.exists(), "a check writes nothing"
    for _ in range(2):
        scale = device.open()
        end.write(cas.frames.encode(b"S 01.234kg"))
        scale.poll()
        line = open_line("mem:kept-other")
        other.device.write(b"secret")
        line.read_available()
        scale.close()
    said = load(path)
    assert [moment.kind for moment in said].count("open") == 2
    assert {moment.text for moment in said if moment.kind == "open"} == {"mem:kept-scale"}
    assert any(b"01.234" in moment.data for moment in said if moment.kind == "device")
    assert not any(b"secret" in moment.data for moment in said)
    assert all(1_600_000_000 < moment.at < 10**10 for moment in said)
    assert path.stat().st_mode & 0o077 == 0


def test_a_kept_record_has_an_end_and_a_bad_path_stops_no_device(tmp_path, monkeypatch):
    monkeypatch.setattr(capture, "KEPT_MOST", 300)
    cable = Cable("kept-long")
    for path in (tmp_path / "long.jsonl", tmp_path / "no folder" / "x.jsonl"):
        with capture.kept(path, FalseClock()):
            line = open_line("mem:kept-long")
        for _ in range(50):
            line.write(b"question")
        assert cable.device.read_available() == b"question" * 50
        line.close()
    assert 100 < (tmp_path / "long.jsonl").stat().st_size <= 300


def test_a_pin_pads_kept_record_shows_no_digit(tmp_path):
    cable = Cable("kept-pad")
    pad = open_driver("pinpad", "plain", {"line": "mem:kept-pad", "record": str(tmp_path / "pad.jsonl")})
    cable.device.write(b"837465\r")
    pad.poll()
    pad.close()
    assert b"837465".hex() not in (tmp_path / "pad.jsonl").read_text()
    assert b"000000".hex() in (tmp_path / "pad.jsonl").read_text()


def test_an_acceptor_keeps_its_record_by_its_options(tmp_path):
    Cable("kept-acceptor")
    acceptor = open_chosen("ccnet", {"line": "mem:kept-acceptor"}, f"record={tmp_path / 'notes.jsonl'}")
    acceptor.poll()
    acceptor.close()
    assert [moment.kind for moment in load(tmp_path / "notes.jsonl")][:2] == ["open", "host"]
