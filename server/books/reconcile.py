"""Do the books tie out? Checks that read everything and trust nothing that is kept beside the postings.

Each check is a function rows → problems; an empty list is the only good answer. F: G6
"""

from collections import defaultdict
from collections.abc import Iterator

import msgspec
from sqlalchemy import ColumnElement, Connection, String, Table, and_, case, cast, func, literal, select

from onecard.books import accounts
from onecard.books.wallets import ON_CARD
from onecard.wire.messages import Status
from server.books import tables
from server.books.tables import OF_EPOCH, id_of
from server.cards import tables as cards
from server.cards.loads import OPEN
from server.exceptions.tables import exception, repair

#: Kinds of entries by which the money of a plastic goes on without it.
GIVEN_UP = ("replace", "true_up", "return_card", "transfer")


class Problem(msgspec.Struct, frozen=True):
    """One thing that does not tie out: which check, about what, and by how much."""

    check: str
    subject: str
    expected: int = 0
    found: int = 0


class Report(msgspec.Struct, frozen=True):
    """What was looked at and what was found."""

    entries: int
    postings: int
    cards: int
    gaps: int
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        if not self.problems:
            return f"{self.entries} entries, books tie out"
        lines = [f"{p.check} {p.subject}: expected {p.expected}, found {p.found}" for p in self.problems]
        return "\n".join([*lines, f"{self.entries} entries, {len(lines)} problems"])


def report(connection: Connection, unit: int) -> Report:
    """Every check, and the counts that go with it."""
    return Report(
        _count(connection, tables.entry, unit),
        _count(connection, tables.posting, unit),
        _count(connection, cards.chain, unit),
        _count(connection, cards.gap, unit),
        tuple(reconcile(connection, unit)),
    )


def reconcile(connection: Connection, unit: int) -> list[Problem]:
    """All checks of one unit on one snapshot; empty: the books tie out."""
    sums = _sums(connection, unit)
    return [
        *_sides(sums),
        *orphans(connection, unit),
        *_wallets(connection, unit, sums),
        *_waiting(connection, unit, sums),
        *facts(connection, unit),
        *reversals(connection, unit),
        *batches(connection, unit),
        *_purses(connection, unit, sums),
        *_holes(connection, unit),
        *_notes(connection, unit, sums),
        *shifts(connection, unit),
    ]


def _count(connection: Connection, table: Table, unit: int) -> int:
    query = select(func.count()).select_from(table).where(table.c.unit_id == unit)
    return connection.execute(query).scalar_one()


def _sums(connection: Connection, unit: int) -> dict[tuple[str, str], int]:
    """Credit − debit per (account, currency), from the postings alone."""
    table = tables.posting
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for column, sign in ((table.c.credit, 1), (table.c.debit, -1)):
        query = select(column, table.c.currency, func.sum(table.c.fen)).where(table.c.unit_id == unit)
        for account, currency, fen in connection.execute(query.group_by(column, table.c.currency)):
            sums[account, currency] += sign * int(fen)
    return dict(sums)


def _sides(sums: dict[tuple[str, str], int]) -> Iterator[Problem]:
    """Σ debits = Σ credits per currency, and what is held = what is owed + income − cost."""
    by_kind: dict[tuple[str, accounts.Kind], int] = defaultdict(int)
    for (account, currency), fen in sums.items():
        kind = accounts.kind_of(account)
        if kind is None:
            yield Problem("account", account, 0, fen)
        else:
            by_kind[currency, kind] += fen
    for currency in sorted({currency for _, currency in sums}):
        total = sum(fen for (_, own), fen in sums.items() if own == currency)
        if total:
            yield Problem("zero", currency, 0, total)
        kinds = {kind: by_kind[currency, kind] for kind in accounts.Kind}
        held = -(kinds[accounts.Kind.CASH] + kinds[accounts.Kind.RECEIVABLE])
        owed = kinds[accounts.Kind.MEMBER] + kinds[accounts.Kind.OWNER] + kinds[accounts.Kind.OPEN]
        result = kinds[accounts.Kind.INCOME] + kinds[accounts.Kind.COST]
        if held != owed + result:
            yield Problem("conservation", currency, owed + result, held)


def orphans(connection: Connection, unit: int, since: int = 0) -> Iterator[Problem]:
    """Every posting belongs to an entry; the writer makes both in one statement, no constraint looks on.
    ``since``: of entries from this number on; so in the other checks."""
    table, entry = tables.posting, tables.entry
    query = (
        select(table.c.entry)
        .outerjoin(entry, (entry.c.unit_id == table.c.unit_id) & (entry.c.entry == table.c.entry))
        .where(table.c.unit_id == unit, table.c.entry >= since, entry.c.entry.is_(None))
    )
    for row in connection.execute(query):
        yield Problem("posting_without_entry", str(row.entry))


