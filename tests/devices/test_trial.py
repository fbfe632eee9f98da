"""Goal: a technician learns from one command whether a device works, and records what it said.  # F: E8

Method: the command itself against each kind's simulator, in both languages; the simulator works while it
waits.
"""

import json
import os

import pytest

from onecard.clock import FalseClock
from onecard.devices import kinds, trial
from onecard.devices.__main__ import main
from onecard.devices.acceptors.choice import CHOICES
from onecard.devices.acceptors.id003.simulator import Simulator as Id003
from onecard.devices.acceptors.simulators import SIMULATORS
from onecard.devices.bank_terminals.plain.simulator import Simulator as Bank
from onecard.devices.cable import Cable
from onecard.devices.city_terminals.plain.simulator import Simulator as City
from onecard.devices.displays.vfd.simulator import Simulator as Vfd
from onecard.devices.encoders.msr.simulator import Simulator as Msr
from onecard.devices.pinpads.plain.simulator import Simulator as Pad
from onecard.devices.power.sysfs.simulator import Simulator as Power
from onecard.devices.printers.escpos.simulator import Mechanism
from onecard.devices.scales.cas.simulator import Simulator as Cas
from onecard.devices.wedges.keyboard.simulator import Simulator as Keyboard
from onecard.errors import DeviceGone
from onecard.text import LANGUAGES, sentences

_cables = iter(range(1_000_000_000))


class Bench(FalseClock):
    """While the command waits, the simulator works; ``hands`` act once after half a second."""

    def __init__(self, make, hands=lambda simulator: None) -> None:
        super().__init__()
        self.cable = Cable(f"trial-{next(_cables)}")
        self.line = f"mem:{self.cable.name}"
        self.simulator = make(self, self.cable.device)
        self._hands = hands

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        if self._hands is not None and self.monotonic() > 0.5:
            hands, self._hands = self._hands, None
            hands(self.simulator)
        self.simulator.tick()


