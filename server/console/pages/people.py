"""Many members at once: another department, validity, who leaves with a pay-out list, idle cards. F: A16"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from litestar import Response, get, post
from sqlalchemy import Connection

from onecard import money
from onecard.clock import card_day, day_of_card, local
from onecard.errors import Refused
from server.console.page import Asking, form, page, runtime, translator, visitor
from server.console.pages.member_list import packed
from server.members import bulk
from server.members.bulk import Held, Selection
from server.operators import permission

IDLE_DAYS = 180
SHOWN = 200
DAY_S = 86_400


def _selection(fields: Any) -> Selection:
    return Selection(department=fields.get("department", "").strip(), group=fields.get("group", "").strip())


async def _shown(
    request: Asking, who: Selection, error: Refused | None = None, done: str = ""
) -> Response[Any]:
    scope = visitor(request).rights.scope(permission.PERSON)

    def read(connection: Connection) -> dict[str, Any]:
        cards = bulk.held_cards(connection, scope, who) if who else []
        return {
            "departments": bulk.departments(connection, scope),
            "count": bulk.count(connection, scope, who) if who else 0,
            "cards": cards,
            "payable_fen": sum(one.payable_fen for one in cards),
        }

    found = await runtime(request).db.read(read)
    status = 422 if error else 200
    return page(
        request, "members_many.html", status=status, who=who, error=error, done=done, shown=SHOWN, **found
    )


@get("/members/many", opt={"permission": permission.PERSON})
async def show(request: Asking) -> Response[Any]:
    """Choose who, and see what their cards hold."""
    return await _shown(request, _selection(request.query_params))


@post("/members/many", opt={"permission": permission.PERSON, "fresh": True}, status_code=200)
async def change(request: Asking) -> Response[Any]:
    """One deed for all of them; ``told`` is how many the visitor saw, so that nobody else is meant."""
    there, visit, fields = runtime(request), visitor(request), form(request)
    scope, now, by = visit.rights.scope(permission.PERSON), there.clock.now(), visit.rights.operator
    who, deed = _selection(fields), fields.get("deed", "")

    def write(connection: Connection) -> int:
        meant = bulk.count(connection, scope, who)
        if fields.get("told", "") != str(meant):
            raise Refused("import.changed")
        if deed == "move":
            return bulk.move(connection, scope, who, fields.get("to", ""), now, by)
        if deed == "extend":
            return bulk.extend(connection, scope, who, _until(fields.get("until", "")), now, by)
        if deed == "leave":
            bulk.leave(connection, scope, who, now, by)
            return meant
        raise Refused("request.malformed")

    try:
        done = await there.db.write(write)
    except Refused as no:
        return await _shown(request, who, no)
    said = translator(request)("console.many.done", count=done)
    return await _shown(
        request, Selection(department=fields.get("to", "")) if deed == "move" else who, done=said
    )


def _until(text: str) -> int:
    try:
        return card_day(date.fromisoformat(text.strip()))
    except ValueError:
        raise Refused("day.malformed") from None


async def _listed(request: Asking, title: str, cards: Sequence[Held]) -> Response[Any]:
    tr = translator(request)
    head = [
        tr(f"console.{key}")
        for key in (
            "member.number", "member.name", "member.department", "card.number", "card.state",
            "many.last_used", "many.until", "statistic.paid_fen", "statistic.given_fen",
            "statistic.deposit_fen", "statistic.debt_fen", "many.payable",
        )
    ]  # fmt: skip
    rows = [
        [
            one.number, one.name, one.department, str(one.card), tr(f"console.card_state.{one.state}"),
            local(one.last_at).date().isoformat() if one.last_at else "",
            day_of_card(one.until_day).isoformat(),
            *(money.show(fen) for fen in (one.paid_fen, one.given_fen, one.deposit_fen, one.debt_fen)),
            money.show(one.payable_fen),
        ]
        for one in cards
    ]  # fmt: skip
    return await packed(title, "xlsx", head, rows)


@get("/members/many/pay-out", opt={"permission": permission.PERSON})
async def pay_out(request: Asking) -> Response[Any]:
    """What is to be paid when each of their cards is returned, as XLSX."""
    scope, who = visitor(request).rights.scope(permission.PERSON), _selection(request.query_params)
    cards = await runtime(request).db.read(lambda connection: bulk.held_cards(connection, scope, who))
    return await _listed(request, "pay-out", cards)


@get("/members/many/idle", opt={"permission": permission.PERSON})
async def idle(request: Asking) -> Response[Any]:
    """Cards that nobody used for so many days, as XLSX."""
    there, text = runtime(request), request.query_params.get("days", str(IDLE_DAYS))
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 5):
        raise Refused("number.malformed")
    scope, since = visitor(request).rights.scope(permission.PERSON), there.clock.now() - int(text) * DAY_S
    cards = await there.db.read(lambda connection: bulk.held_cards(connection, scope, None, idle_since=since))
    return await _listed(request, "idle-cards", cards)


HANDLERS = [show, change, pay_out, idle]
