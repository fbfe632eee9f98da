"""``python -m tests.soak``: both stations in their windows, a monkey at each, until enough is done.

Prints a line a minute for each, and in the end what came of it; exit code 1 when anything that must hold did
not. Starts the programs and reads what they say; plays nothing itself.
"""

import argparse
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import msgspec

from tests.bench.memory import MOST_MB, MOST_MB_PER_HOUR, _screen
from tests.server.process import ServerProcess
from tests.soak import books, unit
from tests.soak.station import Orders
from tests.soak.watch import slope_mb_per_hour

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("pos", "kiosk")
#: A station that says nothing for so long hangs.
SILENT_S = 420.0
#: A slope of a few minutes says nothing.
SLOPE_FROM_MIN = 45.0


class Player:
    """One station's process and what it said so far."""

    def __init__(self, name: str, orders: Orders, display: str, heard: "queue.Queue[Any]", log: Path) -> None:
        self.name, self.figures, self.sizes = name, {}, []  # type: ignore[var-annotated]
        self.violations: list[str] = []
        self.ended = False
        self.heard_at = time.monotonic()
        environment = {k: v for k, v in os.environ.items() if "DISPLAY" not in k}
        if display:
            environment["DISPLAY"] = display
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.soak.station", name, msgspec.json.encode(orders).decode()],
                cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=out, text=True,
            )  # fmt: skip
        threading.Thread(target=self._listen, args=(heard,), daemon=True).start()

    def _listen(self, heard: "queue.Queue[Any]") -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                heard.put((self, json.loads(line)))
        heard.put((self, {"gone": self.process.wait()}))

    def hear(self, said: dict[str, Any]) -> str:
        """A line for people, "" when there is nothing to tell."""
        self.heard_at = time.monotonic()
        if "violation" in said:
            self.violations.append(said["violation"])
            return f"{self.name}: VIOLATION {said['violation']}"
        if "ended" in said:
            self.ended = True
        elif "gone" in said and not self.ended:
            self.violations.append(f"ended with {said['gone']} before its time")
            return f"{self.name}: VIOLATION {self.violations[-1]}"
        elif "events" in said:
            self.figures = said
            self.sizes += [tuple(one) for one in said["sizes"]]
            return self.line()
        return ""

    def line(self) -> str:
        said = self.figures
        slope = slope_mb_per_hour(self.sizes)
        return (
            f"{self.name}: {said['minutes']:.0f} min, {said['events']:,} events, {said['frames']:,} frames, "
            f"{said['records']:,} records, {said['cpu_s']:.0f} s CPU, "
            f"rss {said['rss']:.0f} MB ({slope:+.1f} MB/h), "
            f"{said['objects']:,} objects, {said['threads']} threads, {said['files']} files, "
            f"slowest frame {said['slowest']:.1f} s "
            f"({said['slowest_cpu']:.1f} s of work), tours {sum(said['toured'].values())} "
            f"({sum(said['given_up'].values())} given up), {len(self.violations)} violations"
        )


