"""The documents that terminals hold: built from the office's tables, kept as handed out, signed.

Whole documents are stored per version, because decisions name the versions that they were made under. Stops,
loads, members and balances travel as deltas on what a terminal has.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.wire import messages as m
from onecard.wire.fleet import ASKED_FOR, CommandsDocument, FleetCommand, Notice, NoticesDocument
from onecard.wire.signing import SigningKey, sign_document
from server.cards.service import loads_since, mark_published, open_taps, stops_since, unpublished
from server.catalogue.service import calendar_of, card_types, products
from server.db import insert_new
from server.members.service import snapshots_since
from server.operators.tables import grant, operator, role
from server.organisation.service import place
from server.terminals import plan, snapshot, version
from server.terminals.tables import command, document, notice, terminal

#: An offline verifier is good so long after its document was made; a running terminal gets one daily.
VERIFIER_S = 14 * 86_400
REFRESH_S = 86_400
OPEN_TAPS = "open_taps"
NOTICES, COMMANDS = "notices", version.COMMANDS


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """For whom documents are made."""

    unit: int
    terminal: int
    outlet: int
    branch: int
    owner: int

    def scope(self, name: str) -> int:
        """Which one of several documents of this name is this terminal's."""
        if name in (version.TERMINAL, COMMANDS):
            return self.terminal
        if name in (version.CATALOGUE, version.CALENDAR):
            return self.outlet
        # Who signs on here depends on where it stands and on whose outlet it is.
        return self.branch | self.owner << 16 if name == version.OPERATORS else 0


def reader(connection: Connection, unit_id: int, number: int) -> Reader:
    """Where the terminal stands now."""
    outlet = connection.execute(
        sa.select(terminal.c.outlet).where(terminal.c.unit_id == unit_id, terminal.c.terminal == number)
    ).scalar_one()
    where = place(connection, unit_id, outlet)
    return Reader(unit=unit_id, terminal=number, outlet=outlet, branch=where.branch, owner=where.owner)


def _terminal(connection: Connection, who: Reader, _made_at: int) -> m.TerminalDocument:
    query = sa.select(terminal).where(terminal.c.unit_id == who.unit, terminal.c.terminal == who.terminal)
    row = connection.execute(query).mappings().one()
    where = place(connection, who.unit, row["outlet"])
    settings = msgspec.json.decode(row["settings"], type=dict[str, str])
    later = plan.plans(connection, who.unit, (who.terminal,)).get(who.terminal, [])
    told = m.TerminalDocument(
        unit=who.unit,
        unit_name=where.unit_name,
        terminal=who.terminal,
        name=row["name"],
        kind=row["kind"],
        branch=where.branch,
        branch_name=where.branch_name,
        outlet=where.outlet,
        outlet_name=where.outlet_name,
        owner=where.owner,
        day_starts_at_minute=where.day_starts_at_minute,
        settings=settings,
    )
    if not later:
        return told
    fields = msgspec.structs.asdict(told)
    return m.PlannedTerminalDocument(**fields, planned=plan.rows(settings, later))


def _types(connection: Connection, who: Reader, _made_at: int) -> m.TypesDocument:
    return m.TypesDocument(types=card_types(connection, who.unit))


def _catalogue(connection: Connection, who: Reader, _made_at: int) -> m.CatalogueDocument:
    return m.CatalogueDocument(products=products(connection, who.unit, who.outlet))


def _calendar(connection: Connection, who: Reader, _made_at: int) -> m.CalendarDocument:
    return m.CalendarDocument(terms=calendar_of(connection, who.unit, who.outlet))


def _operators(connection: Connection, who: Reader, made_at: int) -> m.OperatorsDocument:
    query = (
        sa.select(operator, role.c.permissions)
        .join_from(
            operator,
            grant,
            (grant.c.unit_id == operator.c.unit_id) & (grant.c.operator == operator.c.operator),
        )
        .join(role, (role.c.unit_id == grant.c.unit_id) & (role.c.role == grant.c.role))
        .where(operator.c.unit_id == who.unit, operator.c.state == "active", operator.c.pin != "")
        .where(grant.c.branch.in_((0, who.branch)), grant.c.owner.in_((0, who.owner)))
        .order_by(operator.c.operator)
    )
    rows: dict[int, tuple[Any, set[str]]] = {}
    for row in connection.execute(query):
        rows.setdefault(row.operator, (row, set()))[1].update(row.permissions.split())
    return m.OperatorsDocument(
        operators=tuple(
            m.Operator(
                operator=row.operator,
                login=row.login,
                name=row.name,
                verifier=row.pin,
                until=made_at + VERIFIER_S,
                card=row.card,
                # What is done in a browser is nothing a station has to know.
                permissions=tuple(sorted(p for p in permissions if not p.startswith("console."))),
            )
            for row, permissions in rows.values()
        )
    )


