"""What this till did before, read from its journal: recharges to correct, plastics not written yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from onecard.ids import RecordId
from onecard.terminal.outcome import State
from onecard.terminal.station import Station
from onecard.wire import errands as e
from onecard.wire import messages as m

#: So many records back it is looked; a desk writes some hundreds a day.
_TAIL = 3_000
_DONE = (m.Status.CREATED, m.Status.EXISTS)


@dataclass(frozen=True, kw_only=True)
class Recharged:
    """Cash that was taken here for a card. ``back_fen``: what was corrected of it."""

    id: RecordId
    at: int
    card: int
    issue: int
    fen: int
    back_fen: int = 0


def _bodies(station: Station) -> Iterator[m.Body]:
    return reversed(list(islice(station.journal.backwards(), _TAIL)))


def recharges(station: Station) -> tuple[Recharged, ...]:
    """The newest first; those that are done, on a card or at the office."""
    answered: dict[RecordId, m.Answered] = {}
    cash: list[m.Recharge | e.RechargeAccount] = []
    corrections: list[e.CorrectRecharge] = []
    for body in _bodies(station):
        if isinstance(body, m.Answered) and body.status in _DONE:
            answered[body.of] = body
        elif isinstance(body, e.CorrectRecharge):
            corrections.append(body)
        elif isinstance(body, e.RechargeAccount) or (
            isinstance(body, m.Recharge) and body.source is m.Source.TILL
        ):
            cash.append(body)
    back: dict[RecordId, int] = {}
    for one in corrections:
        if one.id in answered:
            back[one.recharge] = back.get(one.recharge, 0) + abs(answered[one.id].fen)
    found = []
    for body in reversed(cash):
        known = body.id in answered if isinstance(body, e.RechargeAccount) else _is_done(station, body.id)
        if known:
            found.append(_row(body, back.get(body.id, 0)))
    return tuple(found)


def _is_done(station: Station, id: RecordId) -> bool:
    one = station.find(id)
    return one is not None and one.state is State.DONE


def _row(body: m.Recharge | e.RechargeAccount, back: int) -> Recharged:
    if isinstance(body, e.RechargeAccount):
        card, issue, fen = body.card, body.issue, body.fen
    else:
        card, issue, fen = body.purse.card, body.purse.issue, body.amount_fen
    return Recharged(id=body.id, at=body.at, card=card, issue=issue, fen=fen, back_fen=back)


def paid_out(station: Station, card: int, issue: int) -> tuple[e.ReturnCard, m.Answered] | None:
    """What this till paid when this card came back, and what the office said to it."""
    asked: dict[RecordId, e.ReturnCard] = {}
    found = None
    for body in _bodies(station):
        if isinstance(body, e.ReturnCard) and (body.card, body.issue) == (card, issue):
            asked[body.id] = body
        elif isinstance(body, m.Answered) and body.status in _DONE and body.of in asked:
            found = asked[body.of], body
    return found


def unwritten(station: Station, card: int, uid: str) -> e.ReplaceCard | None:
    """The replacement of this card that the office granted for this very plastic and that nobody wrote."""
    answered: set[RecordId] = set()
    asked: list[e.ReplaceCard] = []
    written: set[tuple[int, int]] = set()
    for body in _bodies(station):
        if isinstance(body, m.Answered) and body.status in _DONE:
            answered.add(body.of)
        elif isinstance(body, e.ReplaceCard) and (body.card, body.uid) == (card, uid):
            asked.append(body)
        elif isinstance(body, m.Issue) and _is_done(station, body.id):
            written.add((body.card, body.issue))
    fits = (one for one in reversed(asked) if one.id in answered and (card, one.issue + 1) not in written)
    return next(fits, None)
