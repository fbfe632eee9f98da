"""What a desk asks by a supervisor's word, where the question itself names no more than who works there.

One envelope for all of them. Rejected: a second tag of each question, seven classes for one field.
"""

from typing import Annotated

from msgspec import Meta, Raw

from onecard.wire.message import Message

PATH = "/t/vouched"


class Vouched(Message, frozen=True, kw_only=True, tag="vouched/1"):
    """``question`` in its own bytes, answered as always; the right it takes is the supervisor's. F: C7"""

    supervisor: Annotated[int, Meta(ge=1, lt=1 << 31)]
    question: Raw
