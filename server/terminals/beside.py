"""Tills find cards by what was swiped or scanned, and note what a plastic carries beside its chip."""

from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.wire.beside import AskBeside, PutBeside
from onecard.wire.messages import Answer, AskCard, Result, Status
from server.cards import beside
from server.cards.asked import once
from server.operators import permission
from server.runtime import Known, Runtime
from server.terminals.caller import at_desk, demand_own


async def found(runtime: Runtime, question: AskBeside) -> AskCard:
    """Which card that is. Raises ``Refused("card.unknown")``."""

    def read(connection: Connection) -> tuple[int, int] | None:
        return beside.find(connection, runtime.unit, question.kind, question.value)

    place = await runtime.db.read(read)
    if place is None:
        raise Refused("card.unknown")
    return AskCard(card=place[0], issue=place[1])


async def put(runtime: Runtime, who: Known, question: PutBeside) -> Answer:
    """Whoever may issue cards may say what is on them, once per id."""
    now = runtime.clock.now()
    demand_own(who, question.id)

    def write(connection: Connection) -> None:
        at_desk(connection, runtime.unit, who, question.operator, permission.ISSUE)
        place = (question.card, question.issue)
        words = ("beside", question.kind, question.value, *place, question.operator)

        def note() -> int:
            beside.put(
                connection, runtime.unit, question.kind, question.value, *place, question.operator, now
            )
            return 1

        once(connection, runtime.unit, question.id, words, note, int)

    await runtime.db.write(write)
    return Answer(result=Result(id=question.id, status=Status.CREATED))
