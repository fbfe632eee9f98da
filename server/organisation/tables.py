"""Who runs the system and where: unit → branch → outlet, and the owner who is paid for an outlet's sales."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from server.db import big, metadata, unit_id

unit = Table(
    "unit",
    metadata,
    unit_id(),
    Column("name", String(64), nullable=False),
    Column("day_starts_at_minute", Integer, nullable=False, default=0),
    big("made_at"),
    #: Since when real money is kept here, 0 = still a test that may be emptied. F: H4
    Column("live_at", BigInteger, nullable=False, server_default="0"),
)

#: One of two people has asked to empty this test installation; there is at most one such wish.
reset_request = Table(
    "reset_request",
    metadata,
    unit_id(),
    big("asked_at"),
    Column("asked_by", Integer, nullable=False),
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
