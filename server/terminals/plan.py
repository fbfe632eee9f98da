"""What is set for terminals from a moment to come: kept as changes, told to them as whole settings.

A change made meanwhile for at once leaves the plan as it is: at its moment its own keys change and no others.
Rejected: a document that holds only later, because the next one for today would replace it. F: E2
"""

from collections.abc import Collection, Iterable
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.settings import OFFICE, Settings
from onecard.wire.messages import SettingsFrom
from server.db import one_writer, write_rows
from server.operators import log
from server.terminals import snapshot, version
from server.terminals.tables import planned_setting, terminal

#: Of one terminal at a time: its document carries them all.
PLANS_MAX: Final = 16
#: The setting that says which balances a terminal is given, from the fewest to all of them.
ACCOUNTS: Final = "offline_account"
_MODES: Final = ("none", "home", "all")
Changes = dict[str, str | None]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Values from ``since`` on, ``None``: the default. ``plan`` is the same for all that it was made for."""

    plan: int
    terminal: int
    since: int
    changes: Changes
    made_by: int
    made_at: int


def plans(connection: Connection, unit: int, terminals: Collection[int]) -> dict[int, list[Plan]]:
    """Terminal → its plans in the order in which they begin, also those that have begun."""
    table = planned_setting
    query = sa.select(table).where(table.c.unit_id == unit, table.c.terminal.in_(terminals))
    found: dict[int, list[Plan]] = {}
    for row in connection.execute(query.order_by(table.c.since, table.c.plan)):
        one = Plan(
            plan=row.plan,
            terminal=row.terminal,
            since=row.since,
            changes=msgspec.json.decode(row.changes, type=Changes),
            made_by=row.made_by,
            made_at=row.made_at,
        )
        found.setdefault(row.terminal, []).append(one)
    return found


def keep(connection: Connection, unit: int, made: Iterable[Plan]) -> None:
    """New ones (writes)."""
    rows = [
        (unit, one.plan, one.terminal, one.since, _said(one.changes), one.made_by, one.made_at)
        for one in made
    ]
    write_rows(connection, planned_setting, rows)


def drop(connection: Connection, unit: int, terminal: int, numbers: Collection[int]) -> None:
    """They have begun and are settings now, or are withdrawn (writes)."""
    table = planned_setting
    mine = (table.c.unit_id == unit, table.c.terminal == terminal, table.c.plan.in_(numbers))
    connection.execute(table.delete().where(*mine))


def values_at(base: dict[str, str], mine: Iterable[Plan], at: int) -> dict[str, str]:
    """Settings as they are at ``at``."""
    found: Changes = {**base}
    for one in mine:
        if one.since <= at:
            found |= one.changes
    return {key: text for key, text in found.items() if text is not None}


def rows(base: dict[str, str], mine: Iterable[Plan]) -> tuple[SettingsFrom, ...]:
    """As the terminal is told: whole settings from each moment on."""
    told: dict[int, SettingsFrom] = {}
    for one in mine:
        base = values_at(base, [one], one.since)
        told[one.since] = SettingsFrom(since=one.since, settings=base)
    return tuple(told.values())


def begin(connection: Connection, unit: int, now: int) -> None:
    """What has begun is a setting like any other from here on (writes)."""
    table = planned_setting
    begun = sa.select(table.c.terminal).distinct().where(table.c.unit_id == unit, table.c.since <= now)
    if connection.execute(begun).first() is None:
        return
    one_writer(connection, unit)
    moves = False
    for number in sorted(connection.execute(begun).scalars()):
        mine = plans(connection, unit, (number,))[number]
        base = _base(connection, unit, number)
        held = values_at(base, mine, now)
        keep_values(connection, unit, number, held)
        drop(connection, unit, number, [one.plan for one in mine if one.since <= now])
        moves = moves or base.get(ACCOUNTS) != held.get(ACCOUNTS)
        told = {key: text or "" for one in mine if one.since <= now for key, text in one.changes.items()}
        log.write(connection, unit, now, 0, "terminal.settings_begun", str(number), **told)
    version.touch(connection, unit, version.TERMINAL, now)
    if moves:
        snapshot.resend(connection, unit, now)


def account_mode(connection: Connection, unit: int, number: int, now: int) -> str:
    """Which balances a terminal is given: what it may use now, or will by a plan, whichever is more."""
    base = _base(connection, unit, number)
    mine = plans(connection, unit, (number,)).get(number, [])
    moments = {now, *(one.since for one in mine if one.since > now)}
    said = [Settings.of_office(OFFICE, values_at(base, mine, at)).text(ACCOUNTS) for at in moments]
    return max(said, key=_MODES.index)


def keep_values(connection: Connection, unit: int, number: int, values: dict[str, str]) -> None:
    """The settings of one terminal from now on (writes)."""
    text = msgspec.json.encode(values, order="deterministic").decode()
    mine = (terminal.c.unit_id == unit, terminal.c.terminal == number)
    connection.execute(terminal.update().where(*mine).values(settings=text))


def _base(connection: Connection, unit: int, number: int) -> dict[str, str]:
    query = sa.select(terminal.c.settings).where(terminal.c.unit_id == unit, terminal.c.terminal == number)
    return msgspec.json.decode(connection.execute(query).scalar_one(), type=dict[str, str])


def _said(changes: Changes) -> str:
    return msgspec.json.encode(changes, order="deterministic").decode()
