"""``python -m server serve | migrate | reconcile | log | enrol-code | bundle | backup | restored``."""

import argparse
import asyncio
import contextlib
import gc
import ipaddress
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

import structlog

from onecard.clock import Clock, SystemClock
from onecard.errors import OneCardError
from onecard.ids import Entropy, SystemEntropy
from server.terminals import program

if TYPE_CHECKING:
    import uvicorn

    from server.runtime import Runtime
    from server.terminals import restored

KEEP_ALIVE_S = 75
CONNECTIONS_MAX = 4_000
REMEMBER_EVERY_S = 20


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 good, 1 the books do not tie out or an operating error, 2 wrong arguments."""
    parser = argparse.ArgumentParser(prog="onecard-server", description="OneCard 一卡通 central server")
    parser.add_argument("--data", type=Path, default=Path("onecard-data"), help="folder of database and keys")
    parser.add_argument("--db", default=None, help="postgresql://user@host/name instead of the SQLite file")
    what = parser.add_subparsers(dest="what", required=True)
    serve = what.add_parser("serve", help="answer terminals and browsers")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8800, help="0 takes a free one")
    serve.add_argument("--cert", type=Path, help="certificate chain (PEM): TLS from here on")
    serve.add_argument("--cert-key", type=Path, help="its private key (PEM)")
    serve.add_argument("--plain", action="store_true", help="no TLS on a network of your own making")
    what.add_parser("migrate", help="make or update the database")
    what.add_parser("reconcile", help="check that the books tie out")
    log = what.add_parser("log", help="verify the operation log")
    log.add_argument("deed", choices=("verify",))
    log.add_argument("--known", action="append", default=[], metavar="WRITER:LINE:HASH", help="from paper")
    code = what.add_parser("enrol-code", help="a one-time code for a terminal")
    code.add_argument("--terminal", type=int, required=True)
    code.add_argument("--kind", choices=("pos", "kiosk"), help="add the terminal first, if it is not there")
    code.add_argument("--outlet", type=int, default=1)
    code.add_argument("--name", default="")
    program.add(what)
    # The place of --data and --db is easily forgotten; both are taken after the command too.
    for one in what.choices.values():
        one.add_argument("--data", type=Path, default=argparse.SUPPRESS)
        one.add_argument("--db", default=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    set_up_logging()
    # Database and keys are this user's alone.
    os.umask(0o077)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(_COMMANDS[options.what](options, SystemClock(), SystemEntropy()))
    except OneCardError as error:
        print(f"onecard-server: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """uvloop, at half the CPU per request; the standard loop where it does not exist (Windows)."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop


class _Stderr:
    """Today's standard error. One that is closed or full costs log lines, never somebody's answer."""

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()


