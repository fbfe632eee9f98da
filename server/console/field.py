"""What people type into the office's forms: an id, an amount, a day, a place; and the books' answer to it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from onecard import money
from onecard.clock import card_day
from onecard.errors import Refused
from onecard.wire.messages import Answer, Status
from server.books.command import Order
from server.books.office.number import key_from, take_number
from server.console.page import Asking, runtime
from server.operators.rights import Rights

Fields = Mapping[str, str]
#: Where money can come from that no till took in; the first is the clerk's own hands.
SOURCES = ("cash", "bank", "wechat", "alipay")


def key(fields: Fields) -> int:
    """The id that the form was shown with."""
    return key_from(fields.get("key", ""))


def number(fields: Fields, name: str, most: int = 1 << 31) -> int:
    """A whole number, 0 when the field is empty. Raises ``Refused("number.malformed")``."""
    text = fields.get(name, "").strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 13 and int(text) < most):
        raise Refused("number.malformed")
    return int(text)


def fen(fields: Fields, name: str, *, needed: bool = True) -> int:
    """An amount in yuan as typed. Raises ``Refused`` of the amount."""
    text = fields.get(name, "")
    return money.parse(text) if needed or text.strip() else 0


def day(fields: Fields, name: str) -> int:
    """A card day, 0 when the field is empty. Raises ``Refused("date.malformed")``."""
    text = fields.get(name, "").strip()
    try:
        return card_day(date.fromisoformat(text)) if text else 0
    except ValueError:
        raise Refused("date.malformed") from None


def gateway(fields: Fields) -> str:
    """ "" for cash in the clerk's hands. Raises ``Refused("recharge.source")``."""
    source = fields.get("source", SOURCES[0])
    if source not in SOURCES:
        raise Refused("recharge.source")
    return "" if source == SOURCES[0] else source


def demand_whole(rights: Rights, permission: str) -> None:
    """What concerns the whole unit. Raises ``Refused("operator.not_allowed")``."""
    if not rights.scope(permission).is_whole:
        raise Refused("operator.not_allowed", permission=permission)


async def new_key(request: Asking) -> str:
    """An id for the form that is about to be shown."""
    there = runtime(request)
    return str(await there.db.write(lambda connection: take_number(connection, there.unit)))


async def ask(request: Asking, order: Order[Any], **bounds: int) -> Answer:
    """The books' answer. Raises ``Refused`` with its reason, which may name ``bounds`` and the balance."""
    answer: Answer = await runtime(request).lane.do(order)
    if answer.result.status is Status.CONFLICT:
        raise Refused("record.conflict", id=str(answer.result.id))
    if answer.result.status is not Status.CREATED:
        has = answer.balance_fen or 0
        room = max(0, bounds.get("cap", 0) - has)
        raise Refused(answer.result.reason, **{"balance": has, "room": room, "due": 0, **bounds})
    return answer
