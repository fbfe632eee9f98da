"""Which paper follows which end of a visit. Looks facts up in the journal; words are ``receipt.py``'s."""

from kiosk import receipt
from kiosk.booth import Booth
from kiosk.receipt import Doubt
from kiosk.visit_state import Visit
from onecard.devices.printers import Document
from onecard.ids import RecordId
from onecard.wire.messages import Credit, LoadIntent, Recharge


def after(booth: Booth, visit: Visit) -> Document | None:
    """The paper of what the visit came to; ``None`` when there is nothing to say."""
    tr, head, outcome = booth.tr, booth.head(), visit.outcome
    doubts = _doubts(booth, visit)
    if outcome is not None and outcome.slip is not None:
        return receipt.claim(tr, head, *outcome.slip)
    if outcome is None or (outcome.completed is None and not outcome.waiting and not outcome.unfinished):
        if not visit.person:
            return None
        at = booth.station.now()
        kept_fen = 0 if outcome is None else outcome.fen
        return receipt.person(tr, head, _number(booth, visit), at, kept_fen, doubts)
    if outcome.waiting is not None:
        notes = _notes(booth, outcome.waiting.credits)
        return receipt.waiting(tr, head, outcome.waiting, notes, doubts, is_account=visit.is_account)
    if outcome.unfinished is not None:
        return receipt.unresolved(tr, head, outcome.unfinished, doubts)
    assert outcome.completed is not None
    match outcome.completed.intent:
        case Recharge() as body:
            return receipt.recharge(tr, head, body, _notes(booth, body.credits), doubts)
        case LoadIntent() as body:
            return receipt.load(tr, head, body)
    return None


def _number(booth: Booth, visit: Visit) -> str:
    """Under which record the office finds the note: its doubt, or the order that stacked it."""
    cash = visit.cash
    found = [id for id, _ in cash.doubts] + [id for id in (cash.moving,) if id is not None]
    found += [id for id, _ in cash.notes]
    return str(found[0] if found else booth.station.config.terminal)


def _notes(booth: Booth, credits: tuple[RecordId, ...]) -> tuple[Credit, ...]:
    bodies = (booth.station.journal.body(id) for id in credits)
    return tuple(body for body in bodies if isinstance(body, Credit))


def _doubts(booth: Booth, visit: Visit) -> tuple[Doubt, ...]:
    at = booth.station.now()
    doubts = tuple(Doubt(fen=fen, at=at) for _, fen in visit.cash.doubts)
    if visit.cash.moving_fen and not doubts and visit.person:
        return (Doubt(fen=visit.cash.moving_fen, at=at),)
    return doubts
