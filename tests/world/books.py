"""What stands in the server's books, read past its code: accounts, records, watermarks, inbox."""

from collections import Counter, defaultdict

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from server.books import tables
from server.cards import tables as cards
from server.exceptions.tables import exception
from tests.world.office import UNIT, Office


class Account(msgspec.Struct):
    """All accounts of one card together, and the parts that matter."""

    total: int = 0
    purse: int = 0
    waiting: int = 0
    debt: int = 0
    main: int = 0


def sums(office: Office) -> dict[str, int]:
    """Credit − debit by account, from the postings alone."""

    def read(connection: Connection) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for row in connection.execute(sa.select(tables.posting).where(tables.posting.c.currency == "CNY")):
            found[row.credit] += row.fen
            found[row.debit] -= row.fen
        return dict(found)

    return office.read(read)


def by_card(office: Office) -> dict[int, Account]:
    """Per card number; deposits are nobody's balance and are left out."""
    found: dict[int, Account] = defaultdict(Account)
    for name, fen in sums(office).items():
        parts = name.split(":")
        if parts[0] == "loss":
            found[int(parts[2])].total += fen
        if parts[0] != "card" or parts[-1] == "deposit":
            continue
        account = found[int(parts[1])]
        account.total += fen
        if parts[-1] in ("purse", "waiting", "debt", "main"):
            setattr(account, parts[-1], getattr(account, parts[-1]) + fen)
    return found


def watermarks(office: Office) -> dict[tuple[int, int], int]:
    """Received per (terminal, epoch)."""
    table = tables.watermark
    return {
        (row.terminal, row.epoch): row.received
        for row in office.read(lambda c: c.execute(sa.select(table)).all())
    }


def inbox(office: Office) -> Counter[str]:
    """What lies there, by kind."""
    return Counter(row.kind for row in office.read(lambda c: c.execute(sa.select(exception)).all()))


def rows(office: Office, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    """Everything in a table of this unit."""
    return list(office.read(lambda c: c.execute(sa.select(table).where(table.c.unit_id == UNIT)).all()))


def chain_of(office: Office, card: int, issue: int) -> sa.Row[tuple[object, ...]] | None:
    """The head of a card's chain."""
    table = cards.chain
    query = sa.select(table).where(table.c.unit_id == UNIT, table.c.card == card, table.c.issue == issue)
    return office.read(lambda c: c.execute(query).first())
