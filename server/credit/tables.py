"""Spending on account: cost centres, their meals, and the bills of a period. F: B8 B12"""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from server.db import big, metadata, unit_id

#: A department that pays for meals of its people and guests. ``limit_fen``: most it may owe, 0 = no bound.
cost_centre = Table(
    "cost_centre",
    metadata,
    unit_id(),
    Column("centre", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    big("limit_fen"),
    Column("active", Boolean, nullable=False),
)

centre_meal = Table(
    "centre_meal",
    metadata,
    unit_id(),
    big("entry", primary_key=True),
    Column("centre", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("purpose", String(64), nullable=False),
    Index(None, "unit_id", "centre"),
)

#: What moved on a debtor's account, entry by entry: a bill lists exactly those that no bill had before it.
#: ``fen`` > 0: charged; < 0: paid or taken back. ``bill`` 0: on none yet.
credit_move = Table(
    "credit_move",
    metadata,
    unit_id(),
    Column("debtor", String(64), primary_key=True),
    big("entry", primary_key=True),
    big("fen"),
    Column("day", Integer, nullable=False),
    Column("bill", Integer, nullable=False),
    Index(None, "unit_id", "bill"),
)

#: The bill of a period: numbered, never changed. What is due is ``opening + charged − paid``.
credit_bill = Table(
    "credit_bill",
    metadata,
    unit_id(),
    Column("bill", Integer, primary_key=True, autoincrement=False),
    Column("debtor", String(64), nullable=False),
    Column("until", Integer, nullable=False),
    big("opening_fen"),
    big("charged_fen"),
    big("paid_fen"),
    Column("made_by", Integer, nullable=False),
    big("made_at"),
    Index(None, "unit_id", "debtor"),
)
