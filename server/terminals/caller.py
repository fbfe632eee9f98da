"""Who asks, before anything is answered: whether a request is the terminal's own, and what the person at it
may see where it stands. Knows nothing of what is asked."""

from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.ids import RecordId
from server.books.tables import in_range
from server.operators import service as operators
from server.organisation.scope import Scope
from server.runtime import Known
from server.terminals.document import Reader, reader


def demand_own(who: Known, id: RecordId) -> None:
    """Every id a terminal uses names the terminal itself. Raises ``Refused("request.not_yours")``."""
    if id.terminal != who.terminal or not in_range(id):
        raise Refused("request.not_yours")


def at_desk(connection: Connection, unit: int, who: Known, operator: int, right: str) -> tuple[Reader, Scope]:
    """Where the terminal stands, and what this operator may see by that right, or whoever answers for him.

    Raises ``Refused("operator.not_allowed")``.
    """
    there = reader(connection, unit, who.terminal)
    held = operators.demand(connection, unit, who.supervisor or operator, right, there.branch, there.owner)
    return there, held.scope(right)
