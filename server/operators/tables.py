"""Operators, roles, grants per branch, console sessions, failed attempts, and the operation log."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from server.db import big, metadata, unit_id

operator = Table(
    "operator",
    metadata,
    unit_id(),
    Column("operator", Integer, primary_key=True, autoincrement=False),
    Column("login", String(32), nullable=False),
    Column("name", String(64), nullable=False),
    Column("state", String(16), nullable=False),  # active | stopped
    #: Two secrets on purpose: the PIN's verifier travels to terminals, the password's stays here.
    Column("pin", String(160), nullable=False, default=""),
    Column("password", String(160), nullable=False, default=""),
    Column("must_change", Boolean, nullable=False, default=False),
    #: Until when a one-time password opens, 0 = not a one-time password.
    big("password_until"),
    big("card"),  # operator card, 0 = none
    Column("language", String(2), nullable=False, default=""),
    UniqueConstraint("unit_id", "login"),
)

role = Table(
    "role",
    metadata,
    unit_id(),
    Column("role", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("permissions", Text, nullable=False),  # names, separated by spaces
)

grant = Table(
    "operator_grant",
    metadata,
    unit_id(),
    Column("operator", Integer, primary_key=True, autoincrement=False),
    Column("role", Integer, primary_key=True, autoincrement=False),
    Column("branch", Integer, primary_key=True, autoincrement=False),  # 0 = every branch
    Column("owner", Integer, primary_key=True, autoincrement=False),  # 0 = whoever sells there
)

console_session = Table(
    "console_session",
    metadata,
    unit_id(),
    Column("token_hash", String(64), primary_key=True),
    Column("operator", Integer, nullable=False),
    big("made_at"),
    big("seen_at"),
    #: When he last gave his password on this session; what touches rights and keys asks again.
    big("proved_at"),
)

#: Failed attempts by what they were made against ("login:admin", "enrol:1001", "from:10.0.0.7").
attempt = Table(
    "attempt",
    metadata,
    unit_id(),
    Column("target", String(96), primary_key=True),
    Column("failures", Integer, nullable=False),
    big("until"),
    big("last_at"),
)

#: The end of each writer's chain; locked while a line is added.
operation_head = Table(
    "operation_head",
    metadata,
    unit_id(),
    Column("writer", Integer, primary_key=True, autoincrement=False),
    big("seq"),
    Column("hash", String(64), nullable=False),
)

operation_log = Table(
    "operation_log",
    metadata,
    unit_id(),
    Column("writer", Integer, primary_key=True, autoincrement=False),
    big("seq", primary_key=True),
    big("at"),
    Column("operator", Integer, nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("prev", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "unit_id", "at"),
    Index(None, "unit_id", "subject"),
    # A chain has one line after each: two that named the same one before them would be a fork.
    Index(None, "unit_id", "writer", "prev", unique=True),
)
