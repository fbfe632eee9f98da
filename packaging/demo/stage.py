"""Starts and stops the programs of the demo: each a process of its own, each with a log, in the right order.

Knows how a user starts them (``python -m server``, ``pos``, ``kiosk``, ``onecard.bench``) and nothing inside.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STOP_S = 15.0
WINDOW_S = 60.0


class DemoFailed(Exception):
    """The demo cannot go on; the text says which program and why."""


class Program:
    """One process and what it says."""

    def __init__(self, name: str, arguments: list[str], log: Path, environment: dict[str, str]) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as out:
            self._start = out.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-u", *arguments],
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=os.environ | environment,
                start_new_session=True,  # Ctrl-C reaches us only; we stop them in order
            )

    def said(self) -> str:
        """Everything since this start."""
        with self.log.open("rb") as file:
            file.seek(self._start)
            return file.read().decode(errors="replace")

    def wait_for(self, beginning: str, seconds: float) -> str:
        """The first line that begins so. Raises ``DemoFailed`` when the program ends or takes too long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for line in self.said().splitlines(keepends=True):
                if line.startswith(beginning) and line.endswith("\n"):
                    return line.rstrip()
            self.check()
            time.sleep(0.05)
        raise DemoFailed(f"{self.name} did not say {beginning!r} within {seconds:.0f} s\n{self.tail()}")

    def check(self) -> None:
        """Raises ``DemoFailed`` when it has ended by itself."""
        if self.process.poll() is not None:
            raise DemoFailed(f"{self.name} ended with {self.process.returncode}\n{self.tail()}")

    def tail(self) -> str:
        """The end of its log, for people."""
        return "".join(f"  {self.name}: {line}\n" for line in self.said().splitlines()[-25:])

    def cut(self) -> None:
        """No current any more, for it and for all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask_to_stop(self) -> None:
        """It may take its time; ``stop`` waits for it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Ask it to end, wait, and insist if it must be."""
        self.ask_to_stop()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise DemoFailed(f"{self.name} did not stop within {STOP_S:.0f} s\n{self.tail()}") from None


def free_port(wanted: int) -> int:
    """``wanted`` if nobody has it, otherwise a free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AssertionError("unreachable: port 0 is always free")


@dataclass(frozen=True)
class Panel:
    """A window: its size in pixels, how many of them make a centimetre, and where it is shown.

    ``display`` ``None``: where whoever started us sits.
    """

    width: int
    height: int
    px_per_cm: int
    display: str | None = None
    left: int = 0
    top: int = 0


