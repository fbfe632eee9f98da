"""Free gifts: how much a manager may give in a month, and what was given why. F: A17"""

from sqlalchemy import Column, Index, Integer, String, Table

from server.db import big, metadata, unit_id

#: No row: this operator gives nothing.
gift_quota = Table(
    "gift_quota",
    metadata,
    unit_id(),
    Column("operator", Integer, primary_key=True, autoincrement=False),
    big("month_fen"),
    Column("set_by", Integer, nullable=False),
    big("set_at"),
)

#: ``month``: year × 12 + month − 1. ``reason``: a word of a short list.
gift = Table(
    "gift",
    metadata,
    unit_id(),
    big("entry", primary_key=True),
    Column("operator", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    big("card"),
    big("fen"),
    Column("reason", String(32), nullable=False),
    Index(None, "unit_id", "operator", "month"),
)
