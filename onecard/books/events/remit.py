"""Paying in: cash that operators hold goes to the vault; what is missing is booked by name. F: G1"""

import msgspec

from onecard.books import accounts
from onecard.books.entry import Postings, move


class Held(msgspec.Struct, frozen=True, array_like=True):
    """``[account, terminal, fen]``: cash of a till or in an attendant's hands; ``fen`` < 0: it paid out."""

    account: str
    terminal: int
    fen: int


def postings(held: tuple[Held, ...], paid_fen: int) -> Postings:
    """Each → vault in full; the vault gives back to ``difference`` of the first what was not paid in."""
    found: Postings = ()
    for one in held:
        found += move(accounts.VAULT, one.account, one.fen)
    missing = sum(one.fen for one in held) - paid_fen
    return found + move(accounts.difference(held[0].terminal if held else 0), accounts.VAULT, missing)
