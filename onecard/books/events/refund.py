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
    whole = sum(paid.values())
    before = whole - sum(left.values())
    assert 0 < fen <= whole - before, (fen, paid, left)
    found: dict[str, int] = {}
    run, rest = 0, fen
    for wallet, own in paid.items():
        now = (before + fen) * (run + own) // whole - (before + fen) * run // whole
        then = before * (run + own) // whole - before * run // whole
        found[wallet] = max(0, min(now - then, left.get(wallet, 0), rest))
        rest -= found[wallet]
        run += own
    for wallet in paid:
        # What an earlier void or rounding left out of step goes where there is room.
        more = min(rest, left.get(wallet, 0) - found[wallet])
        found[wallet] += more
        rest -= more
    assert rest == 0, (fen, paid, left, found)
    return {wallet: part for wallet, part in found.items() if part}


def postings(owner: int, outlet: int, back: Sequence[tuple[str, int]]) -> Postings:
    """owner → each account the money goes back to."""
    found: Postings = ()
    for account, fen in back:
        found += move(accounts.payable(owner, outlet), account, fen)
    return found
