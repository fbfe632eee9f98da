"""What a scan or a swipe may be: our own account card by stripe or code, a bank's card, or goods. F: A9

A bank card's number is never kept, shown or handed on.
"""

from onecard.devices.wedges import track
from onecard.errors import Refused
from pos.tap_events import OnAccount
from pos.till import Till

#: Numbers of cards are smaller.
_CARDS = 1 << 40


def account(till: Till, text: str) -> OnAccount | None:
    """Whose account a stripe or a card's code names; ``None``: it is no card. One that does not bear our
    number may have been noted beside a card: that the office knows. Raises ``Refused``: ``scan.bank_card``,
    ``scan.unreadable``, ``card.by_chip`` (its money is on the plastic itself)."""
    digits = _digits(text)
    if not digits:
        return None
    card = int(digits)
    facts = till.station.facts
    if card >= _CARDS:
        return OnAccount(uid="", track=digits, error=Refused("card.unknown", card=card, issue=1))
    row = facts.account(card)
    if row is not None:
        return OnAccount(uid="", card=row.card, issue=row.issue, type=row.type)
    member = facts.member(card)
    card_type = None if member is None else facts.types.get(member.type)
    if card_type is not None and card_type.purse_on_card:
        raise Refused("card.by_chip")
    # Which issue of it is the newest, only the office knows.
    return OnAccount(uid="", track=digits, error=Refused("card.unknown", card=card, issue=1))


def code(text: str) -> OnAccount:
    """What a scanner read where a card was wanted: which card it is printed on, the office knows."""
    return OnAccount(uid="", code=text, error=Refused("scan.no_card"))


def _digits(text: str) -> str:
    """Ours are ``;500001?`` on a stripe and the same in a code; a bare number is goods."""
    swipe = track.parse(text)
    if swipe is None:
        return ""
    if swipe.is_bank_card:
        raise Refused("scan.bank_card")
    if swipe.number is None:
        raise Refused("scan.unreadable")
    return swipe.number
