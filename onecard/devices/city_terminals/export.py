"""City records → the file that the operator gets, and what it owes us. Pure; the form of the file is data.

Each city has its own form; ``FORM`` is one that all have to be told from: a head with count and sum, a row
per record, fields of fixed width, GBK-free ASCII, CR LF.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from onecard.clock import local
from onecard.devices.city_terminals import Record


class Field(msgspec.Struct, frozen=True):
    """One field of a row. Numbers are set right with zeros, texts left with blanks."""

    name: str
    width: int
    kind: Literal["number", "text"] = "number"


class Form(msgspec.Struct, frozen=True):
    """How a row is written; ``time`` is that of ``strftime`` in the unit's wall time."""

    fields: tuple[Field, ...]
    time: str = "%Y%m%d%H%M%S"


FORM = Form(
    (
        Field("sequence", 8),
        Field("card", 20, "text"),
        Field("amount_fen", 8),
        Field("before_fen", 8),
        Field("after_fen", 8),
        Field("at", 14),
        Field("proof", 8, "text"),
        Field("reference", 32, "text"),
    )
)


class Due(msgspec.Struct, frozen=True):
    """What one party owes another for a run of records."""

    count: int
    amount_fen: int


def due(records: Iterable[Record]) -> Due:
    """What the operator owes."""
    amounts = [record.amount_fen for record in records]
    return Due(len(amounts), sum(amounts))


def gaps(records: Sequence[Record], after: int) -> list[int]:
    """Sequence numbers that are missing: as long as there are any, nothing is exported."""
    have = {record.sequence for record in records}
    return [number for number in range(after + 1, max(have, default=after) + 1) if number not in have]


def export(merchant: str, records: Sequence[Record], form: Form = FORM) -> bytes:
    """The whole file. Raises ``ValueError`` for a record that does not fit: a cut number is another
    number."""
    sums = due(records)
    head = f"H{_fit(merchant, 15, 'text')}{_fit(str(sums.count), 8)}{_fit(str(sums.amount_fen), 12)}"
    rows = ["D" + "".join(_cell(record, field, form) for field in form.fields) for record in records]
    return "".join(line + "\r\n" for line in (head, *rows)).encode("ascii")


def _cell(record: Record, field: Field, form: Form) -> str:
    value = getattr(record, field.name)
    text = local(value).strftime(form.time) if field.name == "at" else str(value)
    return _fit(text, field.width, field.kind)


def _fit(text: str, width: int, kind: Literal["number", "text"] = "number") -> str:
    if len(text) > width or not text.isascii() or not text.isprintable():
        raise ValueError(f"{text!r} does not fit into {width}")
    if kind == "number" and not text.isdigit():
        raise ValueError(f"{text!r} is no number")
    return text.rjust(width, "0") if kind == "number" else text.ljust(width)
