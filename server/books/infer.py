"""Holes in chains whose record is lost with its terminal, or was settled as never written: closed from the
balances on both sides. F: G6

Nothing is guessed: a hole of several records is closed only when nobody else can still bring one of them, and
what goes up without a load that explains it is held against the terminal. A record that arrives after all
undoes what was inferred.
"""

import msgspec
from sqlalchemy import select

from onecard.books.entry import Postings, reversal
from onecard.books.events import infer, load
from onecard.books.wallets import ON_CARD, Wallet
from onecard.cards.image import Slot
from onecard.wire.messages import Balances, LoadIntent, PurseWrite, Status
from server.books.case import Written
from server.books.life import key_on
from server.books.original import intent_of
from server.books.sheet import Event, Fact, Sheet
from server.books.tables import id_of
from server.cards import tables as cards
from server.cards.link import Link, Medium
from server.cards.loads import OPEN
from server.organisation.tables import outlet
from server.terminals.quiet import is_quiet
from server.terminals.tables import terminal


class Sides(msgspec.Struct, frozen=True):
    """A hole: the record above it, and the one below it if there is any."""

    above: Link
    below: Link | None
    top: Written | None
    bottom: Written | None

    @property
    def missing(self) -> int:
        """How many records are not here."""
        return self.above.counter - (self.below.counter + 1 if self.below is not None else 0)

    def change(self, place: int) -> int:
        """What the missing records did to one place on the card, together."""
        return self.above.before[place] - (self.below.after[place] if self.below is not None else 0)


def review(sheet: Sheet, medium: Medium) -> None:
    """Close what can be closed of a medium's holes."""
    for after, hole in sorted((sheet.chains.holes.get(medium) or {}).items()):
        if hole.inferred:
            continue
        if is_denied(sheet, medium, hole.missing) or sheet.chains.is_lost_terminal(hole.missing >> 32):
            _close(sheet, medium, after, hole.missing, hole.since)


def is_denied(sheet: Sheet, medium: Medium, missing: int) -> bool:
    """The terminal, or the books for it, said that this record never reached the card; and now the card names
    it. Only a card that went back in time can say both."""
    key = key_on(sheet, missing, *medium)
    if sheet.taps.settled.get(key) is False:
        return True
    fact = sheet.facts.get(key)
    return fact is not None and fact.status == Status.REFUSED and fact.reason == "not_written"


def denied(sheet: Sheet) -> list[Medium]:
    """Media with an open hole whose record was settled as never written."""
    gap, settled = cards.gap, cards.settlement
    same = (settled.c.unit_id == gap.c.unit_id) & (settled.c.fact == gap.c.missing)
    query = select(gap.c.card, gap.c.issue).join(settled, same).where(
        gap.c.unit_id == sheet.unit, gap.c.inferred == 0, settled.c.written.is_(False)
    )  # fmt: skip
    return sorted({(row.card, row.issue) for row in sheet.connection.execute(query)})


def holes_of(sheet: Sheet, number: int) -> list[Medium]:
    """Media with an open hole that names a record of this terminal."""
    gap = cards.gap
    query = select(gap.c.card, gap.c.issue).where(
        gap.c.unit_id == sheet.unit,
        gap.c.missing.between(number << 32, (number + 1 << 32) - 1),
        gap.c.inferred == 0,
    )
    found = {(row.card, row.issue) for row in sheet.connection.execute(query)}
    for medium, holes in sheet.chains.holes.written():
        if any(hole.missing >> 32 == number for hole in (holes or {}).values()):
            found.add(medium)
    return sorted(found)


def undo(sheet: Sheet, medium: Medium, after: int, day: int) -> None:
    """A missing record is here after all: what was inferred without it no longer stands."""
    for _, entry in sheet.chains.inferences(medium, after):
        event = sheet.events.get(entry)
        assert event is not None
        for number, row in sheet.loads.applied(*medium):
            if row.applied_by == event.fact:
                sheet.loads.publish_again(*medium, number)
        _enter(sheet, "infer_undone", medium, day, -event.fen, reversal(sheet.postings_of(entry)), entry)


def _close(sheet: Sheet, medium: Medium, after: int, missing: int, since: int) -> None:
    card, issue = medium
    lost = sheet.chains.lost.get(medium) or {}
    if after in lost:
        sheet.chains.infer(medium, after, -1)
        return
    links = sheet.chains.links(medium)
    above = next(link for link in links if link.fact == after)
    under = [link for link in links if link.counter < above.counter and link.fact not in lost]
    below = max(under, key=lambda link: link.counter, default=None)
    top = intent_of(sheet, above.fact)
    sides = Sides(above, below, top, None if below is None else intent_of(sheet, below.fact))
    if sides.missing > 1 and not is_quiet(sheet.connection, sheet.unit, since):
        subject = f"{card}-{issue}-{id_of(missing)}"
        sheet.inbox.add("infer_waits", subject, fact=missing, card=card, issue=issue)
        return
    place = _place(sheet, missing >> 32)
    if is_denied(sheet, medium, missing):
        place = msgspec.structs.replace(place, denied=True)
    day = 0 if top is None else top.day
    numbers = _loads_between(sheet, medium, sides)
    entries = []
    for wallet in ON_CARD:
        entry = _infer_place(sheet, medium, wallet, sides, place, numbers, day)
        if entry:
            entries.append((wallet.place, entry))
    sheet.chains.infer(medium, after, entries[0][1] if entries else -1, entries)


