"""Who runs the system and where: unit → branch → outlet, and the owner who is paid for an outlet's sales."""

from sqlalchemy import Column, Integer, String, Table

from server.db import big, metadata, unit_id

unit = Table(
    "unit",
    metadata,
    unit_id(),
    Column("name", String(64), nullable=False),
    Column("day_starts_at_minute", Integer, nullable=False, default=0),
    big("made_at"),
)

branch = Table(
    "branch",
    metadata,
    unit_id(),
    Column("branch", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
)

owner = Table(
    "owner",
    metadata,
    unit_id(),
    Column("owner", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
)

outlet = Table(
    "outlet",
    metadata,
    unit_id(),
    Column("outlet", Integer, primary_key=True, autoincrement=False),
    Column("branch", Integer, nullable=False),
    Column("owner", Integer, nullable=False),
    Column("name", String(64), nullable=False),
)
