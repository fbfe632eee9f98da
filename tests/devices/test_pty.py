"""Goal: each serial device's road works on real bytes, threads and time. Method: a pseudo-terminal each."""

import pytest

from onecard.clock import SystemClock
from onecard.devices.bank_terminals import Approved, Order
from onecard.devices.bank_terminals import plain as bank
from onecard.devices.bank_terminals.plain.simulator import Simulator as Bank
from onecard.devices.city_terminals import Debit
from onecard.devices.city_terminals import plain as city
from onecard.devices.city_terminals.plain.simulator import Simulator as City
from onecard.devices.displays import Face, Row, vfd
from onecard.devices.displays.vfd.simulator import Simulator as Vfd
from onecard.devices.encoders import Waiting, Written, msr
from onecard.devices.encoders.msr.simulator import Simulator as Msr
from onecard.devices.line import Line, open_line
from onecard.devices.pinpads import Entered, plain
from onecard.devices.pinpads.plain.simulator import Simulator as Pad
from onecard.devices.polled import EventWorker
from onecard.devices.pty import serve_pty
from onecard.devices.wedges import Scanned, scanner
from onecard.devices.wedges.scanner.simulator import Simulator as Scanner
from tests.devices.soon import soon


@pytest.fixture
def road(tmp_path):
    """Serves a simulator, opens its driver by URL, and pulls the plug at the end."""
    ends = []

    def build(module, make):
        clock, path, events = SystemClock(), tmp_path / "device", []
        device = serve_pty(make(clock), path, clock)
        worker = EventWorker(
            "device",
            lambda: module.open({"line": f"serial:{path}"}),
            events.append,
            clock=clock,
            interval_s=0.02,
        )
        worker.start()
        assert soon(lambda: worker.health.view.condition == "good")
        ends.append((device, worker))
        return device, worker, events

    yield build
    for device, worker in ends:
        device.stop()
        assert soon(lambda worker=worker: worker.health.view.condition == "bad")
        worker.stop()


def test_a_scan_through_a_pseudo_terminal(road):
    device, _, events = road(scanner, Scanner)
    device.call(lambda hands: hands.scan(";100234?")).result(5)
    assert soon(lambda: events == [Scanned(";100234?")])


def test_a_sum_through_a_pseudo_terminal(road):
    device, worker, _ = road(vfd, Vfd)
    worker.call(lambda display: display.show(Face(Row("合计", "1.20", plain="TOTAL")))).result(5)
    assert soon(lambda: device.call(lambda vfd: vfd.lines[0]).result(5) == "TOTAL           1.20")


def test_a_pin_through_a_pseudo_terminal(road):
    device, worker, events = road(plain, Pad)
    worker.call(lambda pad: pad.ask()).result(5)
    device.call(lambda hands: hands.press("1234", "ok")).result(5)
    assert soon(lambda: events and isinstance(events[-1], Entered))
    assert events[-1].pin.take() == "1234"


def test_a_stripe_through_a_pseudo_terminal(road):
    card: dict[int, str] = {}
    device, worker, events = road(msr, Msr)
    worker.call(lambda encoder: encoder.write({2: "100234"})).result(5)
    assert soon(lambda: events == [Waiting()])

    def drawn() -> bool:
        device.call(lambda hands: hands.swipe(card)).result(5)
        return events == [Waiting(), Written()]

    assert soon(drawn)
    assert card == {2: "100234"}


def test_a_bank_payment_through_a_pseudo_terminal(road):
    _, worker, events = road(bank, Bank)
    worker.call(lambda terminal: terminal.order(Order("sale", "1001-1-1", 1_250))).result(5)
    assert soon(lambda: events and isinstance(events[0], Approved))
    assert events[0].amount_fen == 1_250


def test_a_city_card_through_a_pseudo_terminal(road):
    device, worker, events = road(city, City)

    def lay_on(hands: City) -> None:
        hands.balances["2000"] = 500
        hands.place("2000")

    device.call(lay_on).result(5)
    assert soon(lambda: events)
    worker.call(lambda terminal: terminal.debit(Debit("1001-1-1", 200, "2000"))).result(5)
    assert soon(lambda: len(events) == 2)
    assert events[1].record.after_fen == 300


@pytest.mark.parametrize("options", ["parity=E", "bits=7&parity=E", "stop=2"])
def test_a_pseudo_terminal_is_opened_again_and_again_whatever_the_line_is_set_to(tmp_path, options):
    clock, path = SystemClock(), tmp_path / "device"
    device = serve_pty(Scanner(clock), path, clock)
    assert soon(path.exists)
    for _ in range(3):
        line = open_line(f"serial:{path}?baud=9600&{options}")
        device.call(lambda hands: hands.scan("6901234567892")).result(5)
        heard = b""

        def arrived(line: Line = line) -> bool:
            nonlocal heard
            heard += line.read_available()
            return b"6901234567892" in heard

        assert soon(arrived)
        line.close()
    device.stop()
