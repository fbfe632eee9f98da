"""A card that is known without being read: by the UID of something else, a stripe, a code. F: A9

It says whose account is meant and nothing more; what that holds is the office's to say.
"""

from dataclasses import dataclass
from typing import NoReturn

from onecard.cards.cpu.proof import Proof
from onecard.cards.image import CardImage, Identity, Purse
from onecard.errors import CardForeign, Refused
from onecard.ids import RecordId
from onecard.terminal.desk import Desk
from onecard.terminal.look import ON_ACCOUNT, Look, mask

#: Good cards, as the office names their state.
ACTIVE = "active"


@dataclass(frozen=True, kw_only=True)
class Account:
    """Whose account: what a card that holds no money itself says, or the office says about its UID."""

    card: int
    issue: int
    type: int


@dataclass(frozen=True, kw_only=True)
class NamedLook(Look):
    """No card of ours lies there, but whose account is meant is known."""

    account: Account

    @property
    def blank(self) -> bool:
        return False

    @property
    def card(self) -> int:
        return self.account.card

    @property
    def issue(self) -> int:
        return self.account.issue


class Unread:
    """The conversation with what is never spoken to."""

    medium = ""
    commands = 0

    def __init__(self, uid: bytes) -> None:
        self._uid = uid

    @property
    def uid(self) -> bytes:
        return self._uid

    def read(self) -> CardImage:
        return self._nothing()

    def write(self, after: Purse) -> CardImage:
        return self._nothing()

    def personalise(self, identity: Identity, first: Purse) -> CardImage:
        return self._nothing()

    def rekey(self) -> CardImage:
        return self._nothing()

    def wipe(self) -> None:
        self._nothing()

    def proof(self, id: RecordId) -> Proof | None:
        return None

    def retire(self) -> None:
        self._nothing()

    def _nothing(self) -> NoReturn:
        raise CardForeign("card.foreign")


def look(desk: Desk, account: Account, uid: bytes, state: str) -> NamedLook:
    """What is known here of that account. ``state``: as the office has it, or as far as it is known."""
    stop, card_type = desk.facts.stop(account.card, account.issue), desk.card_type(account.type)
    member = desk.facts.member(account.card)
    name = "" if member is None else member.name
    refusal = Refused(ON_ACCOUNT)
    if stop is not None or state != ACTIVE:
        refusal = Refused("card.stopped", reason=stop[0] if stop is not None else state)
    elif card_type is None:
        refusal = Refused("card.type_unknown", type=account.type)
    elif card_type.purse_on_card:
        # Its money is on its own chip, and that is what has to be put there.
        refusal = Refused("card.by_chip")
    return NamedLook(
        session=Unread(uid),
        image=None,
        account=account,
        card_type=card_type,
        holder=name,
        holder_masked=mask(name),
        stop="" if stop is None else stop[0],
        refusal=refusal,
    )
