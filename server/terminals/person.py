"""Who somebody is, and the PIN by which a member proves it. Each look is logged; no PIN is. F: A13

A PIN is no fact of the journal: nothing about it is stored under a request's id but that this request set it,
so that a repeat is known by its id and the new PIN alone. Wrong ones are counted before they are checked.
"""

import asyncio
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from onecard.errors import Conflict, Refused
from onecard.wire import lookups as look
from onecard.wire import messages as m
from server.books.tables import key_of
from server.cards import medium
from server.cards.asked import before, once
from server.cards.status import card_status
from server.cards.tables import card as cards
from server.members import photo
from server.members import service as members
from server.members.tables import member_pin
from server.operators import guard, log, permission, secret
from server.organisation.scope import Scope
from server.runtime import Known, Runtime
from server.terminals.caller import at_desk, demand_own
from server.terminals.errand import demand_card
from server.terminals.paper import see

#: Wrong PINs of one member before the door closes for a while, whichever terminal they come from.
WRONG_MOST = 5


async def find(runtime: Runtime, who: Known, question: m.FindMember) -> m.Members:
    """Front desk search."""

    def read(connection: Connection) -> m.Members:
        at_desk(connection, runtime.unit, who, question.operator, permission.QUERY)
        rows = members.find(connection, Scope.whole(runtime.unit), question.text)
        return m.Members(rows=tuple(members.member_row(row) for row in rows))

    return await runtime.db.read(read)


async def identify(runtime: Runtime, who: Known, question: look.Identify) -> look.Identified:
    """Who holds a card, and whether it is good. Raises ``Refused("card.unknown")``."""
    now, unit = runtime.clock.now(), runtime.unit

    def write(connection: Connection) -> look.Identified:
        number, issue = question.card, question.issue
        if question.uid:
            number, issue = medium.of_uid(connection, unit, question.uid) or (0, 0)
        if not number:
            raise Refused("card.unknown")
        see(connection, unit, who, question.operator, number)
        status = card_status(connection, unit, number, issue, now)
        whole = Scope.whole(unit)
        person = members.by_key(connection, whole, status.member) if status.member else None
        image = b""
        if person is not None and question.with_photo and question.operator:
            image = (photo.photo_of(connection, whole, status.member) or ("", b""))[1]
        log.write(
            connection, unit, now, question.operator, "till.identify", str(number), state=status.state,
            terminal=who.terminal,
        )  # fmt: skip
        if person is None:
            return look.Identified(card=number, issue=issue, state=status.state, number="", name="")
        return look.Identified(
            card=number,
            issue=issue,
            state=status.state,
            number=person["number"],
            name=person["name"],
            department=person["department"],
            group=person["group"],
            photo=image,
        )

    return await runtime.db.write(write)


class _Kept(NamedTuple):
    """Whose PIN it is, what is kept of it, and which request set it."""

    member: int
    verifier: str = ""
    changed_by: int = 0


def _kept(connection: Connection, unit: int, card: int, issue: int) -> _Kept:
    """Raises ``Refused``: ``card.unknown``, ``pin.nobody`` for a card without a holder."""
    query = select(cards.c.member, cards.c.issue).where(cards.c.unit_id == unit, cards.c.card == card)
    row = connection.execute(query).first()
    if row is None or row.issue != issue:
        raise Refused("card.unknown")
    if not row.member:
        raise Refused("pin.nobody")
    mine = (member_pin.c.unit_id == unit, member_pin.c.member == row.member)
    pin = connection.execute(select(member_pin).where(*mine)).first()
    return _Kept(row.member) if pin is None else _Kept(row.member, pin.verifier, pin.changed_by)


def _target(member: int) -> str:
    return f"member-pin:{member}"


async def check_pin(runtime: Runtime, _who: Known, question: look.CheckPin) -> look.PinChecked:
    """Whether it is his. Raises ``Refused("attempt.locked")`` after too many wrong ones."""
    kept = await _attempt(runtime, question.card, question.issue)
    if not kept.verifier:
        await _forgive(runtime, kept.member)
        return look.PinChecked(fits=False, is_set=False)
    fits = await _matches(runtime, kept.verifier, question.pin)
    if fits:
        await _forgive(runtime, kept.member)
    return look.PinChecked(fits=fits, is_set=True)


async def _attempt(runtime: Runtime, card: int, issue: int) -> _Kept:
    now = runtime.clock.now()

    def write(connection: Connection) -> _Kept:
        kept = _kept(connection, runtime.unit, card, issue)
        guard.begin(connection, runtime.unit, _target(kept.member), now, WRONG_MOST)
        return kept

    return await runtime.db.write(write)


async def _forgive(runtime: Runtime, member: int) -> None:
    await runtime.db.write(lambda connection: guard.forgive(connection, runtime.unit, _target(member)))


async def _matches(runtime: Runtime, verifier: str, pin: str) -> bool:
    async with runtime.hashing:
        return await asyncio.to_thread(secret.matches, verifier, pin)


async def change_pin(runtime: Runtime, who: Known, question: look.ChangePin) -> m.Answer:
    """Proven by the old one, or vouched for by an operator who may issue cards. Raises ``Refused``:
    ``pin.wrong``, ``pin.malformed``, ``pin.weak``, ``attempt.locked``; ``Conflict``."""
    unit, now, key = runtime.unit, runtime.clock.now(), key_of(question.id)
    demand_own(who, question.id)
    secret.check_pin(question.new)
    answer = m.Answer(result=m.Result(id=question.id, status=m.Status.CREATED))
    words = ("pin", question.card, question.issue, question.operator)
    is_asked = await runtime.db.read(lambda connection: before(connection, unit, question.id, words))
    if question.operator:
        kept = await runtime.db.read(lambda connection: _vouched(connection, unit, who, question))
    else:
        kept = await _attempt(runtime, question.card, question.issue)
    if is_asked is not None or kept.changed_by == key:
        # Changed by another question since, nobody knows whether it was this PIN.
        if kept.changed_by != key or not await _matches(runtime, kept.verifier, question.new):
            raise Conflict(id=str(question.id))
        await _forgive(runtime, kept.member)
        return answer
    if not question.operator and not await _matches(runtime, kept.verifier, question.old):
        raise Refused("pin.wrong")
    async with runtime.hashing:
        verifier = await asyncio.to_thread(secret.verifier, question.new)

    def put(connection: Connection) -> int:
        mine = (member_pin.c.unit_id == unit, member_pin.c.member == kept.member)
        connection.execute(delete(member_pin).where(*mine))
        row = {"unit_id": unit, "member": kept.member, "verifier": verifier, "changed_by": key, "at": now}
        connection.execute(insert(member_pin).values(**row))
        guard.forgive(connection, unit, _target(kept.member))
        log.write(connection, unit, now, question.operator, "till.pin", str(question.card))
        return 1

    def write(connection: Connection) -> bool:
        if before(connection, unit, question.id, words) is not None:
            return False  # the same question was faster, on another connection
        once(connection, unit, question.id, words, lambda: put(connection), int)
        return True

    return answer if await runtime.db.write(write) else await change_pin(runtime, who, question)


def _vouched(connection: Connection, unit: int, who: Known, question: look.ChangePin) -> _Kept:
    _, scope = at_desk(connection, unit, who, question.operator, permission.ISSUE)
    demand_card(connection, scope, question.card)
    return _kept(connection, unit, question.card, question.issue)
