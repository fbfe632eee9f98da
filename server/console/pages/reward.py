"""What points can be given up for, and giving them up at the desk. F: B5"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from server.books.office.redeem import Redeem, Terms
from server.catalogue.uses import points
from server.console import field
from server.console.page import Asking, form, go, page, runtime, visitor
from server.operators import permission
from server.reward import service


@get("/rewards", opt={"permission": permission.VALUE})
async def listed(request: Asking) -> Response[Any]:
    """The rewards; with ``?card=`` how many points it has."""
    return await _listed(request, request.query_params)


async def _listed(request: Asking, fields: Any, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    scope = who.scope(permission.VALUE)

    def read(connection: Connection) -> dict[str, Any]:
        return {"rows": service.rewards(connection, scope)}

    def look(connection: Connection) -> dict[str, Any]:
        card = field.card(connection, scope, fields["card"])
        return {"card": card, "points": points(connection, scope, card["card"])}

    found = await there.db.read(read) | {"card": None, "points": 0}
    if fields.get("card", "").strip():
        try:
            found |= await there.db.read(look)
        except Refused as no:
            error = error or no
    terms = there.terms.types.get(found["card"]["type"]) if found["card"] else None
    redeem_fen = terms.points.redeem_fen if terms is not None and terms.points is not None else 0
    return page(
        request, "rewards.html", status=422 if error else 200, error=error, fields=dict(fields),
        key=await field.new_key(request), whole=scope.is_whole, redeem_fen=redeem_fen, **found,
    )  # fmt: skip


@post("/rewards/redeem", opt={"permission": permission.VALUE, "fresh": True}, status_code=200)
async def redeem(request: Asking) -> Response[Any]:
    """Pieces of a reward, or points for balance."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope = who.scope(permission.VALUE)
    try:
        text = fields.get("card", "")
        card = await there.db.read(lambda connection: field.card(connection, scope, text))
        reward = field.number(fields, "reward")
        terms = Terms(
            card["card"], card["issue"], reward, field.number(fields, "pieces") if reward else 0,
            0 if reward else field.number(fields, "points"),
        )  # fmt: skip
        order = Redeem(there.unit, field.key(fields), terms, who.operator, there.terms.types)
        await field.ask(request, order)
    except Refused as no:
        return await _listed(request, fields, no)
    await field.noted(request, "reward.redeem", card["card"], number=reward)
    return go("/rewards", card=str(card["card"]))


@post("/rewards", opt={"permission": permission.VALUE, "fresh": True}, status_code=200)
async def add(request: Asking) -> Response[Any]:
    """Goods over the counter, or balance."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    field.demand_whole(who, permission.VALUE)

    def write(connection: Connection) -> int:
        stock = fields.get("stock", "").strip()
        return service.add_reward(
            connection,
            there.unit,
            name=fields.get("name", ""),
            name_en=fields.get("name_en", ""),
            points=field.number(fields, "points"),
            fen=field.fen(fields, "fen", needed=False),
            stock=field.number(fields, "stock") if stock else -1,
        )

    try:
        number = await there.db.write(write)
    except Refused as no:
        return await _listed(request, fields, no)
    await field.noted(request, "reward.add", number)
    return go("/rewards")


@post("/rewards/{number:int}/end", opt={"permission": permission.VALUE, "fresh": True}, status_code=200)
async def end(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Nobody gets it from now on."""
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.VALUE)
    if not await there.db.write(lambda connection: service.end_reward(connection, there.unit, number)):
        raise Refused("reward.unknown")
    await field.noted(request, "reward.end", number)
    return go("/rewards")


HANDLERS = [listed, redeem, add, end]
