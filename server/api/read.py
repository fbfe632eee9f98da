"""What the open API looks up, narrowed by the places of the token. Reads only. F: M3 A13"""

import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.clock import day_of_card
from onecard.errors import Refused
from server.api import cursor, shape
from server.books.tables import entry, wallet
from server.cards.status import card_status
from server.cards.tables import card, issue
from server.members.service import ERASED, cards_seen
from server.members.tables import member
from server.organisation.scope import Scope


def members(connection: Connection, scope: Scope, after: int, limit: int) -> shape.Members:
    """By number in the system."""
    query = (
        sa.select(member)
        .where(scope.by_branch(member), member.c.member > after, member.c.state != ERASED)
        .order_by(member.c.member)
        .limit(limit + 1)
    )
    rows = connection.execute(query).mappings().all()
    items = [_member(row) for row in rows[:limit]]
    return shape.Members(items, cursor.encode(items[-1].member) if len(rows) > limit else None)


def one_member(connection: Connection, scope: Scope, number: int) -> shape.Member:
    """Raises ``Refused("member.unknown")``."""
    query = sa.select(member).where(
        scope.by_branch(member), member.c.member == number, member.c.state != ERASED
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        raise Refused("member.unknown")
    return _member(row)


def _member(row: sa.RowMapping) -> shape.Member:
    return shape.Member(**{name: row[name] for name in shape.Member.__struct_fields__})


def one_card(connection: Connection, scope: Scope, number: int, now: int) -> shape.Card:
    """Raises ``Refused("card.unknown")``."""
    row = connection.execute(sa.select(card).where(cards_seen(scope), card.c.card == number)).first()
    if row is None:
        raise Refused("card.unknown", card=number, issue=0)
    status = card_status(connection, scope.unit, number, row.issue, now)
    return shape.Card(
        card=number,
        issue=row.issue,
        type=row.type,
        member=row.member,
        state=status.state,
        wallets=_wallets(connection, scope, number, row.issue),
        as_of=now,
    )


def _wallets(connection: Connection, scope: Scope, number: int, issue_no: int) -> list[shape.Wallet]:
    """Every wallet of the plastic in force, by name."""
    query = sa.select(wallet.c.account, wallet.c.fen).where(
        scope.by_unit(wallet), wallet.c.account.startswith(f"card:{number}:", autoescape=True)
    )
    held: dict[str, list[int]] = {"main": [0, 0]}
    for account, fen in connection.execute(query):
        parts = account.split(":")[2:]
        if len(parts) == 3 and parts[0] == str(issue_no):
            held.setdefault(parts[1], [0, 0])[parts[2] == "waiting"] += fen
        elif len(parts) == 1 and parts[0] not in ("deposit", "debt"):
            held.setdefault(parts[0], [0, 0])[0] += fen
    return [shape.Wallet(name, *fens) for name, fens in sorted(held.items())]


def entries(connection: Connection, scope: Scope, after: int, limit: int) -> shape.Entries:
    """In the order they reached the books."""
    query = (
        sa.select(entry)
        .where(scope.by_sale(entry), entry.c.entry > after)
        .order_by(entry.c.entry)
        .limit(limit)
    )
    items = [
        shape.Entry(
            entry=row.entry,
            kind=row.kind,
            card=row.card,
            issue=row.issue,
            outlet=row.outlet,
            terminal=row.terminal,
            at=row.at,
            day=day_of_card(row.day).isoformat(),
            fen=row.fen,
            corrects=row.corrects,
        )
        for row in connection.execute(query)
    ]
    return shape.Entries(items, cursor.encode(items[-1].entry if items else after))


def identity(connection: Connection, scope: Scope, uid: str, now: int) -> shape.Identity:
    """Who holds this medium. Raises ``Refused("card.unknown")``."""
    query = (
        sa.select(issue.c.card, issue.c.issue)
        .join(card, (card.c.unit_id == issue.c.unit_id) & (card.c.card == issue.c.card))
        .where(cards_seen(scope), issue.c.unit_id == scope.unit, issue.c.uid == uid)
        .order_by(issue.c.card.desc(), issue.c.issue.desc())
    )
    found = connection.execute(query.limit(1)).first()
    if found is None:
        raise Refused("card.unknown", card=0, issue=0)
    number, issue_no = int(found.card), int(found.issue)
    status = card_status(connection, scope.unit, number, issue_no, now)
    held = connection.execute(
        sa.select(member).where(scope.by_branch(member), member.c.member == status.member)
    ).first()
    names = (held.number, held.name, held.department) if held is not None else ("", "", "")
    return shape.Identity(number, issue_no, status.state, status.member, *names)
