"""What must hold of cards that came back: who was paid what, and what the plastic may say. F: A4"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from onecard.books import accounts
from onecard.books.wallets import ON_CARD
from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardForeign, OneCardError
from onecard.wire import errands as e
from server.books import tables
from server.books.tables import key_of
from server.cards import tables as cards
from tests.world import books, ledger
from tests.world.box import KEYS, Plastic
from tests.world.office import UNIT
from tests.world.world import World

#: What a reader says of a plastic whose wipe was cut short.
HALF = "card.half"


def state_of(plastic: Plastic) -> str:
    """``blank``, ``locked``, ``half`` wiped, ``open``; "" for one that says nothing more, and for a chip."""
    if not isinstance(plastic, VirtualM1):
        return ""
    try:
        newest = M1Card(DirectStorage(plastic), KEYS, UNIT).read().newest
    except CardForeign as error:
        return {"card.blank": "blank", HALF: "half"}.get(error.code, "")
    except OneCardError:
        return ""
    finally:
        plastic.pull()
    return "locked" if newest.locked else "open"


def media(world: World) -> dict[tuple[int, int], int]:
    """Plastics that came back by the books, and the order that paid for each."""
    return {
        (row.card, row.issue): row.asked_by
        for row in books.rows(world.office, cards.handover)
        if row.kind == "return"
    }


def transfers(world: World) -> dict[tuple[int, int], tuple[int, int]]:
    """Plastics whose money the books moved on, and where to."""
    return {
        (row.card, row.issue): (row.to_card, row.to_issue)
        for row in books.rows(world.office, cards.handover)
        if row.kind == "transfer"
    }


def paid(world: World, told: ledger.Ledger) -> Counter[int]:
    """Fen per card that came into its holder's hand: by the tills' journals, and at the office."""
    found: Counter[int] = Counter()
    for row in _entries(world):
        if row.fact in world.rests:
            found[row.card] -= row.fen
    entered = {row.fact: -row.fen for row in _entries(world)}
    for one in told.errands.values():
        if not isinstance(one.errand, e.ReturnCard | e.ReturnRest):
            continue
        if one.state == "done":
            found[one.errand.card] -= one.cash_fen
        elif one.state == "given_up":
            # The shift ended over it: the inbox asks who has the money.
            found[one.errand.card] += entered.get(key_of(one.errand.id), 0)
    return found


def _entries(world: World) -> list[Any]:
    """What the books paid out."""
    return [row for row in books.rows(world.office, tables.entry) if row.kind == "return_card"]


def a4_what_the_books_paid_somebody_got(world: World) -> Iterator[str]:
    """Each pay-out is in the journal of the till that made it, or was made at the office."""
    told = ledger.fold(world.lives()).errands.values()
    known = {key_of(one.errand.id) for one in told if one.state != "open"}
    gone = {box.number for box in world.boxes if box.is_gone}
    for row in _entries(world):
        if row.fact not in world.rests | known and row.fact >> 32 not in gone:
            yield f"{-row.fen} fen were paid out by {row.fact:x}, and no till knows of it"


def a4_nothing_is_left_on_what_came_back(world: World) -> Iterator[str]:
    """A card that came back holds nothing in the books, and nobody was paid while he owed."""
    held = books.sums(world.office)
    unsure = {(row.card, row.issue) for row in books.rows(world.office, cards.gap) if row.inferred == 0}
    forged = {one.card for one in world.holders if one.is_forged}
    for card, issue in sorted(media(world)):
        if (card, issue) in unsure or card in forged:
            continue
        for wallet in ON_CARD:
            for account in (
                accounts.purse(card, issue, wallet.name),
                accounts.waiting(card, issue, wallet.name),
            ):
                if held.get(account, 0) > 0:
                    yield f"{account} still has {held[account]}"


def a4_who_owes_pays_first(world: World) -> Iterator[str]:
    paying = {row.entry for row in books.rows(world.office, tables.entry) if row.kind == "return_card"}
    owed: Counter[int] = Counter()
    out: dict[int, int] = {}
    rows = sorted(books.rows(world.office, tables.posting), key=lambda row: row.entry)
    last = 0
    for row in [*rows, None]:
        if row is None or row.entry != last:
            for card, fen in out.items():
                if fen > 0 and owed[card] > 0:
                    yield f"card {card} got {fen} and still owed {owed[card]}"
            out, last = {}, 0 if row is None else row.entry
        if row is None or row.currency != "CNY":
            continue
        for sign, name in ((1, row.debit), (-1, row.credit)):
            parts = name.split(":")
            if parts[0] == "card" and parts[-1] == "debt":
                owed[int(parts[1])] += sign * row.fen
        if row.entry in paying and row.credit.endswith(":cash"):
            card = int(row.debit.split(":")[1])
            out[card] = out.get(card, 0) + row.fen


def a4_only_what_was_paid_for_is_blank(world: World) -> Iterator[str]:
    # What moved to another card is as gone as what was paid out.
    done = {(row.card, row.issue) for row in books.rows(world.office, cards.handover)}
    made = {(row.card, row.issue) for row in books.rows(world.office, cards.chain)}
    for holder in world.holders:
        medium = (holder.card, holder.issue)
        if medium in made and medium not in done and state_of(holder.plastic) in ("blank", "half"):
            yield f"card {holder.card} was wiped, and its holder was never paid"


def a8_nothing_stays_where_it_was(world: World) -> Iterator[str]:
    """A card whose money moved holds nothing, unless a hole in its chain keeps some of it unsure."""
    held = books.sums(world.office)
    unsure = {(row.card, row.issue) for row in books.rows(world.office, cards.gap) if row.inferred == 0}
    waits = {(row.card, row.issue) for row in books.rows(world.office, cards.open_tap)}
    forged = {one.card for one in world.holders if one.is_forged}
    for card, issue in sorted(transfers(world)):
        if (card, issue) in unsure | waits or card in forged:
            continue
        for wallet in ON_CARD:
            for account in (
                accounts.purse(card, issue, wallet.name),
                accounts.waiting(card, issue, wallet.name),
            ):
                if held.get(account, 0):
                    yield f"{account} has {held[account]} after its money moved"
