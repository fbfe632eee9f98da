"""Closes with their totals, contracts, and statements with every step anyone took. F: G1 G2 G5 G7

Totals and statement lines are written once; a correction is in the next close, named late.
"""

from typing import Any

from sqlalchemy import Column, Index, Integer, String, Table, Text, event

from server.books.tables import append_only
from server.db import big, metadata, unit_id

#: A close is a ``batch_no`` and what had arrived from each terminal by then.
close = Table(
    "close",
    metadata,
    unit_id(),
    Column("close", Integer, primary_key=True, autoincrement=False),
    #: The business day it closes; entries of earlier days in it are late.
    Column("day", Integer, nullable=False),
    big("batch_from"),
    big("batch_upto"),
    #: ``{"<terminal>": [epoch, seq]}``
    Column("watermarks", Text, nullable=False),
    #: What did not tie out and was let through by two people; "[]" as a rule.
    Column("differences", Text, nullable=False),
    Column("made_by", Integer, nullable=False),
    Column("seconded_by", Integer, nullable=False),
    big("at"),
    Index(None, "unit_id", "day"),
)

#: Closes before which everything there is was read and summed anew, and how much that was.
close_reading = Table(
    "close_reading",
    metadata,
    unit_id(),
    Column("close", Integer, primary_key=True, autoincrement=False),
    big("entries"),
    big("postings"),
)

#: What a close moved: entries summed by where and who, between two control accounts.
total = Table(
    "close_total",
    metadata,
    unit_id(),
    Column("close", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    #: Where it happened: day, and the branch as it was when the close was made.
    Column("day", Integer, nullable=False),
    Column("branch", Integer, nullable=False),
    Column("outlet", Integer, nullable=False),
    Column("terminal", Integer, nullable=False),
    Column("operator", Integer, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("debit", String(64), nullable=False),
    Column("credit", String(64), nullable=False),
    Column("currency", String(16), nullable=False),
    Column("count", Integer, nullable=False),
    big("fen"),
)

#: What an owner's agreement says from a day on; ``outlet`` 0 = all of his. Shares in hundredths of a percent.
contract = Table(
    "contract",
    metadata,
    unit_id(),
    Column("owner", Integer, primary_key=True, autoincrement=False),
    Column("outlet", Integer, primary_key=True, autoincrement=False),
    Column("from_day", Integer, primary_key=True, autoincrement=False),
    Column("commission", Integer, nullable=False),
    big("minimum_fen"),
    Column("gift_share", Integer, nullable=False),
    Column("subsidy_share", Integer, nullable=False),
    Column("made_by", Integer, nullable=False),
    big("at"),
)

#: ``kind``: operator | owner; ``subject``: his number. Covers closes ``close_from`` < c <= ``close_upto``.
statement = Table(
    "statement",
    metadata,
    unit_id(),
    Column("statement", Integer, primary_key=True, autoincrement=False),
    Column("books_epoch", Integer, nullable=False),
    Column("kind", String(12), nullable=False),
    big("subject"),
    Column("close_from", Integer, nullable=False),
    Column("close_upto", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    #: The id its payment is posted under: paying twice is paying once.
    big("payment"),
    big("due_fen"),
    big("paid_fen", nullable=True),
    Index(None, "unit_id", "kind", "subject"),
)

statement_line = Table(
    "statement_line",
    metadata,
    unit_id(),
    Column("statement", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("day", Integer, nullable=False),
    Column("outlet", Integer, nullable=False),
    Column("terminal", Integer, nullable=False),
    #: sale, void, recharge …; or commission, gift_share, subsidy_share for what a contract takes.
    Column("kind", String(24), nullable=False),
    #: The control account at the other side: which wallet paid, which till took.
    Column("account", String(64), nullable=False),
    Column("count", Integer, nullable=False),
    big("fen"),
    #: Of a day that an earlier statement had covered.
    Column("late", Integer, nullable=False),
)

#: Printed and paid in a life of the books that is gone; ``carried_by``: the statement it comes off, 0 = none.
paper_statement = Table(
    "paper_statement",
    metadata,
    unit_id(),
    Column("books_epoch", Integer, primary_key=True, autoincrement=False),
    Column("statement", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(12), nullable=False),
    big("subject"),
    Column("outlet", Integer, nullable=False),
    Column("account", String(64), nullable=False),
    Column("day", Integer, nullable=False),
    big("fen"),
    Column("entered_by", Integer, nullable=False),
    Column("agreed_by", Integer, nullable=False),
    big("at"),
    big("fact"),
    Column("carried_by", Integer, nullable=False),
)

#: Who did what to a statement, in order; nothing here is ever changed.
statement_step = Table(
    "statement_step",
    metadata,
    unit_id(),
    Column("statement", Integer, primary_key=True, autoincrement=False),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("state", String(12), nullable=False),
    Column("by", Integer, nullable=False),
    big("at"),
    Column("note", String(200), nullable=False),
)

#: A kiosk's cash box, emptied: what the books had in it, what was counted, what its own meter said.
collection = Table(
    "collection",
    metadata,
    unit_id(),
    big("fact", primary_key=True),
    Column("terminal", Integer, nullable=False),
    big("booked_fen"),
    big("counted_fen"),
    big("metered_fen"),
    Column("attendant", Integer, nullable=False),
    Column("witness", Integer, nullable=False),
    Column("box", String(64), nullable=False),
    big("at"),
    Index(None, "unit_id", "terminal", "fact"),
)

#: Written once: a statement's state is the only thing here that moves.
APPEND_ONLY = ("close", "close_reading", "close_total", "statement_line", "statement_step", "collection")


@event.listens_for(metadata, "after_create")
def _guard(_target: Any, connection: Any, tables: Any = (), **_kw: Any) -> None:
    if close in (tables or ()):
        for written in append_only(connection.dialect.name, APPEND_ONLY):
            connection.exec_driver_sql(written)