def _notices(connection: Connection, who: Reader, made_at: int) -> NoticesDocument:
    query = sa.select(notice).where(notice.c.unit_id == who.unit)
    query = query.where((notice.c.until == 0) | (notice.c.until > made_at)).order_by(notice.c.notice)
    rows = connection.execute(query)
    return NoticesDocument(
        notices=tuple(
            Notice(notice=row.notice, text=row.text, text_en=row.text_en, since=row.since, until=row.until)
            for row in rows
        )
    )


def _commands(connection: Connection, who: Reader, made_at: int) -> CommandsDocument:
    query = sa.select(command).where(command.c.unit_id == who.unit, command.c.terminal == who.terminal)
    query = query.where(command.c.ended_at == 0, command.c.until > made_at).order_by(command.c.command)
    rows = connection.execute(query)
    return CommandsDocument(
        terminal=who.terminal,
        commands=tuple(
            FleetCommand(
                command=row.command,
                kind=row.kind,
                until=row.until,
                given=msgspec.json.decode(row.given, type=dict[str, str]),
            )
            for row in rows
        ),
    )


_BUILDERS: dict[str, Callable[[Connection, Reader, int], m.Message]] = {
    version.TERMINAL: _terminal,
    version.TYPES: _types,
    version.CATALOGUE: _catalogue,
    version.CALENDAR: _calendar,
    version.OPERATORS: _operators,
    NOTICES: _notices,
    COMMANDS: _commands,
}


def _stored(connection: Connection, who: Reader, name: str, number: int) -> m.Document | None:
    row = connection.execute(
        sa.select(document).where(
            document.c.unit_id == who.unit,
            document.c.name == name,
            document.c.scope == who.scope(name),
            document.c.version == number,
        )
    ).first()
    if row is None:
        return None
    return m.Document(
        name=name,
        version=row.version,
        effective_from=row.effective_from,
        body=msgspec.Raw(row.body),
        signature="",
    )


def _store(connection: Connection, who: Reader, name: str, number: int, at: int, body: bytes) -> None:
    insert_new(
        connection,
        document,
        unit_id=who.unit,
        name=name,
        scope=who.scope(name),
        version=number,
        effective_from=at,
        body=body,
    )


class Missing(msgspec.Struct, frozen=True):
    """A document that was never made at this version: ``make`` it in a transaction that writes.

    ``base``: of loads, what the terminal has of them; who hands out new ones says so in the books first.
    """

    name: str
    base: int = 0


class Newer:
    """Everything newer than what a terminal has; unsigned yet."""

    def __init__(self) -> None:
        self.documents: list[m.Document] = []
        self.missing: list[Missing] = []


def newer(connection: Connection, who: Reader, have: dict[str, int], now: int) -> Newer:
    """What changed since ``have``; reads only."""
    out = Newer()
    running = version.versions(connection, who.unit)
    for name in _BUILDERS:
        if name in ASKED_FOR and name not in have:
            continue  # a terminal of before would take it for a broken one
        number, changed_at = running.get(name, (0, now))
        if name == version.OPERATORS and number and now - changed_at > REFRESH_S:
            out.missing.append(Missing(name))
        elif number and have.get(name) != number:
            stored = _stored(connection, who, name, number)
            if stored is None:
                out.missing.append(Missing(name))
            else:
                out.documents.append(stored)
    _deltas(connection, who, have, running, now, out)
    taps = m.encode(m.OpenTapsDocument(taps=open_taps(connection, who.unit)))
    number, _ = running.get(OPEN_TAPS, (0, 0))
    stored = _stored(connection, who, OPEN_TAPS, number)
    if stored is None or bytes(stored.body) != taps:
        out.missing.append(Missing(OPEN_TAPS))
    elif have.get(OPEN_TAPS) != number:
        out.documents.append(stored)
    return out


