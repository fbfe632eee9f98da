"""Payments by code, from the errand that opened each to what became of its money. F: D4"""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from server.db import big, metadata, unit_id

#: ``payment``: the key of the errand. ``state``: created, shown, paid, failed, expired, refunding, refunded.
#: ``entry``: the recharge it became, 0 = none. ``ask_at``: when the gateway is asked next, server time.
payment = Table(
    "payment",
    metadata,
    unit_id(),
    big("payment", primary_key=True),
    Column("terminal", Integer, nullable=False),
    Column("gateway", String(24), nullable=False),
    big("card"),
    Column("issue", Integer, nullable=False),
    big("fen"),
    Column("state", String(12), nullable=False),
    Column("code", Text, nullable=False),
    big("made_at"),
    big("until"),
    big("ask_at"),
    Column("tries", Integer, nullable=False),
    Column("left", Integer, nullable=False),
    Column("reason", String(64), nullable=False),
    big("entry"),
    big("ended_at"),
    Index(None, "unit_id", "state", "ask_at"),
)
