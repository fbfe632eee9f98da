"""The office's inbox: what happened that a person has to look at. Numbers only, no personal datum."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

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
    # Who looks after it (an operator), how it was settled, who bears what it cost, and who agreed. F: G6
    Column("in_charge", Integer, nullable=False, server_default="0"),
    Column("action", String(24), nullable=True),
    Column("bearer", String(32), nullable=True),
    Column("second", Integer, nullable=False, server_default="0"),
    Column("settled_by", BigInteger, nullable=False, server_default="0"),
    Index(None, "unit_id", "kind", "subject", unique=True),
    Index(None, "unit_id", "closed_at"),
)

#: What one person asks for and another has to agree to. ``kind`` and ``terms`` say what; ``fact`` is the id
#: under which it was then done. ``state``: open, agreed, declined.
proposal = Table(
    "proposal",
    metadata,
    unit_id(),
    big("proposal", primary_key=True),
    Column("kind", String(24), nullable=False),
    big("exception"),
    Column("terms", LargeBinary, nullable=False),
    Column("asked_by", Integer, nullable=False),
    big("asked_at"),
    Column("state", String(8), nullable=False),
    Column("answered_by", Integer, nullable=False),
    big("answered_at", nullable=True),
    big("fact"),
    Index(None, "unit_id", "state"),
)

#: A quarantined record as it was put right: it posted under the id of the original, whose own digest stays.
repair = Table(
    "repair",
    metadata,
    unit_id(),
    big("fact", primary_key=True),
    Column("digest", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("status", String(12), nullable=False),
    Column("reason", String(64), nullable=False),
    big("entry"),
    Column("operator", Integer, nullable=False),
    Column("second", Integer, nullable=False),
    big("at"),
)
