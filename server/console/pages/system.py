"""The installation itself: what is still to be set up, going live, and a new beginning after a test. F: H4"""

import asyncio
from typing import Any

from litestar import Response, get, post
from sqlalchemy import Connection

from onecard.clock import local
from onecard.errors import Refused
from server.console.page import Asking, form, go, page, runtime, translator, visitor
from server.migrations import whole_metadata
from server.operators import permission, service
from server.organisation import reset, setup, snapshot
from server.organisation.scope import Scope


def _whole(request: Asking) -> Scope:
    """Raises ``Refused("operator.not_allowed")`` unless the whole unit is the visitor's."""
    scope = visitor(request).rights.scope(permission.SYSTEM)
    if not scope.is_whole:
        raise Refused("operator.not_allowed", permission=permission.SYSTEM)
    return scope


async def _shown(request: Asking, error: Refused | None = None) -> Response[Any]:
    there, scope = runtime(request), _whole(request)
    now = there.clock.now()

    def read(connection: Connection) -> dict[str, Any]:
        obstacle: Refused | None = None
        try:
            reset.demand_test(connection, scope.unit)
        except Refused as no:
            obstacle = no
        first = reset.wish(connection, scope.unit, now)
        return {
            "steps": setup.steps(connection, scope),
            "live": reset.is_live(connection, scope.unit),
            "obstacle": obstacle,
            "first": first,
            "first_name": service.names(connection, scope).get(first, ""),
        }

    found = await there.db.read(read)
    obstacle = found.pop("obstacle")
    return page(
        request,
        "system.html",
        status=422 if error else 200,
        error=error,
        obstacle="" if obstacle is None else _said(request, obstacle),
        **found,
    )


def _said(request: Asking, no: Refused) -> str:
    return translator(request).refusal(no)


@get("/system", opt={"permission": permission.SYSTEM})
async def show(request: Asking) -> Response[Any]:
    """The list of steps, each with the page where it is done."""
    return await _shown(request)


async def _write(request: Asking, work: Any) -> Response[Any]:
    try:
        await runtime(request).db.write(work)
    except Refused as no:
        return await _shown(request, no)
    return go("/system")


@post("/system/live", opt={"permission": permission.SYSTEM, "fresh": True}, status_code=200)
async def go_live(request: Asking) -> Response[Any]:
    """From here on money is real, and nothing is emptied any more."""
    there, scope, typed = runtime(request), _whole(request), form(request).get("name", "")
    by, now = visitor(request).rights.operator, there.clock.now()
    return await _write(request, lambda connection: reset.go_live(connection, scope.unit, typed, now, by))


@post("/system/reset-ask", opt={"permission": permission.SYSTEM, "fresh": True}, status_code=200)
async def ask_reset(request: Asking) -> Response[Any]:
    """The first of two people."""
    there, scope = runtime(request), _whole(request)
    by, now = visitor(request).rights.operator, there.clock.now()
    return await _write(request, lambda connection: reset.ask(connection, scope.unit, now, by))


@post("/system/reset", opt={"permission": permission.SYSTEM, "fresh": True}, status_code=200)
async def begin_anew(request: Asking) -> Response[Any]:
    """The second: a snapshot on the disk first, then everything that was only tried is gone."""
    there, scope, typed = runtime(request), _whole(request), form(request).get("name", "")
    by, now, metadata = visitor(request).rights.operator, there.clock.now(), whole_metadata()
    if there.folder is None:
        raise Refused("reset.no_folder")
    name = f"before-reset-{local(now):%Y%m%d-%H%M%S}.snapshot"
    secret = there.keys.derived("snapshots")
    try:
        await there.db.read(lambda connection: reset.demand_ready(connection, scope.unit, typed, now, by))
        raw = await there.db.read(
            lambda connection: snapshot.taken(connection, metadata, secret, there.entropy)
        )
        await asyncio.to_thread(snapshot.keep, there.folder / "snapshots", name, raw)
        await there.db.write(
            lambda connection: reset.begin_anew(connection, metadata, scope.unit, typed, now, by, name)
        )
    except Refused as no:
        return await _shown(request, no)
    await there.look()
    return go("/system")


HANDLERS = [show, go_live, ask_reset, begin_anew]
