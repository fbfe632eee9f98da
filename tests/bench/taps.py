"""Bar ``taps_per_minute``: sales through the real window by real key strokes, a card at each. F: C14

Under a virtual screen, typed from outside by ``xdotool`` as a keyboard types; the card comes when the till
asks and goes when it says so. What is left out is the person: his hand takes longer than everything here.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.bar import Bar, at_least, figure

ROOT = Path(__file__).resolve().parents[2]
SALES = 30


@contextmanager
def virtual_screen(size: str = "1280x800") -> Iterator[str]:
    """A display that nobody else uses."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait(10)


def run() -> list[Bar]:
    with virtual_screen() as display, tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        environment = {**os.environ, "DISPLAY": display}
        with subprocess.Popen(
            [sys.executable, "-m", "tests.pos.window", "tapping", folder],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        ) as till:
            try:
                return _measured(till, environment)
            finally:
                till.kill()


def _measured(till: "subprocess.Popen[str]", environment: dict[str, str]) -> list[Bar]:
    assert till.stdout is not None

    def heard(word: str) -> None:
        assert till.stdout is not None
        while (line := till.stdout.readline()) and line.strip() != word:
            pass  # what the till's log says
        if not line:
            raise RuntimeError(f"the till ended before it said {word!r}")

    def typed(*words: str) -> None:
        subprocess.run(["xdotool", *words], env=environment, check=True, capture_output=True)

    heard("go")
    times = []
    began = time.monotonic()
    for _ in range(SALES):
        at = time.monotonic()
        typed("key", "--delay", "0", "1", "2", "period", "5", "Return")
        heard("ok")
        times.append(time.monotonic() - at)
    minutes = (time.monotonic() - began) / 60
    return [
        at_least("taps_per_minute", SALES / minutes, "/min", 40.0),
        figure("one sale, keys to success", sorted(times)[SALES // 2] * 1000, "ms"),
    ]
