"""People. The only table with personal data of members; everything else names them by number."""

from sqlalchemy import Column, Index, Integer, String, Table, UniqueConstraint

from server.db import big, metadata, unit_id

member = Table(
    "member",
    metadata,
    unit_id(),
    Column("member", Integer, primary_key=True, autoincrement=False),
    Column("number", String(64), nullable=False),
    Column("name", String(64), nullable=False),
    Column("phone", String(64), nullable=False, default=""),
    Column("department", String(64), nullable=False, default=""),
    Column("branch", Integer, nullable=False),
    #: Which terminal's question made this row, "" from the console; asked again it gives the same member.
    Column("made_by", String(32), nullable=True),
    big("made_at"),
    UniqueConstraint("unit_id", "number"),
    UniqueConstraint("unit_id", "made_by"),
    Index(None, "unit_id", "name"),
)

#: Card → holder as terminals may know it. ``version``: of the last change, so that only changes travel.
holder = Table(
    "holder",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    Column("member", Integer, nullable=False),
    Column("type", Integer, nullable=False),
    big("version"),
    Index(None, "unit_id", "version"),
    Index(None, "unit_id", "member"),
)
