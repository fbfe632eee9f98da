"""Subsidy lists: who is to get how much, who approved it, and what became of each line. F: B3"""

from sqlalchemy import Column, Index, Integer, String, Table

from server.db import big, metadata, unit_id

#: ``way``: tap (written by the next tap), pickup (when the member comes for it), direct (into a wallet on the
#: server). ``expires_day``: last day to spend it, 0 = it adds up. ``state``: draft, approved, released,
#: dropped. Each step keeps who and when.
subsidy_list = Table(
    "subsidy_list",
    metadata,
    unit_id(),
    Column("list", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("way", String(12), nullable=False),
    Column("wallet", String(16), nullable=False),
    Column("expires_day", Integer, nullable=False),
    Column("collect_until", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("made_by", Integer, nullable=False),
    big("made_at"),
    Column("approved_by", Integer, nullable=False),
    big("approved_at"),
    Column("released_by", Integer, nullable=False),
    big("released_at"),
)

#: ``state``: draft, due (released, not delivered yet), ready (to be picked up), delivered, failed, lapsed.
subsidy_line = Table(
    "subsidy_line",
    metadata,
    unit_id(),
    Column("list", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    big("member"),
    big("fen"),
    Column("state", String(12), nullable=False),
    Column("reason", String(64), nullable=False),
    big("card"),
    big("entry"),
    big("at"),
    Index(None, "unit_id", "member"),
    Index(None, "unit_id", "state"),
)

#: What a list gave to a wallet on the server: of which fund and until when. Spending is not noted here: what
#: expires first is spent first.
subsidy_grant = Table(
    "subsidy_grant",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    Column("wallet", String(16), primary_key=True),
    Column("list", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    big("fen"),
    Column("expires_day", Integer, nullable=False),
    Column("cleared", Integer, nullable=False),
    Index(None, "unit_id", "cleared", "expires_day"),
)
