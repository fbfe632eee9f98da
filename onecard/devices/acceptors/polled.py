"""The half of a driver that is the same in every protocol of questions and answers. Knows no byte of any.

One question at a time, at most one new one per poll; a wait is counted in polls. A driver adds what it reads
(``_hear``), what it asks next (``_ask``) and what a missing answer means (``_missed``).
"""

from onecard.devices.acceptors import Event, Faulted
from onecard.devices.acceptors.ordered import Ordered
from onecard.devices.line import Line

#: Polls that a question waits for its answer.
WAIT_POLLS = 2
#: Questions in a row without an answer after which the acceptor is called silent (about 1.6 s at 100 ms).
SILENT_AFTER = 8


class Polled(Ordered):
    """Most of an ``Acceptor``."""

    def __init__(self, line: Line, serial: str) -> None:
        super().__init__(line, serial)
        self._is_fresh = True
        self._is_waiting = False
        self._waited = self._unanswered = 0

    # -- contract ----------------------------------------------------------------------------------------

    def poll(self) -> list[Event]:
        arrived = self._line.read_available()
        if self._is_fresh:
            self._is_fresh, arrived = False, b""  # answers to questions of a former life
        events = self._hear(arrived)
        if self._is_waiting:
            self._waited += 1
            if self._waited < WAIT_POLLS:
                return events + self._repeat_credit()
            events += self._expire()
            if self._is_waiting:
                events += self._miss()
        question = self._ask()
        if question is not None:
            self._line.write(question)
            self._is_waiting, self._waited = True, 0
        return events + self._repeat_credit()

    # -- what a driver adds ------------------------------------------------------------------------------

    def _hear(self, data: bytes) -> list[Event]:
        """Bytes that came, none included; calls ``_answered`` when they hold the answer."""
        raise AssertionError("a driver reads what it is told")

    def _expire(self) -> list[Event]:
        """No more bytes will come for what has begun."""
        return []

    def _ask(self) -> bytes | None:
        """The next question, or None when there is nothing to ask in this poll."""
        raise AssertionError("a driver asks")

    def _missed(self) -> list[Event]:
        """A question was not answered: a lost frame, a wrong check, or nobody there."""
        return []

    def _fell_silent(self) -> None:
        """Nobody has answered for long; told once per silence."""

    # -- waiting -----------------------------------------------------------------------------------------

    @property
    def _wanted(self) -> frozenset[int]:
        return self._wish & frozenset(self.values_fen)

    def _answered(self) -> None:
        self._is_waiting = False
        self._unanswered = 0

    def _miss(self) -> list[Event]:
        self._is_waiting = False
        self._unanswered += 1
        events = self._missed()
        if self._unanswered == SILENT_AFTER:
            self._cycles.went_silent()
            self._fell_silent()
            events.append(Faulted("silent"))
        return events

    def _repeat_credit(self) -> list[Event]:
        credit = self._cycles.pending
        return [] if credit is None else [credit]
