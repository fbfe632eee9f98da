"""What is sold, where, at which prices from which day on, and when it is on the menu. F: B6 B13 C2"""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from onecard.clock import business_day, card_day
from onecard.errors import Refused
from onecard.wire.messages import Price, Product
from server.catalogue import service
from server.console import field, rule
from server.console.page import Asking, form, go, page, runtime, visitor
from server.operators import permission
from server.organisation.scope import Scope
from server.organisation.service import outlets


@get("/products", opt={"permission": permission.VIEW})
async def listed(request: Asking) -> Response[Any]:
    """All that is sold in the visitor's outlets, and the form for another one."""
    return await _listed(request, {})


async def _listed(request: Asking, fields: field.Fields, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    scope = who.scope(permission.VIEW)
    edit = who.scope(permission.ORGANISATION)

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "rows": service.listed_products(connection, scope),
            "outlets": {row["outlet"]: row["name"] for row in outlets(connection, scope)},
            "mine": [(row["outlet"], row["name"]) for row in outlets(connection, edit)],
        }

    today = card_day(business_day(there.clock.now()))
    return page(
        request, "products.html", status=422 if error else 200, error=error, fields=dict(fields),
        today=today, whole=edit.is_whole, may_edit=who.may(permission.ORGANISATION),
        **await there.db.read(read),
    )  # fmt: skip


def _found(connection: Connection, scope: Scope, number: int) -> tuple[Product, int, bool]:
    """Raises ``Refused("product.unknown")``."""
    for row in service.listed_products(connection, scope):
        if row[0].product == number:
            return row
    raise Refused("product.unknown")


@post("/products", opt={"permission": permission.ORGANISATION, "fresh": True}, status_code=200)
async def add(request: Asking) -> Response[Any]:
    """In one outlet, or in all of them."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope, now = who.scope(permission.ORGANISATION), there.clock.now()

    def write(connection: Connection) -> int:
        outlet = field.number(fields, "outlet")
        mine = {row["outlet"] for row in outlets(connection, scope)}
        if outlet not in mine and not (outlet == 0 and scope.is_whole):
            raise Refused("outlet.unknown")
        said = _basics(fields)
        return service.add_product(
            connection, there.unit, now, name=said.name, category=said.category, price_fen=said.price_fen,
            name_en=said.name_en, outlet=outlet, barcode=said.barcode, initials=said.initials,
        )  # fmt: skip

    try:
        number = await there.db.write(write)
    except Refused as no:
        return await _listed(request, fields, no)
    await field.noted(request, "product.add", number)
    return go(f"/products/{number}")


def _basics(fields: field.Fields, *, on_sale: bool = True) -> service.Basics:
    def text(name: str) -> str:
        return fields.get(name, "").strip()[:64]

    return service.Basics(
        name=fields.get("name", ""),
        name_en=text("name_en"),
        category=fields.get("category", ""),
        price_fen=field.fen(fields, "fen"),
        barcode=text("barcode"),
        initials=text("initials"),
        on_sale=on_sale,
    )


@get("/products/{number:int}", opt={"permission": permission.VIEW})
async def show(request: Asking, number: FromPath[int]) -> Response[Any]:
    """One product with all its prices, those to come as well."""
    return await _show(request, number)


async def _show(request: Asking, number: int, error: Refused | None = None) -> Response[Any]:
    there, who = runtime(request), visitor(request).rights
    scope, edit = who.scope(permission.VIEW), who.scope(permission.ORGANISATION)

    def read(connection: Connection) -> dict[str, Any]:
        one, outlet, on_sale = _found(connection, scope, number)
        places = {row["outlet"]: row["name"] for row in outlets(connection, scope)}
        mine = {row["outlet"] for row in outlets(connection, edit)}
        may_edit = outlet in mine if outlet else edit.is_whole
        return {"one": one, "outlet": outlet, "on_sale": on_sale, "outlets": places, "may_edit": may_edit}

    found = await there.db.read(read)
    one = found["one"]
    return page(
        request, "product.html", status=422 if error else 200, error=error,
        today=card_day(business_day(there.clock.now())), price_rows=rule.spare(one.prices, "fen", "level"),
        menu_rows=rule.spare(one.menu, more=1), **found,
    )  # fmt: skip


@post("/products/{number:int}", opt={"permission": permission.ORGANISATION, "fresh": True}, status_code=200)
async def change(request: Asking, number: FromPath[int]) -> Response[Any]:
    """A price with a first day takes effect on that day; what was sold before stays what it was."""
    there, who, fields = runtime(request), visitor(request).rights, form(request)
    scope, now = who.scope(permission.ORGANISATION), there.clock.now()

    def write(connection: Connection) -> None:
        known = {row["outlet"] for row in outlets(connection, scope)}
        said = _basics(fields, on_sale=fields.get("on_sale") == "1")
        prices, since = rule.prices(fields, known), field.day(fields, "fen_since")
        if since > card_day(business_day(now)):
            # What it costs until then stays what it is.
            prices = (*prices, Price(fen=said.price_fen, since=since))
            old = _found(connection, scope, number)[0].price_fen
            said = msgspec.structs.replace(said, price_fen=old)
        service.change_product(connection, scope, number, said, now)
        wanted = service.ProductTerms(prices, rule.menu(fields, known))
        service.put_product_terms(connection, there.unit, number, wanted, now)

    try:
        await there.db.write(write)
    except Refused as no:
        return await _show(request, number, no)
    await field.noted(request, "product.change", number)
    await there.look()
    return go(f"/products/{number}")


HANDLERS = [listed, add, show, change]
