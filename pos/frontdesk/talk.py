"""One errand at the office, from the journal to its answer: asked until there is one, or cancelled. F: C11

The errand is on disk before it is asked for and so is its answer before anything comes of it; a lost answer
is asked for again with the same bytes. Whoever leaves without one leaves it open, and the desk's list of open
errands (``Talk.left``) brings it to its end. Knows no screen.
"""

from collections.abc import Callable
from dataclasses import dataclass

from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.wire import errands as e
from onecard.wire import messages as m
from pos.question import Answer, Cancel, Decision
from pos.till import Till

#: A silent office is asked again after this time.
ASK_AGAIN_S = 2.0


@dataclass(frozen=True, kw_only=True)
class Done:
    """It was done: the errand, its answer as journaled, and the number of a new plastic, if it gave one."""

    errand: e.Errand
    told: m.Answered
    grant: m.IssueGrant | None = None


@dataclass(frozen=True, kw_only=True)
class _Asked:
    errand: e.Errand
    done: Callable[[Done], None]
    failed: Callable[[OneCardError], None]


class Talk:
    """At most one errand is waited for at a time."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._asked: _Asked | None = None
        self._at = 0.0
        self._under_way = False
        self.is_cancelling = False
        #: Why there is no answer yet; ``None`` while the first one may still come.
        self.silence: OneCardError | None = None

    @property
    def is_asking(self) -> bool:
        return self._asked is not None

    def left(self) -> tuple[e.Errand, ...]:
        """What this shift asked for and has no answer to, without the one that is waited for."""
        asked = None if self._asked is None else self._asked.errand.id
        errands = self._till.station.front_desk.errands.unanswered()
        return tuple(one for one in errands if one.id != asked)

    def begin(
        self,
        kind: type[e.Errand],
        done: Callable[[Done], None],
        failed: Callable[[OneCardError], None],
        **fields: object,
    ) -> None:
        """Journal it and ask. Raises ``Refused``: ``shift.closed``, ``errand.under_way``,
        ``server.unreachable`` (nothing was journaled); ``StoreError``."""
        if self._asked is not None:
            raise Refused("errand.under_way")
        if not self._till.is_online:
            raise Refused("server.unreachable")
        self.resume(self._till.station.front_desk.begin(kind, **fields), done, failed)

    def resume(
        self, errand: e.Errand, done: Callable[[Done], None], failed: Callable[[OneCardError], None]
    ) -> None:
        """Ask for one that is on disk, for the first time or again."""
        self._asked = _Asked(errand=errand, done=done, failed=failed)
        self.is_cancelling, self.silence = False, None
        self._till.port.wake()
        self._ask()

    def drop(
        self, errand: e.Errand, done: Callable[[Done], None], failed: Callable[[OneCardError], None]
    ) -> None:
        """Cancel one that is on disk and that nobody waited for; it may turn out to have been done."""
        self._asked = _Asked(errand=errand, done=done, failed=failed)
        self.is_cancelling, self.silence = False, None
        self.cancel()

    def cancel(self) -> None:
        """It is no longer wanted; what counts is what the office says to that."""
        if self._asked is None or self.is_cancelling:
            return
        self.is_cancelling = True
        id = self._asked.errand.id
        self._till.port.ask(Cancel(of=id), lambda answer: self._cancelled(id, answer))

    def leave(self) -> bool:
        """Go on without an answer, once one was waited for; ``False`` while the first may still come."""
        if self._asked is not None and self.silence is None:
            return False
        self._asked, self.is_cancelling = None, False
        return True

    def rest(self) -> None:
        """A moment has passed."""
        waits = self._asked is not None and not self._under_way and not self.is_cancelling
        if waits and self._till.now() - self._at >= ASK_AGAIN_S:
            self._ask()

    def _ask(self) -> None:
        assert self._asked is not None
        id = self._asked.errand.id
        self._at, self._under_way = self._till.now(), True
        question = self._till.station.front_desk.errands.question(id)
        self._till.port.ask(question, lambda answer: self._heard(id, answer))

    def _is_waited_for(self, id: RecordId) -> bool:
        return self._asked is not None and self._asked.errand.id == id

    def _heard(self, id: RecordId, answer: Answer) -> None:
        mine = self._is_waited_for(id)
        if mine:
            self._under_way, self._at = False, self._till.now()
        if not isinstance(answer, e.ErrandAnswer):
            if mine and isinstance(answer, OneCardError):
                self.silence = answer
            return
        try:
            told = self._till.station.front_desk.errands.answered(answer)
        except Refused as refused:
            refusal = refused
            self._end(id, lambda asked: asked.failed(refusal))
        except OneCardError as error:
            # The disk: nothing may come of it yet; the same answer is asked for again.
            if mine:
                self.silence = error
        else:
            self._end(id, lambda asked: asked.done(Done(errand=asked.errand, told=told, grant=answer.grant)))

    def _cancelled(self, id: RecordId, answer: Answer) -> None:
        if not self._is_waited_for(id):
            return
        self.is_cancelling = False
        if not isinstance(answer, Decision):
            self.silence = answer if isinstance(answer, OneCardError) else self.silence
            return
        try:
            gone = self._till.station.front_desk.errands.cancelled(answer)
        except OneCardError as error:
            self.silence = error
            return
        if gone:
            self._end(id, lambda asked: asked.failed(Refused("errand.cancelled")))
        elif not self._under_way:
            self._ask()  # it was done before: what came of it is the answer

    def _end(self, id: RecordId, then: Callable[[_Asked], None]) -> None:
        """Tell whoever waits, and the office that something was journaled. Drops the wait first."""
        asked = self._asked
        if asked is not None and asked.errand.id == id:
            self._asked, self.is_cancelling, self.silence = None, False, None
            self._till.refresh()
            then(asked)
        self._till.port.wake()
