"""The office's side of the stick: a terminal's records into the books, documents into a file. F: E4 E8 F10

A file goes the same way as an upload: what came before answers as it did, so the same one twice changes
nothing. Every file is written down: when, whose, from which record to which. Knows no money.
"""

import hashlib
from contextlib import suppress
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.wire import bundle as b
from onecard.wire import messages as m
from onecard.wire.fleet import ASKED_FOR
from server.db import write_rows
from server.operators import log
from server.organisation.scope import Scope
from server.runtime import Known, Runtime
from server.terminals import backup, contact, fleet, routes, service
from server.terminals.tables import bundle, enrolment_code
from server.terminals.tables import contact as contacts


class Arrived(msgspec.Struct, frozen=True):
    """What a file did: whose, how many records it held, how far the journal has arrived now."""

    terminal: int
    records: int
    epoch: int
    received: int
    results: tuple[m.Result, ...] = ()


async def arrive(runtime: Runtime, raw: bytes, *, by: int = 0, rescue: bool = False) -> Arrived:
    """A terminal's file. ``rescue``: its box was replaced meanwhile, and a person vouches for the old disk;
    what it did after its loss was reported counts only where cards confirm it.

    Raises ``Refused``: ``bundle.…``, ``terminal.unknown``, ``terminal.revoked``, and what an upload raises.
    """
    head = b.read_head(raw)
    if head.way != "up":
        raise Refused("bundle.way")
    if head.unit != runtime.unit:
        raise Refused("bundle.other_unit", unit=head.unit)
    row = await runtime.db.read(lambda c: service.by_number(c, runtime.unit, head.terminal))
    if row is None or row["state"] == "new":
        raise Refused("terminal.unknown")
    if row["state"] == "revoked" and not rescue:
        raise Refused("terminal.revoked")
    digest = hashlib.sha256(raw).hexdigest()
    before = await runtime.db.read(lambda c: _before(c, runtime.unit, head.terminal, head.number))
    if before == digest:
        raise Refused("bundle.repeated", terminal=head.terminal)
    keys = [bytes.fromhex(row["public_key"])]
    if rescue:
        keys += await runtime.db.read(lambda c: _past_keys(c, runtime.unit, head.terminal))
    content, key = _opened(runtime, raw, keys)
    who = Known(head.terminal, row["kind"], row["epoch"], row["state"], key)
    lost_at = 0
    if rescue:
        lost_at = await runtime.db.read(lambda c: service.lost_at(c, runtime.unit, head.terminal, key.hex()))
    answer = await _upload(runtime, who, content, lost_at)
    now = runtime.clock.now()

    def keep(connection: Connection) -> None:
        _keep(connection, runtime.unit, head, digest, content, now, by)
        if not rescue:
            _hear(connection, runtime.unit, head, content, answer, now)

    await runtime.db.write(keep)
    return answer


def _opened(runtime: Runtime, raw: bytes, keys: list[bytes]) -> tuple[b.BundleUp, bytes]:
    for key in keys:
        with suppress(Refused):
            b.unseal(raw, made_by=key, key=runtime.keys.signing, kind=b.BundleUp)
            break
    else:
        key = keys[0]
    return b.unseal(raw, made_by=key, key=runtime.keys.signing, kind=b.BundleUp), key


async def _upload(runtime: Runtime, who: Known, content: b.BundleUp, lost_at: int) -> Arrived:
    records = 0
    results: list[m.Result] = []
    epoch, received = who.epoch, 0
    for piece in content.uploads:
        told = await routes.upload(runtime, who, piece, lost_at)
        first, last = piece.records[0].seq, piece.records[-1].seq
        results += told.results
        conflict = any(one.status is m.Status.CONFLICT for one in told.results)
        if told.received < last and not conflict:
            raise Refused("bundle.hole", received=told.received, first=first)
        epoch, received, records = piece.epoch, told.received, records + len(piece.records)
        if conflict:
            break
    return Arrived(who.terminal, records, epoch, received, tuple(results))


def _before(connection: Connection, unit: int, terminal: int, number: int) -> str | None:
    query = sa.select(bundle.c.digest).where(
        bundle.c.unit_id == unit,
        bundle.c.terminal == terminal,
        bundle.c.way == "up",
        bundle.c.number == number,
    )
    return connection.execute(query).scalar()


def _past_keys(connection: Connection, unit: int, terminal: int) -> list[bytes]:
    """Of every box that ever was this terminal."""
    query = sa.select(enrolment_code.c.public_key).where(
        enrolment_code.c.unit_id == unit,
        enrolment_code.c.terminal == terminal,
        enrolment_code.c.public_key != "",
    )
    return [bytes.fromhex(key) for key in connection.execute(query).scalars()]


