"""Settlement: the day's close, statements of operators and owners, branches, head office. F: G1 G2 G3 G5"""

from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard import money
from onecard.clock import business_day, card_day, day_of_card
from onecard.errors import Refused
from server import auth
from server.books.office import paper_statement
from server.console.page import Asking, form, go, page, runtime, visitor, whole_number
from server.exceptions import proposal
from server.operators import log, permission
from server.organisation import service as organisation
from server.organisation.scope import Scope
from server.organisation.service import day_starts_at_minute
from server.settlement import close, line, paper, payment, statement, view

#: More than any operator holds.
MOST_FEN = 100_000_000_00


@get("/settlement", opt={"permission": permission.VIEW})
async def overview(request: Asking) -> Response[Any]:
    """Closes, branches and statements that the visitor may see."""
    return await _overview(request)


async def _overview(request: Asking, error: Refused | None = None, **more: Any) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    scope, now = who.scope(permission.VIEW), there.clock.now()

    def read(connection: Connection) -> dict[str, Any]:
        closes = view.closes(connection, scope)
        upto = closes[0]["one"].close if closes else 0
        start = day_starts_at_minute(connection, there.unit)
        return {
            "closes": closes,
            "balances": view.balances(connection, scope, 0, upto) if upto else [],
            "statements": view.statements(connection, scope, who.operator),
            "unowned": view.unowned(connection, scope),
            "today": business_day(now, start).isoformat(),
            "operators": view.names(connection, scope, line.OPERATOR) if scope.is_whole else {},
            "owners": view.names(connection, scope, line.OWNER) if scope.is_whole else {},
            "papers": view.papers(connection, scope),
            "outlets": organisation.outlets(connection, scope) if scope.is_whole else [],
        }

    found = await there.db.read(read)
    problems = more.get("problems", ())
    return page(
        request, "settlement.html", status=422 if error else 200, error=error, problems=problems, **found
    )


@post("/settlement/close", opt={"permission": permission.SETTLE}, status_code=200)
async def draw(request: Asking) -> Response[Any]:
    """Close a business day; what does not tie out needs a second person's password."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    _whole(who.scope(permission.SETTLE))
    checked: close.Checked | None = None
    try:
        day, second = card_day(date.fromisoformat(fields.get("day", ""))), 0
        whole = bool(fields.get("whole"))
        checked = found = await there.db.study(lambda c: close.check(c, there.unit, day, whole=whole))
        if checked.problems and fields.get("second"):
            witness = await auth.second(there, who, fields["second"], fields.get("second_password", ""))
            witness.demand_delegable((permission.SETTLE,), 0, 0)
            second = witness.operator
        now = there.clock.now()
        start = await there.db.read(lambda connection: day_starts_at_minute(connection, there.unit))
        if day > card_day(business_day(now, start)):
            raise Refused("close.future")

        def write(connection: Connection) -> None:
            one = close.make(connection, there.unit, day, found, who.operator, now, second)
            said = day_of_card(day).isoformat()
            log.write(
                connection, there.unit, now, who.operator, "settlement.close", str(one.close), day=said,
                second=second, entries_read=one.entries_read,
            )  # fmt: skip

        await there.db.write(write)
    except ValueError:
        return await _overview(request, Refused("date.malformed"))
    except Refused as no:
        return await _overview(request, no, problems=checked.problems if checked else ())
    return go("/settlement")


@post("/settlement/draft", opt={"permission": permission.SETTLE}, status_code=200)
async def draft(request: Asking) -> Response[Any]:
    """A statement of everything since the last one."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    _whole(who.scope(permission.SETTLE))
    kind, now = fields.get("kind", ""), there.clock.now()
    if kind not in (line.OPERATOR, line.OWNER):
        raise Refused("request.malformed")

    def write(connection: Connection) -> int:
        subject = whole_number(fields.get("subject", ""))
        one = statement.draft(connection, there.unit, kind, subject, who.operator, now)
        log.write(connection, there.unit, now, who.operator, "settlement.draft", str(one.statement))
        return one.statement

    try:
        number = await there.db.write(write)
    except Refused as no:
        return await _overview(request, no)
    return go(f"/settlement/{number}")


