"""The tables of the books: facts, entries, postings, wallets, batches, journals as they came up.

Those of ``APPEND_ONLY`` are append-only (triggers at the end). A record's id is one
64-bit key here: terminal × 2³² + epoch × 2²⁴ + seq, so that an id costs one comparison everywhere.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    event,
)

from onecard.ids import RecordId
from server.db import big, metadata, unit_id

#: Keys of one terminal, and of one epoch of it, have all but so many bits in common.
OF_TERMINAL, OF_EPOCH = 32, 24


def key_of(id: RecordId) -> int:
    """``(terminal, epoch, seq)`` as one number, in that order."""
    return id.terminal << OF_TERMINAL | id.epoch << OF_EPOCH | id.seq


def in_range(id: RecordId) -> bool:
    """Whether the three fit their widths; one that does not would be another id's key."""
    return 0 <= id.terminal < 1 << 16 and 0 <= id.epoch < 1 << 8 and 0 <= id.seq < 1 << 24


def id_of(key: int) -> RecordId:
    """The way back."""
    return RecordId(key >> 32, key >> 24 & 0xFF, key & 0xFFFFFF)


#: One row per id that was ever answered: posted, refused, quarantined, or a tombstone (no digest).
fact = Table(
    "fact",
    metadata,
    unit_id(),
    big("fact", primary_key=True),
    Column("digest", LargeBinary(32)),
    Column("status", String(12), nullable=False),
    Column("reason", String(64), nullable=False),
    big("entry"),
    big("balance_fen", nullable=True),
    sqlite_with_rowid=False,
)

#: One business event. ``fen``: what it did to the card's holder; ``balance_fen``: what the card said then.
entry = Table(
    "entry",
    metadata,
    unit_id(),
    big("entry", primary_key=True),
    big("fact"),
    Column("kind", String(24), nullable=False),
    big("card"),
    Column("issue", Integer, nullable=False),
    Column("outlet", Integer, nullable=False),
    Column("owner", Integer, nullable=False),
    Column("operator", Integer, nullable=False),
    Column("shift", Integer, nullable=False),
    big("at"),
    Column("day", Integer, nullable=False),
    big("fen"),
    big("balance_fen", nullable=True),
    #: The entry that this one takes back, 0 = none.
    big("corrects"),
    Column("terminal", Integer, nullable=False),
    big("batch"),
    Index(None, "unit_id", "card", "at"),
    sqlite_with_rowid=False,
)

