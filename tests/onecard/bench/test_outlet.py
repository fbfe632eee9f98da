"""Goal: a station's current is cut at the bench, and the customer's window is read there.  # F: P1 C5

Method: the bench by code; the other side reads the socket's file and writes the map of a window.
"""

import json
import os
import subprocess
import sys

import pytest

from onecard.bench.bench import Nonsense
from onecard.bench.glass import Glass
from onecard.bench.outlet import Outlet
from tests.onecard.bench.laid import laid


@pytest.fixture
def bench(tmp_path):
    bench = laid(
        tmp_path,
        glass=Glass(tmp_path / "window.json"),
        outlets={"pos": Outlet(tmp_path / "outlets" / "pos")},
    )
    yield bench
    bench.cable.close()


def test_a_socket_is_switched_off_and_on(bench, tmp_path) -> None:
    said = [(tmp_path / "outlets" / "pos").read_text()]
    for on in (False, True):
        bench.power("pos", on=on)
        assert bench.state().outlets == (("pos", on),)
        said.append((tmp_path / "outlets" / "pos").read_text())
    assert said == ["on", "off", "on"]
    assert [(line.what, line.bad) for line in bench.state().log] == [
        ("outlet_off", True),
        ("outlet_on", False),
    ]
    with pytest.raises(Nonsense):
        bench.power("moon", on=False)


def test_a_new_bench_begins_with_current(tmp_path) -> None:
    Outlet(tmp_path / "pos").switch(on=False)
    assert Outlet(tmp_path / "pos").is_on


def test_the_window_is_read_while_it_is_open_and_dark_otherwise(bench, tmp_path) -> None:
    assert bench.state().second == ()
    window = tmp_path / "window.json"
    window.write_text(json.dumps({"texts": ["应收", "￥12.50"], "pid": os.getpid()}), "utf-8")
    assert bench.state().second == ("应收", "￥12.50")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, gone.pid, os.WEXITED | os.WNOWAIT)
    window.write_text(json.dumps({"texts": ["应收"], "pid": gone.pid}), "utf-8")
    assert bench.state().second == ()  # killed, not buried yet
    gone.wait()
    assert bench.state().second == ()
    window.write_text('{"texts"', "utf-8")
    assert bench.state().second == ()
