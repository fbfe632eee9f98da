"""Terminals: added by the office, enrolled once with a code, revoked. F: E1

Asking a session of a revoked terminal is refused by the edge; what it may still upload is not decided here.
"""

import hmac
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.ids import SERVER_TERMINAL, Entropy, one_time_code
from onecard.wire.messages import Enrol, Enrolled
from server.operators import log
from server.organisation.scope import Scope
from server.organisation.service import clean_name, outlets, place
from server.organisation.tables import outlet
from server.terminals import snapshot, version
from server.terminals.tables import command, contact, enrolment_code, revocation, terminal

KINDS = ("pos", "kiosk")
FIRST_TERMINAL = 1001
CODE_MINUTES = 30
#: The card's last-transaction field has one byte for it.
EPOCH_MAX = 255


def add_terminal(
    connection: Connection,
    unit_id: int,
    now: int,
    *,
    kind: str,
    name: str,
    outlet_no: int,
    settings: dict[str, str] | None = None,
    number: int | None = None,
    by: int = 0,
) -> int:
    """A new terminal → its number (writes). Raises ``Refused``: kind, name, outlet, number."""
    if kind not in KINDS:
        raise Refused("terminal.kind")
    place(connection, unit_id, outlet_no)
    highest = connection.execute(
        sa.select(sa.func.max(terminal.c.terminal)).where(terminal.c.unit_id == unit_id)
    ).scalar()
    number = number or max(int(highest or 0) + 1, FIRST_TERMINAL)
    if not 0 < number < SERVER_TERMINAL or by_number(connection, unit_id, number) is not None:
        raise Refused("terminal.number_taken")
    connection.execute(
        terminal.insert().values(
            unit_id=unit_id,
            terminal=number,
            kind=kind,
            name=clean_name(name),
            outlet=outlet_no,
            state="new",
            epoch=0,
            public_key="",
            settings=msgspec.json.encode(settings or {}).decode(),
            made_at=now,
        )
    )
    version.touch(connection, unit_id, version.TERMINAL, now)
    version.touch(connection, unit_id, version.REGISTRY, now)
    log.write(connection, unit_id, now, by, "terminal.add", str(number))
    return number


def by_number(connection: Connection, unit_id: int, number: int) -> dict[str, Any] | None:
    """The whole row of one terminal."""
    query = sa.select(terminal).where(terminal.c.unit_id == unit_id, terminal.c.terminal == number)
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def _code_hash(secret: bytes, unit_id: int, number: int, code: str) -> str:
    return hmac.digest(secret, f"{unit_id}/{number}/{code}".encode(), "sha256").hex()


def make_code(
    connection: Connection,
    unit_id: int,
    number: int,
    now: int,
    secret: bytes,
    entropy: Entropy,
    by: int = 0,
    minutes: int = CODE_MINUTES,
) -> str:
    """A fresh one-time code for this terminal number (writes); unused older ones end here.

    Only its keyed hash is kept, so neither the database nor a backup of it holds a usable code.
    """
    row = by_number(connection, unit_id, number)
    if row is None:
        raise Refused("terminal.unknown")
    code = one_time_code(entropy)
    mine = (enrolment_code.c.unit_id == unit_id) & (enrolment_code.c.terminal == number)
    connection.execute(
        enrolment_code.update()
        .where(mine, enrolment_code.c.public_key == "", enrolment_code.c.expires_at > now)
        .values(expires_at=now)
    )
    connection.execute(
        enrolment_code.insert().values(
            unit_id=unit_id,
            code_hash=_code_hash(secret, unit_id, number, code),
            terminal=number,
            expires_at=now + 60 * minutes,
            public_key="",
            made_by=by,
        )
    )
    log.write(connection, unit_id, now, by, "terminal.code", str(number))
    return code


def enrol(
    connection: Connection, unit_id: int, question: Enrol, now: int, secret: bytes, server_key: bytes
) -> Enrolled:
    """A box with a good code becomes the terminal (writes). Its key asked again gets the same answer.

    Raises ``Refused``: ``enrol.code`` (unknown, or of another terminal), ``enrol.used``, ``enrol.expired``,
    ``enrol.key`` (not an Ed25519 key), ``enrol.worn_out`` (no epoch is left).
    """
    if len(question.public_key) != 64:
        raise Refused("enrol.key")
    code = question.code.strip().upper()
    hashed = _code_hash(secret, unit_id, question.terminal, code)
    where = (enrolment_code.c.unit_id == unit_id) & (enrolment_code.c.code_hash == hashed)
    given = connection.execute(sa.select(enrolment_code).where(where)).mappings().first()
    row = by_number(connection, unit_id, question.terminal)
    if given is None or row is None:
        raise Refused("enrol.code")
    if given["public_key"] and (
        given["public_key"] != question.public_key or row["public_key"] != question.public_key
    ):
        raise Refused("enrol.used")
    epoch = row["epoch"]
    if not given["public_key"]:
        if given["expires_at"] <= now:
            raise Refused("enrol.expired")
        epoch += 1
        if epoch > EPOCH_MAX:
            raise Refused("enrol.worn_out")
        connection.execute(enrolment_code.update().where(where).values(public_key=question.public_key))
        connection.execute(
            terminal.update()
            .where(terminal.c.unit_id == unit_id, terminal.c.terminal == question.terminal)
            .values(state="enrolled", epoch=epoch, public_key=question.public_key)
        )
        _end_commands(connection, unit_id, question.terminal, now)
        version.touch(connection, unit_id, version.REGISTRY, now)
        log.write(connection, unit_id, now, 0, "terminal.enrol", str(question.terminal), epoch=epoch)
    return Enrolled(
        unit=unit_id, terminal=question.terminal, epoch=epoch, server_key=server_key.hex(), now=now
    )