class Soak:
    """``names``: which stations; without a display they draw off screen."""

    def __init__(self, folder: Path, arguments: argparse.Namespace) -> None:
        self.folder, self.arguments = folder, arguments
        self.names: list[str] = arguments.only.split(",") if arguments.only else list(NAMES)
        self.server = ServerProcess(folder / "server")
        self.players: list[Player] = []
        self.disagreements: list[str] = []
        self._heard: queue.Queue[Any] = queue.Queue()

    def play(self, display: str) -> None:
        arguments = self.arguments
        made = unit.lay_out(self.folder, arguments.seed)
        self.server.start()
        for name in self.names:
            orders = Orders(
                folder=str(self.folder), server_port=self.server.port, terminal=getattr(made, name),
                code=getattr(made, f"{name}_code"), pins=made.pins, seed=arguments.seed,
                minutes=arguments.minutes, events=arguments.events // len(self.names),
                report_s=arguments.report,
            )  # fmt: skip
            log = self.folder / f"{name}.log"
            self.players.append(Player(name, orders, display, self._heard, log))
        self._until_ended()
        self.server.stop()
        if all(one.ended for one in self.players):
            self.disagreements = books.check(self.folder, self.names)

    def _until_ended(self) -> None:
        while any(one.process.poll() is None for one in self.players) or not self._heard.empty():
            try:
                player, said = self._heard.get(timeout=5)
            except queue.Empty:
                self._look_for_hangs()
                continue
            line = player.hear(said)
            if line:
                print(f"soak: {line}", flush=True)

    def _look_for_hangs(self) -> None:
        for one in self.players:
            if one.process.poll() is None and time.monotonic() - one.heard_at > SILENT_S:
                one.process.send_signal(signal.SIGUSR1)  # into its log: where every thread stands
                time.sleep(2)
                one.process.kill()
                one.violations.append(f"said nothing for {SILENT_S:.0f} s; see {self.folder / one.name}.log")

    def stop(self) -> None:
        for one in self.players:
            if one.process.poll() is None:
                one.process.kill()
        self.server.kill()

    # -- what came of it ---------------------------------------------------------------------------------

    def judge(self) -> list[str]:
        """Everything that does not hold."""
        found = [f"{one.name}: {what}" for one in self.players for what in one.violations]
        for one in self.players:
            if not one.figures:
                found.append(f"{one.name} said nothing")
                continue
            slope, biggest = slope_mb_per_hour(one.sizes), max(size for _, size in one.sizes)
            if biggest > MOST_MB:
                found.append(f"{one.name} held {biggest:.0f} MB (most {MOST_MB:.0f})")
            if one.figures["minutes"] >= SLOPE_FROM_MIN and slope >= MOST_MB_PER_HOUR:
                found.append(f"{one.name} grew by {slope:.1f} MB/h (target < {MOST_MB_PER_HOUR:.0f})")
        return found + self.disagreements

    def summary(self, violations: list[str]) -> str:
        parts = [f"{one.name} {one.figures.get('events', 0):,} events" for one in self.players]
        minutes = max((one.figures.get("minutes", 0) for one in self.players), default=0)
        memory = ", ".join(
            f"{one.name} rss {one.figures.get('rss', 0):.0f} MB"
            f" slope {slope_mb_per_hour(one.sizes):+.1f} MB/h"
            for one in self.players
        )
        return (
            f"soak: {', '.join(parts)}, {minutes:.0f} min, {len(violations)} violations, {memory}"
            f" (target < {MOST_MB_PER_HOUR:.0f}), seed {self.arguments.seed}"
        )


def main() -> int:
    """0 when everything held."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--events", type=int, default=1_000_000, help="of both stations together")
    parser.add_argument("--seed", type=int, default=0, help="0: a new one; it is printed")
    parser.add_argument("--only", default="", help="pos or kiosk; empty: both")
    parser.add_argument("--report", type=float, default=60, help="seconds between two lines")
    parser.add_argument("--offscreen", action="store_true", help="without a virtual screen")
    parser.add_argument("--keep", action="store_true", help="leave the folder of the run, also when all held")
    arguments = parser.parse_args()
    arguments.seed = arguments.seed or int.from_bytes(os.urandom(4), "big")
    folder = Path(tempfile.mkdtemp(prefix="onecard-soak-"))
    print(f"soak: seed {arguments.seed}, {folder}", flush=True)
    soak = Soak(folder, arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the stations end with us
    try:
        if arguments.offscreen:
            soak.play("")
        else:
            with _screen("1920x1920") as display:
                soak.play(display)
    finally:
        soak.stop()
    violations = soak.judge()
    for what in violations:
        print(f"soak: VIOLATION {what}", flush=True)
    print(soak.summary(violations), flush=True)
    if not (violations or arguments.keep):
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