def _deltas(
    connection: Connection,
    who: Reader,
    have: dict[str, int],
    running: dict[str, tuple[int, int]],
    now: int,
    out: Newer,
) -> None:
    def add(name: str, number: int, body: m.Message) -> None:
        out.documents.append(
            m.Document(
                name=name,
                version=number,
                effective_from=now,
                body=msgspec.Raw(m.encode(body)),
                signature="",
            )
        )

    def base(name: str, newest: int) -> int:
        # A terminal that is ahead of us came from before a restore: it gets the whole document.
        held = have.get(name, 0)
        return held if 0 <= held <= newest else 0

    newest, _ = stops_since(connection, who.unit, _FOREVER)
    if have.get("stops") != newest:
        start = base("stops", newest)
        number, stops = stops_since(connection, who.unit, start)
        add("stops", number, m.StopsDocument(base=start, stops=stops))
    newest, _, _ = loads_since(connection, who.unit, _FOREVER)
    if have.get("loads") != newest:
        start = base("loads", newest)
        if unpublished(connection, who.unit, start):
            out.missing.append(Missing("loads", start))
        else:
            number, loads, applied = loads_since(connection, who.unit, start)
            add("loads", number, m.LoadsDocument(base=start, loads=loads, applied=applied))
    if snapshot.ACCOUNTS in have:
        newest, _ = running.get(snapshot.ACCOUNTS, (0, 0))
        if snapshot.is_due(running, now):
            out.missing.append(Missing(snapshot.ACCOUNTS, base(snapshot.ACCOUNTS, newest)))
        elif have[snapshot.ACCOUNTS] != newest:
            mode = plan.account_mode(connection, who.unit, who.terminal, now)
            start = base(snapshot.ACCOUNTS, newest)
            add(snapshot.ACCOUNTS, *snapshot.document(connection, who.unit, who.branch, mode, start))
    newest, _ = running.get(version.MEMBERS, (0, 0))
    if have.get("members") != newest:
        start = base("members", newest)
        snapshots = snapshots_since(connection, who.unit, start)
        add("members", newest, m.MembersDocument(base=start, members=snapshots))


#: A version that no list reaches: asks only what the version is now.
_FOREVER = (1 << 62) - 1


def newest(connection: Connection, unit: int) -> dict[str, int]:
    """Name → the version that a terminal should hold now, of documents and lists alike."""
    running = {name: number for name, (number, _) in version.versions(connection, unit).items()}
    stops, _ = stops_since(connection, unit, _FOREVER)
    loads, _, _ = loads_since(connection, unit, _FOREVER)
    return running | {"stops": stops, "loads": loads}


def make(connection: Connection, who: Reader, missing: list[Missing], now: int) -> list[m.Document]:
    """Build and keep what was never made (writes); of two that try, the second finds it made."""
    if any(one.name == snapshot.ACCOUNTS for one in missing):
        plan.begin(connection, who.unit, now)  # first: it may wait for other writers, and holds nothing yet
    made = [_loads(connection, who, one.base, now) for one in missing if one.name == "loads"]
    made += [_accounts(connection, who, one.base, now) for one in missing if one.name == snapshot.ACCOUNTS]
    made = [one for one in made if one.version]
    for name in (one.name for one in missing if one.name not in ("loads", snapshot.ACCOUNTS)):
        number, changed_at = version.versions(connection, who.unit).get(name, (0, 0))
        if name == OPEN_TAPS:
            body = m.encode(m.OpenTapsDocument(taps=open_taps(connection, who.unit)))
            stored = _stored(connection, who, name, number)
            if stored is None or bytes(stored.body) != body:
                number, changed_at = version.touch(connection, who.unit, name, now), now
        elif name == version.OPERATORS and now - changed_at > REFRESH_S:
            number, changed_at = version.touch(connection, who.unit, name, now), now
        stored = _stored(connection, who, name, number)
        if stored is None:
            if name != OPEN_TAPS:
                body = m.encode(_BUILDERS[name](connection, who, changed_at))
            _store(connection, who, name, number, changed_at, body)
            stored = _stored(connection, who, name, number)
            assert stored is not None
        made.append(stored)
    return made


def _loads(connection: Connection, who: Reader, base: int, now: int) -> m.Document:
    """New loads on their way out; from now on each is some terminal's to apply (writes)."""
    newest, _, _ = loads_since(connection, who.unit, _FOREVER)
    mark_published(connection, who.unit, newest)
    number, loads, applied = loads_since(connection, who.unit, base)
    body = m.encode(m.LoadsDocument(base=base, loads=loads, applied=applied))
    return m.Document(name="loads", version=number, effective_from=now, body=msgspec.Raw(body), signature="")


def _accounts(connection: Connection, who: Reader, base: int, now: int) -> m.Document:
    """Balances read anew; version 0 where no card's money is here (writes)."""
    types = frozenset(one.type for one in card_types(connection, who.unit) if not one.purse_on_card)
    snapshot.refresh(connection, who.unit, types, now)
    mode = plan.account_mode(connection, who.unit, who.terminal, now)
    number, body = snapshot.document(connection, who.unit, who.branch, mode, base)
    raw = msgspec.Raw(m.encode(body))
    return m.Document(name=snapshot.ACCOUNTS, version=number, effective_from=now, body=raw, signature="")


def signed(key: SigningKey, unsigned: m.Document) -> m.Document:
    """As it goes out."""
    return sign_document(key, unsigned.name, unsigned.version, unsigned.effective_from, bytes(unsigned.body))
