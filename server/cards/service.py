"""What the edge asks about cards. Reads are functions of a connection: ``await db.read(lambda c: f(c, …))``;
what writes goes through ``lane.db.write`` and says so.
"""

from collections.abc import Callable

from sqlalchemy import Connection

from onecard.ids import RecordId
from onecard.wire.messages import CardStatus, CardType, IssueGrant, Load, OpenTap, Stop

#: Names a place for a movement: (outlet, terminal) → "本部食堂".
Place = Callable[[int, int], str]


def card_status(
    connection: Connection, unit: int, card: int, issue: int, now: int, place: Place = lambda _o, _t: ""
) -> CardStatus:
    """State, balance, movements, and why the balance is what it is. ``number`` and ``name`` stay empty."""
    raise NotImplementedError


def reserve_issue(
    connection: Connection, unit: int, id: RecordId, member: int, uid: str, card_type: CardType, now: int
) -> IssueGrant:
    """A number for a new card (writes: ``db.write``). The same ``id`` gets the same number; ``Conflict``
    if it asks for something else. Released when the issue is not written."""
    raise NotImplementedError


def report_loss(
    connection: Connection, unit: int, id: RecordId, card: int, issue: int, operator: int, now: int
) -> int:
    """Put a card on the stop list (writes: ``db.write``); the list's version from which it is in force."""
    raise NotImplementedError


def stops_since(connection: Connection, unit: int, version: int) -> tuple[int, tuple[Stop, ...]]:
    """The list's version now, and what changed after ``version`` (0: the whole list)."""
    raise NotImplementedError


def loads_since(
    connection: Connection, unit: int, version: int
) -> tuple[int, tuple[Load, ...], tuple[tuple[int, int, int], ...]]:
    """Version now, loads waiting that are newer than ``version``, and (card, issue, upto) applied since."""
    raise NotImplementedError


def open_taps(connection: Connection, unit: int) -> tuple[OpenTap, ...]:
    """Every card write of the unit that was set aside or given up and whose outcome is not known."""
    raise NotImplementedError
