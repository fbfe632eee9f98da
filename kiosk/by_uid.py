"""A card that is ours by its UID alone (a city card, a phone): whose account it is. F: A11 D1

Nothing is read from it and nothing is written to it; its money is at the office. The station's own snapshot
says whose it is, else the office is asked. Knows no screen and no network.
"""

from dataclasses import dataclass, replace

from onecard.cards.image import Purse
from onecard.errors import OneCardError, Refused
from onecard.rules import limits
from onecard.terminal.look import UidLook, mask
from onecard.terminal.station import Station
from onecard.terminal.whose import ACTIVE, Account, NamedLook
from onecard.wire.messages import CardStatus


@dataclass(frozen=True, kw_only=True)
class Stranger:
    """Its UID may be an account's: the office knows. ``why``: what the card itself was refused for."""

    plastic: UidLook
    why: OneCardError

    @property
    def uid(self) -> str:
        """As hex."""
        return self.plastic.uid.hex()


def here(station: Station, plastic: UidLook, why: OneCardError) -> NamedLook | Stranger:
    """Whose it is as far as it is known here. Raises ``why`` when its type wants a medium of ours."""
    account = station.accounts.of_uid(plastic.uid.hex())
    if account is None:
        return Stranger(plastic=plastic, why=why)
    member = station.facts.member(account.card)
    return _look(station, plastic, account, "" if member is None else member.name, why)


def told(station: Station, stranger: Stranger, status: CardStatus) -> NamedLook:
    """Whose it is by the office's word. Raises as ``here``."""
    account = Account(card=status.card, issue=status.issue, type=status.type)
    return _look(station, stranger.plastic, account, status.name, stranger.why, status.state)


def unknown(error: OneCardError) -> OneCardError:
    """In words for whoever stands there: the office does not know it, or cannot be asked."""
    if error.code == "card.unknown":
        return Refused("card.uid_unknown")
    return Refused("card.uid_unasked") if error.code == "server.unreachable" else error


def _look(
    station: Station, plastic: UidLook, account: Account, name: str, why: OneCardError, state: str = ACTIVE
) -> NamedLook:
    terms = station.facts.types.get(account.type)
    if terms is None:
        raise Refused("card.type_unknown", type=account.type)
    if terms.purse_on_card or (terms.media and "uid" not in terms.media):
        raise why  # without its own record such a card is nobody's, whatever else knows its number
    look = station.accounts.look(account, uid=plastic.uid, state=state)
    room = limits.cash_room(terms, Purse(), named=bool(name))
    return replace(look, holder=name, holder_masked=mask(name), cap_room_fen=room)
