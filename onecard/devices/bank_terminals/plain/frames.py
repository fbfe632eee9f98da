"""Fields ↔ orders and answers of the stand-in bank terminal. Knows no order of events."""

from collections.abc import Mapping

from onecard.devices import fields
from onecard.devices.bank_terminals import Approved, Declined, NotFound, Order, Outcome, Totals
from onecard.devices.fields import Parser, number

__all__ = ["Parser"]


def order(one: Order) -> bytes:
    """An order on the wire."""
    original = {"original": one.original} if one.original else {}
    return fields.encode({"do": one.kind, "ref": one.reference, "fen": str(one.amount_fen), **original})


def inquiry(reference: str) -> bytes:
    """A question about a reference."""
    return fields.encode({"do": "inquire", "ref": reference})


def totals_asked(batch: str) -> bytes:
    """A question about a batch; an empty one is the open batch."""
    return fields.encode({"do": "totals", "batch": batch})


def read_order(told: Mapping[str, str]) -> Order | None:
    """For the simulator; ``None`` for what is no order."""
    try:
        match told.get("do"):
            case "sale":
                return Order("sale", told["ref"], number(told, "fen"))
            case "void":
                return Order("void", told["ref"], number(told, "fen"), told["original"])
            case "refund":
                return Order("refund", told["ref"], number(told, "fen"), told["original"])
    except (KeyError, ValueError, AssertionError):
        return None
    return None


def said(one: Outcome) -> bytes:
    """An outcome on the wire."""
    match one:
        case Approved():
            return fields.encode(
                {
                    "is": "approved",
                    "ref": one.reference,
                    "fen": str(one.amount_fen),
                    "approval": one.approval,
                    "trace": one.trace,
                    "batch": one.batch,
                    "tail": one.card_tail,
                }
            )
        case Declined():
            return fields.encode({"is": "declined", "ref": one.reference, "reason": one.reason})
        case _:
            return fields.encode({"is": "not_found", "ref": one.reference})


def outcome(told: Mapping[str, str]) -> Approved | Declined | NotFound | None:
    """``None`` for anything else, and for an approval that lacks what has to be kept."""
    reference = told.get("ref", "")
    try:
        match told.get("is"):
            case "approved":
                approval, trace, batch = told["approval"], told["trace"], told["batch"]
                tail = told.get("tail", "")
                if not (approval and trace and batch) or len(tail) > 4:
                    return None  # nothing to find it by, or more of a card's number than may be kept
                return Approved(reference, number(told, "fen"), approval, trace, batch, tail)
            case "declined":
                return Declined(reference, told["reason"])
            case "not_found":
                return NotFound(reference)
    except (KeyError, ValueError):
        return None
    return None


def totals_said(one: Totals) -> bytes:
    """Totals on the wire."""
    told = {
        "sales": str(one.sale_count),
        "sale_fen": str(one.sale_fen),
        "backs": str(one.back_count),
        "back_fen": str(one.back_fen),
    }
    return fields.encode({"is": "totals", "batch": one.batch, **told})


def totals(told: Mapping[str, str]) -> Totals | None:
    """``None`` for anything else."""
    if told.get("is") != "totals":
        return None
    try:
        counts = [number(told, name) for name in ("sales", "sale_fen", "backs", "back_fen")]
    except ValueError:
        return None
    return Totals(told.get("batch", ""), *counts)
