"""Goal: the road from kiosk to acceptor works on real bytes, threads and time. Method: a pseudo-terminal.

The driver and the worker are those of the kiosk; only the acceptor behind the terminal is simulated.
"""

import time

from onecard.clock import SystemClock
from onecard.devices.acceptors import Credited, Escrowed, Event, Idle
from onecard.devices.acceptors import id003 as driver
from onecard.devices.acceptors.id003.pty import serve_pty
from onecard.devices.acceptors.id003.simulator import Simulator, Timing
from onecard.devices.worker import AcceptorWorker

QUICK = Timing(accept=0.05, stack=0.05, stacked=0.05, eject=0.05, initialize=0.05)


def test_a_note_through_a_pseudo_terminal(tmp_path):
    clock, path = SystemClock(), tmp_path / "acceptor"
    simulator = Simulator(clock, timing=QUICK)
    device = serve_pty(simulator, path, clock)
    seen = list[Event]()

    def take(event: Event) -> None:
        seen.append(event)
        if isinstance(event, Escrowed):
            worker.call(lambda acceptor: acceptor.stack())
        elif isinstance(event, Credited):
            worker.call(lambda acceptor: acceptor.acknowledge())

    worker = AcceptorWorker(
        "acceptor",
        lambda: driver.open({"line": f"serial:{path}", "serial": "K1"}),
        take,
        clock=clock,
        interval_s=0.02,
    )
    worker.start()
    wait_for(lambda: worker.health.view.condition == "good")
    worker.call(lambda acceptor: acceptor.enable(frozenset({10_000}))).result(5)
    wait_for(lambda: Idle(True) in seen)
    assert device.call(lambda acceptor: acceptor.insert(10_000)).result(5)
    wait_for(lambda: simulator.memory.box_fen == [10_000])
    assert Credited(1, 10_000) in seen
    device.stop()
    assert not path.exists()
    wait_for(lambda: worker.health.view.condition == "bad")
    worker.stop()


def wait_for(done, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.01)
