"""The real server as a process of its own: free port, own folder, and what a person would do with it.

For every test that needs more than the server's parts: journeys, the demo, the client's own tests.
"""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from onecard.clock import SystemClock
from onecard.ids import SystemEntropy
from onecard.wire.client import ServerClient
from onecard.wire.signing import SigningKey

ROOT = Path(__file__).resolve().parent.parent.parent
START_WITHIN_S = 60.0


class ServerProcess:
    """Start it, kill it, start it again over the same folder."""

    def __init__(self, data: Path, port: int = 0, db: str | None = None) -> None:
        self.data = data
        self.port = port
        self.db = db
        #: The administrator's one-time password; known after the first start.
        self.password = ""
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *arguments: str) -> list[str]:
        """The command line of any of the server's commands over this folder."""
        extra = ["--db", self.db] if self.db else []
        return [sys.executable, "-m", "server", "--data", str(self.data), *extra, *arguments]

    def start(self) -> "ServerProcess":
        """Returns when the server has said that it is ready; the port stays the same after a restart."""
        assert self.process is None
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                self.command("serve", "--port", str(self.port)),
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if told := re.match(r"administrator \S+ one-time password (\S+)", line):
                self.password = told[1]
            if ready := re.match(r"ready http://.*:(\d+)", line):
                self.port = int(ready[1])
                return self
        raise AssertionError(f"the server did not start:\n{self.log()}")

    def stop(self) -> int:
        """A clean end; its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """The power is gone."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int:
        if self.process is None:
            return 0
        process, self.process = self.process, None
        process.send_signal(how)
        code = process.wait(timeout=30)
        if process.stdout is not None:
            process.stdout.close()
        return code

    def run(self, *arguments: str) -> str:
        """What another command prints; it must succeed."""
        done = subprocess.run(
            self.command(*arguments), cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def code(self, terminal: int, kind: str = "pos", outlet: int = 1) -> str:
        """A one-time code; the terminal is added if it is new."""
        made = self.run("enrol-code", "--terminal", str(terminal), "--kind", kind, "--outlet", str(outlet))
        return made.strip().splitlines()[-1]

    def client(self, terminal: int, kind: str = "pos", outlet: int = 1) -> ServerClient:
        """A client of a freshly enrolled terminal."""
        client = ServerClient(self.url, None, SystemClock(), SystemEntropy())
        client.enrol(self.code(terminal, kind, outlet), terminal, SigningKey.make(SystemEntropy()))
        return client

    def log(self) -> str:
        """What it wrote to its log so far."""
        return (self.data / "server.log").read_text(encoding="utf-8")

    def wait_for_log(self, text: str, seconds: float = 10.0) -> None:
        """Returns when the log holds ``text``."""
        deadline = time.monotonic() + seconds
        while text not in self.log():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)
