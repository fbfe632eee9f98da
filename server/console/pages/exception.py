"""The office's inbox: what nobody may guess, with its evidence; closed by name, or settled by two people."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard import money
from onecard.errors import Refused
from onecard.text import Translator
from server.books.office import bear, declare_lost, repair
from server.console import figures
from server.console.page import Asking, form, go, page, runtime, translator, visitor, whole_number, word
from server.exceptions import proposal, service
from server.operators import log, permission
from server.operators.service import names
from server.organisation.scope import Scope
from server.terminals import told
from server.terminals.service import terminals

NOTE_MAX = 500


@get("/exceptions", opt={"permission": permission.VIEW})
async def listed(request: Asking) -> Response[Any]:
    """Open ones, or with ``?closed=1`` those that were dealt with; and how many proposals wait."""
    there = runtime(request)
    scope = visitor(request).rights.scope(permission.VIEW)
    closed = request.query_params.get("closed") == "1"

    def read(connection: Connection) -> tuple[list[dict[str, Any]], int, dict[int, str]]:
        rows = figures.exceptions(connection, scope, closed)
        waiting = 0 if closed else len(proposal.proposals(connection, scope))
        return rows, waiting, names(connection, scope)

    rows, waiting, people = await there.db.read(read)
    tr = translator(request)
    told = [row | {"said": detail(tr, row["detail"])} for row in rows]
    return page(request, "exceptions.html", rows=told, closed=closed, waiting=waiting, people=people)


def detail(tr: Translator, raw: str) -> str:
    """The small print: names and values as kept, the names in words."""
    try:
        kept = msgspec.json.decode(raw, type=dict[str, int | str])
    except msgspec.MsgspecError:
        return raw
    pairs = ((word(tr, "detail", name), word(tr, "detail", str(value))) for name, value in kept.items())
    return " · ".join(f"{name}: {value}" for name, value in pairs)


@get("/exceptions/{number:int}", opt={"permission": permission.VIEW})
async def show(request: Asking, number: FromPath[int]) -> Response[Any]:
    """One matter: what is known, who looks after it, what can be done."""
    there = runtime(request)
    scope = visitor(request).rights.scope(permission.VIEW)

    def read(connection: Connection) -> dict[str, Any]:
        row = _found(connection, scope, number)
        asked = proposal.proposals(connection, scope)
        return {
            "row": row,
            "people": names(connection, scope),
            "known": service.evidence(connection, there.unit, row["fact"] or 0),
            "asked": [dict(one) for one in asked if one["exception"] == number],
        }

    found = await there.db.read(read)
    row = found["row"]
    return page(
        request,
        "exception.html",
        said=detail(translator(request), row["detail"]),
        actions=service.actions(row["kind"]),
        **found,
    )


def _found(connection: Connection, scope: Scope, number: int) -> dict[str, Any]:
    """An exception in the visitor's scope. Raises ``Refused("exception.unknown")``."""
    row = service.find(connection, scope, number)
    if row is None:
        raise Refused("exception.unknown")
    return dict(row)


def _note(request: Asking) -> str:
    note = " ".join(form(request).get("note", "").split())
    if not note or len(note) > NOTE_MAX:
        raise Refused("note.needed", most=NOTE_MAX)
    return note


