"""What a record did that is not here, told from the balances on both sides of the hole. F: G6

One place on the card at a time: loads that came between first, then what expired, and the rest was sold or
is held against the terminal.
"""

from collections.abc import Iterable

import msgspec

from onecard.books import accounts
from onecard.books.entry import Postings, move


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the lost terminal stood: who is paid for what was sold there. ``denied``: the terminal is there,
    and its record was settled as never written; nothing was handed out for what the card paid."""

    terminal: int
    outlet: int
    owner: int
    denied: bool = False


class Inferred(msgspec.Struct, frozen=True):
    """``unclear_fen``: an increase that no load explains; ``paid_fen``: what the card paid for nothing."""

    postings: Postings
    unclear_fen: int
    paid_fen: int = 0


def inferred(
    card: int,
    issue: int,
    wallet: str,
    change_fen: int,
    loads_fen: Iterable[int],
    expired_to: str,
    place: Place,
) -> Inferred:
    """``change_fen``: the balance above the hole less the one below it; ``loads_fen``: worth of the loads
    applied between; ``expired_to``: the fund, when a dated wallet is past its day and empty, else ""."""
    purse = accounts.purse(card, issue, wallet)
    found: Postings = ()
    rest = change_fen
    for fen in loads_fen:
        found += move(accounts.waiting(card, issue, wallet), purse, fen)
        rest -= fen
    if rest < 0 and expired_to:
        found += move(purse, expired_to, -rest)
    elif rest < 0 and place.denied:
        found += move(purse, accounts.difference(place.terminal), -rest)
        return Inferred(found, 0, -rest)
    elif rest < 0:
        found += move(purse, accounts.payable(place.owner, place.outlet), -rest)
    elif rest > 0:
        found += move(accounts.unresolved(place.terminal), purse, rest)
    return Inferred(found, max(0, rest))
