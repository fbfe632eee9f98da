"""Terminals: codes, heartbeats, documents made for them, commands, sticks, and what backups hold of them."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from server.db import big, metadata, unit_id

terminal = Table(
    "terminal",
    metadata,
    unit_id(),
    Column("terminal", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),  # pos | kiosk
    Column("name", String(64), nullable=False),
    Column("outlet", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # new | enrolled | suspended | revoked
    Column("epoch", Integer, nullable=False, default=0),
    Column("public_key", String(64), nullable=False, default=""),
    Column("settings", Text, nullable=False, default="{}"),
    big("made_at"),
)

#: What is to be set from a moment on, until it has begun; ``changes`` is JSON, null means the default. F: E2
planned_setting = Table(
    "planned_setting",
    metadata,
    unit_id(),
    big("plan", primary_key=True),
    Column("terminal", Integer, primary_key=True, autoincrement=False),
    big("since"),
    Column("changes", Text, nullable=False),
    Column("made_by", Integer, nullable=False),
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

#: When which box was reported lost: a spare under the same number has another key. F: E8
revocation = Table(
    "revocation",
    metadata,
    unit_id(),
    Column("terminal", Integer, primary_key=True, autoincrement=False),
    Column("public_key", String(64), primary_key=True),
    big("at"),
    Column("by", Integer, nullable=False),
)

#: Two boxes used one key: not answered from the life ``epoch`` on, until a person released it.
suspension = Table(
    "suspension",
    metadata,
    unit_id(),
    Column("terminal", Integer, primary_key=True, autoincrement=False),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    big("at"),
    big("released_at"),
    Column("released_by", Integer, nullable=False),
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

#: Balances of account cards as terminals may know them. ``moved``: the version at which ``branch`` last
#: changed, so that a place where the card is no more at home forgets it. F: C10 E3
account_row = Table(
    "account_row",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    Column("issue", Integer, nullable=False),
    Column("type", Integer, nullable=False),
    big("fen"),
    Column("uid", String(32), nullable=False),
    Column("branch", Integer, nullable=False),
    big("version"),
    big("moved"),
    Index(None, "unit_id", "version"),
)

#: Since when each terminal has said that it runs this version of a document. F: E2
acknowledged = Table(
    "acknowledged",
    metadata,
    unit_id(),
    Column("terminal", Integer, primary_key=True, autoincrement=False),
    Column("name", String(16), primary_key=True),
    big("version"),
    big("since"),
)

#: The newest figures of each terminal, as it said them. F: E1 E7
beat = Table(
    "beat",
    metadata,
    unit_id(),
    Column("terminal", Integer, primary_key=True, autoincrement=False),
    big("at"),
    Column("said", Text, nullable=False),
)

#: Bytes per terminal and card day. F: E7
traffic = Table(
    "traffic",
    metadata,
    unit_id(),
    Column("terminal", Integer, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),
    big("up"),
    big("down"),
)

#: What terminals were told to do, and what became of it. ``ended_at`` 0: not known yet. F: E6
command = Table(
    "command",
    metadata,
    unit_id(),
    big("command", primary_key=True),
    Column("terminal", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("given", Text, nullable=False),
    big("made_at"),
    Column("made_by", Integer, nullable=False),
    big("until"),
    Column("state", String(16), nullable=False),  # asked | done | failed | refused | interrupted
    Column("said", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    big("ended_at"),
    Index(None, "unit_id", "terminal", "ended_at"),
)

#: What a command brought back: a log, a picture; parts in order.
command_part = Table(
    "command_part",
    metadata,
    unit_id(),
    big("command", primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

#: Sentences that terminals show. F: D8
notice = Table(
    "notice",
    metadata,
    unit_id(),
    big("notice", primary_key=True),
    Column("text", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    big("since"),
    big("until"),
    Column("made_by", Integer, nullable=False),
)

#: Backups outside this machine: begun, and known to be complete at ``done_at`` (0: not yet). F: H6
backup = Table(
    "backup",
    metadata,
    unit_id(),
    Column("backup", Integer, primary_key=True, autoincrement=False),
    big("begun_at"),
    big("done_at"),
    Column("note", String(64), nullable=False),
)

#: How far each journal had arrived when a backup began; with ``backup`` 0 what complete ones hold together.
backup_mark = Table(
    "backup_mark",
    metadata,
    unit_id(),
    Column("backup", Integer, primary_key=True, autoincrement=False),
    Column("terminal", Integer, primary_key=True, autoincrement=False),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("received", Integer, nullable=False),
)

#: Every bundle that went by stick or handheld, for ever: the same one again is known by its digest. F: E4 F10
bundle = Table(
    "bundle",
    metadata,
    unit_id(),
    Column("terminal", Integer, primary_key=True, autoincrement=False),
    Column("way", String(4), primary_key=True),  # up | down
    big("number", primary_key=True),
    big("at"),
    Column("digest", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("made_by", Integer, nullable=False),
)
