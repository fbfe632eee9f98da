"""What people type into the office's forms: an id, an amount, a day, a place; and the books' answer to it."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from onecard import money
from onecard.clock import CHINA, card_day
from onecard.errors import Refused
from onecard.wire.messages import Answer, Status
from server.books.command import Order
from server.books.office.number import key_from, take_number
from server.console import figures
from server.console.page import Asking, runtime, visitor, whole_number
from server.operators import log
from server.operators.rights import Rights
from server.organisation.scope import Scope

Fields = Mapping[str, str]
_QUANTITY = re.compile(r"\d{1,6}(\.\d{1,3})?", re.ASCII)
_PERCENT = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)
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


def moment(fields: Fields, name: str) -> int:
    """A moment of the unit's wall clock, unix seconds; 0 when the field is empty.

    Raises ``Refused("date.malformed")``.
    """
    text = fields.get(name, "").strip()
    try:
        found = datetime.fromisoformat(text).replace(tzinfo=CHINA) if text else None
    except ValueError:
        raise Refused("date.malformed") from None
    if found is not None and not 2020 <= found.year < 2100:
        raise Refused("date.malformed")
    return int(found.timestamp()) if found is not None else 0


def pieces(fields: Fields, name: str) -> int:
    """A quantity in thousandths, 0 when the field is empty. Raises ``Refused("number.malformed")``."""
    text = fields.get(name, "").strip()
    if not text:
        return 0
    if not _QUANTITY.fullmatch(text):
        raise Refused("number.malformed")
    whole, _, rest = text.partition(".")
    return int(whole) * 1_000 + int(rest.ljust(3, "0"))


def percent(fields: Fields, name: str) -> int:
    """Hundredths of a percent, 0 when the field is empty. Raises ``Refused("number.malformed")``."""
    text = fields.get(name, "").strip().removesuffix("%")
    if not text:
        return 0
    if not _PERCENT.fullmatch(text):
        raise Refused("number.malformed")
    whole, _, rest = text.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0"))


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


def card(connection: Connection, scope: Scope, text: str) -> dict[str, Any]:
    """The card of a typed number, if it may be seen. Raises ``Refused("card.unknown")``."""
    row = figures.card_of(connection, scope, whole_number(text))
    if row is None:
        raise Refused("card.unknown")
    return row


def plastic(connection: Connection, scope: Scope, number: int, issue: int) -> dict[str, Any]:
    """A card that stands in a path, with any of its plastics. Raises ``Refused("card.unknown")``."""
    row = figures.card_of(connection, scope, number) if 0 < number < 1 << 40 and 0 < issue < 256 else None
    if row is None or issue > row["issue"]:
        raise Refused("card.unknown")
    return row


async def noted(request: Asking, action: str, about: object, **detail: int | str) -> None:
    """Into the operation log, as done by the visitor."""
    there, who = runtime(request), visitor(request).rights
    now = there.clock.now()
    await there.db.write(
        lambda connection: log.write(connection, there.unit, now, who.operator, action, str(about), **detail)
    )


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
