"""A chain with two branches: the one that lives on counts, the other's records are taken back, by name. F: G6

Judged anew whenever a record of such a chain arrives, so that in the end the order of arrival does not
matter. Nobody is frozen for it; a second fork within a quarter of a year is an alarm.
"""

from sqlalchemy import select

from onecard.books import accounts
from onecard.books.entry import Postings, reversal
from onecard.books.events import fork
from onecard.wire.messages import LoadIntent, Status
from server.books.life import key_on
from server.books.loading import apply_loads, publish_again, take_load_back
from server.books.numbering import number_load
from server.books.original import intent_of, purse_entry
from server.books.sheet import Event, Fact, Sheet
from server.books.tables import id_of
from server.cards.branches import survivors
from server.cards.link import Link, Medium
from server.cards.loads import OPEN
from server.exceptions.tables import exception

AGAIN_S = 90 * 86_400


def others(sheet: Sheet, medium: Medium, new: Link, at: int) -> bool:
    """Settle the records that this one decides about; whether it lives on itself."""
    links = sheet.chains.links(medium)

    def made_at(fact: int) -> int:
        if fact == new.fact:
            return at
        _, event = purse_entry(sheet, key_on(sheet, fact, *medium))
        return 0 if event is None else event.at

    alive = survivors(links, made_at)
    if len(alive) < len(links):
        _tell(sheet, [link for link in links if link.fact not in alive], alive)
    lost = sheet.chains.lost.get(medium) or {}
    for link in sorted(links, key=lambda one: -one.counter):
        if link.fact not in alive and link.fact not in lost and link.fact != new.fact:
            lose(sheet, link)
    for link in sorted(links, key=lambda one: one.counter):
        if link.fact in alive and (link.fact in lost or (link.fact != new.fact and _is_freed(sheet, link))):
            _revive(sheet, link)
    return new.fact in alive


def _is_freed(sheet: Sheet, link: Link) -> bool:
    """Whether a record that counts put a load on its card which a dead one had before it, and which the
    books therefore took for none of theirs: judged again, as if it came now."""
    _, event = purse_entry(sheet, key_on(sheet, link.fact, link.card, link.issue))
    if event is None or event.kind != "load":
        return False
    intent = intent_of(sheet, link.fact)
    assert isinstance(intent, LoadIntent)
    rows = [sheet.loads.get(link.card, link.issue, one.number) for one in intent.loads]
    if not any(row is not None and row.state in OPEN for row in rows):
        return False
    lose(sheet, link)
    return True


def _tell(sheet: Sheet, dead: list[Link], alive: set[int]) -> None:
    """The office hears of each place where a chain forks, and loudly of the second one within the time."""
    card, issue = dead[0].card, dead[0].issue
    prefix = f"{card}-{issue}-"
    roots = {link.prev for link in dead if link.prev in alive or link.prev == 0}
    for link in dead:
        # Under a hole nobody knows where the branch begins: named after what is missing, once.
        if link.prev in roots or not roots:
            subject = prefix + str(id_of(link.prev))
            sheet.inbox.add("chain_fork", subject, fact=link.fact, card=card, issue=issue)
    if not roots:
        return
    query = select(exception.c.subject).where(
        exception.c.unit_id == sheet.unit, exception.c.kind == "chain_fork", exception.c.card == card,
        exception.c.issue == issue, exception.c.at >= sheet.now - AGAIN_S,
    )  # fmt: skip
    recent = {row.subject for row in sheet.connection.execute(query)} | sheet.inbox.subjects("chain_fork")
    if len(recent & {prefix + str(id_of(root)) for root in roots}) > 1:
        sheet.inbox.add("fork_again", f"{card}-{issue}", fact=dead[-1].fact, card=card, issue=issue)


