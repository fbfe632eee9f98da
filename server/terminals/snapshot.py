"""Balances of account cards for terminals that may have to sell without us: kept as rows that only change
where something has, so that a terminal gets what is new since its version. F: C10 E3

A card is at home where its holder's branch is. Reads wallets, writes only its own table; posts nothing.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.books import accounts
from onecard.wire.fleet import AccountRow, AccountsDocument
from server.books import tables as books
from server.cards import tables as cards
from server.db import read_rows, write_rows
from server.members.tables import holder, member
from server.terminals import version
from server.terminals.tables import account_row, document_version

ACCOUNTS = "accounts"
#: Balances are read anew at most so often, and only when a terminal asks.
EVERY_S = 300
#: Everything, whatever changed: somebody moved to another branch, a card type changed its medium.
WHOLE_EVERY_S = 86_400
_SEEN, _WHOLE = "account_entry", "account_whole"
_AT_ONCE = 1_000


def is_due(running: dict[str, tuple[int, int]], now: int) -> bool:
    """Whether somebody should ``refresh``; the document's own moment of change says when that was last."""
    return now - running.get(_SEEN, (0, 0))[1] >= EVERY_S


def refresh(connection: Connection, unit: int, types: frozenset[int], now: int) -> None:
    """Read the balances that may have changed (writes). ``types``: those whose money is here."""
    running = version.versions(connection, unit)
    newest = connection.execute(
        sa.select(sa.func.max(books.entry.c.entry)).where(books.entry.c.unit_id == unit)
    ).scalar()
    seen = running.get(_SEEN, (0, 0))[0]
    whole = now - running.get(_WHOLE, (0, 0))[1] >= WHOLE_EVERY_S
    if types:
        changed = _rows(connection, unit, types, None if whole else _touched(connection, unit, seen))
        _keep(connection, unit, changed, now)
    _set(connection, unit, _SEEN, int(newest or 0), now)
    if whole:
        _set(connection, unit, _WHOLE, 1, now)


def document(
    connection: Connection, unit: int, branch: int, mode: str, base: int
) -> tuple[int, AccountsDocument]:
    """Version, and what changed since ``base`` of the cards at home; ``mode``: home, all, none."""
    running = version.versions(connection, unit)
    newest, as_of = running.get(ACCOUNTS, (0, 0))[0], running.get(_SEEN, (0, 0))[1]
    table = account_row
    changed = sa.select(table).where(table.c.unit_id == unit, table.c.version > base)
    if mode == "none":
        return newest, AccountsDocument(base=0, as_of=as_of, accounts=())
    if mode == "all":
        found, gone = connection.execute(changed).all(), ()
    else:
        found = connection.execute(changed.where(table.c.branch == branch)).all()
        left = sa.select(table.c.card).where(
            table.c.unit_id == unit, table.c.moved > base, table.c.branch != branch
        )
        gone = tuple(connection.execute(left).scalars()) if base else ()
    rows = tuple(AccountRow(row.card, row.issue, row.type, row.fen, row.uid) for row in found)
    return newest, AccountsDocument(base=base, as_of=as_of, accounts=rows, gone=gone)


def resend(connection: Connection, unit: int, now: int) -> None:
    """Every row counts as new (writes): some terminal stands elsewhere now, or may know of other cards, and
    what changed since it asked last says nothing of the rest."""
    number = version.touch(connection, unit, ACCOUNTS, now)
    mine = account_row.c.unit_id == unit
    connection.execute(account_row.update().where(mine).values(version=number, moved=number))


def _touched(connection: Connection, unit: int, seen: int) -> list[int]:
    entry = books.entry
    query = sa.select(entry.c.card).distinct().where(entry.c.unit_id == unit, entry.c.entry > seen)
    return [card for card in connection.execute(query).scalars() if card]


def _rows(
    connection: Connection, unit: int, types: frozenset[int], only: list[int] | None
) -> dict[int, tuple[Any, ...]]:
    """Card → (issue, type, fen, uid, branch) as they are now."""
    card, issue = cards.card, cards.issue
    query = (
        sa.select(card.c.card, card.c.issue, card.c.type, issue.c.uid, sa.func.coalesce(member.c.branch, 0))
        .join_from(
            card,
            issue,
            (issue.c.unit_id == card.c.unit_id)
            & (issue.c.card == card.c.card)
            & (issue.c.issue == card.c.issue),
        )
        .outerjoin(holder, (holder.c.unit_id == card.c.unit_id) & (holder.c.card == card.c.card))
        .outerjoin(member, (member.c.unit_id == card.c.unit_id) & (member.c.member == holder.c.member))
        .where(card.c.unit_id == unit, card.c.type.in_(types))
    )
    parts = [None] if only is None else [only[at : at + _AT_ONCE] for at in range(0, len(only), _AT_ONCE)]
    found: list[Any] = []
    for part in parts:
        found += connection.execute(query if part is None else query.where(card.c.card.in_(part))).all()
    balances: dict[str, int] = {}
    for at in range(0, len(found), _AT_ONCE):
        names = [accounts.account(row[0], "main") for row in found[at : at + _AT_ONCE]]
        for _, name, fen in read_rows(connection, books.wallet.c.account, unit, names):
            balances[name] = fen
    return {
        number: (issue_no, kind, balances.get(accounts.account(number, "main"), 0), uid, branch)
        for number, issue_no, kind, uid, branch in found
    }


def _keep(connection: Connection, unit: int, now_there: dict[int, tuple[Any, ...]], now: int) -> None:
    before: dict[int, tuple[Any, ...]] = {}
    numbers = sorted(now_there)
    for at in range(0, len(numbers), _AT_ONCE):
        for row in read_rows(connection, account_row.c.card, unit, numbers[at : at + _AT_ONCE]):
            before[row[1]] = tuple(row[2:])
    changed = [card for card in numbers if before.get(card, ())[:5] != now_there[card]]
    if not changed:
        return
    number = version.touch(connection, unit, ACCOUNTS, now)
    rows = []
    for card in changed:
        old, new = before.get(card), now_there[card]
        moved = old[6] if old is not None and old[4] == new[4] else number
        rows.append((unit, card, *new, number, moved))
    write_rows(connection, account_row, rows, replace=True)


def _set(connection: Connection, unit: int, name: str, number: int, now: int) -> None:
    row = [(unit, name, number, now)]
    write_rows(connection, document_version, row, replace=True)
