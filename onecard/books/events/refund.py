"""A refund: so much of a sale goes back to the wallets that had paid, each by its share. F: A4

Shares are cut from the running total and not from each refund, so that many small ones add up to the whole
to the fen. Pure; gift money goes back to gift, never into a hand.
"""

from collections.abc import Mapping, Sequence

from onecard.books import accounts
from onecard.books.entry import Postings, move


def line_fen(total_fen: int, quantity: int, before: int, now: int) -> int:
    """What ``now`` of a line's ``quantity`` cost, after ``before`` of it was refunded (thousandths)."""
    assert 0 <= before <= before + now <= quantity, (quantity, before, now)
    return total_fen * (before + now) // quantity - total_fen * before // quantity


def discounts(totals: Sequence[int], discount_fen: int) -> list[int]:
    """The share of each line in a discount on the whole bill."""
    whole, run, found = sum(totals), 0, []
    for total in totals:
        share = discount_fen * (run + total) // whole - discount_fen * run // whole if whole else 0
        run += total
        found.append(share)
    return found


def shares(paid: Mapping[str, int], left: Mapping[str, int], fen: int) -> dict[str, int]:
    """How ``fen`` ≤ Σ left comes back to the wallets: by what each had ``paid``, and never more than is
    ``left`` of it."""
    wallets = sorted(paid)
    whole = sum(paid.values())
    before = whole - sum(left.values())
    assert 0 < fen <= whole - before, (fen, paid, left)
    due = _split(before + fen, [paid[wallet] for wallet in wallets])
    found: dict[str, int] = {}
    rest = fen
    for wallet, part in zip(wallets, due, strict=True):
        own = left.get(wallet, 0)
        found[wallet] = max(0, min(part - (paid[wallet] - own), own, rest))
        rest -= found[wallet]
    for wallet in wallets:
        # What an earlier void left out of step goes where there is room.
        more = min(rest, left.get(wallet, 0) - found[wallet])
        found[wallet] += more
        rest -= more
    assert rest == 0, (fen, paid, left, found)
    return {wallet: part for wallet, part in found.items() if part}


def _split(fen: int, paid: Sequence[int]) -> list[int]:
    """``fen`` ≤ Σ paid among those who paid, in halves of halves.

    No part shrinks when ``fen`` grows, so that what is still to come is never owed by another wallet; among
    four, none is a whole fen away from its exact share.
    """
    if len(paid) == 1:
        return [fen]
    half, whole = len(paid) // 2, sum(paid)
    # Rounded half up.
    first = (2 * fen * sum(paid[:half]) + whole) // (2 * whole) if whole else 0
    return _split(first, paid[:half]) + _split(fen - first, paid[half:])


def postings(owner: int, outlet: int, back: Sequence[tuple[str, int]]) -> Postings:
    """owner → each account the money goes back to."""
    found: Postings = ()
    for account, fen in back:
        found += move(accounts.payable(owner, outlet), account, fen)
    return found
