"""A member without his card stops it himself at a kiosk: his number and his PIN are all he has. F: D5"""

import msgspec

from onecard.ids import RecordId
from onecard.wire.lookups import Pin
from onecard.wire.message import Message, Short

PATH = "/t/loss/own"


class OwnLoss(Message, frozen=True, kw_only=True, omit_defaults=True, tag="own_loss/1"):
    """``card`` 0: which cards are mine? Otherwise: stop this one everywhere, once per id.

    A PIN stands in no record, and wrong ones are counted, whoever's number it is.
    """

    id: RecordId
    number: Short
    pin: Pin
    card: int = 0
    issue: int = 0


class OwnCard(msgspec.Struct, frozen=True, kw_only=True):
    """``state`` as in ``CardStatus``."""

    card: int
    issue: int
    state: Short


class OwnCards(Message, frozen=True, kw_only=True, tag="own_cards/1"):
    """Answer to ``OwnLoss``: his cards now. ``listed``: the stop list's version, 0 = nothing done."""

    name: Short
    cards: tuple[OwnCard, ...]
    listed: int = 0
