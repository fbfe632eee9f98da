"""The first page: how today goes, who has not reported, what waits for a person. F: E5"""

from typing import Any

from litestar import Response, get
from sqlalchemy import Connection

from onecard.clock import day_of_card
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
            "today": figures.today(connection, scope, now),
            "states": figures.card_states(connection, scope),
            "exceptions": figures.open_exceptions(connection, scope),
            "terminals": rows(connection, scope, now),
            "latest": figures.latest_entries(connection, scope, LATEST),
        }

    found = await there.db.read(read)
    today = found["today"]
    return page(
        request,
        "dashboard.html",
        scale=figures.scale,
        hours=[
            (f"{hour:02d}" if hour % 3 == 0 else "", f"{hour:02d}:00", fen)
            for hour, fen in enumerate(today.hours)
        ],
        days=[
            (day_of_card(day).strftime("%m-%d") if at % 3 == 0 else "", day_of_card(day).isoformat(), fen)
            for at, (day, fen) in enumerate(today.days)
        ],
        **found,
    )


HANDLERS = [show]