def set_up_logging() -> None:
    """One line of key=value per event, on standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _Stderr())),
    )


def _quiet_server(config: "uvicorn.Config") -> "uvicorn.Server":
    """One that ends with exit code 0 when it is asked to end, instead of dying of the signal afterwards."""
    import uvicorn

    class Quiet(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            if sys.platform == "win32":  # its event loops take no signal handlers
                with super().capture_signals():
                    yield
                return
            loop = asyncio.get_running_loop()
            asked = (signal.SIGTERM, signal.SIGINT)
            for one in asked:
                loop.add_signal_handler(one, self.handle_exit, one, None)
            yield
            for one in asked:
                loop.remove_signal_handler(one)

    return Quiet(config)


async def _serve(options: argparse.Namespace, clock: Clock, entropy: Entropy) -> int:
    import uvicorn

    from server.app import Server
    from server.bootstrap import opened
    from server.terminals import restored
    from server.terminals.door import door

    if options.cert is None and not options.plain and not _is_loopback(options.host):
        # Names and balances would be readable by whoever shares the network.
        print("onecard-server: outside this machine give --cert and --cert-key (or --plain)", file=sys.stderr)
        return 2
    runtime, first = await opened(options.data, options.db, clock, entropy)
    if first is not None:
        print(f"administrator {first.login} one-time password {first.password}", flush=True)
    try:
        restored.demand_current(options.data, await _mark(runtime))
    except OneCardError:
        await runtime.db.close()
        raise
    application = await Server.make(runtime)
    listening = socket.create_server((options.host, options.port), reuse_port=False, backlog=1024)
    port = listening.getsockname()[1]
    config = uvicorn.Config(
        application,
        loop="none",  # ours runs already
        http=door(application.edge),
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=10,
        limit_concurrency=CONNECTIONS_MAX,
        h11_max_incomplete_event_size=16_384,
        ssl_certfile=options.cert,
        ssl_keyfile=options.cert_key,
    )
    server = _quiet_server(config)
    loop = asyncio.get_running_loop()
    scheme = "http" if options.cert is None else "https"
    announcing = loop.create_task(_announce(server, scheme, options.host, port))
    remembering = loop.create_task(_remember(options.data, runtime))
    await server.serve(sockets=[listening])
    announcing.cancel()
    remembering.cancel()
    return 0


async def _remember(folder: Path, runtime: "Runtime") -> None:
    """How far the books have come, beside them: put back from a copy they would say less."""
    from server.terminals import restored

    while True:
        restored.keep(folder, await _mark(runtime))
        await asyncio.sleep(REMEMBER_EVERY_S)


async def _mark(runtime: "Runtime") -> "restored.Mark":
    """How far the books have come."""
    from server.terminals import restored

    return await runtime.db.read(lambda connection: restored.of(connection, runtime.unit))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _announce(server: Any, scheme: str, host: str, port: int) -> None:
    """One line when the first question can be asked; whoever started us waits for it."""
    while not server.started:
        await asyncio.sleep(0.01)
    # What is there now lives as long as the server: looking through it again and again would hold up sales.
    gc.collect()
    gc.freeze()
    shown = f"[{host}]" if ":" in host else host
    print(f"ready {scheme}://{shown}:{port}", flush=True)


async def _migrate(options: argparse.Namespace, clock: Clock, entropy: Entropy) -> int:
    from server.bootstrap import opened

    runtime, first = await opened(options.data, options.db, clock, entropy)
    await runtime.db.close()
    if first is not None:
        print(f"administrator {first.login} one-time password {first.password}", flush=True)
    print("database is up to date")
    return 0


async def _reconcile(options: argparse.Namespace, clock: Clock, entropy: Entropy) -> int:
    from server.books.reconcile import report
    from server.bootstrap import opened

    runtime, _ = await opened(options.data, options.db, clock, entropy)
    found = await runtime.db.read(lambda connection: report(connection, runtime.unit))
    await runtime.db.close()
    print(found)
    return 1 if found.problems else 0


async def _log(options: argparse.Namespace, clock: Clock, entropy: Entropy) -> int:
    """Prints the end of each chain, to be kept where the database's keeper does not reach."""
    from sqlalchemy import Connection

    from server.bootstrap import opened
    from server.operators import log

    known = [one.split(":") for one in options.known]
    if not all(len(one) == 3 and one[0].isdigit() and one[1].isdigit() for one in known):
        print("onecard-server: --known is WRITER:LINE:HASH as printed before", file=sys.stderr)
        return 2
    runtime, _ = await opened(options.data, options.db, clock, entropy)

    def read(connection: Connection) -> tuple[list[str], list[tuple[int, int, str]]]:
        wrong = log.check(connection, runtime.unit)
        wrong += [
            f"line {seq} of writer {writer} is not the one that was written down"
            for writer, seq, hashed in known
            if not log.has_line(connection, runtime.unit, int(writer), int(seq), hashed)
        ]
        return wrong, log.heads(connection, runtime.unit)

    wrong, heads = await runtime.db.read(read)
    await runtime.db.close()
    for line in wrong:
        print(f"WRONG: {line}")
    for writer, seq, hashed in heads:
        print(f"{writer}:{seq}:{hashed}")
    print("the operation log was tampered with" if wrong else "the operation log verifies")
    return 1 if wrong else 0


async def _enrol_code(options: argparse.Namespace, clock: Clock, entropy: Entropy) -> int:
    from sqlalchemy import Connection

    from server.bootstrap import opened
    from server.terminals import service

    runtime, _ = await opened(options.data, options.db, clock, entropy)
    unit, now, number = runtime.unit, clock.now(), options.terminal

    def write(connection: Connection) -> str:
        if options.kind and service.by_number(connection, unit, number) is None:
            service.add_terminal(
                connection,
                unit,
                now,
                kind=options.kind,
                name=options.name or f"{options.kind} {number}",
                outlet_no=options.outlet,
                number=number,
            )
        return service.make_code(connection, unit, number, now, runtime.code_secret, entropy)

    code = await runtime.db.write(write)
    await runtime.db.close()
    print(code)
    return 0


_COMMANDS = {
    "serve": _serve,
    "migrate": _migrate,
    "reconcile": _reconcile,
    "enrol-code": _enrol_code,
    "log": _log,
    **program.COMMANDS,
}


if __name__ == "__main__":
    sys.exit(main())
