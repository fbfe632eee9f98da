"""The customer's window is a process of its own, because Kivy has one window per process. F: C5

The till sends it frozen views, a line of JSON each, and never waits for it: a window that hangs or died takes
no part in a sale. ``python -m pos.second`` is the other end. Knows no bill and no card.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from onecard.clock import Clock
from onecard.settings import Settings
from pos.presenters.customer import CustomerView

#: A window that ended is opened again no sooner than this.
AGAIN_S = 10.0
_POLL_S = 0.05
#: More than any view; a longer line is not one.
_MOST_BYTES = 64 << 10


class SecondWindow:
    """The till's end. ``show`` returns at once, whatever the window does."""

    def __init__(self, settings: Settings, clock: Clock, *, program: Sequence[str] = ()) -> None:
        """``program``: what to start instead of the window."""
        self._settings, self._clock = settings, clock
        self._program = list(program) or [sys.executable, "-m", "pos.second", *_geometry(settings)]
        self._process: subprocess.Popen[bytes] | None = None
        self._started = -AGAIN_S
        self._shown: CustomerView | None = None
        #: What is left of the line under way, and the newest one after it; those in between nobody needs.
        self._rest = self._next = b""

    @property
    def is_wanted(self) -> bool:
        return self._settings.number("second.width") > 0

    def show(self, view: CustomerView) -> None:
        """What the customer sees from now on."""
        if not self.is_wanted:
            return
        is_new = self._revive()
        if view != self._shown or is_new:
            self._shown = view
            self._next = msgspec.json.encode(view) + b"\n"
        self._send()

    def stop(self) -> None:
        """The till closes."""
        process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _revive(self) -> bool:
        """Whether a window has just been opened."""
        if self._process is not None and self._process.poll() is None:
            return False
        if self._clock.monotonic() - self._started < AGAIN_S:
            return False
        self._started, self._rest, self._next = self._clock.monotonic(), b"", b""
        self._process = subprocess.Popen(self._program, stdin=subprocess.PIPE, cwd=Path.cwd())
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        return True

    def _send(self) -> None:
        if self._process is None:
            return
        assert self._process.stdin is not None
        if not self._rest:
            self._rest, self._next = self._next, b""
        while self._rest:
            try:
                sent = os.write(self._process.stdin.fileno(), self._rest)
            except OSError:  # full, or nobody reads it any more
                return
            self._rest = self._rest[sent:]
            if not self._rest:
                self._rest, self._next = self._next, b""


def _geometry(settings: Settings) -> list[str]:
    names = ("width", "height", "left", "top", "px_per_cm")
    full = ["--full"] if settings.flag("second.full") else []
    full += ["--logo", settings.text("screen.logo")] if settings.text("screen.logo") else []
    return [part for name in names for part in (f"--{name}", str(settings.number(f"second.{name}")))] + full


class Lines:
    """The window's end of the pipe: the newest whole view that has arrived; never waits."""

    def __init__(self, fileno: int) -> None:
        os.set_blocking(fileno, False)
        self._fileno = fileno
        self._buffer = b""
        self.is_closed = False

    def newest(self) -> CustomerView | None:
        """``None``: nothing new."""
        try:
            while chunk := os.read(self._fileno, _MOST_BYTES):
                self._buffer += chunk
            self.is_closed = True
        except BlockingIOError:
            pass
        *whole, self._buffer = self._buffer.split(b"\n")
        if len(self._buffer) > _MOST_BYTES:
            self._buffer = b""
        for line in reversed(whole):
            try:
                return msgspec.json.decode(line, type=CustomerView)
            except msgspec.MsgspecError:
                continue
        return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Until the till closes the pipe."""
    parser = argparse.ArgumentParser(prog="pos.second")
    for name in ("width", "height", "left", "top", "px_per_cm"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--logo", default="", help="the operator's, a picture file")
    options = parser.parse_args(arguments)
    from onecard.ui import kivy_setup
    from onecard.ui.theme import Panel

    panel = Panel("customer", options.width, options.height, options.px_per_cm / 10)
    kivy_setup.prepare(panel, fullscreen=options.full, left=options.left, top=options.top)
    from onecard.ui.application import Application
    from onecard.ui.style import style
    from onecard.ui.uimap import VARIABLE, requested
    from pos.screens.customer import CustomerScreen

    style.logo = options.logo
    told = requested()
    if told is not None:  # the till's own map is the till's
        os.environ[VARIABLE] = str(told.with_name(f"second.{told.name}"))
    lines = Lines(sys.stdin.fileno())

    class Window(Application):
        """One screen, which shows what comes."""

        def compose(self) -> None:
            self.navigator.add(CustomerScreen(), "customer")
            self.navigator.show("customer", CustomerView())
            self.every(_POLL_S, self._look)

        def _look(self) -> None:
            view = lines.newest()
            if view is not None:
                if view.theme != style.theme_name:
                    style.apply(theme=view.theme)
                self.navigator.show("customer", view)
            if lines.is_closed:
                self.stop()

    Window(panel, title="OneCard").run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