class Stage:
    """Server, bench, POS and kiosk over one folder.

    ``second``: the customer's window beside the POS's. The kiosk takes notes and coins;
    ``coins``: coins alone.
    ``hurried``: a note is taken as fast as a quick acceptor does, and a card left half-way is waited for as
    briefly as the settings allow. A person at the bench wants the usual times.
    """

    def __init__(
        self,
        data: Path,
        *,
        pos: Panel,
        kiosk: Panel,
        second: Panel | None = None,
        hurried: bool = False,
        coins: bool = False,
    ) -> None:
        self.data = data
        self.panels = {"pos": pos, "kiosk": kiosk}
        self.second = second
        self.hurried = hurried
        #: The driver of the kiosk's acceptor, and the serial number that its takings are kept under.
        self.acceptor, self.acceptor_serial = ("cctalk-coin", "COIN-1") if coins else ("id003", "ID003-2")
        self.has_both = not coins
        self.demo: dict[str, Any] = json.loads((data / "demo.json").read_text("utf-8"))
        self.server_port = free_port(8400)
        self.bench_port = free_port(8410)
        self.gateway_port = free_port(8720)
        self.programs: dict[str, Program] = {}
        self.plugged: dict[str, Any] = {}

    # ---- programs

    def start_server(self) -> None:
        """The central server, on a port that stays the same when it is started again."""
        self._launch_server()
        self._until_served()

    def stop_server(self) -> None:
        """Take it away from under the stations."""
        self._stop("server")

    def _launch_server(self) -> None:
        folder = str(self.data / "server")
        self._start(
            "server", ["-m", "server", "--data", folder, "serve", "--port", str(self.server_port)], {}
        )

    def _until_served(self) -> None:
        self.programs["server"].wait_for("ready ", 60)

    def _launch_bench(self) -> None:
        arguments = ["-m", "onecard.bench", "--data", str(self.data), "--port", str(self.bench_port)]
        arguments += ["--server", f"127.0.0.1:{self.server_port}", "--gateway", str(self.gateway_port)]
        arguments += ["--acceptor", self.acceptor, "--outlets", *(["--coins"] if self.has_both else [])]
        if self.second is not None:
            window = self.map_of("pos")
            arguments += ["--second", str(window.with_name(f"second.{window.name}"))]
        if self.hurried:
            arguments += ["--quick-acceptor"]
        self._start("bench", arguments, {})

    def _name_gateway(self) -> None:
        """The server's word where the bench has the sandbox in which codes are paid."""
        home = self.data / "server"
        home.mkdir(parents=True, exist_ok=True)
        told = f'[sandbox]\nadapter = "sandbox"\nurl = "http://127.0.0.1:{self.gateway_port}"\n'
        (home / "gateways.toml").write_text(told, "utf-8")

    def _until_plugged(self) -> None:
        line = self.programs["bench"].wait_for("bench ", 60)
        self.plugged = json.loads(line.removeprefix("bench "))

    def is_enrolled(self, name: str) -> bool:
        """Whether this station has been here before."""
        return (self.data / name / "identity.json").exists()

    def _launch_station(self, name: str) -> None:
        panel = self.panels[name]
        config = self.data / f"{name}.toml"
        config.write_text(self._settings(name), "utf-8")
        arguments = ["-m", name, "--config", str(config)]
        if not self.is_enrolled(name):
            arguments += ["--enrol", self.demo[f"{name}_code"], "--terminal", str(self.demo[name])]
            arguments += ["--server", self.plugged["server"]]
        environment = {"ONECARD_UI_MAP": str(self.map_of(name)), "KIVY_NO_ARGS": "1"}
        if panel.display is not None:
            environment["DISPLAY"] = panel.display
        self.map_of(name).unlink(missing_ok=True)
        self._start(name, arguments, environment)

    def _until_shown(self, name: str) -> None:
        until = time.monotonic() + WINDOW_S
        while not self.map_of(name).exists():
            if time.monotonic() > until:
                raise DemoFailed(
                    f"{name} showed no window within {WINDOW_S:.0f} s\n{self.programs[name].tail()}"
                )
            self.check()
            time.sleep(0.05)

    def map_of(self, name: str) -> Path:
        """Where the station writes what is on its screen."""
        return self.data / f"{name}.map.json"

    def _settings(self, name: str) -> str:
        panel = self.panels[name]
        lines = [
            "[server]", f'url = "{self.plugged["server"]}"',
            "[sync]", "interval_s = 1",
            "[data]", f'folder = "{self.data / name}"',
            "[screen]", f"width = {panel.width}", f"height = {panel.height}",
            f"px_per_cm = {panel.px_per_cm}", f"left = {panel.left}",
            "[card]", "test_keys = true",
            "[reader]", f'name = "{self.plugged["readers"][name]}"',
            "[printer]", f'line = "{self.plugged["printers"][name]}"', "columns = 48",
        ]  # fmt: skip
        if name == "pos" and self.hurried:
            lines += ["[pos]", "retap_s = 5"]
        if name == "pos":
            for section, values in self.plugged.get("counter", {}).items():
                lines += [f"[{section}]", *(f'{key} = "{value}"' for key, value in values.items())]
            lines += self._customer_window()
            stick = self.data / "stick"
            stick.mkdir(exist_ok=True)
            lines += ["[stick]", f'folder = "{stick}"']
        if name == "kiosk":
            lines += ["[acceptor]", f'line = "{self.plugged["acceptors"]["acceptor"]}"']
            lines += [f'driver = "{self.acceptor}"', f'serial = "{self.acceptor_serial}"']
        if name == "kiosk" and self.has_both:
            lines += ["[coins]", f'line = "{self.plugged["acceptors"]["coins"]}"', 'serial = "COIN-1"']
        return "\n".join(lines) + "\n"

    def _customer_window(self) -> list[str]:
        panel = self.second
        if panel is None:
            return []
        sides = {"width": panel.width, "height": panel.height, "left": panel.left, "top": panel.top}
        return ["[second]", *(f"{key} = {value}" for key, value in sides.items()),
                f"px_per_cm = {panel.px_per_cm}"]  # fmt: skip

    def follow_outlets(self) -> None:
        """A station whose socket is switched off at the bench is gone at once; switched on, it starts."""
        for name, path in self.plugged["outlets"].items():
            has_current = Path(path).read_text("ascii") == "on"
            if name in self.programs and not has_current:
                self.programs.pop(name).cut()
            elif name not in self.programs and has_current:
                self._launch_station(name)

    def _start(self, name: str, arguments: list[str], environment: dict[str, str]) -> None:
        self.programs[name] = Program(name, arguments, self.data / f"{name}.log", environment)

    def _stop(self, name: str) -> None:
        program = self.programs.pop(name, None)
        if program is not None:
            program.stop()

    def check(self) -> None:
        """Raises ``DemoFailed`` when one of them has ended."""
        for program in self.programs.values():
            program.check()

    def closed_window(self) -> str | None:
        """The station whose window somebody has closed, if anybody has."""
        for name in self.panels:
            program = self.programs.get(name)
            if program is not None and program.process.poll() == 0:
                return name
        return None

    @contextmanager
    def running(self) -> Iterator["Stage"]:
        """Everything up, side by side; everything down again, whatever happened in between."""
        try:
            self._launch_server()
            self._launch_bench()
            self._name_gateway()
            self._until_plugged()
            if not all(self.is_enrolled(name) for name in self.panels):
                self._until_served()
            for name in self.panels:
                self._launch_station(name)
            self._until_served()
            for name in self.panels:
                self._until_shown(name)
            yield self
        finally:
            self.close()

    def close(self) -> None:
        """Stations first, so that nothing they do is lost; raises after all of them were asked."""
        failed: list[str] = []
        with undisturbed():
            for together in (("pos", "kiosk"), ("bench", "server")):
                for name in together:
                    if name in self.programs:
                        self.programs[name].ask_to_stop()
                for name in together:
                    try:
                        self._stop(name)
                    except DemoFailed as error:
                        failed.append(str(error))
        if failed and sys.exc_info()[0] is None:
            raise DemoFailed("\n".join(failed))


@contextmanager
def undisturbed() -> Iterator[None]:
    """An impatient second Ctrl-C must not leave half of it running."""
    asked = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(one, signal.SIG_IGN) for one in asked]
    try:
        yield
    finally:
        for one, handler in zip(asked, before, strict=True):
            signal.signal(one, handler)
