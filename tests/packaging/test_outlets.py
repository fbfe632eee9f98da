"""Goal: a station whose socket is switched off is gone at once with all it started, and starts again with it.

Method: the demo's stage follows real socket files; the station is a small program that has a child.
"""

import importlib.util
import sys
import time
from pathlib import Path

import pytest

STAGE = Path(__file__).resolve().parents[2] / "packaging" / "demo" / "stage.py"
#: Says its child's number and would never end; asked politely it would say so.
STATION = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, lambda *_: print("asked", flush=True))
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(f"child {child.pid}", flush=True)
time.sleep(60)
"""


@pytest.fixture
def stage(tmp_path, monkeypatch):
    told = importlib.util.spec_from_file_location("demo_stage", STAGE)
    module = importlib.util.module_from_spec(told)
    monkeypatch.setitem(sys.modules, "demo_stage", module)
    told.loader.exec_module(module)
    (tmp_path / "demo.json").write_text("{}", "utf-8")
    panel = module.Panel(100, 100, 20)
    stage = module.Stage(tmp_path, pos=panel, kiosk=panel)
    stage.plugged = {"outlets": {"pos": str(tmp_path / "socket")}}
    stage._launch_station = lambda name: stage._start(name, ["-c", STATION], {})
    yield stage
    for program in stage.programs.values():
        program.cut()


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


# F: issue 5, item 5
def test_current_goes_without_a_word_and_comes_back(stage, tmp_path) -> None:
    socket = tmp_path / "socket"
    socket.write_text("on")
    stage.follow_outlets()
    first = stage.programs["pos"]
    child = int(first.wait_for("child ", 20).split()[1])
    stage.follow_outlets()
    assert stage.programs["pos"] is first
    socket.write_text("off")
    stage.follow_outlets()
    stage.follow_outlets()
    stage.check()  # a station without current has not failed
    assert first.process.returncode == -9
    assert "asked" not in first.said()
    until = time.monotonic() + 10
    while is_alive(child):
        assert time.monotonic() < until
        time.sleep(0.01)
    assert stage.closed_window() is None
    socket.write_text("on")
    stage.follow_outlets()
    assert stage.programs["pos"].process.poll() is None
