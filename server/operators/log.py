"""The operation log: who did what to which number, each line hashed with the one before it. F: H3

Only numbers and names of things, never a personal datum. A line is added in the transaction of its deed.
"""

import hashlib
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from server.operators.tables import operation_head, operation_log

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


def latest(connection: Connection, unit_id: int, limit: int = 200) -> list[dict[str, Any]]:
    """The newest lines first."""
    rows = connection.execute(
        sa.select(operation_log)
        .where(operation_log.c.unit_id == unit_id)
        .order_by(operation_log.c.writer, operation_log.c.seq.desc())
        .limit(limit)
    )
    return [dict(row) for row in rows.mappings()]


def check(connection: Connection, unit_id: int) -> list[str]:
    """What is wrong with the chain: edited, missing or cut-off lines; empty when it verifies."""
    wrong = []
    prev, expected = "0" * 64, 1
    rows = connection.execute(
        sa.select(operation_log)
        .where(operation_log.c.unit_id == unit_id, operation_log.c.writer == WRITER)
        .order_by(operation_log.c.seq)
    )
    for row in rows.mappings():
        if row["seq"] != expected or row["prev"] != prev:
            wrong.append(f"line {expected} is missing")
        told = line_hash(
            row["seq"], row["at"], row["operator"], row["action"], row["subject"], row["detail"], row["prev"]
        )
        if told != row["hash"]:
            wrong.append(f"line {row['seq']} was changed")
        prev, expected = row["hash"], row["seq"] + 1
    head = connection.execute(
        sa.select(operation_head.c.hash).where(
            operation_head.c.unit_id == unit_id, operation_head.c.writer == WRITER
        )
    ).scalar()
    if head is not None and head != prev:
        wrong.append("the end was cut off")
    return wrong
