"""A posting that two people agree on, where no event fits. F: B11

What a card says of itself is not for people to change, nor what a cash box counted; gift stays gift.
"""

from onecard.books import accounts
from onecard.books.accounts import Kind
from onecard.books.entry import Postings, move

#: Wallets whose money was given, not paid in.
GIVEN = ("gift", "subsidy", "subsidy2")


def postings(debit: str, credit: str, fen: int, currency: str) -> Postings:
    """debit → credit, as agreed."""
    return move(debit, credit, fen, currency)


def fault(debit: str, credit: str, currency: str) -> str:
    """The code of what forbids it, "" if nothing does."""
    kinds = accounts.kind_of(debit), accounts.kind_of(credit)
    if None in kinds or debit == credit:
        return "adjust.account"
    if any(name.endswith((":purse", ":cashbox", ":waiting")) for name in (debit, credit)):
        return "adjust.by_card"
    if currency != "CNY" and any(one in (Kind.CASH, Kind.RECEIVABLE, Kind.OWNER) for one in kinds):
        return "adjust.currency"
    if accounts.wallet_of(debit) in GIVEN and not _given(credit):
        return "adjust.gift"
    if any((accounts.wallet_of(name) == "points") != (currency == "PTS") for name in _wallets(debit, credit)):
        return "adjust.currency"
    return ""


def _given(name: str) -> bool:
    return accounts.kind_of(name) is Kind.COST or accounts.wallet_of(name) in GIVEN


def _wallets(*names: str) -> list[str]:
    return [name for name in names if accounts.wallet_of(name) is not None]
