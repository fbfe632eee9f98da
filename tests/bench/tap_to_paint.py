"""Bar ``tap_to_paint``: from ``done`` on disk to the frame that shows the success, in the till's window.

Off screen at 30 frames a second, drawn by the processor alone: a terminal with any graphics chip is faster.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.bar import Bar, at_most, figure, percentile

ROOT = Path(__file__).resolve().parents[2]


def run() -> list[Bar]:
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.pos.window", "painting", folder],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    seen = json.loads(done.stdout.splitlines()[-1])
    if seen["problem"]:
        raise RuntimeError(seen["problem"])
    # The first ones load fonts into textures; a till has done that before its first customer.
    times: list[float] = seen["paint_ms"][10:]
    return [
        figure("tap_to_paint p50", statistics.median(times), "ms"),
        at_most("tap_to_paint p99", percentile(times, 0.99), "ms", 100.0),
    ]
