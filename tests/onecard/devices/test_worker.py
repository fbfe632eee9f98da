"""Goal: one thread owns each device, and losing a device costs only time. Method: toys that misbehave.

``turn`` on a false clock for what is due when; real threads for who runs what and for ``stop``.
"""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from structlog.testing import capture_logs

from onecard.clock import FalseClock, SystemClock
from onecard.devices.acceptors import Credited, Event, Faulted, Idle
from onecard.devices.printers import Document, PrinterState
from onecard.devices.readers import StorageCard
from onecard.devices.worker import BACKOFF_S, AcceptorWorker, PrinterWorker, ReaderWorker, Worker
from onecard.errors import DeviceGone, Refused

ANSWER_S = 5


class Device:
    """Fails when told, counts what is done to it."""

    def __init__(self) -> None:
        self.fails: Exception | None = None
        self.watched = 0
        self.closed = False
        self.threads: set[int] = set()

    def watch(self) -> None:
        self.threads.add(threading.get_ident())
        self.watched += 1
        if self.fails is not None:
            raise self.fails

    def close(self) -> None:
        self.closed = True


class Bench:
    """Hands out devices; none while ``away``."""

    def __init__(self) -> None:
        self.made: list[Device] = []
        self.away = False
        self.tries = 0

    def open(self) -> Device:
        self.tries += 1
        if self.away:
            raise DeviceGone
        self.made.append(Device())
        return self.made[-1]

    def worker(self, clock=None, **options) -> Worker[Device]:
        return Worker("toy", self.open, Device.watch, clock=clock or FalseClock(), interval_s=1.0, **options)


# -- what is due when --------------------------------------------------------------------------------------


def test_a_device_is_polled_at_its_interval_and_not_more():
    bench, clock = Bench(), FalseClock()
    worker = bench.worker(clock)
    for _ in range(5):
        worker.turn()
    assert bench.made[0].watched == 1
    clock.advance(1)
    worker.turn()
    assert bench.made[0].watched == 2
    assert worker.health.view.condition == "good"


def test_a_device_that_cannot_be_opened_for_a_wrong_setting_keeps_its_thread_and_is_told_once():
    bench, clock = Bench(), FalseClock()

    def refuse() -> Device:
        raise ValueError("baud 9601")

    worker = Worker("toy", refuse, Device.watch, clock=clock, interval_s=1.0)
    with capture_logs() as logs:
        for _ in range(10):
            worker.turn()
            clock.advance(5)
    assert [log["event"] for log in logs] == ["device.open_failed", "device.lost"]
    assert worker.health.view.condition == "bad"
    worker._open_driver = bench.open
    worker.turn()
    assert worker.health.view.condition == "good"


def test_a_lost_device_is_closed_and_opened_again_with_growing_patience():
    bench, clock = Bench(), FalseClock()
    worker = bench.worker(clock)
    worker.turn()
    bench.made[0].fails, bench.away = DeviceGone(), True
    clock.advance(1)
    worker.turn()
    assert bench.made[0].closed
    assert worker.health.view.condition == "bad"
    assert worker.health.view.reason == "device.gone"
    waits = []
    for _ in range(6):
        tries, waited = bench.tries, 0.0
        while bench.tries == tries:
            clock.advance(0.25)
            waited += 0.25
            worker.turn()
        waits.append(waited)
    assert waits == [*BACKOFF_S, BACKOFF_S[-1], BACKOFF_S[-1]]
    bench.away = False
    clock.advance(BACKOFF_S[-1])
    worker.turn()
    assert len(bench.made) == 2
    assert worker.health.view.condition == "good"


def test_a_device_that_opens_but_never_works_is_not_opened_in_a_frenzy_nor_called_good():
    bench, clock, views = Bench(), FalseClock(), []
    worker = Worker(
        "toy",
        lambda: broken(bench.open()),
        Device.watch,
        clock=clock,
        interval_s=1.0,
        on_health=views.append,
    )
    for _ in range(100):
        worker.turn()
        clock.advance(0.1)
    assert bench.tries <= 5
    assert [view.condition for view in views] == ["bad"]


def broken(device: Device) -> Device:
    device.fails = OSError("no such thing")
    return device


def test_a_bug_in_a_driver_is_logged_and_the_driver_started_afresh():
    bench, clock = Bench(), FalseClock()
    worker = bench.worker(clock)
    worker.turn()
    bench.made[0].fails = ZeroDivisionError()
    clock.advance(1)
    with capture_logs() as logs:
        worker.turn()
    assert "device.poll_failed" in [entry["event"] for entry in logs]
    clock.advance(1)
    worker.turn()
    assert bench.made[1].watched == 1


