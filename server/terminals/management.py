"""A desk asks for a management card, or gives one back; who may is a right, or another's word. F: A7"""

from typing import Any, Final

from sqlalchemy import Connection

from onecard.cards.management.document import Kind
from onecard.clock import business_day, card_day
from onecard.errors import Refused
from onecard.wire.management import AskManagement, ManagementGrant, ReturnManagement, VouchedManagement
from onecard.wire.messages import Answer, Result, Status
from server.cards.asked import once
from server.management import service
from server.operators import permission
from server.operators.rights import rights
from server.runtime import Known, Runtime
from server.terminals.caller import at_desk, demand_own

#: Of a UID in hex.
_LENGTHS: Final = (8, 14)


async def ask(runtime: Runtime, who: Known, question: AskManagement) -> ManagementGrant:
    """Its number and what goes onto it. Raises ``Refused``: ``request.malformed``, ``request.not_yours``,
    ``operator.not_allowed``, ``operator.unknown``."""
    demand_own(who, question.id)
    if question.kind not in set(Kind) or len(question.uid) not in _LENGTHS:
        raise Refused("request.malformed")
    now = runtime.clock.now()
    today = card_day(business_day(now))
    wanted = service.Wanted(
        kind=Kind(question.kind),
        uid=bytes.fromhex(question.uid),
        from_day=today,
        until_day=today + question.days - 1,
        operator=question.holder,
        settings=question.settings,
        base=question.base,
        room=question.room,
    )
    supervisor = question.supervisor if isinstance(question, VouchedManagement) else 0

    def write(connection: Connection) -> ManagementGrant:
        by = _deed(connection, runtime.unit, who, question.operator, supervisor)
        if wanted.operator and rights(connection, runtime.unit, wanted.operator) is None:
            raise Refused("operator.unknown")
        key = runtime.keys.signing
        number, content = service.issue(connection, runtime.unit, question.id, wanted, key, by, now)
        return ManagementGrant(number=number, content=content.hex())

    return await runtime.db.write(write)


async def give_back(runtime: Runtime, who: Known, question: ReturnManagement) -> Answer:
    """Good nowhere from now on. Raises ``Refused`` as ``ask``, and ``card.unknown``."""
    demand_own(who, question.id)
    now = runtime.clock.now()

    def write(connection: Connection) -> None:
        by = _deed(connection, runtime.unit, who, question.operator, question.supervisor)
        words = ("management", "return", question.number, question.uid, by.operator, by.supervisor)

        def end() -> int:
            return service.give_back(connection, runtime.unit, question.number, question.uid, by, now)

        once(connection, runtime.unit, question.id, words, end, int)

    await runtime.db.write(write)
    return Answer(result=Result(id=question.id, status=Status.CREATED))


def _deed(connection: Connection, unit: int, who: Known, operator: int, supervisor: int) -> service.By:
    """Who does it and by whose word; of a word, whoever gave it must have the right. Raises ``Refused``."""
    at_desk(connection, unit, who, supervisor or operator, permission.MANAGEMENT)
    if supervisor and rights(connection, unit, operator) is None:
        raise Refused("operator.not_allowed", permission=permission.MANAGEMENT)
    return service.By(operator, supervisor)


QUESTIONS: dict[str, Any] = {
    "/t/management": (AskManagement, ask),
    "/t/management/vouched": (VouchedManagement, ask),
    "/t/management/return": (ReturnManagement, give_back),
}