class Printer:
    def __init__(self, clock, line) -> None:
        self.mechanism, self._line = Mechanism(), line

    def tick(self) -> None:
        self._line.write(self.mechanism.receive(self._line.read_available()))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "make", "hands", "code"),
    [
        ("scale", Cas, lambda scale: scale.platform.put(500), 0),
        ("scale", Cas, lambda scale: setattr(scale, "is_on", False), 1),
        ("wedge", Keyboard, lambda wedge: wedge.scan("6900000000017"), 0),
        ("wedge", Keyboard, lambda wedge: wedge.scan(";4111111111111111=25121010000000000?"), 0),
        ("wedge", Keyboard, lambda wedge: wedge.scan("12", end=False), 1),
        ("wedge", Keyboard, lambda wedge: None, 1),
        ("pinpad", Pad, lambda pad: pad.press("7391", "ok"), 0),
        ("pinpad", Pad, lambda pad: pad.press("cancel"), 0),
        ("encoder", Msr, lambda encoder: encoder.swipe({2: "100234"}), 0),
        ("display", Vfd, lambda display: None, 3),
        ("bank", Bank, lambda bank: None, 0),
        ("city", City, lambda city: None, 0),
        ("acceptor/id003", Id003, lambda acceptor: None, 0),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_kind_of_device_is_tried(capsys, kind, make, hands, code, language):
    bench = Bench(make, hands)
    assert main(["--language", language, "test", kind, bench.line], bench) == code
    said = capsys.readouterr().out
    verdict = {0: "passed", 3: "look"}.get(code)
    lines = said.splitlines()
    assert lines[0] == sentences(language)[f"device_test.begin.{kind.split('/')[0]}"]
    if verdict is not None:
        assert lines[-1] == sentences(language)[f"device_test.verdict.{verdict}"]
    if code == 0 and kind == "wedge":
        key = "bank_card" if "4111" in repr(hands.__code__.co_consts) else "scanned"
        assert sentences(language)[f"device_test.said.{key}"].partition("{")[0] in lines[1]
    assert "7391" not in said
    assert "41111" not in said


def test_the_display_was_written():
    bench = Bench(Vfd)
    main(["test", "display", bench.line, "--seconds", "1"], bench)
    assert bench.simulator.lines == ["OneCard        12.50", "TEST            0.00"]


@pytest.mark.parametrize("name", sorted(SIMULATORS))
def test_each_acceptor_is_tried(name):
    def make(clock, line):
        simulator = SIMULATORS[name](clock, None)
        simulator.plug(line)
        return simulator

    bench = Bench(make)
    option = ["-o", "notes=1,5,10,20,50,100"] if name in ("ict", "ebds") else []
    assert main(["test", f"acceptor/{name}", bench.line, *option], bench) == 0


def test_an_acceptor_on_trial_takes_no_note():
    taken = []
    bench = Bench(Id003, lambda acceptor: taken.append(acceptor.insert(10_000)))
    assert main(["test", "acceptor", bench.line, "--seconds", "3"], bench) == 0
    assert taken in ([], [False])


@pytest.mark.parametrize(("state", "code"), [("ok", 0), ("near_end", 0), ("paper_out", 1), ("cover_open", 1)])
def test_a_printer_prints_a_page_or_says_why_not(monkeypatch, capsys, state, code):
    bench = Bench(Printer)
    bench.simulator.mechanism.set_state(state)
    monkeypatch.setattr("onecard.devices.printers.escpos.SystemClock", lambda: bench)
    assert main(["test", "printer", bench.line, "-o", "logo=none", "--seconds", "2"], bench) == code
    assert len(bench.simulator.mechanism.receipts) == (code == 0)
    assert state in capsys.readouterr().out


@pytest.mark.parametrize(("plugged", "code"), [(True, 0), (False, 1)])
def test_the_power_supply_is_told(tmp_path, plugged, code):
    if plugged:
        Power(tmp_path / "power")
    assert main(["test", "power", str(tmp_path / "power"), "--seconds", "1"], FalseClock()) == code


def test_a_reader_says_that_a_card_came():
    class Reader:
        cards = iter([None, "card", "card", None])

        def poll(self):
            return next(self.cards)

    step = trial.begin("reader", Reader())
    assert [said.key for _ in range(4) for said in step()] == ["card", "no_card"]


# -- what goes wrong ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["test", "toaster", "mem:x"], 2),
        (["test", "scale/yarn", "mem:x"], 2),
        (["test", "scale", "yarn:x"], 2),
        (["test", "scale", "mem:nobody"], 1),
        (["test", "scale", "serial:/dev/nobody"], 1),
        (["test", "scale", "mem:x", "-o", "min_g"], 2),
        (["test", "scale", "mem:x", "-o", "min_g=0"], 2),
        (["play", "/nowhere/capture", "/tmp/x"], 2),
        (["list"], 0),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_tried_is_told_with_its_code(capsys, arguments, code):
    assert main(arguments, FalseClock()) == code
    told = capsys.readouterr()
    assert told.out if code == 0 else told.err


def test_every_driver_there_is_can_be_named():
    assert set(kinds.KINDS["acceptor"]) == set(CHOICES)
    for kind, names in kinds.KINDS.items():
        for name in names:
            assert kinds.named(f"{kind}/{name}") == (kind, name)
            if kind not in ("reader", "psam", "printer", "power"):
                with pytest.raises(DeviceGone, match="nobody"):
                    kinds.open_driver(kind, name, {"line": "serial:/dev/nobody", "notes": "1,5,10"})


def test_every_sentence_of_a_trial_is_there():
    source = trial.__loader__.get_source(trial.__name__)
    asked = {part.split('"')[1] for part in source.split("Said(")[1:] if part.startswith('"')}
    for language in LANGUAGES:
        have = sentences(language)
        assert {key for key in asked if f"device_test.said.{key}" not in have} == set()
        assert {kind for kind in kinds.KINDS if f"device_test.begin.{kind}" not in have} == set()


# -- records ------------------------------------------------------------------------------------------------


def test_a_trial_is_recorded_and_the_record_played_back(tmp_path, capsys):
    file = tmp_path / "capture"
    bench = Bench(Cas, lambda scale: scale.platform.put(500))
    assert main(["test", "scale", bench.line, "--record", str(file)], bench) == 0
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert {row.get("from") for row in rows} == {None, "device", "host"}
    assert main(["test", "scale", bench.line, "--record", str(file)], bench) == 2, "never written over"

    class Host(FalseClock):
        """Plays the recorded host on the pseudo-terminal that the record is played back on."""

        device = -1

        def sleep(self, seconds: float) -> None:
            self.advance(seconds)
            if self.device < 0:
                self.device = os.open(tmp_path / "tty", os.O_RDWR | os.O_NONBLOCK)
            for row in rows:
                if row.get("from") == "host" and row["at"] <= self.monotonic() and not row.pop("sent", False):
                    os.write(self.device, bytes.fromhex(row["hex"]))
                    row["from"] = "sent"

    host = Host()
    assert main(["play", str(file), str(tmp_path / "tty")], host) == 0
    said = b"".join(bytes.fromhex(row["hex"]) for row in rows if row.get("from") == "device")
    assert said
    os.close(host.device)
