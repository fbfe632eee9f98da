"""The first page: how today goes, who has not reported, what waits for a person. F: E5"""

from typing import Any

from litestar import Response, get
from sqlalchemy import Connection

from server.console import figures
from server.console.page import Asking, page, runtime, visitor
from server.console.pages.terminal import rows
from server.operators import permission

LATEST = 8


@get("/", opt={"permission": permission.VIEW})
async def show(request: Asking) -> Response[Any]:
    """Everything from one consistent read."""
    there = runtime(request)
    scope = visitor(request).rights.scope(permission.VIEW)
    now = there.clock.now()

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "today": figures.today(connection, there.unit, now, scope),
            "states": figures.card_states(connection, there.unit, scope),
            "exceptions": figures.open_exceptions(connection, there.unit, scope),
            "terminals": rows(connection, there.unit, scope, now),
            "latest": figures.latest_entries(connection, there.unit, scope, LATEST),
        }

    return page(request, "dashboard.html", **await there.db.read(read))


HANDLERS = [show]
