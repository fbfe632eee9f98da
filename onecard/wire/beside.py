"""One plastic with several media (a stripe and a chip, a printed code): each finds the same card. F: A9"""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from onecard.ids import RecordId
from onecard.wire.message import CardNo, IssueNo, Message

#: As read: the digits of a track, the characters of a code, a UID in lower-case hex.
Value = Annotated[str, Meta(min_length=1, max_length=64, pattern="^[ -~]+$")]


class Beside(StrEnum):
    """What else a plastic carries."""

    TRACK = "track"
    CODE = "code"
    UID = "uid"


class AskBeside(Message, frozen=True, kw_only=True, tag="ask_beside/1"):
    """Which card was swiped or scanned? Answered like ``AskCard``."""

    kind: Beside
    value: Value


class PutBeside(Message, frozen=True, kw_only=True, tag="put_beside/1"):
    """This plastic of the card carries this as well. The same once more changes nothing."""

    id: RecordId
    operator: int
    card: CardNo
    issue: IssueNo
    kind: Beside
    value: Value
