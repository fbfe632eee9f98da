"""Serves a simulated acceptor on a pseudo-terminal, so that a whole kiosk runs without hardware."""

from pathlib import Path

from onecard.clock import Clock
from onecard.devices.acceptors.id003.simulator import Simulator
from onecard.devices.line import open_line
from onecard.devices.worker import Worker


def serve_pty(simulator: Simulator, path: str | Path, clock: Clock) -> Worker[Simulator]:
    """Start it; the kiosk's line is ``serial:<path>``. People's hands go through ``worker.call``::

        worker.call(lambda acceptor: acceptor.insert(10_000)).result()

    ``worker.stop()`` takes the link away again.
    """

    def plugged() -> Simulator:
        simulator.plug(open_line(f"pty:{path}"))
        return simulator

    worker = Worker("acceptor-simulator", plugged, Simulator.tick, clock=clock, interval_s=0.01)
    worker.start()
    return worker
