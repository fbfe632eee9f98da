"""``make demo``: server, POS, kiosk and bench with three months of history, started together.

With a display two windows open and the addresses of console and bench are printed; Ctrl-C stops everything.
Without one (or with ``--scripted``) a day is played through the real windows on a virtual screen, a picture
of each step is kept under ``build/demo/``, and the last line says ``demo ok: <n> entries, books tie out``.
"""

import argparse
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import day
from stage import DemoFailed, Panel, Stage
from xvfb import virtual_screens

from onecard.clock import CHINA

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "demo"


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Print a step with its seconds."""
    print(f"demo: {name} …", end="", flush=True)
    began = time.monotonic()
    yield
    print(f" {time.monotonic() - began:.1f} s", flush=True)


def make_history(data: Path) -> None:
    """A fresh unit in ``data``: made once a day for each state of the code, copied after that."""
    kept = BUILD / f"history-{_fingerprint()}"
    if not (kept / "demo.json").exists():
        for old in BUILD.glob("history-*"):
            shutil.rmtree(old)
        script = Path(__file__).with_name("history.py")
        done = subprocess.run(
            [sys.executable, str(script), "--data", str(kept)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            shutil.rmtree(kept, ignore_errors=True)
            raise DemoFailed(f"history: {done.stdout}{done.stderr}")
        print(f" {done.stdout.strip()};", end="")
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(kept, data)


def _fingerprint() -> str:
    """What a history depends on: the day, and every line of code that makes or keeps it."""
    digest = hashlib.sha256(datetime.now(CHINA).date().isoformat().encode())
    for folder in ("onecard", "server", "packaging/demo"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def play_live(data: Path) -> int:
    """Windows for a person, until Ctrl-C."""
    if not (data / "demo.json").exists():
        with phase("three months of history"):
            make_history(data)
    # Small enough to stand side by side on a laptop; the layout is in millimetres and follows.
    stage = Stage(data, pos=Panel(1024, 768, 34), kiosk=Panel(540, 960, 20))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with stage.running():
        print(_welcome(stage), flush=True)
        try:
            while True:
                stage.check()
                time.sleep(0.5)
        except KeyboardInterrupt:
            print("\ndemo: stopping …", flush=True)
    print("demo: stopped", flush=True)
    return 0


def _welcome(stage: Stage) -> str:
    demo = stage.demo
    people = "\n".join(
        f"    {login['login']:<10} PIN {login['pin']}   {login['role']}" for login in demo["logins"]
    )
    return f"""
  OneCard 一卡通 is running.

  Bench    {stage.plugged["page"]}   cards, notes, receipts, network
  Console  http://127.0.0.1:{stage.server_port}/   {demo["console_login"]} / {demo["console_password"]}

  Sign on at the POS with
{people}

  Ctrl-C stops everything.
"""


def play_scripted(data: Path, began: float) -> int:
    """The whole day by script; raises when anything is not as it should be."""
    with phase("three months of history"):
        make_history(data)
    with virtual_screens(("1280x800", "1080x1920")) as (till, hall):
        stage = Stage(data, pos=Panel(1280, 800, 59, till), kiosk=Panel(1080, 1920, 40, hall))
        with stage.running():
            day.play(stage, BUILD, phase)
    with phase("books"):
        entries = day.tie_out(data)
    print(f"demo: {time.monotonic() - began:.0f} s in all; a picture of each step is in build/demo/")
    print(f"demo ok: {entries} entries, books tie out", flush=True)
    return 0


def main() -> int:
    """0 when everything was as it should be."""
    parser = argparse.ArgumentParser(
        prog="make demo", description="OneCard on one machine, simulated hardware."
    )
    parser.add_argument("--scripted", action="store_true", help="play the scripted day, display or not")
    parser.add_argument("--fresh", action="store_true", help="start with a new history")
    arguments = parser.parse_args()
    has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    began = time.monotonic()
    try:
        if has_display and not arguments.scripted:
            if arguments.fresh:
                shutil.rmtree(BUILD / "live", ignore_errors=True)
            return play_live(BUILD / "live")
        return play_scripted(BUILD / "day", began)
    except DemoFailed as failed:
        print(f"\ndemo FAILED: {failed}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
