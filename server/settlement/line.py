"""The lines of a statement, derived from the totals of closes; and what they come to per till and outlet.

Derives, stores nothing: the same closes give the same lines for ever.
"""

from collections import defaultdict

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from onecard.books import accounts
from onecard.books.events.remit import Held
from onecard.books.events.settle import Due
from server.settlement import tables, total
from server.settlement.contract import Taking, contracts, dues

OPERATOR, OWNER = "operator", "owner"
#: Lines that a contract adds; no entries stand behind them yet.
TERMS = ("commission", "gift_share", "subsidy_share")


class Line(msgspec.Struct, frozen=True):
    """One line; ``fen`` > 0 is held by the operator, or owed to the owner."""

    day: int
    outlet: int
    terminal: int
    kind: str
    account: str
    count: int
    fen: int
    late: int = 0


def derive(
    connection: Connection, unit: int, kind: str, subject: int, close_from: int, close_upto: int
) -> list[Line]:
    """The lines from the totals of the closes ``close_from`` < c ≤ ``close_upto``."""
    totals = total.stored(connection, unit, close_from, close_upto, _of_subject(kind, subject))
    covered = _day_of(connection, unit, close_from)
    sums: dict[tuple[int, int, int, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in totals:
        side = _side(one, kind, subject)
        if side is not None:
            outlet, account, fen = side
            found = sums[one.where.day, outlet, one.where.terminal, one.where.kind, account]
            found[0] += one.count
            found[1] += fen
    made = [
        Line(day, outlet, terminal, event, account, count, fen, int(day <= covered))
        for (day, outlet, terminal, event, account), (count, fen) in sorted(sums.items())
    ]
    if kind == OWNER and made:
        made += _terms(connection, unit, subject, made, _day_of(connection, unit, close_upto))
    return made


def _of_subject(kind: str, subject: int) -> ColumnElement[bool]:
    """The rows ``_side`` can take, so that a chain's other totals are never read."""
    table = tables.total
    if kind == OPERATOR:
        return table.c.operator == subject
    mine = f"owner:{subject}:payable:"
    return table.c.debit.startswith(mine) | table.c.credit.startswith(mine)


def _side(one: total.Total, kind: str, subject: int) -> tuple[int, str, int] | None:
    """(outlet, other account or cash account, fen) if this total belongs on the statement."""
    where = one.where
    if kind == OPERATOR:
        if where.operator != subject or where.kind == "remit":
            return None
        hands = accounts.operator_cash(subject)
        for account, fen in ((where.debit, one.fen), (where.credit, -one.fen)):
            if account == hands or accounts.TILL.fullmatch(account):
                return where.outlet, account, fen
        return None
    if where.kind == "settle":
        return None
    mine = f"owner:{subject}:payable:"
    for account, other, fen in ((where.credit, where.debit, one.fen), (where.debit, where.credit, -one.fen)):
        if account.startswith(mine):
            return int(account.removeprefix(mine)), other, fen
    return None


def _terms(connection: Connection, unit: int, owner: int, made: list[Line], day: int) -> list[Line]:
    takings = [Taking(one.day, one.outlet, wallet_paying(one.account), one.fen) for one in made]
    found = []
    for due in dues(contracts(connection, unit, owner), takings):
        parts = (due.commission_fen, due.gift_fen, due.subsidy_fen)
        to = (accounts.commission(owner), accounts.PROMO_GIFT, accounts.subsidy_fund(0))
        for kind, account, fen in zip(TERMS, to, parts, strict=True):
            if fen:
                found.append(Line(day, due.outlet, 0, kind, account, 0, -fen))
    return found


def wallet_paying(account: str) -> str:
    """``card:gift:purse`` → ``gift``; what is no card's wallet → ""."""
    parts = account.split(":")
    return parts[1] if parts[0] == "card" and len(parts) > 1 else ""


def held(found: list[Line]) -> tuple[Held, ...]:
    """What an operator holds, per account."""
    sums: dict[str, int] = defaultdict(int)
    first: dict[str, int] = {}
    for line in found:
        sums[line.account] += line.fen
        first.setdefault(line.account, line.terminal)
    return tuple(Held(account, first[account], fen) for account, fen in sorted(sums.items()))


def dues_of(found: list[Line]) -> tuple[Due, ...]:
    """What each outlet earned, and what came off, from a statement's own lines."""
    payable: dict[int, int] = defaultdict(int)
    taken: dict[int, dict[str, int]] = defaultdict(dict)
    for line in found:
        if line.kind in TERMS:
            taken[line.outlet][line.kind] = taken[line.outlet].get(line.kind, 0) - line.fen
        else:
            payable[line.outlet] += line.fen
    return tuple(
        Due(outlet, payable[outlet], *(taken[outlet].get(kind, 0) for kind in TERMS))
        for outlet in sorted(payable.keys() | taken.keys())
    )


def _day_of(connection: Connection, unit: int, number: int) -> int:
    table = tables.close
    query = select(table.c.day).where(table.c.unit_id == unit, table.c.close == number)
    return connection.execute(query).scalar() or 0
