"""Rewards that points can be given up for. F: B5"""

from typing import Any

from sqlalchemy import Connection, insert, select, update

from onecard.errors import Refused
from onecard.money import MAX_FEN
from server.db import one_writer
from server.organisation.scope import Scope
from server.organisation.service import clean_name, next_number
from server.reward.tables import reward


def add_reward(
    connection: Connection,
    unit: int,
    *,
    name: str,
    points: int,
    fen: int = 0,
    stock: int = -1,
    name_en: str = "",
) -> int:
    """A new reward (writes); its number. Raises ``Refused("reward.malformed")``."""
    one_writer(connection, unit)
    if not 0 < points <= 10**9 or not 0 <= fen <= MAX_FEN or not -1 <= stock <= 10**6:
        raise Refused("reward.malformed")
    number = next_number(connection, reward, "reward", unit)
    connection.execute(
        insert(reward).values(
            unit_id=unit,
            reward=number,
            name=clean_name(name),
            name_en=name_en.strip()[:64],
            points=points,
            fen=fen,
            stock=stock,
            active=True,
        )
    )
    return number


def end_reward(connection: Connection, unit: int, number: int) -> bool:
    """Nobody gets it from now on (writes). ``False``: unknown, or ended before."""
    mine = (reward.c.unit_id == unit, reward.c.reward == number, reward.c.active)
    return connection.execute(update(reward).where(*mine).values(active=False)).rowcount == 1


def rewards(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    """What there is, by points."""
    query = select(reward).where(scope.by_unit(reward), reward.c.active).order_by(reward.c.points)
    return [dict(row._mapping) for row in connection.execute(query)]
