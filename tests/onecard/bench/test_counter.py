"""Goal: what hands do on the bench reaches the POS by its own drivers over real pseudo-terminals. F: P1 C3

Method: the bench's own settings open the till's counter; its workers are turned by hand.
"""

import time

import pytest

from onecard.bench.bench import Nonsense
from onecard.bench.counter import CounterBench
from onecard.clock import SystemClock
from onecard.devices.displays import Face, Row
from onecard.devices.pinpads import Entered
from onecard.devices.power.sysfs.driver import Sysfs
from onecard.devices.scales import State
from onecard.settings import POS, STATION, Settings
from onecard.terminal.counter import Counter
from tests.onecard.bench.laid import laid as bench_of


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    """The bench, and a till's counter that is plugged into it."""
    folder, clock = tmp_path_factory.mktemp("bench"), SystemClock()
    beside = CounterBench(folder / "counter", clock)
    bench = bench_of(folder, clock=clock, counter=beside)
    values = {
        f"{section}.{key}": value for section, one in beside.settings.items() for key, value in one.items()
    }
    counter = Counter(Settings.of((*STATION, *POS), values), clock)
    yield bench, counter, folder
    for worker in counter.workers:
        worker.stop()
    bench.cable.close()
    beside.close()


def until(counter, holds) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        counter.turn()
        time.sleep(0.01)


def test_goods_on_the_scale_are_weighed(laid):
    bench, counter, _ = laid
    bench.at_counter("scale", "bag")
    until(counter, lambda: counter.weight.state is State.STABLE and counter.weight.weight_g == 740)
    assert bench.state().counter.weight_g == 740


def test_codes_stripes_keys_and_mains_arrive(laid):
    bench, counter, folder = laid
    heard = []
    counter.scanned = lambda text, device: heard.append((device, text))
    until(counter, lambda: all(one.health.view.condition == "good" for one in counter.workers))
    counter.ask_pin(heard.append)
    counter.turn()
    bench.at_counter("scanner", "6901234567892")
    bench.at_counter("stripe", ";500001?")
    for key in ("1", "2", "3", "4", "ok"):
        bench.at_counter("pinpad", key)
    until(counter, lambda: len(heard) >= 7)
    assert ("scanner", "6901234567892") in heard
    assert ("stripe", ";500001?") in heard
    (entered,) = [one for one in heard if isinstance(one, Entered)]
    assert entered.pin.take() == "1234"
    bench.at_counter("power", "half")
    bench.at_counter("power", "cut")
    (state,) = Sysfs(folder / "counter" / "power").poll()
    assert (state.source, state.percent) == ("battery", 45)
    keys = [line.values["thing"] for line in bench.state().log if line.what == "counter_pinpad"]
    assert set(keys) == {"•"}


def test_the_pole_shows_on_the_page_what_the_till_says(laid):
    bench, counter, _ = laid
    counter.show(Face(Row("TOTAL", "12.50")))
    until(counter, lambda: any(row.strip() for row in bench.state().counter.pole))
    assert [row.split() for row in bench.state().counter.pole] == [["TOTAL", "12.50"], []]


@pytest.mark.parametrize(
    ("device", "what"),
    [
        ("scale", "moon"),
        ("pinpad", "12"),
        ("scanner", ""),
        ("bank", "rob"),
        ("city", "1"),
        ("power", "x"),
        ("x", "y"),
    ],
)
def test_what_nobody_can_do_is_refused(laid, device, what):
    bench, _, _ = laid
    with pytest.raises(Nonsense):
        bench.at_counter(device, what)
