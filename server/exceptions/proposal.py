"""What takes two people: one proposes, another agrees or declines. The order is made from what was proposed.

Its id is taken when it is proposed, so that agreeing twice is one event. Knows no rule of any order.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, Select, false, select, update

from onecard.errors import Refused
from onecard.wire.messages import CardType
from server.books.command import Order
from server.books.office import bear, declare_lost, paper_slip, paper_statement, repair
from server.books.office.desk import server_key
from server.exceptions.tables import exception, proposal
from server.organisation.scope import Scope
from server.organisation.service import next_number
from server.terminals import told as errands

NOTE_MOST = 500
_ENCODER = msgspec.msgpack.Encoder(order="deterministic")
Types = Mapping[int, CardType]
Make = Callable[[int, int, Any, int, Types], Order[Any]]

#: Word → what its terms are, and the order made from them.
KINDS: Mapping[str, tuple[type[msgspec.Struct], Make]] = {
    "bear": (bear.Terms, lambda unit, key, terms, who, _types: bear.Bear(unit, key, terms, who)),
    "pay_doubt": (
        bear.DoubtTerms,
        lambda unit, key, terms, who, _types: bear.PayDoubt(unit, key, terms, who),
    ),
    "repair": (repair.Terms, lambda unit, key, terms, who, _types: repair.PutRight(unit, key, terms, who)),
    "declare_lost": (
        declare_lost.Terms,
        lambda unit, key, terms, who, _types: declare_lost.DeclareLost(unit, key, terms, who),
    ),
    "paper_slip": (
        paper_slip.Terms,
        lambda unit, key, terms, who, types: paper_slip.PaperSlip(unit, key, terms, who, types),
    ),
    "paper_statement": (
        paper_statement.Terms,
        lambda unit, key, terms, who, _types: paper_statement.PaperStatement(unit, key, terms, who),
    ),
    "enter_errand": (
        errands.Terms,
        lambda unit, key, terms, who, _types: errands.EnterErrand(unit, key, terms, who),
    ),
}


def propose(
    connection: Connection,
    unit: int,
    kind: str,
    terms: msgspec.Struct,
    operator: int,
    now: int,
    about: int = 0,
) -> int:
    """Ask for something that takes a second person (writes); the number. ``about``: the exception it settles.

    Raises ``Refused("proposal.open")`` when the exception has one already.
    """
    assert isinstance(terms, KINDS[kind][0]), kind
    if about:
        waiting = select(proposal.c.proposal).where(
            proposal.c.unit_id == unit, proposal.c.exception == about, proposal.c.state == "open"
        )
        if connection.execute(waiting).first() is not None:
            raise Refused("proposal.open")
    key = server_key(connection, unit)
    number = next_number(connection, proposal, "proposal", unit)
    connection.execute(
        proposal.insert().values(
            unit_id=unit, proposal=number, kind=kind, exception=about, terms=_ENCODER.encode(terms),
            asked_by=operator, asked_at=now, state="open", answered_by=0, answered_at=None, fact=key,
        )
    )  # fmt: skip
    if about:
        mine = (exception.c.unit_id == unit, exception.c.exception == about)
        connection.execute(update(exception).where(*mine).values(in_charge=operator))
    return number


def proposals(connection: Connection, scope: Scope, asker: int = 0) -> list[RowMapping]:
    """Those that wait for a second person, the oldest first. One about no exception is the whole unit's;
    ``asker`` sees what he asked for himself."""
    query = _seen(scope, asker).where(proposal.c.state == "open")
    return list(connection.execute(query.order_by(proposal.c.proposal)).mappings())


def told(row: RowMapping) -> dict[str, Any]:
    """What was proposed, name by name: the second person agrees to nothing that is not shown."""
    if row["kind"] not in KINDS:
        return {}
    found = msgspec.structs.asdict(msgspec.msgpack.decode(row["terms"], type=KINDS[row["kind"]][0]))
    return {name: value for name, value in found.items() if name != "asked_by"}


def _seen(scope: Scope, asker: int = 0) -> "Select[tuple[Any, ...]]":
    about = (exception.c.unit_id == proposal.c.unit_id) & (exception.c.exception == proposal.c.exception)
    query = select(proposal).outerjoin(exception, about).where(proposal.c.unit_id == scope.unit)
    if scope.is_whole:
        return query
    own = proposal.c.asked_by == asker if asker else false()
    return query.where(scope.by_terminal(exception) | own)


def order_of(connection: Connection, scope: Scope, number: int, operator: int, types: Types) -> Order[Any]:
    """The order that ``operator`` gives by agreeing. Raises ``Refused("proposal.unknown" |
    "approval.same_person")``."""
    query = _seen(scope).where(proposal.c.proposal == number)
    row = connection.execute(query).mappings().first()
    if row is None or row["state"] == "declined" or row["kind"] not in KINDS:
        raise Refused("proposal.unknown")
    if row["asked_by"] == operator:
        raise Refused("approval.same_person")
    kind, make = KINDS[row["kind"]]
    return make(scope.unit, row["fact"], msgspec.msgpack.decode(row["terms"], type=kind), operator, types)


def answered(connection: Connection, unit: int, number: int, state: str, operator: int, now: int) -> bool:
    """Agreed to or declined (writes); ``False``: it was answered before."""
    assert state in ("agreed", "declined"), state
    done = connection.execute(
        update(proposal)
        .where(proposal.c.unit_id == unit, proposal.c.proposal == number, proposal.c.state == "open")
        .values(state=state, answered_by=operator, answered_at=now)
    )
    return done.rowcount == 1
