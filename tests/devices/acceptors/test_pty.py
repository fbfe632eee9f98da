"""Goal: the road from kiosk to each acceptor works on real bytes, threads and time. Method: a
pseudo-terminal.

The driver, its opening by the station's settings and the worker are those of the kiosk; only the acceptor
behind the terminal is simulated.  # F: D3
"""

import pytest

from onecard.clock import SystemClock
from onecard.devices.acceptors import Credited, Dropped, Escrowed, Event, Idle
from onecard.devices.acceptors.choice import CHOICES, open_chosen
from onecard.devices.acceptors.mechanics import Timing
from onecard.devices.acceptors.simulators import SIMULATORS
from onecard.devices.pty import serve_pty
from onecard.devices.worker import AcceptorWorker
from onecard.errors import DeviceGone
from tests.devices.soon import soon

QUICK = Timing(accept=0.05, stack=0.05, stacked=0.05, eject=0.05, initialize=0.05)
OPTIONS = {"ebds": "notes=1,5,10,20,50,100", "ict": "notes=1,5,10,20,50,100"}


def test_every_driver_has_a_simulator_and_options_that_are_known():
    assert set(CHOICES) == set(SIMULATORS)
    for driver in CHOICES:
        with pytest.raises(DeviceGone, match="no option"):
            open_chosen(driver, {"line": "mem:nowhere"}, "colour=blue")
    with pytest.raises(DeviceGone, match="notes"):
        open_chosen("ebds", {"line": "mem:nowhere"}, "")


@pytest.mark.parametrize("name", sorted(CHOICES))
def test_money_through_a_pseudo_terminal(tmp_path, name):
    clock, path = SystemClock(), tmp_path / "acceptor"
    simulator = SIMULATORS[name](clock, QUICK)
    device = serve_pty(simulator, path, clock)
    value_fen, seen = CHOICES[name].values_fen[-1], list[Event]()

    def take(event: Event) -> None:
        seen.append(event)
        if isinstance(event, Escrowed):
            worker.call(lambda acceptor: acceptor.stack())
        elif isinstance(event, Credited | Dropped):
            worker.call(lambda acceptor: acceptor.acknowledge())

    section = {"line": f"serial:{path}", "serial": "K1"}
    worker = AcceptorWorker(
        "acceptor",
        lambda: open_chosen(name, section, OPTIONS.get(name, "")),
        take,
        clock=clock,
        interval_s=0.03,  # drivers wait in polls, and a loaded machine answers late
    )
    worker.start()
    assert soon(lambda: worker.health.view.condition == "good")
    worker.call(lambda acceptor: acceptor.enable(frozenset({value_fen}))).result(5)
    assert soon(lambda: Idle(True) in seen)
    assert soon(lambda: device.call(lambda acceptor: acceptor.insert(value_fen)).result(5))
    assert soon(lambda: any(isinstance(event, Credited | Dropped) for event in seen))
    assert soon(lambda: simulator.memory.box_fen == [value_fen])
    credit = next(event for event in seen if isinstance(event, Credited | Dropped))
    assert credit.value_fen == value_fen
    device.stop()
    assert not path.exists()
    worker.stop()
