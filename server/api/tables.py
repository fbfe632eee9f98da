"""Tokens of programs that ask the open API. F: M3"""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from server.db import big, metadata, unit_id

#: Only the hash of a token is kept. ``places``: ``[[branch, owner], …]`` as JSON, 0 = all.
token = Table(
    "api_token",
    metadata,
    unit_id(),
    Column("token", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("places", Text, nullable=False),
    Column("made_by", Integer, nullable=False),
    big("made_at"),
    big("expires_at"),
    big("revoked_at", nullable=True),
    Index(None, "hash", unique=True),
)
