"""Card types and products as the office sets them; every change moves the terminals' documents on."""

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.money import MAX_FEN
from onecard.wire.messages import CardType, Product
from server.catalogue.tables import card_type, product
from server.organisation.service import clean_name, next_number
from server.terminals import version


def put_card_type(connection: Connection, unit_id: int, terms: CardType, now: int) -> None:
    """Add or change a card type (writes)."""
    clean_name(terms.name)
    where = (card_type.c.unit_id == unit_id) & (card_type.c.type == terms.type)
    body = msgspec.json.encode(terms).decode()
    if connection.execute(card_type.update().where(where).values(terms=body)).rowcount == 0:
        connection.execute(card_type.insert().values(unit_id=unit_id, type=terms.type, terms=body))
    version.touch(connection, unit_id, version.TYPES, now)


def card_types(connection: Connection, unit_id: int) -> tuple[CardType, ...]:
    """All card types by number."""
    query = sa.select(card_type.c.terms).where(card_type.c.unit_id == unit_id).order_by(card_type.c.type)
    return tuple(msgspec.json.decode(terms, type=CardType) for terms in connection.execute(query).scalars())


def card_type_of(connection: Connection, unit_id: int, number: int) -> CardType:
    """One card type. Raises ``Refused("card_type.unknown")``."""
    query = sa.select(card_type.c.terms).where(card_type.c.unit_id == unit_id, card_type.c.type == number)
    terms = connection.execute(query).scalar()
    if terms is None:
        raise Refused("card_type.unknown")
    return msgspec.json.decode(terms, type=CardType)


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


def products(connection: Connection, unit_id: int, outlet: int) -> tuple[Product, ...]:
    """What one outlet sells, by number."""
    query = (
        sa.select(product)
        .where(product.c.unit_id == unit_id, product.c.on_sale.is_(True), product.c.outlet.in_((0, outlet)))
        .order_by(product.c.product)
    )
    return tuple(
        Product(
            product=row.product,
            name=row.name,
            name_en=row.name_en,
            category=row.category,
            price_fen=row.price_fen,
            barcode=row.barcode,
            initials=row.initials,
        )
        for row in connection.execute(query)
    )
