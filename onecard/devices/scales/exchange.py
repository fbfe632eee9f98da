"""The half of a scale's driver that is the same in every protocol. Knows no byte of any.

``Asked`` puts one question at a time; ``Streamed`` listens to a scale that never stops talking. A wait is
counted in polls. Answers carry no number, so after a lost one, or a refresh in the middle of a question, the
answers that may belong to earlier questions are thrown away.
"""

from typing import Protocol

from onecard.devices.line import Line
from onecard.devices.scales import Reading, State

#: Polls that a question waits for its answer, 0.3 s at the worker's pace.
WAIT_POLLS = 6
#: Polls without an answer after which a scale is called silent, and again after each so many.
SILENT_POLLS = 30
#: More answers than this are never late at once.
_MOST_LATE = 2
#: A port's buffer is emptied by so many reads; a scale that talks on meanwhile keeps nobody longer.
_READS_TO_EMPTY = 4


class Parser(Protocol):
    """Bytes in any pieces → readings."""

    def feed(self, data: bytes) -> list[Reading]: ...

    def reset(self) -> None:
        """What has begun will not be completed."""
        ...


class _Listening:
    """What both kinds share."""

    def __init__(self, line: Line, parser: Parser, *, min_g: int, has_check: bool) -> None:
        self.min_g, self.has_check = min_g, has_check
        self._line, self._parser = line, parser
        self._quiet = 0
        self._is_new = True

    def close(self) -> None:
        self._line.close()

    def tare(self) -> bool:
        return False

    def zero(self) -> bool:
        return False

    def _arrived(self) -> bytes:
        data = self._line.read_available()
        if self._is_new:
            self._is_new = False
            return b""  # what lay in the port was measured before anybody asked
        return data

    def _silence(self, heard: bool) -> list[Reading]:
        self._quiet = 0 if heard else self._quiet + 1
        if self._quiet and self._quiet % SILENT_POLLS == 0:
            return [Reading(State.SILENT)]
        return []


class Asked(_Listening):
    """A scale that answers ``question``."""

    def __init__(
        self, line: Line, parser: Parser, question: bytes, *, min_g: int, has_check: bool = False
    ) -> None:
        super().__init__(line, parser, min_g=min_g, has_check=has_check)
        self._question = question
        self._is_waiting = False
        self._waited = self._void = 0

    def poll(self) -> list[Reading]:
        readings = self._hear(self._arrived())
        quiet = self._silence(bool(readings))
        if readings:
            # Two answers to one question: the earlier belongs to a question that was given up.
            self._void = max(0, self._void - len(readings) + 1)
            readings = readings[-1:]
            self._is_waiting = False
            if self._void:
                self._void -= 1
                readings = []
        elif self._is_waiting:
            self._waited += 1
            if self._waited >= WAIT_POLLS:
                self._is_waiting = False
                self._void = min(self._void + 1, _MOST_LATE)
        if not self._is_waiting:
            self._parser.reset()
            self._ask()
            self._is_waiting, self._waited = True, 0
        return readings + quiet

    def refresh(self) -> None:
        if self._is_waiting:
            self._void = min(self._void + 1, _MOST_LATE)

    def _ask(self) -> None:
        self._line.write(self._question)

    def _hear(self, data: bytes) -> list[Reading]:
        return self._parser.feed(data)


class Streamed(_Listening):
    """A scale that sends frame after frame by itself."""

    def __init__(self, line: Line, parser: Parser, *, min_g: int, has_check: bool = False) -> None:
        super().__init__(line, parser, min_g=min_g, has_check=has_check)
        self._void = 0

    def poll(self) -> list[Reading]:
        readings = self._parser.feed(self._arrived())
        quiet = self._silence(bool(readings))
        late, self._void = min(self._void, len(readings)), max(0, self._void - len(readings))
        return readings[late:] + quiet

    def refresh(self) -> None:
        # What waits in the port is dropped, and so is the frame that is on its way.
        for _ in range(_READS_TO_EMPTY):
            if not self._line.read_available():
                break
        self._parser.reset()
        self._void = 1