@post("/exceptions/{number:int}/close", opt={"permission": permission.EXCEPTION}, status_code=200)
async def close(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Dealt with: by whom, when, and what was found."""
    there, who = runtime(request), visitor(request)
    note = _note(request)
    scope = who.rights.scope(permission.EXCEPTION)

    def write(connection: Connection) -> None:
        _found(connection, scope, number)
        now = there.clock.now()
        if not service.close(connection, there.unit, number, who.rights.operator, note, now):
            raise Refused("exception.unknown")
        log.write(connection, there.unit, now, who.rights.operator, "exception.close", str(number))

    await there.db.write(write)
    return go("/exceptions")


@post("/exceptions/{number:int}/assign", opt={"permission": permission.EXCEPTION}, status_code=200)
async def assign(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Whoever asks looks after it, or ``operator`` does."""
    there, who = runtime(request), visitor(request)
    text = form(request).get("operator", "").strip()
    in_charge = whole_number(text, 1 << 31) if text else who.rights.operator
    scope = who.rights.scope(permission.EXCEPTION)

    def write(connection: Connection) -> None:
        _found(connection, scope, number)
        if not service.assign(connection, there.unit, number, in_charge):
            raise Refused("exception.closed")
        now = there.clock.now()
        log.write(connection, there.unit, now, who.rights.operator, "exception.assign", str(number))

    await there.db.write(write)
    return go(f"/exceptions/{number}")


@post(
    "/exceptions/{number:int}/propose",
    opt={"permission": permission.EXCEPTION, "fresh": True},
    status_code=200,
)
async def propose(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Settle it so, if a second person agrees."""
    there, who = runtime(request), visitor(request)
    fields, note = form(request), _note(request)
    action = fields.get("action", "")
    scope = who.rights.scope(permission.EXCEPTION)

    def write(connection: Connection) -> None:
        row = _found(connection, scope, number)
        if action not in service.actions(row["kind"]) or row["closed_at"] is not None:
            raise Refused("exception.closed" if row["closed_at"] is not None else "request.malformed")
        terms = _terms(action, number, row, fields, who.rights.operator, note)
        now = there.clock.now()
        proposal.propose(connection, there.unit, action, terms, who.rights.operator, now, number)
        log.write(connection, there.unit, now, who.rights.operator, f"exception.{action}", str(number))

    await there.db.write(write)
    return go(f"/exceptions/{number}")


def _terms(
    action: str, number: int, row: dict[str, Any], fields: Any, operator: int, note: str
) -> msgspec.Struct:
    if action == "bear":
        who = fields.get("bearer", "")
        if who in ("operator", "owner"):
            who += f":{whole_number(fields.get('who', ''), 1 << 31)}"
        return bear.Terms(number, who, money.parse(fields.get("amount", "")), operator, note)
    if action == "pay_doubt":
        card = whole_number(fields.get("card", ""))
        issue = whole_number(fields.get("issue", "1"), 256)
        return bear.DoubtTerms(number, card, issue, money.parse(fields.get("amount", "")), operator, note)
    if action == "enter_errand":
        return told.Terms(number, row["fact"] or 0, fields.get("cash_only") == "1", operator, note)
    body = fields.get("body", "").strip().encode()
    repair.read(body)  # what is wrong with it is said now and not to the second person
    return repair.Terms(number, row["fact"] or 0, body, fields.get("written") == "1", operator, note)


@post("/terminals/{number:int}/lost", opt={"permission": permission.TERMINAL, "fresh": True}, status_code=200)
async def lost(request: Asking, number: FromPath[int]) -> Response[Any]:
    """This terminal is gone for good, if a second person says so as well."""
    there, who = runtime(request), visitor(request)

    def write(connection: Connection) -> None:
        scope = who.rights.scope(permission.TERMINAL)
        if not any(one["terminal"] == number for one in terminals(connection, scope)):
            raise Refused("terminal.unknown")
        terms = declare_lost.Terms(number, who.rights.operator)
        now = there.clock.now()
        if any(
            one["kind"] == "declare_lost" and proposal.told(one)["terminal"] == number
            for one in proposal.proposals(connection, Scope.whole(there.unit))
        ):
            raise Refused("proposal.open")
        proposal.propose(connection, there.unit, "declare_lost", terms, who.rights.operator, now)
        log.write(connection, there.unit, now, who.rights.operator, "terminal.lost", str(number))

    await there.db.write(write)
    return go("/approvals")


HANDLERS = [listed, show, close, assign, propose, lost]
