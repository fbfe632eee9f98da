"""What a new installation still needs before it can start, step by step. F: H4"""

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection, Table

from server.catalogue.service import card_types
from server.operators.rights import rights
from server.operators.tables import operator
from server.organisation.reset import is_live
from server.organisation.scope import Scope
from server.organisation.service import unit_name
from server.organisation.tables import outlet
from server.terminals.tables import terminal

#: What the first start calls the unit; its own name is one of the steps.
FIRST_NAME = "一卡通 OneCard"


class Step(msgspec.Struct, frozen=True):
    """``href``: where it is done."""

    name: str
    done: bool
    href: str


def _count(connection: Connection, scope: Scope, table: Table, *more: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(scope.by_whole(table), *more)
    return int(connection.execute(query).scalar_one())


def steps(connection: Connection, scope: Scope) -> list[Step]:
    """In the order in which a person takes them."""
    known = connection.execute(
        sa.select(operator.c.operator).where(
            scope.by_whole(operator), operator.c.state == "active", operator.c.password != ""
        )
    ).scalars()
    held = [rights(connection, scope.unit, number) for number in known.all()]
    administrators = [one for one in held if one is not None and one.may("console.system", 0)]
    changed = _count(connection, scope, operator, operator.c.must_change.is_(True)) == 0
    return [
        Step("unit", unit_name(connection, scope.unit) != FIRST_NAME, "/organisation"),
        Step("outlet", _count(connection, scope, outlet) > 0, "/organisation"),
        Step("card_type", len(card_types(connection, scope.unit)) > 0, "/statistics"),
        Step("password", changed, "/operators"),
        Step("second", len(administrators) > 1, "/operators/new"),
        Step("station", _count(connection, scope, operator, operator.c.pin != "") > 0, "/operators/new"),
        Step(
            "terminal", _count(connection, scope, terminal, terminal.c.state == "enrolled") > 0, "/terminals"
        ),
        Step("live", is_live(connection, scope.unit), "/system"),
    ]
