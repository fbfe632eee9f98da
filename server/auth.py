"""Who sits at the browser: log-in, sessions that rotate, form tokens, and asking for the password again.

A session is 32 random bytes in a cookie; the database holds only their hash. A form carries a MAC of that
cookie, so a page of another site cannot post for the operator.
"""

import asyncio
import hashlib
import hmac

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from server.operators import guard, log, secret, service
from server.operators.tables import console_session, operator
from server.runtime import Runtime

COOKIE = "onecard"
IDLE_S = 30 * 60
WHOLE_S = 12 * 3600
#: How long after giving the password rights and keys may be changed without giving it again.
FRESH_S = 10 * 60
#: The idle time is counted in steps of this, so that reading pages does not write at each click.
SEEN_STEP_S = 60
ATTEMPTS_PER_ADDRESS = 30


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """An operator with a live session."""

    rights: service.Rights
    login: str
    token_hash: str
    proved_at: int
    seen_at: int
    must_change: bool


def token_hash(token: str) -> str:
    """What the database knows of a session."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(runtime: Runtime, token: str) -> str:
    """What a form must carry when the browser has this cookie."""
    return hmac.digest(runtime.keys.derived("forms"), token.encode(), "sha256").hex()


def form_token_fits(runtime: Runtime, token: str, given: str) -> bool:
    """Compares in constant time; any text may be given."""
    return hmac.compare_digest(form_token(runtime, token).encode(), given.encode("utf-8", "replace"))


def new_token(runtime: Runtime) -> str:
    """A cookie value that nobody can guess."""
    return runtime.entropy.bytes(32).hex()


async def hashed(runtime: Runtime, password: str) -> str:
    """A verifier, made beside the event loop."""
    async with runtime.hashing:
        return await asyncio.to_thread(secret.verifier, password)


async def _fits(runtime: Runtime, kept: str, password: str) -> bool:
    async with runtime.hashing:
        return await asyncio.to_thread(secret.matches, kept, password)


async def log_in(runtime: Runtime, login: str, password: str, address: str, old_token: str) -> str:
    """Login and password → the token of a new session; the old token is worth nothing from here on.

    Raises ``Refused``: ``login.wrong`` (whatever was wrong), ``login.expired`` (one-time password too old),
    ``attempt.locked``.
    """
    now, unit = runtime.clock.now(), runtime.unit
    login = login.strip().casefold()[:64]
    targets = [(f"from:{address}", ATTEMPTS_PER_ADDRESS)]

    def begin(connection: Connection) -> dict[str, object] | None:
        row = service.by_login(connection, unit, login)
        if row is not None:
            targets.append((f"login:{row['operator']}", guard.ALLOWED))
        for target, allowed in targets:
            guard.begin(connection, unit, target, now, allowed)
        return row

    row = await runtime.db.write(begin)
    kept = str(row["password"]) if row and row["password"] else await asyncio.to_thread(secret.nobody)
    fits = await _fits(runtime, kept, password)
    if not fits or row is None or not row["password"] or row["state"] != "active":
        number = int(str(row["operator"])) if row else 0
        await runtime.db.write(
            lambda connection: log.write(connection, unit, now, number, "console.log_in_failed")
        )
        raise Refused("login.wrong")
    number = int(str(row["operator"]))
    if row["must_change"] and int(str(row["password_until"])) <= now:
        raise Refused("login.expired")
    token = new_token(runtime)

    def open_session(connection: Connection) -> None:
        for target, _ in targets:
            guard.forgive(connection, unit, target)
        _end(connection, unit, token_hash(old_token))
        connection.execute(
            console_session.delete().where(
                console_session.c.unit_id == unit,
                (console_session.c.made_at < now - WHOLE_S) | (console_session.c.seen_at < now - IDLE_S),
            )
        )
        _begin(connection, unit, token, number, now)
        log.write(connection, unit, now, number, "console.log_in")

    await runtime.db.write(open_session)
    return token


async def visitor(runtime: Runtime, token: str) -> Visitor | None:
    """Whose live session this is, if anybody's."""
    if not token:
        return None
    now, unit, hashed_token = runtime.clock.now(), runtime.unit, token_hash(token)

    def read(connection: Connection) -> Visitor | None:
        query = (
            sa.select(console_session, operator.c.login, operator.c.must_change)
            .join_from(
                console_session,
                operator,
                (operator.c.unit_id == console_session.c.unit_id)
                & (operator.c.operator == console_session.c.operator),
            )
            .where(console_session.c.unit_id == unit, console_session.c.token_hash == hashed_token)
            .where(console_session.c.made_at > now - WHOLE_S, console_session.c.seen_at > now - IDLE_S)
        )
        row = connection.execute(query).mappings().first()
        held = service.rights(connection, unit, row["operator"]) if row else None
        if row is None or held is None:
            return None
        return Visitor(
            rights=held,
            login=row["login"],
            token_hash=hashed_token,
            proved_at=row["proved_at"],
            seen_at=row["seen_at"],
            must_change=row["must_change"],
        )

    found = await runtime.db.read(read)
    if found is not None and now - found.seen_at >= SEEN_STEP_S:
        await _touch(runtime, hashed_token, seen_at=now)
    return found


