"""The office's inbox: what happened that a person has to look at. Numbers only, no personal datum."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from server.db import big, metadata, unit_id

#: ``subject`` with ``kind`` names one matter: seen again, it is not listed again.
exception = Table(
    "exception",
    metadata,
    unit_id(),
    big("exception", primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    big("fact", nullable=True),
    big("card"),
    Column("issue", Integer, nullable=False),
    Column("terminal", Integer, nullable=False),
    big("fen"),
    Column("detail", Text, nullable=False),
    big("at"),
    big("closed_at", nullable=True),
    Column("closed_by", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "unit_id", "kind", "subject", unique=True),
    Index(None, "unit_id", "closed_at"),
)
