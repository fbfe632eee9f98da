"""The operation log: who did what to which number, each line hashed with the one before it. F: H3

Only numbers and names of things; a personal value stands in it sealed (``server.members.seal``) or not at
all. A line is added in the transaction of its deed.
"""

import hashlib
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from server.operators.tables import grant, operation_head, operation_log
from server.organisation.scope import Scope

#: The server's own chain. A second writer (another site) would have another number.
WRITER = 1
_ENCODER = msgspec.json.Encoder(order="deterministic")


def line_hash(seq: int, at: int, operator: int, action: str, subject: str, detail: str, prev: str) -> str:
    """SHA-256 over the whole line and the hash before it."""
    return hashlib.sha256(_ENCODER.encode([seq, at, operator, action, subject, detail, prev])).hexdigest()


def write(
    connection: Connection,
    unit_id: int,
    at: int,
    operator: int,
    action: str,
    subject: str = "",
    **detail: int | str,
) -> None:
    """Add a line (writes). ``operator`` 0 = the system itself."""
    where = (operation_head.c.unit_id == unit_id) & (operation_head.c.writer == WRITER)
    head = connection.execute(sa.select(operation_head).where(where).with_for_update()).mappings().first()
    seq, prev = (head["seq"] + 1, head["hash"]) if head else (1, "0" * 64)
    said = _ENCODER.encode(detail).decode()
    hashed = line_hash(seq, at, operator, action, subject, said, prev)
    connection.execute(
        operation_log.insert().values(
            unit_id=unit_id,
            writer=WRITER,
            seq=seq,
            at=at,
            operator=operator,
            action=action,
            subject=subject,
            detail=said,
            prev=prev,
            hash=hashed,
        )
    )
    if head:
        connection.execute(operation_head.update().where(where).values(seq=seq, hash=hashed))
    else:
        connection.execute(
            operation_head.insert().values(unit_id=unit_id, writer=WRITER, seq=seq, hash=hashed)
        )


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; everything empty finds everything."""

    #: Beginning of an action ("member", "operator.pin"), or a whole subject ("10001").
    text: str = ""
    operator: int | None = None
    since: int = 0
    until: int = (1 << 62) - 1
    #: Only lines before this one, for the next page.
    before: int = (1 << 62) - 1


def search(connection: Connection, scope: Scope, wanted: Wanted, limit: int = 200) -> list[dict[str, Any]]:
    """The newest lines first. Who sees a part of the unit sees what the operators of that part did."""
    table = operation_log
    query = (
        sa.select(table)
        .where(scope.by_unit(table), table.c.seq < wanted.before)
        .where(table.c.at >= wanted.since, table.c.at < wanted.until)
        .order_by(table.c.seq.desc(), table.c.writer)
        .limit(limit)
    )
    if not scope.is_whole:
        mine = sa.select(grant.c.operator).where(scope.by_place(grant))
        query = query.where(table.c.operator.in_(mine))
    if wanted.operator is not None:
        query = query.where(table.c.operator == wanted.operator)
    if wanted.text:
        query = query.where(
            table.c.action.startswith(wanted.text, autoescape=True) | (table.c.subject == wanted.text)
        )
    return [dict(row) for row in connection.execute(query).mappings()]


def heads(connection: Connection, unit_id: int) -> list[tuple[int, int, str]]:
    """(writer, lines, hash) of each chain: what is worth keeping on paper, beside the database."""
    query = sa.select(operation_head).where(operation_head.c.unit_id == unit_id)
    rows = connection.execute(query.order_by(operation_head.c.writer))
    return [(row.writer, row.seq, row.hash) for row in rows]


def has_line(connection: Connection, unit_id: int, writer: int, seq: int, hashed: str) -> bool:
    """Whether a line that somebody wrote down is still the same. Who can write the whole database could
    make a chain anew that verifies in itself; against a hash on paper he cannot."""
    table = operation_log
    query = sa.select(table.c.hash).where(
        table.c.unit_id == unit_id, table.c.writer == writer, table.c.seq == seq
    )
    return connection.execute(query).scalar() == hashed


def check(connection: Connection, unit_id: int) -> list[str]:
    """What is wrong with the chains: edited, missing or cut-off lines; empty when they verify."""
    written = sa.select(operation_log.c.writer).where(operation_log.c.unit_id == unit_id)
    known = sa.select(operation_head.c.writer).where(operation_head.c.unit_id == unit_id)
    writers = sorted(connection.execute(written.union(known)).scalars())
    return [line for writer in writers for line in _check(connection, unit_id, writer)]


def _check(connection: Connection, unit_id: int, writer: int) -> list[str]:
    wrong = []
    prev, expected = "0" * 64, 1
    query = (
        sa.select(operation_log)
        .where(operation_log.c.unit_id == unit_id, operation_log.c.writer == writer)
        .order_by(operation_log.c.seq)
    )
    # A long log is not held in memory.
    for row in connection.execute(query.execution_options(yield_per=2_000)):
        if row.seq != expected or row.prev != prev:
            wrong.append(f"line {expected} is missing")
        told = line_hash(row.seq, row.at, row.operator, row.action, row.subject, row.detail, row.prev)
        if told != row.hash:
            wrong.append(f"line {row.seq} was changed")
        prev, expected = row.hash, row.seq + 1
    head = connection.execute(
        sa.select(operation_head.c.seq, operation_head.c.hash).where(
            operation_head.c.unit_id == unit_id, operation_head.c.writer == writer
        )
    ).first()
    if head is None or (head.seq, head.hash) != (expected - 1, prev):
        wrong.append("the end was cut off")
    return wrong
