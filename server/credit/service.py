"""Cost centres, and bills of what members and centres owe: each entry stands on one bill. F: B8 B12"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, case, func, insert, select, update

from onecard.errors import Refused
from onecard.money import MAX_FEN
from server.books import tables as books
from server.credit.tables import centre_meal, cost_centre, credit_bill, credit_move
from server.db import one_writer
from server.members.tables import member
from server.organisation.scope import Scope
from server.organisation.service import clean_name, next_number


def add_centre(connection: Connection, unit: int, name: str, limit_fen: int = 0) -> int:
    """A new cost centre (writes); its number. Raises ``Refused``."""
    one_writer(connection, unit)
    if not 0 <= limit_fen <= MAX_FEN * 100:
        raise Refused("amount.too_large", cap=MAX_FEN)
    number = next_number(connection, cost_centre, "centre", unit)
    connection.execute(
        insert(cost_centre).values(
            unit_id=unit, centre=number, name=clean_name(name), limit_fen=limit_fen, active=True
        )
    )
    return number


def change_centre(connection: Connection, unit: int, number: int, limit_fen: int, active: bool) -> None:
    """What it may owe, and whether it may at all (writes). Raises ``Refused("centre.unknown")``."""
    mine = (cost_centre.c.unit_id == unit, cost_centre.c.centre == number)
    change = update(cost_centre).where(*mine).values(limit_fen=limit_fen, active=active)
    if connection.execute(change).rowcount != 1:
        raise Refused("centre.unknown")


def centres(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    """All of them, with what each owes."""
    owed = dict(owing(connection, scope, "centre:"))
    rows = connection.execute(select(cost_centre).where(scope.by_whole(cost_centre)))
    return [{**row._mapping, "owed_fen": owed.get(f"centre:{row.centre}", 0)} for row in rows]


def owing(connection: Connection, scope: Scope, prefix: str = "") -> list[tuple[str, int]]:
    """Debtors and what each owes now, who owes most first."""
    wallet = books.wallet
    debtors = wallet.c.account.like("member:%") | wallet.c.account.like("centre:%")
    query = (
        select(wallet.c.account, wallet.c.fen)
        .where(scope.by_whole(wallet), debtors, wallet.c.fen < 0)
        .order_by(wallet.c.fen)
    )
    rows = connection.execute(query)
    return [(row.account, -row.fen) for row in rows if row.account.startswith(prefix)]


def make_bill(connection: Connection, unit: int, debtor: str, until: int, operator: int, now: int) -> int:
    """The bill of everything up to business day ``until`` that is on none yet (writes); its number.

    It is never changed: what comes late stands on the next one. Raises ``Refused("credit.nothing")``.
    """
    one_writer(connection, unit)
    move, bill = credit_move, credit_bill
    mine = (move.c.unit_id == unit, move.c.debtor == debtor, move.c.bill == 0, move.c.day <= until)
    sums = select(
        func.count().label("moves"),
        func.sum(case((move.c.fen > 0, move.c.fen), else_=0)).label("charged"),
        func.sum(case((move.c.fen < 0, -move.c.fen), else_=0)).label("paid"),
    ).where(*mine)
    found = connection.execute(sums).one()
    last = connection.execute(
        select(bill).where(bill.c.unit_id == unit, bill.c.debtor == debtor).order_by(bill.c.bill.desc())
    ).first()
    opening = last.opening_fen + last.charged_fen - last.paid_fen if last is not None else 0
    if not found.moves:
        raise Refused("credit.nothing")
    number = next_number(connection, bill, "bill", unit)
    values = (unit, number, debtor, until, opening, int(found.charged), int(found.paid), operator, now)
    names = [column.name for column in bill.c]
    connection.execute(insert(bill).values(**dict(zip(names, values, strict=True))))
    connection.execute(update(move).where(*mine).values(bill=number))
    return number


def bills(connection: Connection, scope: Scope, debtor: str = "", limit: int = 100) -> list[dict[str, Any]]:
    """The newest first; what each says is due, and what is still open of the debtor now."""
    bill = credit_bill
    query = select(bill).where(scope.by_whole(bill)).order_by(bill.c.bill.desc()).limit(limit)
    if debtor:
        query = query.where(bill.c.debtor == debtor)
    return [
        {**row._mapping, "due_fen": row.opening_fen + row.charged_fen - row.paid_fen}
        for row in connection.execute(query)
    ]


def bill_lines(connection: Connection, scope: Scope, number: int) -> list[dict[str, Any]]:
    """Exactly the entries a bill covers, in the order of the books."""
    move, entry = credit_move, books.entry
    query = (
        select(move.c.entry, move.c.fen, move.c.day, entry.c.kind, entry.c.card, entry.c.outlet, entry.c.at)
        .join(entry, (entry.c.unit_id == move.c.unit_id) & (entry.c.entry == move.c.entry))
        .where(scope.by_whole(move), move.c.bill == number)
        .order_by(move.c.entry)
    )
    return [dict(row._mapping) for row in connection.execute(query)]


def names(connection: Connection, scope: Scope, debtors: Iterable[str]) -> dict[str, str]:
    """Account → what people call who owes."""
    wanted = [name.split(":") for name in debtors]
    numbers = {int(parts[1]) for parts in wanted if parts[0] == "member"}
    query = select(member.c.member, member.c.name, member.c.number).where(
        scope.by_branch(member), member.c.member.in_(numbers)
    )
    found = {f"member:{row.member}:credit": f"{row.name} {row.number}" for row in connection.execute(query)}
    rows = connection.execute(
        select(cost_centre.c.centre, cost_centre.c.name).where(scope.by_whole(cost_centre))
    )
    return found | {f"centre:{row.centre}": row.name for row in rows}


def meals(connection: Connection, scope: Scope, limit: int = 50) -> list[dict[str, Any]]:
    """The newest first; ``is_back``: it was taken back."""
    meal, entry, back = centre_meal, books.entry, books.reversed_
    query = (
        select(meal, entry.c.at, entry.c.fen, entry.c.outlet, back.c.fen.label("back"))
        .join(entry, (entry.c.unit_id == meal.c.unit_id) & (entry.c.entry == meal.c.entry))
        .outerjoin(back, (back.c.unit_id == meal.c.unit_id) & (back.c.entry == meal.c.entry))
        .where(scope.by_whole(meal))
        .order_by(meal.c.entry.desc())
        .limit(limit)
    )
    return [{**row._mapping, "is_back": bool(row.back)} for row in connection.execute(query)]