@post("/settlement/paper", opt={"permission": permission.SETTLE, "fresh": True}, status_code=200)
async def enter_paper(request: Asking) -> Response[Any]:
    """One that was printed before the books were restored, if a second person agrees; or, ``all``: there are
    no more."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    _whole(who.scope(permission.SETTLE))
    now, by = there.clock.now(), who.operator

    def write(connection: Connection) -> None:
        if fields.get("all") == "1":
            paper.say_all(connection, there.unit, by, now)
            return
        about, _, subject = fields.get("subject", "").partition(":")
        fen = money.parse(fields.get("amount", ""), cap=money.Fen(MOST_FEN))
        day = card_day(date.fromisoformat(fields.get("day", "")))
        place = whole_number(fields["outlet"]) if fields.get("outlet", "0") != "0" else 0
        terms = paper_statement.Terms(
            fields.get("paper", "").strip(), about, whole_number(subject), place, day, fen, by,
            " ".join(fields.get("note", "").split())[:500],
        )  # fmt: skip
        proposal.propose(connection, there.unit, "paper_statement", terms, by, now)
        log.write(connection, there.unit, now, by, "settlement.paper", terms.paper[:32])

    try:
        await there.db.write(write)
    except ValueError:
        return await _overview(request, Refused("date.malformed"))
    except Refused as no:
        return await _overview(request, no)
    return go("/settlement" if fields.get("all") == "1" else "/approvals")


@get("/settlement/{number:int}", opt={"permission": permission.VIEW})
async def show(request: Asking, number: FromPath[int]) -> Response[Any]:
    """One statement, line by line."""
    return await _show(request, number)


async def _show(request: Asking, number: int, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    scope = who.scope(permission.VIEW)
    found = await there.db.read(lambda connection: view.seen(connection, scope, who.operator, number))
    checker = next((one["name"] for one in found.steps if one["state"] == statement.CHECKED), None)
    return page(
        request,
        "statement.html",
        status=422 if error else 200,
        error=error,
        seen=found,
        finance=who.scope(permission.SETTLE).is_whole,
        subject=_is_subject(who.operator, scope, found.head),
        checker=checker,
    )


def _is_subject(who: int, scope: Scope, one: statement.Statement) -> bool:
    """Whether a statement is about the visitor himself."""
    if one.kind == line.OPERATOR:
        return one.subject == who
    return one.subject in scope.owners


@post(
    "/settlement/{number:int}/{to:str}", opt={"permission": permission.VIEW, "fresh": True}, status_code=200
)
async def advance(request: Asking, number: FromPath[int], to: FromPath[str]) -> Response[Any]:
    """The next step: finance checks, drops and settles; who it is about, or a colleague, confirms."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope, now = who.scope(permission.VIEW), there.clock.now()
    one = (await there.db.read(lambda connection: view.seen(connection, scope, who.operator, number))).head
    finance = who.scope(permission.SETTLE).is_whole
    if not (finance or (to == statement.CONFIRMED and _is_subject(who.operator, scope, one))):
        raise Refused("operator.not_allowed", permission=permission.SETTLE)
    try:
        if to == statement.PAID:
            await _pay(request, one)
        else:
            note = " ".join(fields.get("note", "").split())
            await there.db.write(
                lambda connection: statement.advance(
                    connection, there.unit, number, to, who.operator, now, note
                )
            )
    except Refused as no:
        return await _show(request, number, no)
    await there.db.write(
        lambda connection: log.write(
            connection, there.unit, now, who.operator, f"settlement.{to}", str(number)
        )
    )
    return go(f"/settlement/{number}")


async def _pay(request: Asking, one: statement.Statement) -> None:
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    if one.kind == line.OWNER:
        answer = await payment.pay_out(there.lane, there.unit, one.statement, who.operator)
    else:
        paid, witness = money.parse(fields.get("paid", ""), cap=money.Fen(MOST_FEN)), 0
        if paid != one.due_fen and fields.get("second"):
            second = await auth.second(there, who, fields["second"], fields.get("second_password", ""))
            witness = second.operator
        answer = await payment.pay_in(there.lane, there.unit, one.statement, paid, who.operator, witness)
    if answer.result.reason:
        raise Refused("statement.state", state=one.state)


def _whole(scope: Scope) -> None:
    if not scope.is_whole:
        raise Refused("operator.not_allowed", permission=permission.SETTLE)


HANDLERS = [overview, draw, draft, enter_paper, show, advance]
