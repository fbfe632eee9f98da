"""What one operator may do to another: grant what he holds himself, change whom he could have made. F: H2"""

from typing import Any

from sqlalchemy import Connection

from onecard.errors import Refused
from server.operators import permission, service
from server.operators.rights import Rights
from server.operators.role import role_of
from server.organisation.scope import Scope
from server.organisation.service import branches, owners

Grant = tuple[int, int, int]  # role, branch, owner


def demand_grant(connection: Connection, who: Rights, granted: Grant) -> None:
    """Raises ``Refused`` (``role.unknown``, ``branch.unknown``, ``owner.unknown``, ``operator.not_allowed``)
    unless he could hand this role out there: he manages operators there and holds all that is in it."""
    role_no, branch, owner = granted
    whole = Scope.whole(who.unit)
    role = role_of(connection, whole, role_no)
    if branch not in {0, *(row["branch"] for row in branches(connection, whole))}:
        raise Refused("branch.unknown")
    if owner not in {0, *(row["owner"] for row in owners(connection, whole))}:
        raise Refused("owner.unknown")
    who.demand_delegable((permission.OPERATOR, *role["permissions"]), branch, owner)


def demand_within(connection: Connection, who: Rights, number: int) -> dict[str, Any]:
    """The operator, if every grant of his could have been given by ``who``. Raises ``Refused``.

    ``operator.unknown`` is also the answer about one who exists elsewhere; ``operator.yourself``: the last
    administrator would be gone, and nobody widens or narrows himself.
    """
    if number == who.operator:
        raise Refused("operator.yourself")
    scope = who.scope(permission.OPERATOR)
    row = next((one for one in service.operators(connection, scope) if one["operator"] == number), None)
    if row is None:
        raise Refused("operator.unknown")
    if not row["is_mine"]:
        raise Refused("operator.not_allowed", permission=permission.OPERATOR)
    for granted in row["grants"]:
        demand_grant(connection, who, granted)
    return row


def set_grants(connection: Connection, who: Rights, number: int, grants: tuple[Grant, ...], now: int) -> None:
    """He holds these roles and no others (writes). Raises ``Refused``."""
    demand_within(connection, who, number)
    if not grants:
        raise Refused("operator.no_grant")
    for granted in grants:
        demand_grant(connection, who, granted)
    service.set_grants(connection, who.unit, number, tuple(dict.fromkeys(grants)), now, who.operator)
