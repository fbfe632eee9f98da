"""What the unit offers: card types, and products per outlet. A new price never edits a past sale."""

from sqlalchemy import Boolean, Column, Integer, String, Table, Text

from server.db import big, metadata, unit_id

product = Table(
    "product",
    metadata,
    unit_id(),
    Column("product", Integer, primary_key=True, autoincrement=False),
    #: 0 = sold in every outlet of the unit.
    Column("outlet", Integer, nullable=False, default=0),
    Column("name", String(64), nullable=False),
    Column("name_en", String(64), nullable=False, default=""),
    Column("category", String(64), nullable=False),
    big("price_fen"),
    Column("barcode", String(64), nullable=False, default=""),
    Column("initials", String(64), nullable=False, default=""),
    Column("on_sale", Boolean, nullable=False, default=True),
)

#: ``terms``: the ``CardType`` of the wire as JSON; what it says is decided there, not here.
card_type = Table(
    "card_type",
    metadata,
    unit_id(),
    Column("type", Integer, primary_key=True, autoincrement=False),
    Column("terms", Text, nullable=False),
)
