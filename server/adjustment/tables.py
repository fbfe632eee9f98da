"""What one person proposed for the books and another one agreed to, or not. F: B11 C20"""

from sqlalchemy import Column, Index, Integer, String, Table

from server.db import big, metadata, unit_id

#: ``kind``: adjust, write_off. ``state``: proposed, agreed, dropped. ``reason``: a word of a short list.
adjustment = Table(
    "adjustment",
    metadata,
    unit_id(),
    Column("adjustment", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(12), nullable=False),
    Column("debit", String(64), nullable=False),
    Column("credit", String(64), nullable=False),
    big("fen"),
    Column("currency", String(16), nullable=False),
    big("card"),
    Column("reason", String(32), nullable=False),
    Column("state", String(12), nullable=False),
    Column("made_by", Integer, nullable=False),
    big("made_at"),
    Column("decided_by", Integer, nullable=False),
    big("decided_at"),
    big("entry"),
    Index(None, "unit_id", "state"),
)
