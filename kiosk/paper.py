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
    if outcome is None or (outcome.completed is None and not outcome.waiting and not outcome.unfinished):
        if not visit.person:
            return None
        at = booth.station.now()
        number = f"{booth.station.config.terminal}-{at % 100_000:05d}"
        return receipt.person(tr, head, number, at, 0 if outcome is None else outcome.fen, doubts)
    if outcome.waiting is not None:
        return receipt.waiting(tr, head, outcome.waiting, _notes(booth, outcome.waiting.credits), doubts)
    if outcome.unfinished is not None:
        return receipt.unresolved(tr, head, outcome.unfinished, doubts)
    assert outcome.completed is not None
    match outcome.completed.intent:
        case Recharge() as body:
            return receipt.recharge(tr, head, body, _notes(booth, body.credits), doubts)
        case LoadIntent() as body:
            return receipt.load(tr, head, body)
    return None


def _notes(booth: Booth, credits: tuple[RecordId, ...]) -> tuple[Credit, ...]:
    bodies = (booth.station.journal.body(id) for id in credits)
    return tuple(body for body in bodies if isinstance(body, Credit))


def _doubts(booth: Booth, visit: Visit) -> tuple[Doubt, ...]:
    at = booth.station.now()
    doubts = tuple(Doubt(fen=fen, at=at) for _, fen in visit.cash.doubts)
    if visit.cash.moving_fen and not doubts and visit.person:
        return (Doubt(fen=visit.cash.moving_fen, at=at),)
    return doubts
