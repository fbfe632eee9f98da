"""What a terminal prints for people: a member's statement, an operator's own remittance report. Reads only.

Both are sums of postings, made when they are asked for: nothing is kept beside the books that could differ.
"""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, func, or_, select

from onecard.books import accounts
from onecard.books.entry import CNY
from onecard.errors import Refused
from onecard.wire import lookups as look
from server.books import tables as books
from server.cards import tables as cards
from server.cards.status import lineage
from server.members import service as members
from server.operators import permission
from server.organisation.scope import Scope
from server.organisation.service import outlets
from server.runtime import Known, Runtime
from server.terminals.caller import at_desk
from server.terminals.errand import demand_card

#: Lines on one statement; what is older stands in its opening balance.
LINES_MOST = 500


async def statement(runtime: Runtime, who: Known, question: look.AskStatement) -> look.CardStatement:
    """For its holder at a kiosk, or by an operator who may look at this card."""
    if not 0 <= question.until_day - question.since_day <= look.MOST_DAYS:
        raise Refused("request.malformed")
    now = runtime.clock.now()

    def read(connection: Connection) -> look.CardStatement:
        see(connection, runtime.unit, who, question.operator, question.card)
        return _statement(connection, runtime.unit, question, now)

    return await runtime.db.read(read)


def see(connection: Connection, unit: int, who: Known, operator: int, card: int) -> None:
    """Whether this person may look at this card here. Raises ``Refused``."""
    if who.kind == "kiosk" and not operator:
        return
    _, scope = at_desk(connection, unit, who, operator, permission.QUERY)
    demand_card(connection, scope, card)


def _statement(
    connection: Connection, unit: int, question: look.AskStatement, now: int
) -> look.CardStatement:
    table, whole = cards.card, Scope.whole(unit)
    known = select(table.c.member).where(table.c.unit_id == unit, table.c.card == question.card)
    row = connection.execute(known).first()
    if row is None:
        raise Refused("card.unknown")
    person = members.by_key(connection, whole, row.member) if row.member else None
    names = {one["outlet"]: str(one["name"]) for one in outlets(connection, whole)}
    opening = [0, 0]
    lines: list[look.StatementLine] = []
    for entry, paid, given in _moves(connection, unit, question):
        if entry.day < question.since_day:
            opening[0] += paid
            opening[1] += given
        elif paid or given:
            where = names.get(entry.outlet, "")
            lines.append(
                look.StatementLine(at=entry.at, kind=entry.kind, paid_fen=paid, given_fen=given, place=where)
            )
    older, lines = lines[:-LINES_MOST], lines[-LINES_MOST:]
    opening[0] += sum(one.paid_fen for one in older)
    opening[1] += sum(one.given_fen for one in older)
    return look.CardStatement(
        card=question.card,
        name=person["name"] if person else "",
        number=person["number"] if person else "",
        since_day=question.since_day,
        until_day=question.until_day,
        opening_paid_fen=opening[0],
        opening_given_fen=opening[1],
        closing_paid_fen=opening[0] + sum(one.paid_fen for one in lines),
        closing_given_fen=opening[1] + sum(one.given_fen for one in lines),
        lines=tuple(lines),
        cut=bool(older),
        as_of=now,
    )


def _moves(connection: Connection, unit: int, question: look.AskStatement) -> list[tuple[Any, int, int]]:
    """Each entry up to the last day in order of time, with what it did to money paid in and money given."""
    numbers = {card for card, _ in lineage(connection, unit, question.card, question.issue)}
    entry, posting = books.entry, books.posting
    query = (
        select(
            entry.c.entry, entry.c.at, entry.c.day, entry.c.kind, entry.c.outlet, posting.c.debit,
            posting.c.credit, posting.c.fen,
        )
        .join(posting, (posting.c.unit_id == entry.c.unit_id) & (posting.c.entry == entry.c.entry))
        .where(entry.c.unit_id == unit, entry.c.card.in_(numbers), entry.c.day <= question.until_day)
        .where(posting.c.currency == CNY)
        .order_by(entry.c.day, entry.c.at, entry.c.entry, posting.c.line)
    )  # fmt: skip
    heads: dict[int, Any] = {}
    moved: dict[int, dict[str, int]] = defaultdict(lambda: {"paid": 0, "given": 0})
    for row in connection.execute(query):
        heads.setdefault(row.entry, row)
        for name, sign in ((row.credit, 1), (row.debit, -1)):
            purpose = accounts.purpose_of(name)
            if purpose in ("paid", "given") and int(name.split(":")[1]) in numbers:
                moved[row.entry][purpose] += sign * row.fen
    return [(head, moved[number]["paid"], moved[number]["given"]) for number, head in heads.items()]


async def remittance(runtime: Runtime, who: Known, question: look.AskRemittance) -> look.Remittance:
    """His own, whatever else he may see."""
    if not 0 <= question.until_day - question.since_day <= look.MOST_DAYS:
        raise Refused("request.malformed")
    now, unit, operator = runtime.clock.now(), runtime.unit, question.operator

    def read(connection: Connection) -> look.Remittance:
        at_desk(connection, unit, who, operator, permission.REMIT)
        close = books.shift_close
        shifts = select(close).where(
            close.c.unit_id == unit,
            close.c.operator == operator,
            close.c.day.between(question.since_day, question.until_day),
        )
        names = look.ShiftLine.__struct_fields__
        return look.Remittance(
            operator=operator,
            lines=_cash(connection, unit, question),
            shifts=tuple(
                look.ShiftLine(**{name: row._mapping[name] for name in names})
                for row in connection.execute(shifts.order_by(close.c.at))
            ),
            held_fen=_held(connection, unit, operator),
            as_of=now,
        )

    return await runtime.db.read(read)


def _cash(connection: Connection, unit: int, question: look.AskRemittance) -> tuple[look.RemittanceLine, ...]:
    entry, posting, own = books.entry, books.posting, accounts.operator_cash(question.operator)
    cash = [or_(side == own, side.like("till:%:cash")) for side in (posting.c.debit, posting.c.credit)]
    query = (
        select(entry.c.entry, entry.c.kind, posting.c.debit, posting.c.credit, posting.c.fen)
        .join(posting, (posting.c.unit_id == entry.c.unit_id) & (posting.c.entry == entry.c.entry))
        .where(entry.c.unit_id == unit, entry.c.operator == question.operator, posting.c.currency == CNY)
        .where(entry.c.day.between(question.since_day, question.until_day), or_(*cash))
    )
    entries: dict[str, set[int]] = defaultdict(set)
    moved: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in connection.execute(query):
        entries[row.kind].add(row.entry)
        for name, side in ((row.debit, 0), (row.credit, 1)):
            if name == own or accounts.TILL.fullmatch(name):
                moved[row.kind][side] += row.fen
    return tuple(
        look.RemittanceLine(
            kind=kind, count=len(entries[kind]), in_fen=moved[kind][0], out_fen=moved[kind][1]
        )
        for kind in sorted(moved)
    )


def _held(connection: Connection, unit: int, operator: int) -> int:
    """What lies in his own hands by the books."""
    posting, own = books.posting, accounts.operator_cash(operator)
    found = 0
    for side, sign in ((posting.c.debit, 1), (posting.c.credit, -1)):
        query = select(func.sum(posting.c.fen)).where(posting.c.unit_id == unit, side == own)
        found += sign * int(connection.execute(query).scalar() or 0)
    return found
