"""Terminals, their one-time codes, when they were last heard, and the documents made for them."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text

from server.db import big, metadata, unit_id

terminal = Table(
    "terminal",
    metadata,
    unit_id(),
    Column("terminal", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),  # pos | kiosk
    Column("name", String(64), nullable=False),
    Column("outlet", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # new | enrolled | revoked
    Column("epoch", Integer, nullable=False, default=0),
    Column("public_key", String(64), nullable=False, default=""),
    Column("settings", Text, nullable=False, default="{}"),
    big("made_at"),
)

#: A row per code ever made; only its hash is kept, a used one stays as proof.
enrolment_code = Table(
    "enrolment_code",
    metadata,
    unit_id(),
    Column("code_hash", String(64), primary_key=True),
    Column("terminal", Integer, nullable=False),
    big("expires_at"),
    Column("public_key", String(64), nullable=False, default=""),  # of whoever used it
    Column("made_by", Integer, nullable=False),
)

#: Heartbeats: one row per terminal, written by one process at a time, never part of a sale.
contact = Table(
    "contact",
    metadata,
    unit_id(),
    Column("terminal", Integer, primary_key=True, autoincrement=False),
    big("seen_at"),
    Column("pending", Integer, nullable=False, default=0),
    Column("app", String(64), nullable=False, default=""),
    Column("health", Text, nullable=False, default="{}"),
    Column("have", Text, nullable=False, default="{}"),
)

#: The running version of each document's source; whoever changes the source moves it on.
document_version = Table(
    "document_version",
    metadata,
    unit_id(),
    Column("name", String(16), primary_key=True),
    big("version"),
    big("changed_at"),
)

#: What was handed out, for ever: decisions name the versions that they were made under.
document = Table(
    "document",
    metadata,
    unit_id(),
    Column("name", String(16), primary_key=True),
    Column("scope", Integer, primary_key=True, autoincrement=False),
    big("version", primary_key=True),
    big("effective_from"),
    Column("body", LargeBinary, nullable=False),
)
