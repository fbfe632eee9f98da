"""Deposits that are held for a room or a table until it is closed. F: C19"""

from sqlalchemy import Column, Index, Integer, String, Table

from server.db import big, metadata, unit_id

#: ``hold``: the id it was opened under. ``until``: unix seconds; after it the deposit goes back by itself.
#: ``state``: held, settled, released.
hold = Table(
    "hold",
    metadata,
    unit_id(),
    big("hold", primary_key=True),
    big("card"),
    Column("issue", Integer, nullable=False),
    Column("outlet", Integer, nullable=False),
    Column("owner", Integer, nullable=False),
    Column("place", String(32), nullable=False),
    big("fen"),
    big("until"),
    Column("state", String(12), nullable=False),
    Column("opened_by", Integer, nullable=False),
    big("opened_at"),
    big("due_fen"),
    big("ended_by"),
    big("ended_at"),
    Index(None, "unit_id", "state", "until"),
)

#: A hold whose deposit came off a card's purse: the sale that paid it. The rest goes back as loads.
hold_sale = Table(
    "hold_sale",
    metadata,
    unit_id(),
    big("hold", primary_key=True),
    big("sale"),
    Index(None, "unit_id", "sale", unique=True),
)
