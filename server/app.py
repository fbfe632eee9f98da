"""Puts the server together over its opened parts: the terminals' door and the console, as one ASGI app.

Terminals' questions go to a bare handler beside the web framework, because every sale passes there.
"""

from typing import Any

import structlog

from server.api.app import BASE, api
from server.bootstrap import opened as opened
from server.console.app import console
from server.organisation.service import unit_name
from server.runtime import Runtime
from server.terminals.edge import Edge

_log = structlog.get_logger()


class Server:
    """The ASGI application."""

    def __init__(self, runtime: Runtime, name: str) -> None:
        self.runtime = runtime
        self.edge = Edge(runtime)
        self.console = console(runtime, name)
        self.api = api(runtime)

    @classmethod
    async def make(cls, runtime: Runtime) -> "Server":
        """Over opened parts."""
        name = await runtime.db.read(lambda connection: unit_name(connection, runtime.unit))
        return cls(runtime, name)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One connection's request."""
        if scope["type"] == "http" and scope["path"].startswith("/t/"):
            await self.edge(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(BASE + "/"):
            await self.api(scope, receive, send)
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
