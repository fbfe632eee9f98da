"""Goal: what was scanned arrives whole or not at all.  # F: A9

Method: both kinds of wedge against their simulators on a cable, with a worker's turns on a false clock.
"""

from collections.abc import Callable

import pytest

from onecard.clock import FalseClock
from onecard.devices.cable import Cable
from onecard.devices.polled import EventWorker
from onecard.devices.wedges import LONGEST, Scan, Scanned, Spoilt, keyboard, scanner
from onecard.devices.wedges.keyboard.simulator import Simulator as Keyboard
from onecard.devices.wedges.scanner.simulator import Simulator as Scanner

TURN_S = 0.05
_cables = iter(range(1_000_000_000))


class Rig:
    def __init__(self, module, make, **section: str) -> None:
        self.clock = FalseClock()
        self.cable = Cable(f"wedge-{next(_cables)}")
        self.simulator = make(self.clock, self.cable.device)
        self.scans = list[Scan]()
        self.worker = EventWorker(
            "wedge",
            lambda: module.open({"line": f"mem:{self.cable.name}", **section}),
            self.scans.append,
            clock=self.clock,
            interval_s=TURN_S * 0.9,
        )
        self.run(0.2)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TURN_S)):
            self.worker.turn()
            self.clock.advance(TURN_S)

    def take(self) -> list[Scan]:
        self.run(1)
        scans, self.scans[:] = list(self.scans), []
        return scans


RIGS: dict[str, Callable[[], Rig]] = {
    "keyboard": lambda: Rig(keyboard, Keyboard),
    "keyboard-gap": lambda: Rig(keyboard, Keyboard, end="gap"),
    "scanner": lambda: Rig(scanner, Scanner),
}


@pytest.fixture(params=sorted(RIGS))
def rig(request) -> Rig:
    return RIGS[request.param]()


ALL_CHARACTERS = "".join(map(chr, range(0x20, 0x7F)))


@pytest.mark.parametrize(
    "text",
    [
        "6900000000017",
        ";100234?",
        "%B4111111111111111^LI/SI^2512101?",
        ALL_CHARACTERS,
        "\x1d01\tx",
        "A" * 500,
    ],
    ids=["ean", "own", "bank", "all", "separator", "500"],
)
def test_what_is_read_is_what_is_told(rig, text):
    rig.simulator.scan(text)
    assert rig.take() == [Scanned(text)]


def test_two_scans_glued_together_are_two(rig):
    rig.simulator.scan("111")
    rig.simulator.scan("222")
    assert rig.take() == [Scanned("111"), Scanned("222")]


def test_a_scan_longer_than_any_is_nothing(rig):
    rig.simulator.scan("9" * (LONGEST + 1))
    rig.simulator.scan("1")
    assert rig.take() == [Spoilt("too_long"), Scanned("1")]


def test_a_scan_without_an_end_is_a_scan_only_where_that_was_set(request):
    for name, told in (
        ("keyboard", Spoilt("cut")),
        ("scanner", Spoilt("cut")),
        ("keyboard-gap", Scanned("1234")),
    ):
        rig = RIGS[name]()
        rig.simulator.scan("1234", end=False)
        assert rig.take() == [told], name
        rig.simulator.scan("5678")
        assert rig.take() == [Scanned("5678")], name


def test_an_end_alone_is_no_scan(rig):
    rig.simulator.scan("")
    assert rig.take() == []


def test_bytes_in_any_pieces_are_the_same_scan(rig):
    whole = rig.cable.to_host.put

    def pieces(data: bytes) -> None:
        for at in range(0, len(data), 7):
            whole(data[at : at + 7])

    rig.cable.to_host.put = pieces
    rig.simulator.scan(";100234?")
    assert rig.take() == [Scanned(";100234?")]


def test_a_wedge_that_is_pulled_out_comes_back(rig):
    rig.simulator.scan("12", end=False)
    rig.run(TURN_S)
    rig.cable.cut()
    rig.run(0.2)
    assert rig.worker.health.view.condition == "bad"
    rig.cable.mend()
    rig.run(6)
    rig.simulator.scan("345")
    assert rig.take()[-1] == Scanned("345")
    assert Scanned("12345") not in rig.scans
    assert rig.worker.health.view.condition == "good"
