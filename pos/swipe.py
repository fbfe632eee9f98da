"""What a scan or a swipe may be: our own account card by stripe or code, a bank's card, or goods. F: A9

A bank card's number is never kept, shown or handed on.
"""

from onecard.devices.wedges import track
from onecard.errors import Refused
from pos.tap_events import OnAccount
from pos.till import Till


def account(till: Till, text: str) -> OnAccount | None:
    """Whose account a stripe or a card's code names; ``None``: it is no card. Raises ``Refused``:
    ``scan.bank_card``, ``scan.unreadable``, ``card.unknown``."""
    digits = _digits(text)
    if not digits:
        return None
    card = int(digits)
    facts = till.station.facts
    row = facts.account(card)
    if row is not None:
        return OnAccount(uid="", card=row.card, issue=row.issue, type=row.type)
    member = facts.member(card)
    card_type = None if member is None else facts.types.get(member.type)
    if member is None or card_type is None or card_type.purse_on_card:
        raise Refused("card.unknown", card=card, issue=1)
    return OnAccount(uid="", card=card, issue=1, type=card_type.type)


def _digits(text: str) -> str:
    """Ours are ``;500001?`` on a stripe and the same in a code; a bare number is goods."""
    swipe = track.parse(text)
    if swipe is None:
        return ""
    if swipe.is_bank_card:
        raise Refused("scan.bank_card")
    if swipe.number is None:
        raise Refused("scan.unreadable")
    return swipe.number if int(swipe.number) < 1 << 40 else ""
