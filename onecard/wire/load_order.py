"""A load of a CPU card needs the server's order: what the card said when it began one, and the answer."""

from typing import Annotated

from msgspec import Meta, Raw

from onecard.cards.cpu.proof import U16, U32, Bytes4, Bytes7
from onecard.wire.message import Message


class AskLoadOrder(Message, frozen=True, kw_only=True, tag="load_order/1"):
    """``body``: the journaled intent, its very bytes; the rest is the card's own answer, MAC1 included."""

    body: Raw
    balance: U32
    sequence: U16
    key_version: Annotated[int, Meta(ge=1, le=255)]
    challenge: Bytes4
    mac1: Bytes4


class LoadOrder(Message, frozen=True, kw_only=True, tag="load_ordered/1"):
    """MAC2, and the moment it is bound to (BCD)."""

    moment: Bytes7
    mac2: Bytes4