def tell_cost(sheet: Sheet, medium: Medium) -> None:
    """Each fork says what was sold on branches that died: so much its card owes, if nobody else bears it."""
    card, issue = medium
    lost = sheet.chains.lost.get(medium) or {}
    links = {link.fact: link for link in sheet.chains.links(medium)}
    prefix, debt = f"{card}-{issue}-", accounts.debt(card)
    query = select(exception.c.subject).where(
        exception.c.unit_id == sheet.unit, exception.c.kind == "chain_fork", exception.c.card == card,
        exception.c.issue == issue,
    )  # fmt: skip
    told = {row.subject for row in sheet.connection.execute(query)}
    told |= {one for one in sheet.inbox.subjects("chain_fork") if one.startswith(prefix)}
    costs = dict.fromkeys(told, 0)
    for fact, entry in lost.items():
        here = links[fact]
        while here.prev in lost and here.prev in links:
            here = links[here.prev]
        subject = prefix + str(id_of(here.prev))
        owed = sum(p.fen for p in sheet.postings_of(entry) if p.debit == debt)
        costs[subject] = costs.get(subject, 0) + owed
    for subject, fen in sorted(costs.items()):
        sheet.inbox.cost("chain_fork", subject, fen)


def lose(sheet: Sheet, link: Link) -> None:
    """Take back what the record of a dead branch did to its purse."""
    card, issue = link.card, link.issue
    number, event = purse_entry(sheet, key_on(sheet, link.fact, card, issue))
    key = sheet.server_key()
    if event is None:
        return
    undone = fork.undone(sheet.postings_of(number), card, issue, is_load=event.kind == "load")
    postings = undone.postings
    if event.kind == "load":
        postings += publish_again(sheet, card, issue, link.fact, key)
    # What comes back pays at once what is owed, the sale of this very record included.
    for wallet, fen in undone.loads.items():
        postings += number_load(sheet, card, issue, fen, "fork", key, wallet=wallet)
    entry = _enter(sheet, event, "fork", key, number, link, postings)
    sheet.chains.lose((card, issue), link.fact, entry)


def _revive(sheet: Sheet, link: Link) -> None:
    """The branch lives on after all: as if its record had never been taken back."""
    card, issue = link.card, link.issue
    settled = (sheet.chains.lost.get((card, issue)) or {})[link.fact]
    number, event = purse_entry(sheet, key_on(sheet, link.fact, card, issue))
    assert event is not None
    key = sheet.server_key()
    made_by = sheet.events.get(settled)
    assert made_by is not None
    for load, row in sheet.loads.unapplied(card, issue) + sheet.loads.applied(card, issue):
        if row.made_by == made_by.fact and row.kind == "fork" and row.fen > 0:
            take_load_back(sheet, card, issue, load, key)
    if event.kind == "load":
        intent = intent_of(sheet, link.fact)
        assert isinstance(intent, LoadIntent)
        postings: Postings = apply_loads(sheet, link.fact, intent)
        postings += fork.cleared_again(sheet.postings_of(number), card, issue)
    else:
        postings = reversal(sheet.postings_of(settled))
    # A debt that was paid meanwhile was none: it comes back.
    debt = accounts.debt(card)
    owed = sheet.balance(debt) + sum(p.fen * ((p.credit == debt) - (p.debit == debt)) for p in postings)
    if owed > 0:
        postings += fork.given_back(card, issue, owed)
        sheet.loads.add(card, issue, owed, "fork", key)
    _enter(sheet, event, "fork_undone", key, settled, link, postings)
    sheet.chains.revive((card, issue), link.fact)


def overspent(sheet: Sheet, medium: Medium) -> None:
    """More was sold from a card than ever went onto it: money was made somewhere. An alarm. F: G6"""
    chain = sheet.chains.heads.get(medium)
    if chain is None or chain.gaps or not chain.forks:
        return
    owed = -sheet.balance(accounts.debt(medium[0]))
    held = sum(chain.after) + sum(row.fen for _, row in sheet.loads.unapplied(*medium))
    if owed > held:
        card, issue = medium
        sheet.inbox.add(
            "overspent", f"{card}-{issue}", fact=chain.head, card=card, issue=issue, fen=owed - held
        )


def _enter(
    sheet: Sheet, event: Event, kind: str, key: int, corrects: int, link: Link, postings: Postings
) -> int:
    made = Event(
        kind=kind,
        fact=key,
        card=link.card,
        issue=link.issue,
        at=sheet.now,
        day=event.day,
        fen=-event.fen if kind == "fork" else event.fen,
        corrects=corrects,
    )
    entry = sheet.enter(made, postings)
    sheet.facts.put(key, Fact(None, Status.CREATED, "", entry))
    return entry
