"""A card comes back and its holder is paid: money and deposit now, as far as they are sure. F: A4

The plastic was locked first, and that is a record of its chain: what it says is what is there. Gift and
subsidy go back to whoever gave them; what is owed is taken off.
"""

import msgspec
from sqlalchemy import select

from onecard.books import accounts
from onecard.books.entry import PTS, Posting, Postings, effect
from onecard.books.events import debt
from onecard.books.events import handover as event
from onecard.books.wallets import ON_CARD
from onecard.wire.messages import Lock
from server.books import handover, tables
from server.books.handover import Handover
from server.books.office.desk import held, today, want_medium
from server.books.office.hold_sold import is_held
from server.books.office.pocket import CardOrder
from server.books.original import intent_of
from server.books.sheet import Event, Sheet
from server.cards.holders import Card
from server.cards.loads import RECALLED, Row
from server.cards.stops import DEAD, stop_of


class Terms(msgspec.Struct, frozen=True):
    """``lock``: the id of the record that locked the plastic, 0 for a card whose money is on the server.
    ``terminal``: the till that pays, 0 = the operator's own cash."""

    card: int
    issue: int
    lock: int = 0
    terminal: int = 0


class ReturnCard(CardOrder[Terms]):
    """purse, waiting loads, account and deposit → debt, cash; gift and subsidy → where they came from."""

    def look(self, sheet: Sheet) -> None:
        want_medium(sheet, self.terms.card, self.terms.issue)
        sheet.facts.want(self.terms.lock)

    def refusal(self, sheet: Sheet) -> str:
        terms = self.terms
        card = sheet.holders.cards.get(terms.card)
        if card is None or card.issue != terms.issue or card.state in ("reserved", "released"):
            return "card.unknown"
        if card.state in DEAD:
            return "card.dead"
        if sheet.balance(accounts.held(terms.card)) > 0 or is_held(sheet.connection, sheet.unit, terms.card):
            return "return.hold"
        return "" if not self._has_purse(card) or self._is_locked(sheet) else "return.lock"

    def _has_purse(self, card: Card) -> bool:
        card_type = self.types.get(card.type)
        return card_type is None or card_type.purse_on_card

    def _is_locked(self, sheet: Sheet) -> bool:
        """The lock is the newest record of the plastic: nothing was done with it since."""
        medium = (self.terms.card, self.terms.issue)
        fact, chain = sheet.facts.get(self.terms.lock), sheet.chains.heads.get(medium)
        done = fact is not None and fact.entry and chain is not None and chain.head == self.terms.lock
        intent = intent_of(sheet, self.terms.lock) if done else None
        return isinstance(intent, Lock) and (intent.purse.card, intent.purse.issue) == medium

    def cash(self) -> str:
        """Where the money is taken from."""
        terms = self.terms
        return accounts.till(terms.terminal) if terms.terminal else accounts.operator_cash(self.operator)

    def enter(self, sheet: Sheet) -> int:
        terms, medium = self.terms, (self.terms.card, self.terms.issue)
        card = sheet.holders.cards.get(terms.card)
        assert card is not None
        sources, postings = self._sources(sheet, medium)
        paid, out = pay_out(sheet, terms.card, sources, self.cash(), postings)
        postings += out
        sheet.holders.cards.put(terms.card, msgspec.structs.replace(card, state="returned", since=sheet.now))
        version = stop_returned(sheet, medium, self.operator)
        handover.keep(sheet, Handover(*medium, 0, 0, "return", self.key, version, sheet.now))
        return enter_paid(sheet, "return_card", self.key, medium, self.operator, paid, postings)

    def _sources(self, sheet: Sheet, medium: tuple[int, int]) -> tuple[list[tuple[str, int]], Postings]:
        """What is paid out, account by account; and the postings of what is not the holder's to take."""
        sources: list[tuple[str, int]] = []
        postings: Postings = ()
        for one in held(sheet, medium):
            purse = accounts.purse(*medium, one.wallet)
            if one.wallet == "main":
                sources.append((purse, one.fen))
            else:
                postings += event.given_up(purse, one.wallet, one.fen)
        waiting: dict[str, int] = {}
        for number, row in self._later_loads(sheet, medium):
            back = handover.end_load(sheet, medium, number, row)
            postings += back
            if not back:
                waiting[row.wallet] = waiting.get(row.wallet, 0) + row.fen
        for wallet, fen in waiting.items():
            account = accounts.waiting(*medium, wallet)
            if wallet != "main":
                postings += event.given_up(account, wallet, fen)
            elif fen > 0:
                sources.append((account, fen))
            else:
                postings += debt.taken(medium[0], account, fen)
        own, back = on_server(sheet, medium[0])
        sources += own
        postings += back
        return [(account, fen) for account, fen in sources if fen > 0], postings

    def _later_loads(self, sheet: Sheet, medium: tuple[int, int]) -> list[tuple[int, Row]]:
        """Those behind the last one on the plastic: they die with it. Earlier ones are on it already."""
        last = handover.last_load(sheet, medium, self.terms.lock)
        return [(number, row) for number, row in sheet.loads.unapplied(*medium) if number > last]


