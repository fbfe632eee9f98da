"""How long a till that hears nothing sells on from a plastic, by what the office has set for it. F: A5 E3

A till whose stop list is older than its limit takes no card any more; one without a limit sells for ever, and
then all that a plastic holds can still be sold.
"""

from collections.abc import Iterator

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.settings import OFFICE, Settings
from server.cards.tables import lost_terminal
from server.terminals import plan
from server.terminals.tables import terminal

_DAY_H = 24


def days(connection: Connection, unit: int, now: int) -> int | None:
    """On how many business days the last of them may still sell; ``None``: nothing ever stops it."""
    hours = [one.number("offline_stop_h") for _, one in _settings(connection, unit, now)]
    if not all(hours):
        return None
    # A limit of 24 h touches two days; no till at all sells on none.
    return max((-(-one // _DAY_H) + 1 for one in hours), default=0)


def pays_all(connection: Connection, unit: int, number: int, now: int) -> bool:
    """Whether this desk holds nothing back at a replacement, at the unit's risk."""
    return any(one.flag("replace_all") for which, one in _settings(connection, unit, now) if which == number)


def _settings(connection: Connection, unit: int, now: int) -> Iterator[tuple[int, Settings]]:
    """Of every till that was ever enrolled and is not lost; a revoked one may sell on as well."""
    gone = sa.select(lost_terminal.c.terminal).where(lost_terminal.c.unit_id == unit)
    query = sa.select(terminal.c.terminal, terminal.c.settings).where(
        terminal.c.unit_id == unit, terminal.c.kind == "pos", terminal.c.state != "new",
        terminal.c.terminal.not_in(gone),
    )  # fmt: skip
    rows = connection.execute(query.order_by(terminal.c.terminal)).all()
    later = plan.plans(connection, unit, [row.terminal for row in rows])
    for row in rows:
        base = msgspec.json.decode(row.settings, type=dict[str, str])
        values = plan.values_at(base, later.get(row.terminal, []), now)
        yield row.terminal, Settings.of_office(OFFICE, values)
