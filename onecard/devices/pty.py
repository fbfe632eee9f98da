"""Serves any simulated device on a pseudo-terminal, so that a station runs on real bytes without hardware."""

from pathlib import Path
from typing import Protocol, TypeVar

from onecard.clock import Clock
from onecard.devices.line import Line, open_line
from onecard.devices.worker import Worker


class Simulated(Protocol):
    """The other end of a serial cable."""

    def plug(self, line: Line) -> None: ...

    def tick(self) -> None: ...

    def close(self) -> None: ...


S = TypeVar("S", bound=Simulated)


def serve_pty(simulator: S, path: str | Path, clock: Clock, interval_s: float = 0.01) -> Worker[S]:
    """Start it; the station's line is ``serial:<path>``. Hands act through ``worker.call``, and
    ``worker.stop()`` pulls the plug."""

    def plugged() -> S:
        simulator.plug(open_line(f"pty:{path}"))
        return simulator

    worker = Worker("simulator", plugged, lambda device: device.tick(), clock=clock, interval_s=interval_s)
    worker.start()
    return worker
