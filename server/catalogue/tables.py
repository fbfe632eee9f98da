"""What the unit offers: card types, products per outlet, and when its days and meals are.

A new price never edits a past sale; terms that are over stay in the documents that terminals were given.
"""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

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

#: Prices by level, meal, weekday and day, and the menu, as JSON (``service.ProductTerms``). F: B6 B13
product_terms = Table(
    "product_terms",
    metadata,
    unit_id(),
    Column("product", Integer, primary_key=True, autoincrement=False),
    Column("terms", Text, nullable=False),
)

#: ``terms``: the ``CardType`` of the wire as JSON; what it says is decided there, not here. ``since``: from
#: which moment (unix seconds) they hold; 0 = now. F: A1
card_type_terms = Table(
    "card_type_terms",
    metadata,
    unit_id(),
    Column("type", Integer, primary_key=True, autoincrement=False),
    big("since", primary_key=True),
    Column("terms", Text, nullable=False),
    big("made_at"),
)

#: ``terms``: the ``CalendarTerms`` of the wire as JSON, for one outlet or (0) for all that have none. F: B10
calendar = Table(
    "calendar",
    metadata,
    unit_id(),
    Column("outlet", Integer, primary_key=True, autoincrement=False),
    big("since", primary_key=True),
    Column("terms", Text, nullable=False),
    big("made_at"),
)

#: A sale (``times`` 1) or void (-1) of one of the day's meals with a price of their own. F: B4
meal_price = Table(
    "meal_price",
    metadata,
    unit_id(),
    big("entry", primary_key=True),
    big("card"),
    Column("day", Integer, nullable=False),
    Column("times", Integer, nullable=False),
    Index(None, "unit_id", "card", "day"),
)

#: Until which day the uses of a count wallet are good, 0 = for ever; their number is in the books. F: B7
count_wallet = Table(
    "count_wallet",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("until_day", Integer, nullable=False),
)