#: One debit and one credit of the same amount: an unbalanced entry cannot be written. F: B11
#: No foreign key: the one writer makes an entry and its postings in one statement, and ``reconcile`` looks.
posting = Table(
    "posting",
    metadata,
    unit_id(),
    big("entry", primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("debit", String(64), nullable=False),
    Column("credit", String(64), nullable=False),
    big("fen"),
    Column("currency", String(16), nullable=False),
    #: Of the entry's business day, like 202611; see ``partition.py``.
    Column("month", Integer, primary_key=True, autoincrement=False),
    CheckConstraint("fen > 0", name="positive"),
    CheckConstraint("debit <> credit", name="two_sides"),
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (month)",
)

#: Why a person did it, and who allowed it, where an event asks for that. ``reason``: a word of a short list.
remark = Table(
    "remark",
    metadata,
    unit_id(),
    big("entry", primary_key=True),
    Column("reason", String(64), nullable=False),
    Column("supervisor", Integer, nullable=False),
    ForeignKeyConstraint(["unit_id", "entry"], ["entry.unit_id", "entry.entry"]),
)

#: Each Z as a till closed it; ``first`` and ``last`` are the records between which its shift lies. F: C8 G6
shift_close = Table(
    "shift_close",
    metadata,
    unit_id(),
    big("fact", primary_key=True),
    Column("terminal", Integer, nullable=False),
    Column("shift", Integer, nullable=False),
    Column("z", Integer, nullable=False),
    Column("operator", Integer, nullable=False),
    big("opened_at"),
    big("at"),
    Column("day", Integer, nullable=False),
    big("first"),
    big("last"),
    big("float_fen"),
    big("expected_fen"),
    big("counted_fen"),
    Index(None, "unit_id", "operator", "day"),
)

#: Balance of each account of a card or claim, kept by the writer because decisions look at it.
wallet = Table(
    "wallet",
    metadata,
    unit_id(),
    Column("account", String(64), primary_key=True),
    big("fen"),
    sqlite_with_rowid=False,
)

#: How much of an entry was taken back so far, per wallet.
reversed_ = Table(
    "reversed",
    metadata,
    unit_id(),
    big("entry", primary_key=True),
    Column("wallet", String(16), primary_key=True),
    big("fen"),
    CheckConstraint("fen >= 0", name="not_negative"),
    sqlite_with_rowid=False,
)

#: How much of each line of a sale was refunded so far. ``quantity`` in thousandths. F: A4
refund_line = Table(
    "refund_line",
    metadata,
    unit_id(),
    big("entry", primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    big("quantity"),
    big("fen"),
)

#: A paper slip that was entered by hand after a failure; its number is used once per outlet and day. F: C20
slip = Table(
    "slip",
    metadata,
    unit_id(),
    Column("outlet", Integer, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    big("fact"),
)

#: One note that a kiosk credited; ``used_by`` is the recharge or waiting load it went into. A serial number
#: is typed in by a technician, so the terminal is part of the note's name.
note = Table(
    "note",
    metadata,
    unit_id(),
    big("fact", primary_key=True),
    Column("terminal", Integer, nullable=False),
    Column("acceptor", String(64), nullable=False),
    big("boot"),
    big("cycle"),
    big("fen"),
    big("used_by", nullable=True),
    Index(None, "unit_id", "terminal", "acceptor", "boot", "cycle", unique=True),
)

#: What was committed together. ``batch_no`` is in commit order across all processes of the unit.
batch = Table(
    "batch",
    metadata,
    unit_id(),
    big("batch", primary_key=True),
    big("batch_no", nullable=True),
    Column("books_epoch", Integer, nullable=False),
    big("at"),
    Index(None, "unit_id", "batch_no", unique=True),
)

#: The unit's running numbers: entry, batch, batch_no, server_seq, card, stops, loads, books_epoch.
counter = Table(
    "counter",
    metadata,
    unit_id(),
    Column("name", String(16), primary_key=True),
    big("value"),
)

#: How far each terminal's journal has arrived: gap-free up to ``received``.
watermark = Table(
    "watermark",
    metadata,
    unit_id(),
    Column("terminal", Integer, primary_key=True, autoincrement=False),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("received", Integer, nullable=False),
    Column("head", String(64), nullable=False),
    big("at"),
)

#: Every journal record as it came, byte for byte. ``record``: where it stands, ``was``: where it stood first.
record = Table(
    "record",
    metadata,
    unit_id(),
    big("record", primary_key=True),
    big("at"),
    big("mono_ms"),
    big("offset_s"),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    big("was", nullable=True),
    big("received_at"),
    sqlite_with_rowid=False,
)

#: Orders at other people's card terminals, as tills told. ``state``: open, approved, declined; ``sold``: the
#: sale that names it, ``back``: the order that took it back, 0 = none. F: C16 C17
foreign_payment = Table(
    "foreign_payment",
    metadata,
    unit_id(),
    big("fact", primary_key=True),
    Column("terminal", Integer, nullable=False),
    Column("shift", Integer, nullable=False),
    Column("device", String(8), nullable=False),
    Column("kind", String(8), nullable=False),
    big("original"),
    big("fen"),
    big("at"),
    Column("state", String(8), nullable=False),
    big("sold"),
    big("back"),
    Index(None, "unit_id", "terminal", "shift"),
)

APPEND_ONLY = ("fact", "entry", "posting", "record", "remark", "shift_close")


def append_only(dialect: str, tables: Sequence[str] = APPEND_ONLY) -> list[str]:
    """The statements that make the database itself refuse to edit or delete what was written. F: B11"""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in tables
            for verb in ("UPDATE", "DELETE")
        ]
    refuse = (
        "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    return [
        refuse,
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
            for table in tables
        ),
    ]


@event.listens_for(metadata, "after_create")
def _guard(_target: Any, connection: Any, tables: Any = (), **_kw: Any) -> None:
    """Whoever creates the tables from the metadata gets the triggers too."""
    if fact in (tables or ()):
        for statement in append_only(connection.dialect.name):
            connection.exec_driver_sql(statement)
