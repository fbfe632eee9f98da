"""Goal: `make demo` with a display opens both windows, Ctrl-C leaves nothing behind, and it starts again.

Method: the demo itself under a virtual screen, on a unit that is five days old, stopped by the signals that a
terminal sends: Ctrl-C to the group in the foreground, and the hang-up of a terminal that is closed.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from onecard.bench.pcscd import DAEMON, readers_alone, service_answers
from onecard.clock import SystemClock

pytestmark = [pytest.mark.pcsc, pytest.mark.xdist_group("pcsc"), pytest.mark.timeout(300)]

DEMO = Path(__file__).resolve().parents[2] / "packaging" / "demo"


@pytest.fixture
def display() -> Iterator[str]:
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
        pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a short history, so that the demo need not make a long one."""
    made = [sys.executable, str(DEMO / "history.py"), "--data", str(tmp_path / "history"), "--days", "5"]
    subprocess.run(made, check=True, capture_output=True)
    return tmp_path


class Demo:
    """As a shell starts it: a group of its own, which is what the terminal sends its signals to."""

    def __init__(self, folder: Path, display: str) -> None:
        self.said = folder / "said.txt"
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, str(DEMO / "run.py"), "--folder", str(folder)],
                env=os.environ | {"DISPLAY": display}, stdout=out, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip

    def words(self) -> str:
        return self.said.read_text("utf-8")

    def until_it_runs(self) -> list[int]:
        """The ports of console and bench, once the windows are open."""
        until = time.monotonic() + 90
        while "Ctrl-C stops everything" not in self.words():
            assert self.process.poll() is None, self.words()
            assert time.monotonic() < until, self.words()
            time.sleep(0.1)
        return [int(port) for port in re.findall(r"http://127.0.0.1:(\d+)/", self.words())]

    def end(self, by: signal.Signals) -> int:
        os.killpg(self.process.pid, by)
        return self.process.wait(60)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def left_of(folder: Path) -> list[str]:
    """Command lines of programs that still work in this folder."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if process.name.isdigit() and str(folder) in words:
            found.append(words)
    return found


# F: issue 2, item 8
def test_windows_open_and_ctrl_c_leaves_nothing(folder: Path, display: str) -> None:
    if not DAEMON.exists():
        pytest.skip("no PC/SC service on this machine")
    had_service = service_answers()
    sequences = []
    for ending in (signal.SIGINT, signal.SIGHUP):
        demo = Demo(folder, display)
        try:
            ports = demo.until_it_runs()
            assert len(ports) == 3
            assert all(is_open(port) for port in ports)
            for name in ("pos", "kiosk"):
                shown = json.loads((folder / "live" / f"{name}.map.json").read_text("utf-8"))
                assert shown["texts"]
            sequences.append((folder / "live" / "pos" / "identity.json").read_bytes())
            assert demo.end(ending) == 0, demo.words()
        finally:
            if demo.process.poll() is None:
                demo.end(signal.SIGTERM)
        assert left_of(folder) == []
        assert not any(is_open(port) for port in ports)
        with readers_alone(5, SystemClock()):
            assert service_answers() == had_service
    assert sequences[0] == sequences[1]  # the second start went on with the same stations
