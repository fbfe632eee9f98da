"""What must hold of slips for cash: each can be fetched, and whoever brings it is paid once. F: D3"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from onecard.books import accounts
from onecard.ids import RecordId
from onecard.wire import errands as e
from server.books import tables
from server.books.tables import key_of
from tests.world import books, ledger
from tests.world.world import World


def _asked(told: ledger.Ledger) -> dict[RecordId, list[ledger.Asked]]:
    """Errands that asked for each slip's money."""
    found: dict[RecordId, list[ledger.Asked]] = defaultdict(list)
    for one in told.errands.values():
        if isinstance(one.errand, e.PayClaim):
            found[one.errand.claim].append(one)
    return found


def d3_a_slip_is_paid_once(world: World) -> Iterator[str]:
    """By the journals of the tills that handed the money out: never twice, never more than was put in."""
    told = ledger.fold(world.lives())
    for number, asked in sorted(_asked(told).items()):
        paid = [one for one in asked if one.state == "done"]
        made = told.claims.get(number)
        worth = 0 if made is None else made.amount_fen
        if len(paid) > 1 or any(one.cash_fen != -worth for one in paid):
            who = ", ".join(f"{one.errand.id} {-one.cash_fen}" for one in paid)
            yield f"slip {number} of {worth} fen was paid by {who}"


def d3_no_slip_is_lost(world: World) -> Iterator[str]:
    """Its code is on some paper; in the end it was brought to a desk, so the books owe nothing any more."""
    told = ledger.fold(world.lives())
    held = books.sums(world.office)
    refused = {row.fact for row in books.rows(world.office, tables.fact) if row.status == "quarantined"}
    hands = Counter({number: -sum(one.cash_fen for one in some) for number, some in _asked(told).items()})
    for number, made in sorted(told.claims.items()):
        key = key_of(number)
        if key in refused:
            continue
        if number not in world.slips:
            yield f"slip {number} of {made.amount_fen} fen is on no paper"
        elif left := held.get(accounts.claim(key), 0):
            yield f"slip {number} was brought, and the books still owe {left}"
        elif not hands[number] and not _is_asked_for(world, told, number):
            yield f"slip {number} is paid by the books, and nobody has the money"


def _is_asked_for(world: World, told: ledger.Ledger, number: RecordId) -> bool:
    """The till that was asked is lost, or its shift ended over the answer: then the inbox asks for it."""
    gone = {box.number for box in world.boxes if box.is_gone}
    inbox = {row.fact for row in world.exceptions() if row.kind == "outcome_differs"}
    asked = _asked(told)[number]
    given_up = any(one.state == "given_up" and key_of(one.errand.id) in inbox for one in asked)
    return given_up or any(one.errand.id.terminal in gone for one in asked)
