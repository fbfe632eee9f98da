"""Puts the server together: database, lane, secrets, the terminals' door and the console, as one ASGI app.

Terminals' questions go to a bare handler beside the web framework, because every sale passes there.
"""

from pathlib import Path
from typing import Any

import structlog

from onecard.clock import Clock
from onecard.ids import Entropy
from server import bootstrap, keys
from server.books.lane import Lane
from server.bootstrap import FirstStart
from server.console.app import console
from server.db import Database
from server.members.service import catch_up
from server.migrations import migrate
from server.organisation.service import first_unit, unit_name
from server.runtime import Runtime
from server.terminals.edge import Edge

_log = structlog.get_logger()


def database_url(data: Path, url: str | None) -> str:
    """The database to use: the given one, else an SQLite file in ``data``."""
    return url or f"sqlite:///{(data / 'onecard.db').resolve()}"


async def opened(
    data: Path, url: str | None, clock: Clock, entropy: Entropy
) -> tuple[Runtime, FirstStart | None]:
    """The parts, with the database made or brought up to date; what a first start has to tell."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    secrets = keys.load(data / "keys", entropy)
    db = Database.open(database_url(data, url))
    await migrate(db)
    now = clock.now()
    first = await db.write(lambda connection: bootstrap.make(connection, now, entropy))
    unit = await db.read(first_unit)
    assert unit is not None
    await db.write(lambda connection: catch_up(connection, unit, now))
    return Runtime(db, Lane(db, clock), clock, entropy, secrets, unit), first


class Server:
    """The ASGI application."""

    def __init__(self, runtime: Runtime, name: str) -> None:
        self.runtime = runtime
        self.edge = Edge(runtime)
        self.console = console(runtime, name)

    @classmethod
    async def make(cls, runtime: Runtime) -> "Server":
        """Over opened parts."""
        name = await runtime.db.read(lambda connection: unit_name(connection, runtime.unit))
        return cls(runtime, name)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One connection's request."""
        if scope["type"] == "http" and scope["path"].startswith("/t/"):
            await self.edge(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self.console(scope, receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                await self.runtime.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.runtime.stop()
                _log.info("stopped")
                await send({"type": "lifespan.shutdown.complete"})
                return