def is_fresh(runtime: Runtime, who: Visitor) -> bool:
    """Whether he gave his password a moment ago."""
    return runtime.clock.now() - who.proved_at <= FRESH_S


async def prove(runtime: Runtime, who: Visitor, password: str) -> None:
    """He gives his password again. Raises ``Refused("login.wrong" | "attempt.locked")``."""
    now, unit = runtime.clock.now(), runtime.unit
    target = f"login:{who.rights.operator}"

    def begin(connection: Connection) -> str:
        guard.begin(connection, unit, target, now)
        row = service.by_login(connection, unit, who.login)
        return str(row["password"]) if row else ""

    if not await _fits(runtime, await runtime.db.write(begin), password):
        raise Refused("login.wrong")
    await runtime.db.write(lambda connection: guard.forgive(connection, unit, target))
    await _touch(runtime, who.token_hash, proved_at=now)


async def change_password(runtime: Runtime, who: Visitor, old: str, new: str) -> str:
    """Another password → the token of a new session; all his other sessions end.

    Raises ``Refused``: ``login.wrong``, ``password.same``, and what ``secret.check_password`` says.
    """
    await prove(runtime, who, old)
    if old == new:
        raise Refused("password.same")
    secret.check_password(new, who.login)
    kept = await hashed(runtime, new)
    now, unit, number = runtime.clock.now(), runtime.unit, who.rights.operator
    token = new_token(runtime)

    def write(connection: Connection) -> None:
        service.set_password(connection, unit, number, kept, now, number)
        _begin(connection, unit, token, number, now)

    await runtime.db.write(write)
    return token


async def log_out(runtime: Runtime, token: str) -> None:
    """The session ends here and now."""
    await runtime.db.write(lambda connection: _end(connection, runtime.unit, token_hash(token)))


def _begin(connection: Connection, unit_id: int, token: str, operator: int, now: int) -> None:
    connection.execute(
        console_session.insert().values(
            unit_id=unit_id,
            token_hash=token_hash(token),
            operator=operator,
            made_at=now,
            seen_at=now,
            proved_at=now,
        )
    )


def _end(connection: Connection, unit_id: int, hashed_token: str) -> None:
    connection.execute(
        console_session.delete().where(
            console_session.c.unit_id == unit_id, console_session.c.token_hash == hashed_token
        )
    )


async def _touch(runtime: Runtime, hashed_token: str, **values: int) -> None:
    await runtime.db.write(
        lambda connection: connection.execute(
            console_session.update()
            .where(console_session.c.unit_id == runtime.unit, console_session.c.token_hash == hashed_token)
            .values(**values)
        )
    )


async def second(runtime: Runtime, who: service.Rights, login: str, password: str) -> service.Rights:
    """A second person at the same screen: somebody else, with his own password.

    Raises ``Refused``: ``login.wrong``, ``attempt.locked``, ``operator.same_person``.
    """
    now, unit = runtime.clock.now(), runtime.unit
    login = login.strip().casefold()[:64]

    def begin(connection: Connection) -> tuple[int, str]:
        guard.begin(connection, unit, f"second:{who.operator}", now)
        row = service.by_login(connection, unit, login)
        if row is None or not row["password"] or row["state"] != "active" or row["must_change"]:
            return 0, ""
        guard.begin(connection, unit, f"login:{row['operator']}", now)
        return int(row["operator"]), str(row["password"])

    number, kept = await runtime.db.write(begin)
    if not await _fits(runtime, kept or await asyncio.to_thread(secret.nobody), password) or not number:
        raise Refused("login.wrong")
    if number == who.operator:
        raise Refused("operator.same_person")

    def end(connection: Connection) -> service.Rights | None:
        for target in (f"second:{who.operator}", f"login:{number}"):
            guard.forgive(connection, unit, target)
        return service.rights(connection, unit, number)

    held = await runtime.db.write(end)
    if held is None:
        raise Refused("login.wrong")
    return held
