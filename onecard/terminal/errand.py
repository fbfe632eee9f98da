"""Errands at the office from this terminal: on disk before they are asked for, and their answers too.

An errand has no effect here until its answer is on disk: no cash changes hands and no card is wiped before.
One whose answer was lost is asked again with the same bytes, also after a restart; one that nobody will ask
for any more is given up by the Z, and the office then never does it. Knows no network: whoever does, asks
``question`` and brings the answer to ``answered``.
"""

from collections.abc import Callable
from itertools import islice
from typing import TypeVar, cast

from msgspec import Raw

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.money import MAX_FEN
from onecard.terminal.desk import Desk
from onecard.wire import errands as e
from onecard.wire import messages as m

E = TypeVar("E", bound=e.Errand)
#: A kiosk has no shifts: so far back it looks for what was left unanswered.
_TAIL = 1_000
#: What the office says of an id that it will never do.
CANCELLED = "cancelled"


class Errands:
    """Those of the open shift; of a kiosk, the last ones."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        #: Read once: from the record on that opened the shift, or so many as there are without one.
        self._is_read = False
        self._since: RecordId | None = None
        self._asked: dict[RecordId, e.Errand] = {}
        self._ended: dict[RecordId, m.Answered | m.GivenUp] = {}

    def begin(self, kind: type[E], shift: int, operator: int, **fields: object) -> E:
        """Journal an errand that is about to be asked for. Raises ``StoreError`` and nothing was begun."""
        self._look()
        at = self._desk.moment.now()

        def make(id: RecordId) -> e.Errand:
            return kind(**self._desk.head(id, at, shift, operator) | fields)

        made = self._desk.journal.append(cast(Callable[[RecordId], e.AnyErrand], make))
        assert isinstance(made, kind)
        self._asked[made.id] = made
        return made

    def question(self, id: RecordId) -> m.AskErrand:
        """What the office is asked: the same bytes, however often."""
        return m.AskErrand(body=Raw(self._desk.journal.body_bytes(id)))

    def answered(self, answer: m.ErrandAnswer) -> m.Answered:
        """The office's word: on disk, then it may be acted upon. An answer that was written down before is
        given back as it was.

        Raises the ``Refused`` that it is (``errand.conflict`` when the id means something else there),
        ``errand.unknown`` for none of ours; ``StoreError``, and then it is as open as before.
        """
        result = answer.result
        self._look()
        if result.id not in self._asked:
            raise Refused("errand.unknown")
        told = self._ended.get(result.id)
        if told is None:
            now = self._desk.moment.now()
            told = self._desk.journal.append(
                lambda id: m.Answered(
                    id=id,
                    at=now,
                    of=result.id,
                    status=result.status,
                    reason=result.reason,
                    entry=result.entry,
                    fen=answer.fen,
                    cash_fen=answer.cash_fen,
                    balance_fen=answer.balance_fen,
                )
            )
            self._ended[result.id] = told
        if isinstance(told, m.GivenUp):
            raise Refused("tap.given_up")
        if told.status in (m.Status.CREATED, m.Status.EXISTS):
            return told
        raise _refusal(told)

    def cancelled(self, answer: m.Answer) -> bool:
        """The answer to ``cancel``: whether it will never be done, and that is on disk. If not it was done
        already: ask again, and go on with what it says."""
        result = answer.result
        if result.status is not m.Status.REFUSED or result.reason != CANCELLED:
            return False
        try:
            self.answered(m.ErrandAnswer(result=result))
        except Refused as refused:
            if refused.code != "errand.cancelled":
                raise
        return True

    def unanswered(self) -> list[e.Errand]:
        """What has to be asked again, or cancelled; oldest first."""
        self._look()
        return [errand for id, errand in self._asked.items() if id not in self._ended]

    def was_done(self, kind: type[e.OfCard], card: int, issue: int) -> bool:
        """Whether the office did such an errand for this card."""
        self._look()
        mine = [one.id for one in self._asked.values() if _is_for(one, kind, card, issue)]
        return any(self._cash_of(id) is not None for id in mine)

    def cash_fen(self) -> int:
        """What all of them put into the drawer, less what they took out of it."""
        self._look()
        return sum(self._cash_of(id) or 0 for id in self._asked)

    def _cash_of(self, id: RecordId) -> int | None:
        told = self._ended.get(id)
        if not isinstance(told, m.Answered) or told.status not in (m.Status.CREATED, m.Status.EXISTS):
            return None
        return told.cash_fen

    def _look(self) -> None:
        """Read again when another shift has begun; what is appended here is kept up to date."""
        journal = self._desk.journal
        since = journal.index.open_shift()
        if self._is_read and since == self._since:
            return
        self._is_read, self._since, self._asked, self._ended = True, since, {}, {}
        tail = () if since is not None else tuple(islice(journal.backwards(), _TAIL))
        for body in reversed(tail) if since is None else journal.bodies(since):
            if isinstance(body, e.Errand):
                self._asked[body.id] = body
            elif isinstance(body, m.Answered | m.GivenUp) and body.of in self._asked:
                self._ended[body.of] = body


def _is_for(errand: e.Errand, kind: type[e.OfCard], card: int, issue: int) -> bool:
    return isinstance(errand, kind) and (errand.card, errand.issue) == (card, issue)


def _refusal(told: m.Answered) -> Refused:
    """Its code with what its sentence may name; the office sends codes only."""
    code = told.reason
    if told.status is m.Status.CONFLICT:
        return Refused("errand.conflict")
    if code == CANCELLED:
        return Refused("errand.cancelled")
    if code.startswith("limit."):
        return Refused("account.limit", rule=code)
    return Refused(code, balance=told.balance_fen or 0, due=0, cap=MAX_FEN, permission="")
