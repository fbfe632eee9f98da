"""Card types: every edition there was, is and will be, and the form for the next one. F: A1 A15 B1 B4 B5"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.rules.terms import MEDIA, WALLETS
from onecard.wire.messages import CardType
from server.catalogue import history
from server.catalogue.service import card_types, put_card_type
from server.console import field, rule
from server.console.page import Asking, form, go, page, runtime, visitor
from server.operators import permission
from server.organisation.scope import Scope
from server.organisation.service import outlets

#: Fields of the form that are amounts, whole numbers, or yes and no; in the groups in which they stand.
YUAN = {
    "issue": ("deposit_fen", "fee_fen"),
    "limits": ("cap_fen", "sale_limit_fen", "day_limit_fen", "meal_limit_fen", "pin_above_fen",
               "recharge_min_fen"),
    "offline": ("offline_sale_fen", "offline_total_fen", "overdraft_fen"),
    "prepaid": ("named_from_fen", "cashless_from_fen"),
}  # fmt: skip
COUNTS = {
    "issue": ("valid_days", "level"),
    "limits": ("day_count_limit", "meal_count_limit", "min_interval_s"),
    "offline": ("offline_count",),
    "prepaid": ("least_valid_days",),
}
FLAGS = {"issue": ("purse_on_card", "stores_value"), "prepaid": ("anonymous",)}
GROUPS = ("issue", "limits", "offline", "prepaid")
NUMBER_MOST = 0xFF


@get("/types", opt={"permission": permission.VIEW})
async def listed(request: Asking) -> Response[Any]:
    """What is in force, by number, and whether something else is coming."""
    there, scope = runtime(request), visitor(request).rights.scope(permission.VIEW)
    now = there.clock.now()

    def read(connection: Connection) -> list[dict[str, Any]]:
        every = card_types(connection, scope.unit)
        found = []
        for number in dict.fromkeys(one.type for one in every):
            mine = [one for one in every if one.type == number]
            held = [one for one in mine if one.since <= now]
            coming = next((one.since for one in mine if one.since > now), 0)
            found.append({"one": held[-1] if held else mine[0], "coming": coming})
        return found

    return page(request, "card_types.html", rows=await there.db.read(read))


@get("/types/new", opt={"permission": permission.ORGANISATION, "fresh": True})
async def show_new(request: Asking) -> Response[Any]:
    """The empty form."""
    field.demand_whole(visitor(request).rights, permission.ORGANISATION)
    return await _show(request, 0)


@get("/types/{number:int}", opt={"permission": permission.VIEW})
async def show(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Every edition, the newest first; for who may, the form."""
    return await _show(request, number)


async def _show(
    request: Asking, number: int, error: Refused | None = None, typed: CardType | None = None
) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    scope, now = who.scope(permission.VIEW), there.clock.now()

    def read(connection: Connection) -> dict[str, Any]:
        editions = history.of_type(connection, scope, number, now) if number else []
        return {
            "editions": editions,
            "outlets": {row["outlet"]: row["name"] for row in outlets(connection, scope)},
        }

    found = await there.db.read(read)
    editions = found["editions"]
    one = typed or (editions[0].terms if editions else CardType(type=0, name=""))
    may_edit = who.scope(permission.ORGANISATION).is_whole
    return page(
        request, "card_type.html", status=422 if error else 200, error=error, one=one, number=number,
        may_edit=may_edit, yuan=YUAN, counts=COUNTS, flags=FLAGS, groups=GROUPS, media=MEDIA,
        wallets=WALLETS, wallet_rows=rule.spare(one.wallets, "wallet", "limit_fen"),
        discount_rows=rule.spare(one.discounts, "off", "price_fen", "most_fen", "first_n"),
        points=rule.shown(one.points, "per_100_yuan", "redeem_fen", "wallets"), **found,
    )  # fmt: skip


@post("/types/new", opt={"permission": permission.ORGANISATION, "fresh": True}, status_code=200)
async def add(request: Asking) -> Response[Any]:
    """The next free number."""
    return await _put(request, 0)


@post("/types/{number:int}", opt={"permission": permission.ORGANISATION, "fresh": True}, status_code=200)
async def put(request: Asking, number: FromPath[int]) -> Response[Any]:
    """A new edition, at once or from a moment on; those that are over stay on record."""
    return await _put(request, number)


async def _put(request: Asking, number: int) -> Response[Any]:
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    field.demand_whole(who, permission.ORGANISATION)
    scope, now = who.scope(permission.ORGANISATION), there.clock.now()

    def write(connection: Connection) -> int:
        mine = _number(connection, scope, number)
        known = {row["outlet"] for row in outlets(connection, scope)}
        put_card_type(connection, there.unit, _typed(fields, mine, known), now)
        return mine

    try:
        mine = await there.db.write(write)
    except Refused as no:
        return await _show(request, number, no)
    await field.noted(request, "type.put", mine)
    await there.look()
    return go(f"/types/{mine}")


def _number(connection: Connection, scope: Scope, number: int) -> int:
    taken = {one.type for one in card_types(connection, scope.unit)}
    if number and number not in taken:
        raise Refused("card_type.unknown")
    mine = number or max(taken, default=0) + 1
    if mine > NUMBER_MOST:
        raise Refused("card_type.unknown")
    return mine


def _typed(fields: field.Fields, number: int, known: set[int]) -> CardType:
    """The form as a card type. Raises ``Refused``; what the rules forbid is said by the rules."""
    values: dict[str, Any] = {}
    for group in GROUPS:
        values |= {name: rule.yuan(fields, name) for name in YUAN.get(group, ())}
        values |= {name: field.number(fields, name, 1 << 20) for name in COUNTS.get(group, ())}
        values |= {name: fields.get(name) == "1" for name in FLAGS.get(group, ())}
    if not 0 <= values["level"] <= 99 or values["meal_count_limit"] > 15:
        raise Refused("number.malformed")
    return CardType(
        type=number,
        name=fields.get("name", "").strip(),
        name_en=fields.get("name_en", "").strip()[:64],
        since=field.moment(fields, "since"),
        media=tuple(one for one in MEDIA if fields.get(f"media.{one}") == "1"),
        wallets=rule.wallets(fields, known),
        discounts=rule.discounts(fields, known),
        points=rule.points(fields, known),
        periods=rule.words(fields, "periods"),
        outlets=rule.numbers(fields, "outlets", known),
        terms=fields.get("terms", "").strip()[:4_000],
        terms_en=fields.get("terms_en", "").strip()[:4_000],
        **values,
    )


HANDLERS = [listed, show_new, show, add, put]