def _end_commands(connection: Connection, unit_id: int, number: int, now: int) -> None:
    """What was meant for the box before is not for its spare: a lock of a stolen till must not hit it."""
    mine = (command.c.unit_id == unit_id, command.c.terminal == number, command.c.ended_at == 0)
    ended = {"state": "interrupted", "said": "enrolled", "ended_at": now}
    if connection.execute(command.update().where(*mine).values(**ended)).rowcount:
        version.touch(connection, unit_id, version.COMMANDS, now)


def change(
    connection: Connection, scope: Scope, number: int, name: str, outlet_no: int, now: int, by: int
) -> None:
    """Another name, or another place, from now on (writes). What was sold before says itself where that was.

    Raises ``Refused``: ``terminal.unknown``, ``outlet.unknown`` for one that ``scope`` does not hold too,
    ``name.malformed``.
    """
    row = next((one for one in terminals(connection, scope) if one["terminal"] == number), None)
    if row is None:
        raise Refused("terminal.unknown")
    unit_id = scope.unit
    if outlet_no not in {one["outlet"] for one in outlets(connection, scope)}:
        raise Refused("outlet.unknown")
    values = {"name": clean_name(name), "outlet": outlet_no}
    if values == {"name": row["name"], "outlet": row["outlet"]}:
        return
    mine = (terminal.c.unit_id == unit_id) & (terminal.c.terminal == number)
    connection.execute(terminal.update().where(mine).values(**values))
    version.touch(connection, unit_id, version.TERMINAL, now)
    if outlet_no != row["outlet"]:
        # Their versions are the unit's, their content is the place's.
        for document in (version.CATALOGUE, version.CALENDAR, version.OPERATORS):
            version.touch(connection, unit_id, document, now)
        version.touch(connection, unit_id, version.REGISTRY, now)
        if place(connection, unit_id, outlet_no).branch != row["branch"]:
            snapshot.resend(connection, unit_id, now)
    log.write(connection, unit_id, now, by, "terminal.change", str(number), outlet=outlet_no)


def revoke(connection: Connection, unit_id: int, number: int, now: int, by: int) -> None:
    """Nothing that this terminal asks is answered any more; every process knows within 2 s (writes). The
    moment is kept with the key of its box, beyond a spare that takes its place."""
    row = by_number(connection, unit_id, number)
    if row is None or row["state"] == "revoked":
        raise Refused("terminal.unknown")
    mine = (terminal.c.unit_id == unit_id, terminal.c.terminal == number)
    connection.execute(terminal.update().where(*mine).values(state="revoked"))
    if row["public_key"] and not lost_at(connection, unit_id, number, row["public_key"]):
        connection.execute(
            revocation.insert().values(
                unit_id=unit_id, terminal=number, public_key=row["public_key"], at=now, by=by
            )
        )
    version.touch(connection, unit_id, version.REGISTRY, now)
    log.write(connection, unit_id, now, by, "terminal.revoke", str(number))


def lost_at(connection: Connection, unit_id: int, number: int, public_key: str) -> int:
    """When the box with this key was reported lost; 0: it was not."""
    table = revocation
    query = sa.select(table.c.at).where(
        table.c.unit_id == unit_id, table.c.terminal == number, table.c.public_key == public_key
    )
    return connection.execute(query).scalar() or 0


def terminals(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    """All terminals with their place and last contact (``seen_at`` ``None``: never heard)."""
    query = (
        sa.select(
            terminal,
            outlet.c.name.label("outlet_name"),
            outlet.c.branch,
            contact.c.seen_at,
            contact.c.pending,
            contact.c.app,
            contact.c.health,
            contact.c.have,
        )
        .join_from(
            terminal,
            outlet,
            (outlet.c.unit_id == terminal.c.unit_id) & (outlet.c.outlet == terminal.c.outlet),
        )
        .outerjoin(
            contact, (contact.c.unit_id == terminal.c.unit_id) & (contact.c.terminal == terminal.c.terminal)
        )
        .where(scope.by_unit(terminal), scope.by_place(outlet))
        .order_by(terminal.c.terminal)
    )
    return [dict(row) for row in connection.execute(query).mappings()]
