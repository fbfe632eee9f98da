"""Card types, products and calendars as the office sets them; every change moves the documents on."""

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.money import MAX_FEN
from onecard.rules import periods, terms
from onecard.rules.condition import particular
from onecard.wire.messages import CalendarTerms, CardType, Condition, Price, Product
from server.catalogue.tables import calendar, card_type_terms, product, product_terms
from server.organisation.scope import Scope
from server.organisation.service import clean_name, next_number
from server.terminals import version


class ProductTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """What else is said of a product: its other prices, and when it is on the menu."""

    prices: tuple[Price, ...] = ()
    menu: tuple[Condition, ...] = ()


class Basics(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a product itself."""

    name: str
    name_en: str = ""
    category: str
    price_fen: int
    barcode: str = ""
    initials: str = ""
    on_sale: bool = True


_NO_TERMS = ProductTerms()


def put_card_type(connection: Connection, unit_id: int, card_type: CardType, now: int) -> None:
    """Add or change a card type (writes), from ``card_type.since`` on; a moment that is over means at once.

    Terms that were set for later stay. Raises ``Refused``: ``name.malformed``, ``card_type.…``.
    """
    clean_name(card_type.name)
    fault = terms.fault(card_type)
    if fault:
        raise Refused(fault)
    table = card_type_terms
    mine = (table.c.unit_id == unit_id) & (table.c.type == card_type.type)
    since = card_type.since if card_type.since > now else 0
    over = table.c.since <= now if since == 0 else table.c.since == since
    connection.execute(table.delete().where(mine, over))
    body = msgspec.json.encode(msgspec.structs.replace(card_type, since=since)).decode()
    connection.execute(
        table.insert().values(unit_id=unit_id, type=card_type.type, since=since, terms=body, made_at=now)
    )
    version.touch(connection, unit_id, version.TYPES, now)


def card_types(connection: Connection, unit_id: int) -> tuple[CardType, ...]:
    """All card types by number, each with the terms to come behind those in force."""
    table = card_type_terms
    query = sa.select(table.c.terms).where(table.c.unit_id == unit_id).order_by(table.c.type, table.c.since)
    return tuple(msgspec.json.decode(body, type=CardType) for body in connection.execute(query).scalars())


def card_type_of(connection: Connection, unit_id: int, number: int, at: int | None = None) -> CardType:
    """One card type as it stands at ``at``, or as last set. Raises ``Refused("card_type.unknown")``."""
    table = card_type_terms
    query = sa.select(table.c.terms).where(table.c.unit_id == unit_id, table.c.type == number)
    if at is not None:
        query = query.where(table.c.since <= at)
    body = connection.execute(query.order_by(table.c.since.desc()).limit(1)).scalar()
    if body is None:
        raise Refused("card_type.unknown")
    return msgspec.json.decode(body, type=CardType)


def put_calendar(connection: Connection, unit_id: int, outlet: int, wanted: CalendarTerms, now: int) -> None:
    """Set an outlet's day and meals (writes), from ``wanted.since`` on; ``outlet`` 0: of all that have none.

    Raises ``Refused("calendar.…")``.
    """
    fault = periods.fault(wanted)
    if fault:
        raise Refused(fault)
    mine = (calendar.c.unit_id == unit_id) & (calendar.c.outlet == outlet)
    since = wanted.since if wanted.since > now else 0
    over = calendar.c.since <= now if since == 0 else calendar.c.since == since
    connection.execute(calendar.delete().where(mine, over))
    body = msgspec.json.encode(msgspec.structs.replace(wanted, since=since)).decode()
    connection.execute(
        calendar.insert().values(unit_id=unit_id, outlet=outlet, since=since, terms=body, made_at=now)
    )
    version.touch(connection, unit_id, version.CALENDAR, now)


def calendars(connection: Connection, unit_id: int) -> dict[int, tuple[CalendarTerms, ...]]:
    """Every calendar by outlet (0: the unit's), oldest terms first; none where the office has set none."""
    query = sa.select(calendar).where(calendar.c.unit_id == unit_id).order_by(calendar.c.since)
    found: dict[int, tuple[CalendarTerms, ...]] = {}
    for row in connection.execute(query):
        held = msgspec.json.decode(row.terms, type=CalendarTerms)
        found[row.outlet] = (*found.get(row.outlet, ()), held)
    return found


def calendar_of(connection: Connection, unit_id: int, outlet: int) -> tuple[CalendarTerms, ...]:
    """The terms of one outlet, its own or the unit's; none where the office has set none at all."""
    query = (
        sa.select(calendar.c.outlet, calendar.c.terms)
        .where(calendar.c.unit_id == unit_id, calendar.c.outlet.in_((0, outlet)))
        .order_by(calendar.c.since)
    )
    rows = connection.execute(query).all()
    whose = outlet if any(row.outlet == outlet for row in rows) else 0
    return tuple(msgspec.json.decode(row.terms, type=CalendarTerms) for row in rows if row.outlet == whose)


def add_product(
    connection: Connection,
    unit_id: int,
    now: int,
    *,
    name: str,
    category: str,
    price_fen: int,
    name_en: str = "",
    outlet: int = 0,
    barcode: str = "",
    initials: str = "",
) -> int:
    """A new product → its number (writes); ``outlet`` 0 sells it everywhere. Raises ``Refused``."""
    if not 0 < price_fen <= MAX_FEN:
        raise Refused("price.out_of_range")
    number = next_number(connection, product, "product", unit_id)
    connection.execute(
        product.insert().values(
            unit_id=unit_id,
            product=number,
            outlet=outlet,
            name=clean_name(name),
            name_en=name_en,
            category=clean_name(category),
            price_fen=price_fen,
            barcode=barcode,
            initials=initials,
            on_sale=True,
        )
    )
    version.touch(connection, unit_id, version.CATALOGUE, now)
    return number


def change_product(connection: Connection, scope: Scope, number: int, wanted: Basics, now: int) -> None:
    """What it is called, costs at the list and whether it is sold (writes). Raises ``Refused``."""
    if not 0 < wanted.price_fen <= MAX_FEN:
        raise Refused("price.out_of_range")
    values = {
        **msgspec.structs.asdict(wanted),
        "name": clean_name(wanted.name),
        "category": clean_name(wanted.category),
    }
    change = product.update().where(editable(scope), product.c.product == number)
    if connection.execute(change.values(**values)).rowcount != 1:
        raise Refused("product.unknown")
    version.touch(connection, scope.unit, version.CATALOGUE, now)


def editable(scope: Scope) -> sa.ColumnElement[bool]:
    """Products of one outlet are that outlet's; those sold everywhere are the whole unit's."""
    return scope.by_outlet(product)


def put_product_terms(
    connection: Connection, unit_id: int, number: int, wanted: ProductTerms, now: int
) -> None:
    """Set a product's other prices and its menu (writes). Particular prices are put before general ones.

    Raises ``Refused``: ``product.unknown``, ``product.dates``, ``price.out_of_range``.
    """
    known = sa.select(product.c.product).where(product.c.unit_id == unit_id, product.c.product == number)
    if connection.execute(known).first() is None:
        raise Refused("product.unknown")
    if any(row.until and row.until < row.since for row in (*wanted.prices, *wanted.menu)):
        raise Refused("product.dates")
    if any(not 0 < row.fen <= MAX_FEN for row in wanted.prices):
        raise Refused("price.out_of_range")
    ordered = sorted(wanted.prices, key=lambda row: particular(row, row.level), reverse=True)
    body = msgspec.json.encode(msgspec.structs.replace(wanted, prices=tuple(ordered))).decode()
    where = (product_terms.c.unit_id == unit_id) & (product_terms.c.product == number)
    if connection.execute(product_terms.update().where(where).values(terms=body)).rowcount == 0:
        connection.execute(product_terms.insert().values(unit_id=unit_id, product=number, terms=body))
    version.touch(connection, unit_id, version.CATALOGUE, now)


def products(connection: Connection, unit_id: int, outlet: int) -> tuple[Product, ...]:
    """What one outlet sells, by number, with prices and menus to come."""
    same = (product_terms.c.unit_id == product.c.unit_id) & (product_terms.c.product == product.c.product)
    query = (
        sa.select(product, product_terms.c.terms)
        .join_from(product, product_terms, same, isouter=True)
        .where(product.c.unit_id == unit_id, product.c.on_sale.is_(True), product.c.outlet.in_((0, outlet)))
        .order_by(product.c.product)
    )
    return tuple(_product(row) for row in connection.execute(query))


def _product(row: sa.Row[tuple[object, ...]]) -> Product:
    held = _NO_TERMS if row.terms is None else msgspec.json.decode(row.terms, type=ProductTerms)
    return Product(
        product=row.product,
        name=row.name,
        name_en=row.name_en,
        category=row.category,
        price_fen=row.price_fen,
        barcode=row.barcode,
        initials=row.initials,
        prices=held.prices,
        menu=held.menu,
    )


def listed_products(connection: Connection, scope: Scope) -> list[tuple[Product, int, bool]]:
    """(product, outlet, whether it is on sale) of all that is sold in ``scope`` or everywhere, by number."""
    same = (product_terms.c.unit_id == product.c.unit_id) & (product_terms.c.product == product.c.product)
    query = (
        sa.select(product, product_terms.c.terms)
        .join_from(product, product_terms, same, isouter=True)
        .where(scope.by_unit(product), editable(scope) | (product.c.outlet == 0))
        .order_by(product.c.product)
    )
    return [(_product(row), row.outlet, row.on_sale) for row in connection.execute(query)]
