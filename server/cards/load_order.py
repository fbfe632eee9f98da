"""Orders for loads of CPU cards: each bound to the card's online sequence, once and for one intent. F: A9 B3

The card raises that sequence by one with every load. An order for a sequence is an order for one intent; the
same intent may ask again (the card draws a new number each time, and only its newest counts). Another intent
has to wait until the card was seen past it, or the books know that the first one never came onto the card.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.cards.cpu import crypto
from onecard.cards.cpu.command import LOAD
from onecard.cards.cpu.key import CpuKeys
from onecard.cards.cpu.record import terminal_of
from onecard.clock import local
from onecard.errors import Refused
from onecard.wire.load_order import AskLoadOrder, LoadOrder
from onecard.wire.messages import LoadIntent, Recharge, Status
from server.books.tables import fact, key_of
from server.cards import tables
from server.cards.loads import OPEN
from server.cards.tables import load_order


def order(question: AskLoadOrder, intent: LoadIntent | Recharge, keys: CpuKeys | None, now: int) -> LoadOrder:
    """The answer to a card that is who it says. Raises ``Refused``: ``load.no_keys``, ``load.differs`` (the
    card holds something else than the intent begins with), ``load.forged``."""
    purse = intent.purse
    fen = purse.after.main_fen - purse.before.main_fen
    if keys is None or keys.load is None:
        raise Refused("load.no_keys")
    if purse.before.main_fen != question.balance or fen <= 0 or fen != amount_of(intent):
        raise Refused("load.differs")
    terminal = terminal_of(intent.id)
    session = crypto.load_session(keys.load, bytes.fromhex(question.challenge), question.sequence)
    if crypto.load_mac1(session, question.balance, fen, LOAD, terminal).hex() != question.mac1:
        raise Refused("load.forged")
    moment = bytes.fromhex(local(now).strftime("%Y%m%d%H%M%S"))
    mac2 = crypto.load_mac2(session, fen, LOAD, terminal, moment)
    return LoadOrder(moment=moment.hex(), mac2=mac2.hex())


def amount_of(intent: LoadIntent | Recharge) -> int:
    """Fen that come onto the card."""
    if isinstance(intent, Recharge):
        return intent.amount_fen
    return sum(one.fen for one in intent.loads)


def bind(connection: Connection, unit: int, intent: LoadIntent | Recharge, sequence: int, now: int) -> None:
    """Bind this sequence of the card to this intent (writes). Raises ``Refused``: ``card.unknown``,
    ``card.stopped``, ``load.bound``, ``load.replayed``, ``load.differs``."""
    purse = intent.purse
    place = {"unit_id": unit, "card": purse.card, "issue": purse.issue}
    _check_medium(connection, place, purse.uid)
    last = connection.execute(
        sa.select(load_order).filter_by(**place).order_by(load_order.c.sequence.desc()).limit(1)
    ).one_or_none()
    key, number = key_of(intent.id), 0
    if last is not None and sequence < last.sequence:
        raise Refused("load.replayed")
    if isinstance(intent, LoadIntent):
        bound = connection.execute(
            sa.select(sa.func.max(load_order.c.last_load))
            .filter_by(**place)
            .where(load_order.c.sequence < sequence)
        ).scalar()
        number = _check_loads(connection, place, intent, bound or 0)
    row = {
        **place,
        "sequence": sequence,
        "fact": key,
        "fen": amount_of(intent),
        "last_load": number,
        "at": now,
    }
    if last is None or sequence > last.sequence:
        if _ordered(connection, place, key):
            raise Refused("load.replayed")  # its card has moved on since, and took it
        connection.execute(load_order.insert().values(row))
    elif last.fact == key and (last.fen, last.last_load) != (row["fen"], number):
        raise Refused("load.differs")
    elif last.fact != key:
        if not _never_written(connection, unit, last.fact):
            raise Refused("load.bound")
        connection.execute(load_order.update().filter_by(**place, sequence=sequence).values(row))


def _ordered(connection: Connection, place: dict[str, int], key: int) -> bool:
    """Whether this intent had an order of this card before."""
    query = sa.select(load_order.c.sequence).filter_by(**place, fact=key).limit(1)
    return connection.execute(query).first() is not None


def _check_medium(connection: Connection, place: dict[str, int], uid: str) -> None:
    issue, stop = tables.issue, tables.stop
    if connection.execute(sa.select(issue.c.uid).filter_by(**place)).scalar() != uid:
        raise Refused("card.unknown")
    reason = connection.execute(sa.select(stop.c.reason).filter_by(**place)).scalar()
    if reason:
        raise Refused("card.stopped", reason=reason)


def _check_loads(connection: Connection, place: dict[str, int], intent: LoadIntent, bound: int) -> int:
    """Each number is open, not in an earlier order, and worth no more than it is; the highest of them."""
    table = tables.load
    numbers = [one.number for one in intent.loads]
    query = sa.select(table.c.number, table.c.fen, table.c.digest, table.c.state).filter_by(**place)
    rows: dict[int, Any] = {
        row.number: row for row in connection.execute(query.where(table.c.number.in_(numbers)))
    }
    for one in intent.loads:
        row = rows.get(one.number)
        known = row is not None and row.state in OPEN and row.digest == one.digest and one.fen <= row.fen
        if not known or one.number <= bound:
            raise Refused("load.differs")
    return max(numbers)


def _never_written(connection: Connection, unit: int, of: int) -> bool:
    """Whether the books know that this intent's card never took it."""
    settled = tables.settlement
    written = connection.execute(sa.select(settled.c.written).filter_by(unit_id=unit, fact=of)).scalar()
    if written is not None:
        return not written
    row = connection.execute(
        sa.select(fact.c.status, fact.c.reason).filter_by(unit_id=unit, fact=of)
    ).one_or_none()
    return row is not None and (row.status, row.reason) == (str(Status.REFUSED), "not_written")