def _keep(
    connection: Connection,
    unit: int,
    head: b.BundleHead,
    digest: str,
    content: b.BundleUp,
    now: int,
    by: int,
) -> None:
    pieces = content.uploads
    epoch, first = (pieces[0].epoch, pieces[0].records[0].seq) if pieces else (head.number >> 24, 0)
    last = pieces[-1].records[-1].seq if pieces else 0
    row = (unit, head.terminal, "up", head.number, now, digest, epoch, first, last, by)
    write_rows(connection, bundle, [row], replace=True)
    span = f"{first}-{last}"
    log.write(connection, unit, now, by, "terminal.collect", str(head.terminal), epoch=epoch, records=span)
    for said in content.reports:
        with suppress(Refused):
            fleet.report(connection, unit, head.terminal, said)


def _hear(
    connection: Connection, unit: int, head: b.BundleHead, content: b.BundleUp, answer: Arrived, now: int
) -> None:
    """A stick is a heartbeat of the moment it was made; never one of later than now, or than the last."""
    at = min(head.made_at, now)
    query = sa.select(contacts.c.seen_at).where(
        contacts.c.unit_id == unit, contacts.c.terminal == head.terminal
    )
    if (connection.execute(query).scalar() or 0) >= at:
        return
    said = m.Fetch(have=content.have, pending=0, app=content.app)
    contact.keep(connection, unit, {head.terminal: said}, at)
    if content.beat is not None:
        with suppress(Refused):
            fleet.demand_bounded(content.beat)
            fleet.keep_beat(connection, unit, head.terminal, content.beat, at)


def carried(connection: Connection, scope: Scope, limit: int) -> list[dict[str, Any]]:
    """Files of terminals that ``scope`` holds, newest first: when, which way, from which record to which, by
    whom."""
    seen = {row["terminal"]: row["name"] for row in service.terminals(connection, scope)}
    query = sa.select(bundle).where(scope.by_unit(bundle), bundle.c.terminal.in_(seen))
    rows = connection.execute(query.order_by(bundle.c.at.desc(), bundle.c.number.desc()).limit(limit))
    return [dict(row) | {"name": seen[row["terminal"]]} for row in rows.mappings()]


async def depart(runtime: Runtime, terminal: int, *, by: int = 0, whole: bool = False) -> bytes:
    """The file for a terminal: what it lacks as far as its last word says; ``whole``: everything.

    Raises ``Refused("terminal.unknown")``, ``terminal.revoked``.
    """
    row = await runtime.db.read(lambda c: service.by_number(c, runtime.unit, terminal))
    if row is None or row["state"] == "new":
        raise Refused("terminal.unknown")
    if row["state"] == "revoked":
        raise Refused("terminal.revoked")
    who = Known(terminal, row["kind"], row["epoch"], row["state"], bytes.fromhex(row["public_key"]))
    held = {} if whole else await runtime.db.read(lambda c: _held(c, runtime.unit, terminal))
    have = {**dict.fromkeys(ASKED_FOR, 0), **held}
    heard = runtime.heard.get(terminal)
    fetched = await routes.fetch(runtime, who, m.Fetch(have=have))
    # Asking for it is not hearing it.
    runtime.heard.pop(terminal, None)
    if heard is not None:
        runtime.heard[terminal] = heard

    def write(connection: Connection) -> tuple[int, Any]:
        query = sa.select(sa.func.max(bundle.c.number)).where(
            bundle.c.unit_id == runtime.unit, bundle.c.terminal == terminal, bundle.c.way == "down"
        )
        number = int(connection.execute(query).scalar() or 0) + 1
        row = (
            runtime.unit,
            terminal,
            "down",
            number,
            fetched.now,
            "",
            fetched.epoch,
            0,
            fetched.received,
            by,
        )
        write_rows(connection, bundle, [row])
        return number, backup.durable(connection, runtime.unit, terminal)

    number, durable = await runtime.db.write(write)
    return b.seal(
        "down",
        b.BundleDown(fetched=fetched, durable=durable),
        unit=runtime.unit,
        terminal=terminal,
        number=number,
        made_at=fetched.now,
        key=runtime.keys.signing,
        to=who.public_key,
        entropy=runtime.entropy,
    )


def _held(connection: Connection, unit: int, terminal: int) -> dict[str, int]:
    query = sa.select(contacts.c.have).where(contacts.c.unit_id == unit, contacts.c.terminal == terminal)
    text = connection.execute(query).scalar()
    return msgspec.json.decode(text, type=dict[str, int]) if text else {}
