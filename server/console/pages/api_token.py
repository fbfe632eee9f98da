"""Tokens of the open API: made, shown once, revoked. F: M3"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from onecard.errors import Refused
from server.api import token
from server.console.page import Asking, form, go, page, runtime, visitor
from server.operators import permission


@get("/tokens", opt={"permission": permission.SYSTEM})
async def listed(request: Asking) -> Response[Any]:
    """All tokens ever made."""
    return await _listed(request)


async def _listed(request: Asking, secret: str = "", error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    scope = who.scope(permission.SYSTEM)
    rows = await there.db.read(lambda connection: token.tokens(connection, scope))
    return page(
        request, "tokens.html", status=422 if error else 200, error=error, rows=rows, scopes=token.SCOPES,
        secret=secret,
    )  # fmt: skip


@post("/tokens", opt={"permission": permission.SYSTEM, "fresh": True}, status_code=200)
async def make(request: Asking) -> Response[Any]:
    """A new one: its secret is on this page and never again."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    chosen = frozenset(one for one in token.SCOPES if fields.get(one))
    now = there.clock.now()
    try:
        _, secret = await there.db.write(
            lambda connection: token.make(
                connection, who, fields.get("name", ""), chosen, (0, 0), now, there.entropy
            )
        )
    except Refused as no:
        return await _listed(request, error=no)
    return await _listed(request, secret)


@post("/tokens/{number:int}/revoke", opt={"permission": permission.SYSTEM}, status_code=200)
async def revoke(request: Asking, number: FromPath[int]) -> Response[Any]:
    """It opens nothing from here on."""
    there, who = runtime(request), visitor(request).rights
    now = there.clock.now()
    await there.db.write(lambda connection: token.revoke(connection, who, number, now))
    return go("/tokens")


HANDLERS = [listed, make, revoke]
