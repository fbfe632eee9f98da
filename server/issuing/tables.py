"""Lists of people who are to get a card each, tapped one after the other. F: A2"""

from sqlalchemy import Column, Index, Integer, String, Table

from server.db import big, metadata, unit_id

issue_list = Table(
    "issue_list",
    metadata,
    unit_id(),
    Column("list", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("type", Integer, nullable=False),
    Column("made_by", Integer, nullable=False),
    big("made_at"),
)

#: ``state``: waiting, asked (a number is reserved for the medium at hand), issued, skipped.
issue_line = Table(
    "issue_line",
    metadata,
    unit_id(),
    Column("list", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    big("member"),
    big("opening_fen"),
    Column("state", String(12), nullable=False),
    big("asked", nullable=True),
    big("card"),
    Index(None, "unit_id", "list", "state"),
)
