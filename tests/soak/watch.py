"""What must hold in a station's process while it is played with: frames come, nothing fails or piles up.

Knows windows, logs and the process's own size; no screen and no money. Figures come out as plain values.
"""

import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

#: One turn of the loop may work so long: the largest screen is built in it, a PIN is checked.
FROZEN_CPU_S = 3.0
#: And stand so long waiting for anything but the processor, which others use as well.
FROZEN_S = 15.0
#: How many more threads and open files than after the first minutes are still no leak.
MORE_THREADS, MORE_FILES = 24, 64
#: Nobody reads more of them.
MOST = 20


class Watch:
    """``told`` hears of each violation as it is found."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self.violations = 0
        self.frames = 0
        self.slowest_s = self.slowest_cpu_s = 0.0
        #: ``(minutes, MB)``.
        self.sizes: list[tuple[float, float]] = []
        self.began = time.monotonic()
        self._at: tuple[float, float, float] | None = None
        self._base: tuple[int, int] | None = None
        self.threads = self.files = self.objects = 0

    def violated(self, what: str) -> None:
        """Something that must hold does not."""
        self.violations += 1
        if self.violations <= MOST:
            self._told(what)

    # -- the log -----------------------------------------------------------------------------------------

    def listen(self) -> None:
        """From now on an error in the log, or one that nobody caught, is a violation."""
        told = self.violated

        def hear(_logger: Any, method: str, event: Any) -> Any:
            if method in ("error", "critical", "exception") or event.get("exc_info"):
                trace = ""
                if event.get("exc_info"):
                    trace = structlog.processors.format_exc_info(None, method, dict(event)).get(
                        "exception", ""
                    )
                told(f"log: {event.get('event')} {str(trace)[-1500:]}")
            return event

        structlog.configure(processors=[hear, *structlog.get_config()["processors"]])

        class Listener(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                told(f"log: {record.name}: {record.getMessage()}")

        logging.getLogger().addHandler(Listener(logging.ERROR))
        logging.getLogger("kivy").addHandler(Listener(logging.ERROR))

        def died(args: Any) -> None:
            told(f"thread {args.thread}: {args.exc_type.__name__}: {args.exc_value}")
            sys.__excepthook__(args.exc_type, args.exc_value, args.exc_traceback)

        threading.excepthook = died

    # -- frames ------------------------------------------------------------------------------------------

    def frame(self) -> None:
        """The loop has turned once more."""
        now = (time.monotonic(), time.thread_time(), _queued_s())
        before, self._at = self._at, now
        self.frames += 1
        if before is None:
            return
        took, cpu = now[0] - before[0], now[1] - before[1]
        self.slowest_s, self.slowest_cpu_s = max(self.slowest_s, took), max(self.slowest_cpu_s, cpu)
        queued = now[2] - before[2]
        if cpu > FROZEN_CPU_S or took - queued > FROZEN_S:
            self.violated(f"the window stood for {took:.1f} s ({cpu:.1f} s of work, {queued:.1f} s in line)")

    def pause(self) -> None:
        """What we do ourselves between two frames is not the window's doing."""
        self._at = None

    # -- size --------------------------------------------------------------------------------------------

    @property
    def minutes(self) -> float:
        return (time.monotonic() - self.began) / 60

    def weigh(self) -> float:
        """How much memory the process holds now, MB; also counts threads, files and objects."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        size = pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
        self.sizes.append((self.minutes, size))
        self.objects = len(gc.get_objects()) + gc.get_freeze_count()
        self.threads, self.files = threading.active_count(), len(os.listdir("/proc/self/fd"))
        if self._base is None:
            if self.minutes >= 2:
                self._base = (self.threads, self.files)
        else:
            threads, files = self._base
            if self.threads > threads + MORE_THREADS:
                names = sorted(one.name for one in threading.enumerate())
                self.violated(f"{self.threads} threads, {threads} at first: {names}")
            if self.files > files + MORE_FILES:
                self.violated(f"{self.files} open files, {files} at first")
        return size


def _queued_s() -> float:
    """How long this thread could have run and others did instead."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text("ascii").split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def slope_mb_per_hour(sizes: list[tuple[float, float]], warm_up: float = 0.25) -> float:
    """What a straight line through the sizes gains in an hour, by least squares, the first part left out."""
    if not sizes:
        return 0.0
    begin, end = sizes[0][0], sizes[-1][0]
    kept = [one for one in sizes if one[0] >= begin + (end - begin) * warm_up]
    if len(kept) < 2:
        return 0.0
    mean_at = sum(at for at, _ in kept) / len(kept)
    mean = sum(size for _, size in kept) / len(kept)
    spread = sum((at - mean_at) ** 2 for at, _ in kept)
    return 60 * sum((at - mean_at) * (size - mean) for at, size in kept) / spread if spread else 0.0
