"""Tokens: who a program is, what it may ask, and about which places. F: M3

A token is shown once, when it is made; it never does more than the operator who made it could.
"""

import hashlib

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.ids import Entropy
from server.api.tables import token
from server.operators import log, permission
from server.operators.rights import Rights
from server.organisation.scope import Place, Scope
from server.organisation.service import clean_name, next_number

PREFIX = "oc_"
LIFE_S = 365 * 86_400
#: scope → the permission its maker must hold.
SCOPES = {
    "members": permission.PERSON,
    "cards": permission.VIEW,
    "entries": permission.VIEW,
    "identity": permission.PERSON,
    "loss": permission.LOSS,
}


class Bearer(msgspec.Struct, frozen=True):
    """A program whose token is good right now."""

    token: int
    name: str
    scopes: frozenset[str]
    places: Scope

    def demand(self, scope: str) -> Scope:
        """Where it may look. Raises ``Refused("token.scope")``."""
        if scope not in self.scopes:
            raise Refused("token.scope", scope=scope)
        return self.places


def make(
    connection: Connection,
    rights: Rights,
    name: str,
    scopes: frozenset[str],
    place: Place,
    now: int,
    entropy: Entropy,
    life_s: int = LIFE_S,
) -> tuple[int, str]:
    """(number, the token itself) (writes). Raises ``Refused("token.no_scope" | "operator.not_allowed")``."""
    if not scopes or scopes - SCOPES.keys() or not 0 < life_s <= LIFE_S:
        raise Refused("token.no_scope")
    rights.demand_delegable({SCOPES[one] for one in scopes}, *place)
    number = next_number(connection, token, "token", rights.unit)
    secret = PREFIX + entropy.bytes(32).hex()
    connection.execute(
        token.insert().values(
            unit_id=rights.unit,
            token=number,
            name=clean_name(name),
            hash=_hash(secret),
            scopes=" ".join(sorted(scopes)),
            places=msgspec.json.encode([place]).decode(),
            made_by=rights.operator,
            made_at=now,
            expires_at=now + life_s,
            revoked_at=None,
        )
    )
    log.write(connection, rights.unit, now, rights.operator, "token.make", str(number))
    return number, secret


def revoke(connection: Connection, rights: Rights, number: int, now: int) -> None:
    """It opens nothing from here on (writes). Raises ``Refused("token.unknown")``."""
    where = (token.c.unit_id == rights.unit) & (token.c.token == number) & token.c.revoked_at.is_(None)
    if connection.execute(token.update().where(where).values(revoked_at=now)).rowcount != 1:
        raise Refused("token.unknown", token=number)
    log.write(connection, rights.unit, now, rights.operator, "token.revoke", str(number))


def bearer(connection: Connection, unit: int, given: str, now: int) -> Bearer | None:
    """Whose token this is, if it is good."""
    row = connection.execute(
        sa.select(token).where(
            token.c.unit_id == unit,
            token.c.hash == _hash(given),
            token.c.revoked_at.is_(None),
            token.c.expires_at > now,
        )
    ).first()
    if row is None:
        return None
    places = msgspec.json.decode(row.places, type=frozenset[tuple[int, int]])
    return Bearer(row.token, row.name, frozenset(row.scopes.split()), Scope(unit, places))


def tokens(connection: Connection, scope: Scope) -> list[dict[str, object]]:
    """All tokens ever made, newest first; nobody learns the secret from here."""
    names = ("token", "name", "scopes", "places", "made_by", "made_at", "expires_at", "revoked_at")
    query = sa.select(*(token.c[name] for name in names)).where(scope.by_whole(token))
    return [dict(row) for row in connection.execute(query.order_by(token.c.token.desc())).mappings()]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
