"""Promotions of recharges, who sold them, and what each recharge brought. F: B2 A17"""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from server.db import big, metadata, unit_id

#: Load ``least_fen``, get ``gift_fen``. ``each``: again for every further ``least_fen``, up to
#: ``most_gift_fen`` (0 = no bound). ``first``: only the holder's first recharge; ``once``: once per holder.
#: ``since``, ``until``: business days, both count, 0 = open. ``types``: card types as JSON, [] = all.
#: ``gift_days``: how long the gift may be spent, 0 = for ever. One that was used is never edited, only ended.
promotion = Table(
    "promotion",
    metadata,
    unit_id(),
    Column("promotion", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("name_en", String(64), nullable=False),
    big("least_fen"),
    big("gift_fen"),
    Column("each", Boolean, nullable=False),
    big("most_gift_fen"),
    Column("first", Boolean, nullable=False),
    Column("once", Boolean, nullable=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer, nullable=False),
    Column("types", Text, nullable=False),
    Column("gift_days", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("made_by", Integer, nullable=False),
    big("made_at"),
)

#: One recharge that a promotion or a salesperson has to do with. ``holder``: the member, or −card of a
#: card without one. What was corrected later is in the books (``reversed``), not here.
recharge = Table(
    "recharge",
    metadata,
    unit_id(),
    big("entry", primary_key=True),
    big("card"),
    big("holder"),
    Column("day", Integer, nullable=False),
    big("fen"),
    big("gift_fen"),
    #: The entry that gave the gift, where it is another one; 0 = this one.
    big("gift_entry"),
    Column("promotion", Integer, nullable=False),
    Column("salesperson", Integer, nullable=False),
    Index(None, "unit_id", "holder"),
    Index(None, "unit_id", "salesperson", "day"),
)

#: ``share``: commission in hundredths of a percent of what was paid in.
salesperson = Table(
    "salesperson",
    metadata,
    unit_id(),
    Column("salesperson", Integer, primary_key=True, autoincrement=False),
    Column("operator", Integer, nullable=False),
    Column("share", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
)
