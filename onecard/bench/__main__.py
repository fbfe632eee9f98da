"""``python -m onecard.bench``: lay out the bench, serve its page, and print where everything is plugged in.

The stations' settings name what is printed: reader names, the acceptor's serial line, printer addresses and
the server's address behind the cable.
"""

import argparse
import contextlib
import json
import logging
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import structlog
import uvicorn

from onecard.bench.bench import Bench
from onecard.bench.counter import CounterBench
from onecard.bench.drawer import Drawer
from onecard.bench.gateway import Payments
from onecard.bench.gateway import app as gateway_application
from onecard.bench.glass import Glass
from onecard.bench.network import NetworkCable
from onecard.bench.outlet import Outlet
from onecard.bench.pcscd import NAMES, virtual_readers
from onecard.bench.phone import Phone
from onecard.bench.web import application
from onecard.clock import SystemClock
from onecard.devices.acceptors.mechanics import Timing
from onecard.devices.acceptors.simulators import SIMULATORS
from onecard.devices.printers.escpos.simulator import PrinterSimulator
from onecard.devices.pty import serve_pty
from onecard.errors import DeviceFault
from onecard.ids import SystemEntropy
from onecard.text import LANGUAGES, Translator

#: Our two readers, in the order pcscd names its virtual ones.
READERS = ("pos", "kiosk")
PRINTERS = ("pos", "kiosk")
STATIONS = ("pos", "kiosk")
#: Another bench or a test run may still be putting the readers down.
WAIT_S = 20.0
#: What a coin acceptor beside another one speaks.
COINS = "cctalk-coin"
#: As fast as the quickest of its kind; the usual ones take a second and a half for a note.
QUICK = Timing(accept=0.3, stack=0.2, stacked=0.15, eject=0.4, initialize=0.5)


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m onecard.bench",
        description="Simulated hardware for OneCard stations: cards, readers, notes, receipts, network.",
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder for the drawer of cards and the lines"
    )
    parser.add_argument("--server", default="127.0.0.1:8400", help="HOST:PORT of the server behind the cable")
    parser.add_argument("--port", type=int, default=8410, help="port of the page (default %(default)s)")
    parser.add_argument(
        "--acceptor",
        choices=sorted(SIMULATORS),
        default="id003",
        help="what the acceptor speaks; the kiosk's acceptor.driver (default %(default)s)",
    )
    parser.add_argument("--coins", action="store_true", help="a coin acceptor beside it")
    parser.add_argument("--quick-acceptor", action="store_true", help="an acceptor that wastes no time")
    parser.add_argument("--gateway", type=int, help="port of a sandbox payment gateway with a phone")
    parser.add_argument("--second", type=Path, help="what the customer's window writes of itself")
    parser.add_argument(
        "--outlets", action="store_true", help="whoever started us follows the stations' sockets"
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Runs until SIGTERM or Ctrl-C; takes away everything it started."""
    arguments = _arguments(argv)
    # Whole lines, and not among what the bench prints for its user.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    # Until the page is served: whoever is asked to leave now puts the readers down, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        return _run(arguments)
    except DeviceFault as fault:
        for language in LANGUAGES:
            print(f"onecard.bench: {Translator(language).refusal(fault)}", file=sys.stderr)
        return 1


def _run(arguments: argparse.Namespace) -> int:
    arguments.data.mkdir(parents=True, exist_ok=True)
    host, port = arguments.server.rsplit(":", 1)
    clock = SystemClock()
    timing = QUICK if arguments.quick_acceptor else None
    with virtual_readers(wait_s=WAIT_S) as slots:
        speaks = {"acceptor": arguments.acceptor} | ({"coins": COINS} if arguments.coins else {})
        acceptors = {
            name: serve_pty(SIMULATORS[driver](clock, timing), arguments.data / name, clock)
            for name, driver in speaks.items()
        }
        printers = {name: PrinterSimulator() for name in PRINTERS}
        cable = NetworkCable((host, int(port)))
        counter = CounterBench(arguments.data / "counter", clock)
        walls = arguments.data / "outlets"
        outlets = {name: Outlet(walls / name) for name in STATIONS} if arguments.outlets else {}
        payments = Payments(clock)
        bench = Bench(
            drawer=Drawer(arguments.data / "drawer.json"),
            slots=dict(zip(READERS, slots, strict=True)),
            acceptors=acceptors,
            printers=printers,
            cable=cable,
            clock=clock,
            entropy=SystemEntropy(),
            counter=counter,
            glass=None if arguments.second is None else Glass(arguments.second),
            phone=None if arguments.gateway is None else Phone(payments),
            outlets=outlets,
        )
        plugged = {
            "page": f"http://127.0.0.1:{arguments.port}/",
            "readers": dict(zip(READERS, NAMES, strict=True)),
            # A pseudo-terminal has no parity, and refuses to be asked for it a second time.
            "acceptors": {name: f"serial:{arguments.data / name}?baud=9600" for name in acceptors},
            "printers": {name: f"tcp:127.0.0.1:{printer.port}" for name, printer in printers.items()},
            "counter": counter.settings,
            "outlets": {name: str(outlet.path) for name, outlet in outlets.items()},
            "server": f"http://127.0.0.1:{cable.port}",
        }
        # In one piece: whoever started us may keep both outputs in one file.
        sys.stdout.write("bench " + json.dumps(plugged) + "\n")
        sys.stdout.flush()
        try:
            with _gateway(payments, arguments.gateway):
                _serve(bench, arguments.port)
        finally:
            for reader in READERS:
                bench.take(reader)
            bench.drawer.save()
            for acceptor in acceptors.values():
                acceptor.stop()
            counter.close()
            cable.close()
            for printer in printers.values():
                printer.close()
    return 0


class _Server(uvicorn.Server):
    """uvicorn keeps signals for itself and raises them again at its end; we leave in our own order."""

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        return contextlib.nullcontext()


@contextlib.contextmanager
def _gateway(payments: Payments, port: int | None) -> Iterator[None]:
    """The sandbox beside the page, on a port of its own as the office expects it; ``None``: there is none."""
    if port is None:
        yield
        return
    server = _Server(
        uvicorn.Config(gateway_application(payments), host="127.0.0.1", port=port, log_level="warning")
    )
    thread = threading.Thread(target=server.run, name="gateway")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def _serve(bench: Bench, port: int) -> None:
    server = _Server(uvicorn.Config(application(bench), host="127.0.0.1", port=port, log_level="warning"))

    def leave(*_: object) -> None:
        server.should_exit = True

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    server.run()


if __name__ == "__main__":
    sys.exit(main())
