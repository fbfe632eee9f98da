"""Postings that no event fits, and debts that nobody will get: one proposes, another agrees. F: B11"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from server.adjustment import account, service
from server.books.office.agree import Agree, Terms
from server.console import field
from server.console.page import Asking, form, go, page, runtime, visitor
from server.operators import permission
from server.operators.service import names


@get("/adjustments", opt={"permission": permission.SETTLE, "fresh": True})
async def listed(request: Asking) -> Response[Any]:
    """What was proposed and what became of it."""
    return await _listed(request, {})


async def _listed(request: Asking, fields: field.Fields, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    field.demand_whole(who, permission.SETTLE)
    scope = who.scope(permission.SETTLE)
    rows, people, choices = await there.db.read(
        lambda c: (service.proposals(c, scope), names(c, scope), account.choices(c, scope))
    )
    return page(
        request, "adjustments.html", status=422 if error else 200, error=error, rows=rows, people=people,
        choices=choices, reasons=service.REASONS, fields=dict(fields), me=who.operator,
        key=await field.new_key(request),
    )  # fmt: skip


@post("/adjustments", opt={"permission": permission.SETTLE, "fresh": True}, status_code=200)
async def propose(request: Asking) -> Response[Any]:
    """Two accounts of those offered and an amount; or, with ``card``, a debt to be written off."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    field.demand_whole(who, permission.SETTLE)
    scope, now = who.scope(permission.SETTLE), there.clock.now()

    def write(connection: Connection) -> int:
        fen, reason = field.fen(fields, "amount"), fields.get("reason", "")
        if "card" in fields:
            card = field.card(connection, scope, fields["card"])["card"]
            return service.propose_write_off(
                connection, there.unit, card=card, fen=fen, reason=reason, operator=who.operator, now=now
            )
        sides = {}
        for side in ("debit", "credit"):
            typed = fields.get(f"{side}_card", "").strip()
            card = field.card(connection, scope, typed)["card"] if typed else 0
            sides[side] = account.chosen(connection, scope, fields.get(side, ""), card)
        return service.propose(
            connection, there.unit, **sides, fen=fen, reason=reason, operator=who.operator, now=now
        )

    try:
        number = await there.db.write(write)
    except Refused as no:
        return await _listed(request, fields, no)
    await field.noted(request, "adjust.propose", number)
    return go("/adjustments")


@post(
    "/adjustments/{number:int}/{answer:str}",
    opt={"permission": permission.SETTLE, "fresh": True},
    status_code=200,
)
async def decide(request: Asking, number: FromPath[int], answer: FromPath[str]) -> Response[Any]:
    """Somebody else agrees, and it is booked; or it is dropped."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    field.demand_whole(who, permission.SETTLE)
    now = there.clock.now()
    if answer not in ("agree", "drop"):
        raise Refused("request.malformed")
    try:
        if answer == "agree":
            await field.ask(request, Agree(there.unit, field.key(fields), Terms(number), who.operator))
        else:
            await there.db.write(
                lambda connection: service.drop(connection, there.unit, number, who.operator, now)
            )
    except Refused as no:
        return await _listed(request, {}, no)
    await field.noted(request, f"adjust.{answer}", number)
    return go("/approvals" if fields.get("from") == "approvals" else "/adjustments")


HANDLERS = [listed, propose, decide]
