"""The newest entries of the books, as they come in. F: E5"""

from typing import Any

from litestar import Response, get

from server.console import field, figures
from server.console.page import Asking, page, runtime, visitor
from server.operators import permission

LATEST = 100
KINDS = ("sale", "void", "recharge", "load", "issue", "refund")


@get("/transactions", opt={"permission": permission.VIEW})
async def listed(request: Asking) -> Response[Any]:
    """The last hundred, of all kinds or one, of all cards or one."""
    there = runtime(request)
    scope = visitor(request).rights.scope(permission.VIEW)
    kind = request.query_params.get("kind", "")
    kind = kind if kind in KINDS else ""
    card = field.number(request.query_params, "card", 1 << 40)
    rows = await there.db.read(
        lambda connection: figures.latest_entries(connection, scope, LATEST, kind, card)
    )
    return page(request, "transactions.html", rows=rows, kind=kind, kinds=KINDS, limit=LATEST, card=card)


HANDLERS = [listed]