def _infer_place(
    sheet: Sheet,
    medium: Medium,
    wallet: Wallet,
    sides: Sides,
    place: infer.Place,
    numbers: list[int],
    day: int,
) -> int:
    """The entry for one place on the card, 0 if nothing happened there."""
    card, issue = medium
    key, worth = sheet.server_key(), []
    postings: Postings = ()
    for number in numbers:
        row = sheet.loads.get(card, issue, number)
        assert row is not None
        if row.wallet != wallet.name or row.state not in OPEN:
            continue
        late = 0 < row.expires_day < day
        worth.append(0 if late else row.fen)
        if late:
            postings += load.expired(card, issue, wallet.name, row.fen)
        sheet.loads.apply(card, issue, number, worth[-1], key)
    change = sides.change(wallet.place)
    fund = wallet.expired_to if _has_expired(wallet, sides, day) else ""
    found = infer.inferred(card, issue, wallet.name, change, worth, fund, place)
    if found.unclear_fen:
        subject = f"{card}-{issue}-{id_of(sides.above.prev)}-{wallet.name}"
        sheet.inbox.add(
            "infer_unclear", subject, fact=sides.above.prev, card=card, issue=issue, fen=found.unclear_fen
        )
    if found.paid_fen:
        subject = f"{card}-{issue}-{id_of(sides.above.prev)}-{wallet.name}"
        sheet.inbox.add(
            "paid_for_nothing", subject, fact=sides.above.prev, card=card, issue=issue, fen=found.paid_fen
        )
    postings += found.postings
    return _enter(sheet, "infer", medium, day, change, postings, 0, key, place) if postings else 0


def _has_expired(wallet: Wallet, sides: Sides, day: int) -> bool:
    """A dated wallet past its day when the next record came, and empty by then."""
    if wallet.place == 0 or sides.bottom is None or sides.bottom.purse is None:
        return False
    slot = _slot(sides.bottom.purse.after, wallet.place)
    return slot.amount_fen > 0 and 0 < slot.expiry_day < day and sides.above.before[wallet.place] == 0


def _slot(balances: Balances, place: int) -> Slot:
    return (balances.slot1, balances.slot2, balances.slot3)[place - 1]


def _loads_between(sheet: Sheet, medium: Medium, sides: Sides) -> list[int]:
    """Numbers of the loads that went onto the card inside the hole, as far as both sides say so."""
    before = _last_load(sides.top)
    if before is None:
        return []
    after = 0 if sides.below is None else _last_load_after(sheet, medium, sides, before)
    return [
        number
        for number in range(after + 1, before + 1)
        if (row := sheet.loads.get(*medium, number)) is not None and row.state in OPEN
    ]


def _last_load(intent: Written | None) -> int | None:
    """The last load that was on the card when this record was made."""
    purse: PurseWrite | None = None if intent is None else intent.purse
    if purse is not None and isinstance(purse.last_load, int):
        return purse.last_load
    return intent.loads[0].number - 1 if isinstance(intent, LoadIntent) else None


def _last_load_after(sheet: Sheet, medium: Medium, sides: Sides, before: int) -> int:
    if isinstance(sides.bottom, LoadIntent):
        return sides.bottom.loads[-1].number
    said = _last_load(sides.bottom)
    if said is not None:
        return said
    # It does not say so itself, as a new card's does not; what went on above the hole says nothing of it.
    return max((number for number, _ in sheet.loads.applied(*medium) if number <= before), default=0)


def _place(sheet: Sheet, number: int) -> infer.Place:
    same = (outlet.c.unit_id == terminal.c.unit_id) & (outlet.c.outlet == terminal.c.outlet)
    query = select(outlet.c.outlet, outlet.c.owner).join_from(terminal, outlet, same)
    row = sheet.connection.execute(
        query.where(terminal.c.unit_id == sheet.unit, terminal.c.terminal == number)
    ).first()
    where = (0, 0) if row is None else (row.outlet, row.owner)
    return infer.Place(terminal=number, outlet=where[0], owner=where[1])


def _enter(
    sheet: Sheet,
    kind: str,
    medium: Medium,
    day: int,
    fen: int,
    postings: Postings,
    corrects: int,
    key: int = 0,
    place: infer.Place | None = None,
) -> int:
    key = key or sheet.server_key()
    event = Event(
        kind=kind,
        fact=key,
        card=medium[0],
        issue=medium[1],
        outlet=0 if place is None else place.outlet,
        owner=0 if place is None else place.owner,
        at=sheet.now,
        day=day,
        fen=fen,
        corrects=corrects,
    )
    entry = sheet.enter(event, postings)
    sheet.facts.put(key, Fact(None, Status.CREATED, "", entry))
    return entry