def _wallets(connection: Connection, unit: int, sums: dict[tuple[str, str], int]) -> Iterator[Problem]:
    """Balances kept for decisions are the sums of their postings."""
    table = tables.wallet
    kept = {r.account: r.fen for r in connection.execute(select(table).where(table.c.unit_id == unit))}
    derived = {name: fen for (name, _), fen in sums.items() if accounts.is_wallet(name)}
    for account in sorted(kept.keys() | derived.keys()):
        if kept.get(account, 0) != derived.get(account, 0):
            yield Problem("wallet", account, derived.get(account, 0), kept.get(account, 0))


def _waiting(connection: Connection, unit: int, sums: dict[tuple[str, str], int]) -> Iterator[Problem]:
    """Loads that wait are worth what the waiting accounts hold, and numbers have no holes."""
    table = cards.load
    rows = connection.execute(select(table).where(table.c.unit_id == unit)).all()
    loads: dict[str, int] = defaultdict(int)
    numbers: dict[tuple[int, int], list[int]] = defaultdict(list)
    for r in rows:
        numbers[r.card, r.issue].append(r.number)
        if r.state in OPEN:
            loads[accounts.waiting(r.card, r.issue, r.wallet)] += r.fen
    held = {name: fen for (name, _), fen in sums.items() if name.endswith(":waiting")}
    for account in sorted(held.keys() | loads.keys()):
        if held.get(account, 0) != loads.get(account, 0):
            yield Problem("waiting", account, loads.get(account, 0), held.get(account, 0))
    for (card, issue), found in sorted(numbers.items()):
        if sorted(found) != list(range(1, len(found) + 1)):
            yield Problem("load_numbers", f"{card}-{issue}", len(found), max(found))


def facts(connection: Connection, unit: int, since: int = 0) -> Iterator[Problem]:
    """Every entry is some fact's answer, or that of the record as it was put right; no id has two."""
    entry, fact = tables.entry, tables.fact
    own = (fact.c.unit_id == entry.c.unit_id) & (fact.c.fact == entry.c.fact)
    right = (repair.c.unit_id == entry.c.unit_id) & (repair.c.fact == entry.c.fact)
    answer = func.coalesce(repair.c.entry, fact.c.entry)
    query = (
        select(entry.c.entry, entry.c.fact, answer.label("answer"))
        .outerjoin(fact, own)
        .outerjoin(repair, right)
        .where(entry.c.unit_id == unit, entry.c.entry >= since)
        .where(fact.c.fact.is_(None) | (answer != entry.c.entry))
    )
    for row in connection.execute(query):
        yield Problem("fact", str(id_of(row.fact)), row.entry, row.answer or 0)


def reversals(connection: Connection, unit: int, since: int = 0) -> Iterator[Problem]:
    """Σ reversals ≤ the original, by what they took from the owner."""
    entry, posting = tables.entry, tables.posting
    same = (posting.c.unit_id == entry.c.unit_id) & (posting.c.entry == entry.c.entry)
    owner = posting.c.debit.like("owner:%")
    query = (
        select(entry.c.corrects, func.sum(posting.c.fen))
        .join(posting, same)
        .where(entry.c.unit_id == unit, entry.c.corrects != 0, owner)
        .group_by(entry.c.corrects)
    )
    if since:
        mine = (entry.c.unit_id == unit, entry.c.entry >= since, entry.c.corrects != 0)
        query = query.where(entry.c.corrects.in_(select(entry.c.corrects).where(*mine)))
    for original, back in connection.execute(query).all():
        given = select(func.sum(posting.c.fen)).where(
            posting.c.unit_id == unit, posting.c.entry == original, posting.c.credit.like("owner:%")
        )
        fen = connection.execute(given).scalar() or 0
        if back > fen:
            yield Problem("reversals", str(original), int(fen), int(back))


def batches(connection: Connection, unit: int, since: int = 0) -> Iterator[Problem]:
    """Batch numbers have no holes, and every entry belongs to one."""
    batch, entry = tables.batch, tables.entry
    count, last = connection.execute(
        select(func.count(), func.max(batch.c.batch_no)).where(batch.c.unit_id == unit)
    ).one()
    if count != (last or 0):
        yield Problem("batch_no", "hole", count, last or 0)
    numbers = select(batch.c.batch).where(batch.c.unit_id == unit)
    query = select(func.count()).where(
        entry.c.unit_id == unit, entry.c.entry >= since, entry.c.batch.not_in(numbers)
    )
    lost = connection.execute(query).scalar_one()
    if lost:
        yield Problem("batch", "entries", 0, lost)


