"""Everything that waits for a second person, in one place: what is asked, by whom, and the answer. F: B11 C20

What has a page of its own is answered there; what is only a proposal is answered here.
"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.wire.messages import Status
from server.adjustment import service as adjustments
from server.console import field
from server.console.page import Asking, go, page, runtime, visitor
from server.exceptions import proposal
from server.members.takeover import takeovers
from server.operators import log, permission
from server.operators.rights import Rights
from server.operators.service import names
from server.organisation.scope import Scope
from server.organisation.service import outlets
from server.settlement import statement, view
from server.subsidy import service as subsidy
from server.terminals.service import terminals


@get("/approvals", opt={"permission": permission.VIEW})
async def listed(request: Asking) -> Response[Any]:
    """What the visitor may see of it."""
    return await _listed(request)


async def _listed(request: Asking, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights

    def read(connection: Connection) -> dict[str, Any]:
        scope = who.scope(permission.VIEW)
        asked = proposal.proposals(connection, scope) if who.may(permission.EXCEPTION) else []
        return {
            "asked": [{**row, "told": proposal.told(row)} for row in asked],
            "elsewhere": _elsewhere(connection, who),
            "adjustments": _adjustments(connection, who.scope(permission.SETTLE)),
            **known(connection, scope),
        }

    found = await there.db.read(read)
    key = await field.new_key(request) if found["adjustments"] else ""
    me = who.operator
    return page(request, "approvals.html", status=422 if error else 200, error=error, key=key, me=me, **found)


def known(connection: Connection, scope: Scope) -> dict[str, Any]:
    """Names of people, outlets and terminals that a proposal may speak of."""
    return {
        "people": names(connection, scope),
        "outlets": {row["outlet"]: row["name"] for row in outlets(connection, scope)},
        "terminals": {row["terminal"]: row["name"] for row in terminals(connection, scope)},
    }


def _adjustments(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    return [row for row in adjustments.proposals(connection, scope) if row["state"] == "proposed"]


def _elsewhere(connection: Connection, who: Rights) -> list[dict[str, Any]]:
    """(what, where, name, asked by, fen) of matters that are answered on a page of their own."""
    found: list[dict[str, Any]] = []
    value, system, settle = (
        who.scope(name) for name in (permission.VALUE, permission.SYSTEM, permission.SETTLE)
    )
    for row in subsidy.lists(connection, value) if value.is_whole else ():
        if row["state"] == "draft":
            path, fen = f"/subsidies/{row['list']}", row["fen"]
            found.append(
                {"what": "subsidy", "path": path, "name": row["name"], "by": row["made_by"], "fen": fen}
            )
    for row in takeovers(connection, system) if system.is_whole else ():
        if row["state"] == "drafted":
            path, by = "/takeover", row["drafted_by"]
            found.append({"what": "takeover", "path": path, "name": row["name"], "by": by, "fen": row["fen"]})
    for row in view.statements(connection, settle, who.operator) if settle.is_whole else ():
        if row["state"] == statement.CHECKED:
            path = f"/settlement/{row['statement']}"
            steps = statement.steps(connection, settle.unit, row["statement"])
            by = next((one for state, one, _, _ in steps if state == statement.CHECKED), 0)
            found.append(
                {"what": "statement", "path": path, "name": row["name"], "by": by, "fen": row["due_fen"]}
            )
    return found


@post(
    "/proposals/{number:int}/{answer:str}",
    opt={"permission": permission.EXCEPTION, "fresh": True},
    status_code=200,
)
async def answer(request: Asking, number: FromPath[int], answer: FromPath[str]) -> Response[Any]:
    """A second person agrees (and it is done), or declines."""
    there, who = runtime(request), visitor(request).rights
    if answer not in ("agree", "decline"):
        raise Refused("request.malformed")
    scope = who.scope(permission.EXCEPTION)

    def look(connection: Connection) -> Any:
        if answer == "decline":
            if not any(one["proposal"] == number for one in proposal.proposals(connection, scope)):
                raise Refused("proposal.unknown")
            return None
        return proposal.order_of(connection, scope, number, who.operator, there.terms.types)

    try:
        order = await there.db.read(look)
        if order is not None:
            done = await there.lane.do(order)
            if done.result.status is not Status.CREATED:
                raise Refused(done.result.reason.replace("record_conflict", "record.conflict"))
    except Refused as no:
        return await _listed(request, no)
    state = "declined" if order is None else "agreed"

    def write(connection: Connection) -> None:
        now = there.clock.now()
        if proposal.answered(connection, there.unit, number, state, who.operator, now):
            log.write(connection, there.unit, now, who.operator, f"proposal.{state}", str(number))

    await there.db.write(write)
    return go("/approvals")


HANDLERS = [listed, answer]
