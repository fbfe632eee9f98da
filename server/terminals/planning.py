"""What the office orders about settings for later: planned, shown, withdrawn before it begins.

A terminal that holds a plan and is out of reach begins it also when it was withdrawn here meanwhile. F: E2
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from onecard.errors import Refused
from server.db import one_writer
from server.organisation.scope import Scope
from server.terminals import plan, setting, snapshot, version

#: Nobody plans further: it is more likely a misspelt year.
AHEAD_S: Final = 400 * 86_400


def put_later(
    connection: Connection,
    scope: Scope,
    place: str,
    changes: Mapping[str, str | None],
    seen: str,
    since: int,
    now: int,
    by: int,
) -> int:
    """The same from the moment ``since`` on (writes) → for how many terminals. Raises ``Refused`` as ``put``,
    and ``setting.moment`` for one that is not to come, ``setting.too_many`` plans of one terminal."""
    if not now < since <= now + AHEAD_S:
        raise Refused("setting.moment")
    one_writer(connection, scope.unit)
    rows = setting.demand_seen(connection, scope, place, seen, now)
    told = {row["terminal"]: setting.news(changes, setting.values_of(row, since)) for row in rows}
    if any(told[row["terminal"]] and len(row["plans"]) >= plan.PLANS_MAX for row in rows):
        raise Refused("setting.too_many", most=plan.PLANS_MAX)
    if not any(told.values()):
        return 0
    # The version that brings it is its name.
    number = version.touch(connection, scope.unit, version.TERMINAL, now)
    made = [
        plan.Plan(plan=number, terminal=one, since=since, changes=mine, made_by=by, made_at=now)
        for one, mine in told.items()
        if mine
    ]
    plan.keep(connection, scope.unit, made)
    for one in made:
        setting.note(
            connection, scope, now, by, "terminal.settings_planned", one.terminal, one.changes, since=since
        )
    if any(plan.ACCOUNTS in one.changes for one in made):
        snapshot.resend(connection, scope.unit, now)
    return len(made)


def withdraw(connection: Connection, scope: Scope, place: str, number: int, now: int, by: int) -> int:
    """A plan is given up for the terminals there (writes) → how many. Raises ``Refused``: as ``at_place``,
    and ``setting.begun`` if it has begun, or is not there any more."""
    one_writer(connection, scope.unit)
    found = 0
    for row in setting.at_place(connection, scope, place):
        for one in row["plans"]:
            if one.plan == number and one.since > now:
                plan.drop(connection, scope.unit, one.terminal, (number,))
                what = ("terminal.settings_withdrawn", one.terminal, one.changes)
                setting.note(connection, scope, now, by, *what, since=one.since)
                found += 1
    if not found:
        raise Refused("setting.begun")
    version.touch(connection, scope.unit, version.TERMINAL, now)
    return found


def coming(rows: Iterable[Mapping[str, Any]], now: int) -> list[tuple[plan.Plan, list[int]]]:
    """Each plan that has not begun, with the terminals that it holds for; one that says something else to
    some of them stands there more than once."""
    found: list[tuple[plan.Plan, list[int]]] = []
    for row in rows:
        for one in row["plans"]:
            if one.since > now:
                held = next((at for mine, at in found if _alike(mine, one)), None)
                if held is None:
                    found.append((one, [row["terminal"]]))
                else:
                    held.append(row["terminal"])
    return sorted(found, key=lambda each: (each[0].since, each[0].plan))


def _alike(one: plan.Plan, other: plan.Plan) -> bool:
    return (one.plan, one.changes) == (other.plan, other.changes)
