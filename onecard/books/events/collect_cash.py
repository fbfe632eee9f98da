"""Emptying a kiosk: what the books say is in the box goes to who carries it, a miscount is named. F: G4"""

from onecard.books import accounts
from onecard.books.entry import Postings, move


def postings(terminal: int, attendant: int, booked_fen: int, counted_fen: int) -> Postings:
    """cash box → the attendant's hands; what is missing there → difference (a surplus the other way)."""
    hands = accounts.operator_cash(attendant)
    found = move(hands, accounts.cashbox(terminal), booked_fen)
    return found + move(accounts.difference(terminal), hands, booked_fen - counted_fen)
