"""Loss reports of members themselves, who have their number and their PIN and no card. F: D5

Who guesses numbers is stopped at the terminal, who guesses a PIN at the member; both are told the same, and
it takes as long.
"""

import asyncio

from sqlalchemy import ColumnElement, Connection, func, select

from onecard.errors import Refused
from onecard.wire.own_loss import OwnCard, OwnCards, OwnLoss
from server.cards import service as cards
from server.members import service as members
from server.members.tables import member, member_pin
from server.operators import guard, log, secret
from server.organisation.scope import Scope
from server.runtime import Known, Runtime
from server.terminals.caller import demand_own
from server.terminals.person import WRONG_MOST

#: Wrong tries at one terminal, whoever's number they name, before it closes for a while.
TERMINAL_MOST = 20
#: What may stand between the letters and digits of a number.
_SIGNS = "._/-"


async def own_loss(runtime: Runtime, who: Known, question: OwnLoss) -> OwnCards:
    """Raises ``Refused``: ``pin.wrong``, ``attempt.locked``, ``card.unknown``, ``card.dead``."""
    demand_own(who, question.id)
    unit, now = runtime.unit, runtime.clock.now()
    door = f"own-loss:{who.terminal}"

    def begin(connection: Connection) -> tuple[int, str]:
        guard.begin(connection, unit, door, now, TERMINAL_MOST)
        key = _member(connection, unit, question.number)
        if not key:
            return 0, ""
        guard.begin(connection, unit, f"member-pin:{key}", now, WRONG_MOST)
        kept = select(member_pin.c.verifier).where(member_pin.c.unit_id == unit, member_pin.c.member == key)
        return key, str(connection.execute(kept).scalar() or "")

    key, verifier = await runtime.db.write(begin)
    async with runtime.hashing:
        fits = await asyncio.to_thread(secret.matches, verifier or secret.nobody(), question.pin)
    if not (key and verifier and fits):
        raise Refused("pin.wrong")

    def write(connection: Connection) -> OwnCards:
        for target in (door, f"member-pin:{key}"):
            guard.forgive(connection, unit, target)
        listed = 0
        if question.card:
            listed = _stop(connection, runtime, who, question, key, now)
        person = members.by_key(connection, Scope.whole(unit), key)
        mine = members.cards_of(connection, Scope.whole(unit), key)
        return OwnCards(
            name="" if person is None else person["name"],
            cards=tuple(OwnCard(card=card, issue=issue, state=state) for card, issue, state in mine),
            listed=listed,
        )

    return await runtime.db.write(write)


def _stop(connection: Connection, runtime: Runtime, who: Known, question: OwnLoss, key: int, now: int) -> int:
    unit, wanted = runtime.unit, (question.card, question.issue)
    mine = {(card, issue) for card, issue, _ in members.cards_of(connection, Scope.whole(unit), key)}
    if wanted not in mine:
        raise Refused("card.unknown")
    listed = cards.report_loss(connection, unit, question.id, *wanted, 0, now)
    log.write(connection, unit, now, 0, "kiosk.own_loss", str(question.card), terminal=who.terminal)
    return listed


def _member(connection: Connection, unit: int, number: str) -> int:
    """By his number as it stands; or without the letter that the system put before it; or, where it is one
    person's, as a pad of capitals can say it."""
    plain = _plain(number)
    if not plain:
        return 0
    wanted = (number, f"M{number}", f"M{number.zfill(6)}")
    kept: ColumnElement[str] = func.upper(member.c.number)
    for sign in _SIGNS:
        kept = func.replace(kept, sign, "")
    query = select(member.c.member, member.c.number).where(
        member.c.unit_id == unit, member.c.number.in_(wanted) | (kept == plain)
    )
    rows = {row.number: row.member for row in connection.execute(query)}
    exact = next((rows[one] for one in wanted if one in rows), 0)
    alike = [key for each, key in rows.items() if _plain(each) == plain]
    return int(exact or (alike[0] if len(alike) == 1 else 0))


def _plain(number: str) -> str:
    """Capitals and digits only."""
    return "".join(one for one in number.upper() if one not in _SIGNS)
