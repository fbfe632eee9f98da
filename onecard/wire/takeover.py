"""An old system's card lies on a reader for the first time: which of ours does it become? F: H8"""

from typing import Annotated

from msgspec import Meta

from onecard.wire.message import Hex, Message, Short

PATH = "/t/takeover"


class AskTakeover(Message, frozen=True, kw_only=True, omit_defaults=True, tag="ask_takeover/1"):
    """Answered by ``IssueGrant``, the same one however often the same plastic asks.

    ``number``: as the old system wrote it, "" where it cannot be read any more; ``fen``: what the old purse
    said, which is evidence and no money. ``operator`` 0: at a kiosk.
    """

    uid: Hex
    number: Short = ""
    fen: Annotated[int, Meta(ge=0)] = 0
    operator: int = 0
