"""A desk asks for a management card; who may have which made is a right like any."""

from typing import Final

from sqlalchemy import Connection

from onecard.cards.management.document import Kind
from onecard.clock import business_day, card_day
from onecard.errors import Refused
from onecard.wire.management import AskManagement, ManagementGrant
from server.management import service
from server.operators import permission
from server.runtime import Known, Runtime
from server.terminals.caller import at_desk, demand_own

#: What an operator needs to have a card of this kind made: whoever hands out rights, or keeps terminals.
NEEDS: Final = {
    Kind.ADMINISTRATOR: permission.OPERATOR,
    Kind.OPERATOR: permission.OPERATOR,
    Kind.PAYEE: permission.OPERATOR,
    Kind.COLLECTOR: permission.TERMINAL,
    Kind.LOSS: permission.TERMINAL,
    Kind.SETTINGS: permission.TERMINAL,
}


async def ask_management(runtime: Runtime, who: Known, question: AskManagement) -> ManagementGrant:
    """Its number and what goes onto it. Raises ``Refused``: ``request.malformed``, ``request.not_yours``,
    ``operator.not_allowed``."""
    demand_own(who, question.id)
    if question.kind not in set(Kind) or len(question.uid) not in (8, 14):
        raise Refused("request.malformed")
    kind, now = Kind(question.kind), runtime.clock.now()
    today = card_day(business_day(now))
    wanted = service.Wanted(
        kind=kind,
        uid=bytes.fromhex(question.uid),
        from_day=today,
        until_day=today + question.days - 1,
        operator=question.holder,
        settings=question.settings,
        base=question.base,
    )

    def write(connection: Connection) -> ManagementGrant:
        at_desk(connection, runtime.unit, who, question.operator, NEEDS[kind])
        key, by = runtime.keys.signing, question.operator
        number, content = service.issue(connection, runtime.unit, question.id, wanted, key, by, now)
        return ManagementGrant(number=number, content=content.hex())

    return await runtime.db.write(write)
