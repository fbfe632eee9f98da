"""Fields ↔ orders and answers of the stand-in city terminal. Knows no order of events."""

from collections.abc import Mapping

from onecard.devices import fields
from onecard.devices.city_terminals import (
    CardLeft,
    CardNeeded,
    CardSeen,
    CityCard,
    Debit,
    Debited,
    Declined,
    Event,
    NotFound,
    Record,
    Records,
)
from onecard.devices.fields import Parser, number

__all__ = ["Parser"]
#: Records in one answer.
PAGE = 5
_NUMBERS = ("sequence", "amount_fen", "before_fen", "after_fen", "at")
_TEXTS = ("reference", "card", "proof")


def debit(order: Debit) -> bytes:
    """An order on the wire."""
    told = {"ref": order.reference, "fen": str(order.amount_fen), "card": order.card}
    return fields.encode({"do": "debit", **told})


def inquiry(reference: str) -> bytes:
    """A question about a reference."""
    return fields.encode({"do": "inquire", "ref": reference})


def collection(after: int) -> bytes:
    """A question for records."""
    return fields.encode({"do": "collect", "after": str(after)})


def read_debit(told: Mapping[str, str]) -> Debit | None:
    """For the simulator; ``None`` for what is no order."""
    try:
        return Debit(told["ref"], number(told, "fen"), told["card"])
    except (KeyError, ValueError, AssertionError):
        return None


def said(event: Event) -> bytes:
    """An event on the wire."""
    match event:
        case CardSeen(card=card):
            return fields.encode({"is": "card", "number": card.number, "balance": str(card.balance_fen)})
        case CardLeft():
            return fields.encode({"is": "left"})
        case Debited(record=record):
            return fields.encode({"is": "debited", **_record(record)})
        case Records(records=records, is_all=is_all):
            rows = {f"r{at}": ",".join(_record(one).values()) for at, one in enumerate(records)}
            return fields.encode({"is": "records", "all": str(int(is_all)), **rows})
        case Declined(reference=reference, reason=reason):
            return fields.encode({"is": "declined", "ref": reference, "reason": reason})
        case CardNeeded(reference=reference):
            return fields.encode({"is": "card_needed", "ref": reference})
        case _:
            return fields.encode({"is": "not_found", "ref": event.reference})


def event(told: Mapping[str, str]) -> Event | None:
    """``None`` for anything else, and for a record that does not add up."""
    reference = told.get("ref", "")
    try:
        match told.get("is"):
            case "card":
                return CardSeen(CityCard(told["number"], number(told, "balance")))
            case "left":
                return CardLeft()
            case "debited":
                return Debited(_read(told))
            case "records":
                rows = [told[f"r{at}"].split(",") for at in range(PAGE) if f"r{at}" in told]
                records = tuple(_read(dict(zip(_NUMBERS + _TEXTS, row, strict=True))) for row in rows)
                return Records(records, told["all"] == "1")
            case "declined":
                return Declined(reference, told["reason"])
            case "card_needed":
                return CardNeeded(reference)
            case "not_found":
                return NotFound(reference)
    except (KeyError, ValueError):
        return None
    return None


def _record(record: Record) -> dict[str, str]:
    return {name: str(getattr(record, name)) for name in _NUMBERS + _TEXTS}


def _read(told: Mapping[str, str]) -> Record:
    numbers = {name: number(told, name) for name in _NUMBERS}
    texts = {name: told[name] for name in _TEXTS}
    if numbers["before_fen"] - numbers["amount_fen"] != numbers["after_fen"] or not texts["proof"]:
        raise ValueError("a record that does not add up")
    return Record(**numbers, **texts)  # type: ignore[arg-type]
