"""Goal: hands on the bench can feed whichever acceptor it was laid out with.  # F: D3

Method: each simulated acceptor on a cable with its driver, fed and troubled through the bench alone.
"""

import pytest

from onecard.bench.bench import Bench, Nonsense
from onecard.bench.drawer import Drawer
from onecard.clock import FalseClock
from onecard.devices.acceptors import Credited, Dropped, Escrowed
from onecard.devices.acceptors.choice import CHOICES, open_chosen
from onecard.devices.acceptors.simulators import SIMULATORS
from onecard.devices.cable import Cable
from onecard.ids import SeededEntropy
from tests.onecard.bench.laid import laid

OPTIONS = {"ebds": "notes=1,5,10,20,50,100", "ict": "notes=1,5,10,20,50,100"}


class AtOnce:
    """A worker whose orders run where they are given."""

    def __init__(self, simulator) -> None:
        self.simulator = simulator

    def call(self, order):
        answer = order(self.simulator)
        return type("Done", (), {"result": lambda self, timeout: answer})()


@pytest.mark.parametrize("name", sorted(SIMULATORS))
def test_money_is_fed_to_the_acceptor_that_was_chosen(tmp_path, name):
    clock, cable = FalseClock(), Cable(f"bench-{name}")
    simulator = SIMULATORS[name](clock, None)
    simulator.plug(cable.device)
    bench = Bench(
        drawer=Drawer(tmp_path / "drawer.json"),
        slots={},
        acceptors={"acceptor": AtOnce(simulator)},
        printers={},
        cable=type("NoNet", (), {"plugged": True, "bytes_up": 0, "bytes_down": 0})(),
        clock=clock,
        entropy=SeededEntropy(1),
    )
    values = CHOICES[name].values_fen
    assert bench.state().acceptors[0].values == values
    assert bench.state().acceptors[0].coins == (name == "cctalk-coin")
    with pytest.raises(Nonsense, match="closed"):
        bench.feed(values[0])
    driver = open_chosen(name, {"line": f"mem:bench-{name}"}, OPTIONS.get(name, ""))
    driver.enable(frozenset(values))
    taken = []

    def run(polls: int) -> None:
        for _ in range(polls):
            clock.advance(0.1)
            simulator.tick()
            for event in driver.poll():
                if isinstance(event, Escrowed):
                    driver.stack()
                elif isinstance(event, Credited | Dropped):
                    taken.append(event.value_fen)
                    driver.acknowledge()

    run(120)
    assert bench.state().acceptors[0].state == "open"
    bench.feed(values[-1])
    run(60)
    assert taken == [values[-1]]
    assert bench.state().log[-1].what == ("coin" if name == "cctalk-coin" else "feed")
    assert bench.state().acceptors[0].box_fen == values[-1]
    bench.acceptor_trouble("jam", on=True)
    assert bench.state().acceptors[0].state == "jammed"
    bench.acceptor_trouble("jam", on=False)
    bench.acceptor_trouble("power", on=True)
    assert bench.state().acceptors[0].state == "off"
    bench.acceptor_trouble("power", on=False)
    run(120)
    assert bench.state().acceptors[0].state == "open"


# F: D3
def test_two_stand_side_by_side_and_each_is_fed_by_its_name(tmp_path):
    clock = FalseClock()
    both = {name: SIMULATORS[name](clock, None) for name in ("id003", "cctalk-coin")}
    bench = laid(tmp_path, acceptors={name: AtOnce(one) for name, one in both.items()}, clock=clock)
    assert [(one.id, one.coins) for one in bench.state().acceptors] == [
        ("id003", False),
        ("cctalk-coin", True),
    ]
    with pytest.raises(Nonsense, match="which"):
        bench.feed(100)
    with pytest.raises(Nonsense, match="no such"):
        bench.feed(100, "elsewhere")
    bench.acceptor_trouble("power", True, "cctalk-coin")
    assert [one.power_off for one in bench.state().acceptors] == [False, True]
    bench.cable.close()