def on_server(sheet: Sheet, card: int) -> tuple[list[tuple[str, int]], Postings]:
    """Deposit and wallets on the server: (account, fen) to be paid out, and postings of the rest."""
    table = tables.wallet
    prefix = f"card:{card}:"
    query = select(table.c.account).where(
        table.c.unit_id == sheet.unit, table.c.account.between(prefix, prefix + "~")
    )
    names = set(sheet.connection.execute(query).scalars())
    names |= {name for name, _ in sheet.wallets.written() if name.startswith(prefix)}
    sources: list[tuple[str, int]] = []
    postings: Postings = ()
    for name in sorted(names):
        fen, wallet = sheet.balance(name), accounts.wallet_of(name)
        parts = name.split(":")
        if fen <= 0 or len(parts) == 5:
            continue
        if name == accounts.deposit(card) or wallet == "main" or parts[2] == "prepaid":
            sources.append((name, fen))
        elif parts[2] == "uses":
            postings += (Posting(name, accounts.count(parts[3]), fen, f"CNT:{parts[3]}"),)
        elif wallet == "points":
            postings += (Posting(name, accounts.COST_POINTS, fen, PTS),)
        elif wallet is not None:
            postings += event.given_up(name, wallet, fen)
    return sources, postings


def pay_out(
    sheet: Sheet, card: int, sources: list[tuple[str, int]], cash: str, before: Postings
) -> tuple[int, Postings]:
    """What the holder gets in his hand, fen, and the postings: his debt is taken off first."""
    owed = max(0, -sheet.balance(accounts.debt(card)) - effect(before).get(accounts.debt(card), 0))
    paid = 0
    found: Postings = ()
    for source, fen in sources:
        off = min(owed, fen)
        owed -= off
        paid += fen - off
        found += debt.taken(card, source, off) + event.paid_out(source, cash, fen - off)
    return paid, found


def stop_returned(sheet: Sheet, medium: tuple[int, int], operator: int) -> int:
    """The plastic is refused everywhere from now on; the list's version."""
    stop = sheet.holders.stops.get(medium)
    if stop is not None and stop.reason in DEAD:
        return stop_of(sheet.connection, sheet.unit, *medium)[1]
    version = sheet.take("stops")
    sheet.holders.stop(*medium, "returned", version=version, operator=operator, now=sheet.now)
    return version


def enter_paid(
    sheet: Sheet, kind: str, key: int, medium: tuple[int, int], operator: int, fen: int, postings: Postings
) -> int:
    """The entry of money that went into the holder's hand; ``fen``: how much."""
    made = Event(
        kind=kind,
        fact=key,
        card=medium[0],
        issue=medium[1],
        operator=operator,
        at=sheet.now,
        day=today(sheet),
        fen=-fen,
    )
    return sheet.enter(made, postings)


class RestTerms(msgspec.Struct, frozen=True):
    """``terminal``: the till that pays, 0 = the operator's own cash."""

    card: int
    issue: int
    terminal: int = 0


class ReturnRest(CardOrder[RestTerms]):
    """The rest of a card that was returned while a record was still missing."""

    def look(self, sheet: Sheet) -> None:
        want_medium(sheet, self.terms.card, self.terms.issue)

    def refusal(self, sheet: Sheet) -> str:
        medium = (self.terms.card, self.terms.issue)
        found = handover.find(sheet, medium)
        if found is None or found.kind != "return":
            return "handover.unknown"
        chain = sheet.chains.heads.get(medium)
        if chain is not None and chain.gaps:
            return "handover.waits"
        return "" if self._left(sheet) > 0 else "return.nothing"

    def _left(self, sheet: Sheet) -> int:
        medium = (self.terms.card, self.terms.issue)
        waiting = sum(
            row.fen
            for _, row in sheet.loads.unapplied(*medium)
            if row.wallet == "main" and row.state != RECALLED
        )
        return sheet.balance(accounts.purse(*medium, "main")) + waiting

    def enter(self, sheet: Sheet) -> int:
        terms, medium = self.terms, (self.terms.card, self.terms.issue)
        cash = accounts.till(terms.terminal) if terms.terminal else accounts.operator_cash(self.operator)
        sources: list[tuple[str, int]] = []
        postings: Postings = ()
        for number, row in sheet.loads.unapplied(*medium):
            back = handover.end_load(sheet, medium, number, row)
            account = accounts.waiting(*medium, row.wallet)
            postings += back or event.carried(*medium, account, row.wallet, -row.fen)
        for wallet in ON_CARD:
            purse = accounts.purse(*medium, wallet.name)
            waits = sum(p.fen * ((p.credit == purse) - (p.debit == purse)) for p in postings)
            fen = sheet.balance(purse) + waits
            if wallet.name == "main":
                sources.append((purse, fen))
            elif fen > 0:
                postings += event.given_up(purse, wallet.name, fen)
        paid, out = pay_out(sheet, terms.card, sources, cash, postings)
        postings += out
        handover.trued(sheet, medium)
        return enter_paid(sheet, "return_card", self.key, medium, self.operator, paid, postings)
