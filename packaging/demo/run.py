"""``make demo``: server, POS, kiosk and bench with three months of history, started together.

With a display two windows open and the addresses of console and bench are printed; Ctrl-C stops everything.
Without one (or with ``--scripted``) a day is played through the real windows on a virtual screen, a picture
of each step is kept under ``build/demo/``, and the last line says ``demo ok: <n> entries, books tie out``.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import day
import kept
from extras import MEMBER_PIN, SCANNED
from stage import DemoFailed, Panel, Stage
from xvfb import virtual_screens

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "demo"


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Print a step with its seconds."""
    print(f"demo: {name} …", end="", flush=True)
    began = time.monotonic()
    yield
    print(f" {time.monotonic() - began:.1f} s", flush=True)


def lay_out(data: Path) -> None:
    """A fresh unit with its three months in ``data``; they are kept beside it."""
    with phase("three months of history"):
        made = kept.lay_out(data.with_name("history"), data)
        if made:
            print(f" {made};", end="")


def play_live(data: Path, *, coins: bool) -> int:
    """Windows for a person, until Ctrl-C."""
    # A start that was broken off may have left stations that never got in.
    if not all((data / name / "identity.json").exists() for name in ("pos", "kiosk")):
        lay_out(data)
    elif not kept.can_go_on(data):
        before = data.with_name(f"{data.name}-before")
        shutil.rmtree(before, ignore_errors=True)
        data.rename(before)
        print(f"demo: its data have tables of another version; they are in {os.path.relpath(before)}/ now")
        lay_out(data)
    pos, kiosk, second = side_by_side()
    stage = Stage(data, pos=pos, kiosk=kiosk, second=second, coins=coins)
    try:
        with ExitStack() as up:
            with phase("start server, bench, POS and kiosk"):
                up.enter_context(stage.running())
            print(_welcome(stage), flush=True)
            _until_somebody_ends(stage)
    except KeyboardInterrupt:
        pass
    with suppress(OSError):  # the terminal may be gone
        print("\ndemo: everything is stopped", flush=True)
    return 0


def _until_somebody_ends(stage: Stage) -> None:
    """By closing a window, or the terminal where no shell passes that on."""
    has_terminal = os.isatty(1)
    while not has_terminal or os.isatty(1):
        closed = stage.closed_window()
        if closed is not None:
            print(f"demo: the window of the {closed} was closed; stopping …", flush=True)
            return
        stage.follow_outlets()
        stage.check()
        time.sleep(0.3)


def side_by_side() -> tuple[Panel, Panel, Panel | None]:
    """POS and kiosk beside each other on this screen, and the customer's window below the POS where it has
    room; the layout is in millimetres and follows."""
    try:
        asked = subprocess.run(
            ["xdotool", "getdisplaygeometry"], capture_output=True, text=True, timeout=5, check=True
        )
        width, height = (int(one) for one in asked.stdout.split())
    except (OSError, subprocess.SubprocessError, ValueError):
        width, height = 1920, 1080
    if width >= 1600 and height >= 1020:
        return Panel(1024, 768, 34), Panel(540, 960, 20, left=1040), Panel(1024, 240, 16, top=780)
    return Panel(880, 660, 29), Panel(480, 700, 16, left=884), None


def _welcome(stage: Stage) -> str:
    demo = stage.demo
    people = "\n".join(
        f"    {login['login']:<10} PIN {login['pin']}   {login['role']}" for login in demo["logins"]
    )
    return f"""
  OneCard 一卡通 is running.

  Bench    {stage.plugged["page"]}   cards, money, receipts, network, counter, phone, current
  Payment  http://127.0.0.1:{stage.gateway_port}/   the phone that pays codes of the kiosk
  Console  http://127.0.0.1:{stage.server_port}/   {demo["console_login"]} / {demo["console_password"]}

  Sign on at the POS with
{people}

  Management cards lie on the bench: at the kiosk they open the service pages, at the POS (F11) the settings,
  both with the supervisor's PIN. The front desk makes more of them (F9, "Management card").

  Members whose cards lie there prove themselves with PIN {MEMBER_PIN}; the code {SCANNED} is a green tea.
  What the till carries on a stick is in {os.path.relpath(stage.data / "stick")}/

  Ctrl-C stops everything; the next start goes on from there. To begin anew, delete
    {os.path.relpath(stage.data)}/
"""


def play_scripted(folder: Path, began: float) -> int:
    """The whole day by script; raises when anything is not as it should be."""
    data = folder / "day"
    lay_out(data)
    with ExitStack() as up:
        with phase("start server, bench, POS and kiosk"):
            till, hall = up.enter_context(virtual_screens(("1280x800", "1080x1920")))
            pos, kiosk = Panel(1280, 800, 59, till), Panel(1080, 1920, 40, hall)
            stage = up.enter_context(Stage(data, pos=pos, kiosk=kiosk, hurried=True).running())
        day.play(stage, folder, phase)
        with phase("stop everything"):
            up.close()
    with phase("books"):
        entries = day.tie_out(data)
    pictures = os.path.relpath(folder)
    print(f"demo: {time.monotonic() - began:.0f} s in all; a picture of each step is in {pictures}/")
    print(f"demo ok: {entries} entries, books tie out", flush=True)
    return 0


def main() -> int:
    """0 when everything was as it should be."""
    parser = argparse.ArgumentParser(
        prog="make demo", description="OneCard on one machine, simulated hardware."
    )
    parser.add_argument("--scripted", action="store_true", help="play the scripted day, display or not")
    parser.add_argument("--coins", action="store_true", help="windows only: the kiosk takes coins, no notes")
    parser.add_argument("--folder", type=Path, default=BUILD, help="where everything is kept")
    arguments = parser.parse_args()
    has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    began = time.monotonic()
    # Closing the terminal and shutting down mean the same as Ctrl-C, which a shell may have turned off.
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.default_int_handler)
    try:
        if has_display and not arguments.scripted:
            return play_live(arguments.folder / "live", coins=arguments.coins)
        return play_scripted(arguments.folder, began)
    except DemoFailed as failed:
        print(f"\ndemo FAILED: {failed}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: broken off; everything is stopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
