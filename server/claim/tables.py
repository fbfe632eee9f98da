"""Slips that kiosks printed for cash without a card. F: D3"""

from sqlalchemy import Column, Integer, String, Table

from server.db import big, metadata, unit_id

#: ``claim``: the id of the record that made it, which is the number printed on it. ``digest``: of its code.
claim = Table(
    "claim",
    metadata,
    unit_id(),
    big("claim", primary_key=True),
    Column("terminal", Integer, nullable=False),
    big("fen"),
    Column("digest", String(64), nullable=False),
    big("made_at"),
    big("paid_by", nullable=True),
    big("paid_at", nullable=True),
)