def test_orders_run_before_the_poll_and_fail_while_the_device_is_away():
    bench, clock = Bench(), FalseClock()
    worker = bench.worker(clock)
    early = worker.call(lambda device: device.watched)
    worker.turn()
    assert isinstance(early.exception(0), DeviceGone)
    order = worker.call(lambda device: device.watched)
    failing = worker.call(lambda device: 1 // 0)
    assert not order.done()
    worker.turn()
    assert order.result(0) == 1
    assert isinstance(failing.exception(0), ZeroDivisionError)


# -- threads -----------------------------------------------------------------------------------------------


@pytest.fixture
def running() -> Iterator[tuple[Bench, Worker[Device]]]:
    bench = Bench()
    worker = Worker("toy", bench.open, Device.watch, clock=SystemClock(), interval_s=0.005)
    worker.start()
    deadline = time.monotonic() + ANSWER_S
    while not bench.made and time.monotonic() < deadline:
        time.sleep(0.001)
    yield bench, worker
    worker.stop()


def test_polls_and_orders_share_one_thread_that_is_not_ours(running):
    _, worker = running
    inside = worker.call(lambda device: (threading.get_ident(), device.threads)).result(ANSWER_S)
    assert inside[1] == {inside[0]}
    assert inside[0] != threading.get_ident()


def test_an_order_does_not_wait_for_the_next_poll():
    bench = Bench()
    worker = Worker("slow", bench.open, Device.watch, clock=SystemClock(), interval_s=60)
    worker.start()
    while not bench.made:
        time.sleep(0.001)
    assert worker.call(lambda device: "now").result(ANSWER_S) == "now"
    worker.stop()


def test_stop_joins_closes_and_answers_what_was_left(running):
    bench, worker = running
    before = threading.active_count()
    worker.stop()
    assert threading.active_count() == before - 1
    assert bench.made[0].closed
    with pytest.raises(DeviceGone):
        worker.call(lambda device: None).result(ANSWER_S)


def test_a_callback_may_give_an_order_and_wait_for_it():
    answers: list[object] = []

    class Acceptor(Device):
        def poll(self) -> list[Event]:
            return [] if answers else [Credited(1, 100)]

        def acknowledge(self) -> str:
            return "acknowledged"

    worker = AcceptorWorker(
        "acceptor",
        Acceptor,
        lambda event: answers.append(worker.call(lambda device: device.acknowledge()).result(ANSWER_S)),
        clock=FalseClock(),
    )
    worker.turn()
    assert answers == ["acknowledged"]


# -- the three kinds ---------------------------------------------------------------------------------------


def test_an_acceptors_events_arrive_in_order_even_when_one_is_not_taken():
    class Acceptor(Device):
        def poll(self) -> list[Event]:
            return [Idle(True), Credited(1, None), Faulted("jam", "stacker")]

    seen = list[Event]()

    def take(event: Event) -> None:
        seen.append(event)
        if isinstance(event, Credited):
            raise OSError("disk full")

    worker = AcceptorWorker("acceptor", Acceptor, take, clock=FalseClock())
    with capture_logs():
        worker.turn()
    assert seen == [Idle(True), Credited(1, None), Faulted("jam", "stacker")]
    assert (worker.health.view.condition, worker.health.view.reason) == ("bad", "jam")


class Reader(Device):
    def __init__(self) -> None:
        super().__init__()
        self.card: object = None

    def poll(self) -> object:
        self.watch()
        if isinstance(self.card, Exception):
            raise self.card
        return self.card


def test_a_card_is_told_when_put_on_and_when_taken_off():
    reader, told = Reader(), list[StorageCard | None]()
    refused = list[str]()
    clock = FalseClock()
    worker = ReaderWorker(
        "reader",
        lambda: reader,
        told.append,
        clock=clock,
        on_refused=lambda refusal: refused.append(refusal.code),
    )

    def look(card: object) -> None:
        reader.card = card
        for _ in range(3):
            clock.advance(0.05)
            worker.turn()

    one, two = object(), object()
    for card in (None, one, one, None, one, two, Refused("card.two"), two, None):
        look(card)
    assert told == [one, None, one, two, None, two, None]
    assert refused == ["card.two"]
    look(one)
    reader.fails = DeviceGone()
    look(one)
    assert told[-2:] == [one, None], "with the reader the card is gone too"


class Printer(Device):
    def __init__(self) -> None:
        super().__init__()
        self.state = PrinterState.OK
        self.printed: list[str] = []

    def status(self) -> PrinterState:
        return self.state

    def print(self, document: Document) -> PrinterState:
        self.printed.append(document.id)
        return self.state


def test_documents_print_in_order_and_each_says_how_it_went():
    printer, states, clock = Printer(), list[PrinterState](), FalseClock()
    worker = PrinterWorker("printer", lambda: printer, clock=clock, on_state=states.append)
    worker.turn()
    answers: list[Future[PrinterState]] = [worker.print(Document(str(i), ())) for i in range(3)]
    worker.turn()
    assert printer.printed == ["0", "1", "2"]
    assert [a.result(0) for a in answers] == [PrinterState.OK] * 3
    printer.state = PrinterState.PAPER_OUT
    answer = worker.print(Document("4", ()))
    worker.turn()
    assert answer.result(0) is PrinterState.PAPER_OUT
    assert worker.health.view.reason == "paper_out"
    assert states == [PrinterState.OK, PrinterState.PAPER_OUT]


def test_without_a_printer_the_answer_is_gone_and_not_an_exception():
    def nobody() -> Printer:
        raise DeviceGone

    worker = PrinterWorker("printer", nobody, clock=FalseClock())
    worker.turn()
    answer = worker.print(Document("1", ()))
    worker.turn()
    assert answer.result(0) is PrinterState.GONE
    worker.stop()
    assert worker.print(Document("2", ())).result(ANSWER_S) is PrinterState.GONE
