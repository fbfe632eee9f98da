"""A desk asks the office for a management card and gives one back. F: A7"""

from typing import Annotated

import msgspec
from msgspec import Meta

from onecard.ids import RecordId
from onecard.wire.message import CardNo, Hex, Message, Short

Settings = Annotated[dict[str, Short], Meta(max_length=40)]


class AskManagement(Message, frozen=True, kw_only=True, tag="ask_management/1", omit_defaults=True):
    """``operator`` asks; ``holder`` is whose it will be, 0 = nobody's in particular. ``days``: how long it is
    good. ``base``: of a loss card, the version of the list that the terminal it is for has already. ``room``:
    bytes that fit on the plastic, 0 = as many as the largest has; a list that is longer leaves out its oldest
    changes."""

    id: RecordId
    operator: int
    kind: Short
    uid: Hex
    days: Annotated[int, Meta(ge=1, le=3_660)]
    holder: int = 0
    base: int = 0
    room: int = 0
    settings: Settings = msgspec.field(default_factory=dict)


class VouchedManagement(AskManagement, frozen=True, kw_only=True, tag="ask_management/2", omit_defaults=True):
    """Whoever asks may not, and a supervisor who may has said yes this once."""

    supervisor: int


class ReturnManagement(Message, frozen=True, kw_only=True, tag="return_management/1", omit_defaults=True):
    """The plastic came back and is to be blank again: its number is good nowhere from now on. ``uid``: the
    plastic on the reader, so that nobody stops a card that he only knows the number of."""

    id: RecordId
    operator: int
    number: CardNo
    uid: Hex
    supervisor: int = 0


class ManagementGrant(Message, frozen=True, kw_only=True, tag="management/1"):
    """``content``: sealed for the plastic with that UID."""

    number: CardNo
    content: Hex