def _purses(connection: Connection, unit: int, sums: dict[tuple[str, str], int]) -> Iterator[Problem]:
    """Whole chain: the purse account is the last balance on the card. Otherwise it differs by exactly what
    the missing records did, less what was inferred for those that are lost with their terminal. Records on
    branches that did not live on count for nothing."""
    link, chain, gap, lost = cards.link, cards.chain, cards.gap, cards.lost_link

    def one_below(column: ColumnElement[int]) -> ColumnElement[int]:
        medium = [link.c.card, link.c.issue]
        return func.lag(column).over(partition_by=medium, order_by=link.c.counter)

    below = [one_below(link.c[f"after_{w.place}"]).label(f"below_{w.place}") for w in ON_CARD]
    prior = one_below(link.c.fact).label("prior")
    mine = [one.c[name] == link.c[name] for one in (lost,) for name in ("unit_id", "card", "issue", "fact")]
    alive = link.outerjoin(lost, and_(*mine))
    living = select(link, prior, *below).select_from(alive)
    rows = living.where(link.c.unit_id == unit, lost.c.fact.is_(None)).subquery()
    hole = [gap.c[name] == rows.c[name] for name in ("unit_id", "card", "issue")]
    closed = and_(*hole, gap.c.after == rows.c.fact, gap.c.inferred != 0)
    whole = case((gap.c.after.is_not(None), 2), (rows.c.prev == func.coalesce(rows.c.prior, 0), 1), else_=0)
    jumps = [
        func.sum(rows.c[f"before_{w.place}"] - func.coalesce(rows.c[f"below_{w.place}"], 0)) for w in ON_CARD
    ]
    query = select(rows.c.card, rows.c.issue, whole.label("whole"), *jumps)
    query = query.select_from(rows.outerjoin(gap, closed))
    missing: dict[tuple[int, int], list[int]] = {}
    for card, issue, is_whole, *fens in connection.execute(query.group_by(rows.c.card, rows.c.issue, whole)):
        if is_whole != 1:
            if is_whole == 0:
                missing[card, issue] = [int(fen) for fen in fens]
            continue
        for wallet, fen in zip(ON_CARD, fens, strict=True):
            if fen:  # a record that does not begin where the one before it ended
                yield Problem("jump", accounts.purse(card, issue, wallet.name), 0, int(fen))
    carried = _carried(connection, unit)
    for r in connection.execute(select(chain).where(chain.c.unit_id == unit)):
        for wallet in ON_CARD:
            account = accounts.purse(r.card, r.issue, wallet.name)
            said = r._mapping[f"after_{wallet.place}"]
            absent = missing.get((r.card, r.issue), [0, 0, 0, 0])[wallet.place]
            fen = sums.get((account, "CNY"), 0) - carried.get(account, 0)
            if fen + absent != said:
                yield Problem("purse", account, said - absent, fen)


def _carried(connection: Connection, unit: int) -> dict[str, int]:
    """What the office took off purses of plastics that were given up, which no plastic can show."""
    entry, posting = tables.entry, tables.posting
    same = (posting.c.unit_id == entry.c.unit_id) & (posting.c.entry == entry.c.entry)
    found: dict[str, int] = defaultdict(int)
    for column, sign in ((posting.c.credit, 1), (posting.c.debit, -1)):
        query = select(column, func.sum(posting.c.fen)).join_from(entry, posting, same)
        query = query.where(entry.c.unit_id == unit, entry.c.kind.in_(GIVEN_UP), column.like("%:purse"))
        for account, fen in connection.execute(query.group_by(column)):
            found[account] += sign * int(fen)
    return found


def _holes(connection: Connection, unit: int) -> Iterator[Problem]:
    """Every hole in a chain names its missing record, and is counted at its chain."""
    link, gap, chain = cards.link, cards.gap, cards.chain
    before = link.alias("before")
    own = (
        (before.c.unit_id == link.c.unit_id)
        & (before.c.card == link.c.card)
        & (before.c.issue == link.c.issue)
        & (before.c.counter == link.c.counter - 1)
        & (before.c.fact == link.c.prev)
    )
    query = (
        select(link.c.card, link.c.issue, link.c.fact, link.c.prev)
        .outerjoin(before, own)
        .where(link.c.unit_id == unit, link.c.prev != 0, before.c.fact.is_(None))
    )
    real = {(r.card, r.issue, r.fact): r.prev for r in connection.execute(query)}
    rows = connection.execute(select(gap).where(gap.c.unit_id == unit)).all()
    listed = {(r.card, r.issue, r.after): r.missing for r in rows}
    open_ones = [(r.card, r.issue) for r in rows if r.inferred == 0]
    for place in sorted(real.keys() | listed.keys()):
        if real.get(place) != listed.get(place):
            subject = f"{place[0]}-{place[1]} {id_of(place[2])}"
            yield Problem("gap", subject, real.get(place) or 0, listed.get(place) or 0)
    counted: dict[tuple[int, int], int] = defaultdict(int)
    for medium in open_ones:
        counted[medium] += 1
    for r in connection.execute(select(chain).where(chain.c.unit_id == unit)):
        if r.gaps != counted[r.card, r.issue]:
            yield Problem("gap_count", f"{r.card}-{r.issue}", counted[r.card, r.issue], r.gaps)


def _notes(connection: Connection, unit: int, sums: dict[tuple[str, str], int]) -> Iterator[Problem]:
    """Every note in a cash box is one credit of the same worth. F: D3"""
    note = tables.note
    notes: dict[str, int] = defaultdict(int)
    for r in connection.execute(select(note.c.fact, note.c.fen).where(note.c.unit_id == unit)):
        notes[accounts.cashbox(r.fact >> 32)] += r.fen
    for account, fen in notes.items():
        # Credits only put in; a collection, later, takes out.
        booked = -sums.get((account, "CNY"), 0)
        if booked > fen:
            yield Problem("cashbox", account, fen, booked)
    for account, _ in sums:
        if account.startswith("kiosk:") and account not in notes:
            yield Problem("cashbox", account)


def _told_twice(connection: Connection, unit: int, terminal: int, first: int, last: int) -> bool:
    """Whether two lives of this terminal used numbers of ``first`` … ``last`` (``life.py``): from where the
    second life begins to issue its records again to where it has done so, or a single number."""
    record, told = tables.record, exception.c
    conflicts = select(told.fact).where(
        told.unit_id == unit, told.terminal == terminal, told.kind == "record_conflict"
    )
    places = [place for place in connection.execute(conflicts).scalars() if place is not None]
    for epoch in {place >> OF_EPOCH for place in places}:
        again = select(func.min(record.c.was), func.max(record.c.record)).where(
            record.c.unit_id == unit,
            record.c.record.between(epoch << OF_EPOCH, (epoch + 1 << OF_EPOCH) - 1),
            record.c.was.is_not(None),
        )
        begin, end = connection.execute(again).one()
        if begin is not None and begin <= last and first <= end:
            return True
    return any(first <= place <= last for place in places)


def shifts(connection: Connection, unit: int, since: int = 0) -> Iterator[Problem]:
    """Every Z says the cash that the books put into its till, unless a record of it is quarantined or its
    till went back in time meanwhile: then numbers of the Z are another life's, and the office knows.
    ``since``: of those that closed at this moment or later. F: C8"""
    close, fact, posting = tables.shift_close, tables.fact, tables.posting
    mine = (fact.c.unit_id == close.c.unit_id) & fact.c.fact.between(close.c.first, close.c.last)
    entered = (posting.c.unit_id == fact.c.unit_id) & (posting.c.entry == fact.c.entry)
    till = literal("till:") + cast(close.c.terminal, String) + literal(":cash")
    into = case((posting.c.debit == till, posting.c.fen), (posting.c.credit == till, -posting.c.fen), else_=0)
    held_up = func.max(case((fact.c.status == Status.QUARANTINED.value, 1), else_=0))
    query = (
        select(
            close.c.terminal,
            close.c.z,
            close.c.first,
            close.c.last,
            close.c.expected_fen - close.c.float_fen,
            func.coalesce(func.sum(into), 0),
            func.coalesce(held_up, 0),
        )
        .select_from(close)
        .outerjoin(fact, mine)
        .outerjoin(posting, entered)
        .where(close.c.unit_id == unit, close.c.last > 0, close.c.at >= since)
        .group_by(
            *(close.c.fact, close.c.terminal, close.c.z, close.c.first, close.c.last),
            *(close.c.expected_fen, close.c.float_fen),
        )
    )
    for terminal, z, first, last, said, booked, waits in connection.execute(query).all():
        if said != booked and not waits and not _told_twice(connection, unit, terminal, first, last):
            yield Problem("shift", f"{terminal} Z{z}", int(said), int(booked))
