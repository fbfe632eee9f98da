"""Drives the stand-in city terminal: one question, one answer, and "unknown" when the answer does not
come."""

from onecard.devices.city_terminals import (
    CardLeft,
    CardSeen,
    Debit,
    Debited,
    Event,
    Records,
    Unknown,
)
from onecard.devices.city_terminals.plain import frames
from onecard.devices.city_terminals.plain.frames import Parser
from onecard.devices.line import Line

#: Polls that a question waits, 10 s at the worker's pace: the card lies there already.
ASK_POLLS = 200
_RECORDS = ""


class Plain:
    """A ``CityTerminal``."""

    def __init__(self, line: Line) -> None:
        self._line, self._parser = line, Parser()
        #: The reference that was asked about; ``""`` is records, ``None`` nothing.
        self._asked: str | None = None
        self._left = 0

    @property
    def is_busy(self) -> bool:
        return self._asked is not None

    def debit(self, order: Debit) -> None:
        self._ask(order.reference, frames.debit(order))

    def inquire(self, reference: str) -> None:
        self._ask(reference, frames.inquiry(reference))

    def collect(self, after: int) -> None:
        self._ask(_RECORDS, frames.collection(after))

    def poll(self) -> list[Event]:
        events: list[Event] = []
        for told in self._parser.feed(self._line.read_available()):
            event = frames.event(told)
            if event is None or (isinstance(event, Records) and self._asked != _RECORDS):
                continue
            if self._is_answer(event):
                self._asked = None
            events.append(event)
        if self._asked is not None:
            self._left -= 1
            if self._left < 0:
                events.append(Records((), False) if self._asked == _RECORDS else Unknown(self._asked))
                self._asked = None
        return events

    def close(self) -> None:
        self._line.close()

    def _is_answer(self, event: Event) -> bool:
        match event:
            case CardSeen() | CardLeft():
                return False
            case Records():
                return True
            case Debited(record=record):
                return record.reference == self._asked
        return event.reference == self._asked

    def _ask(self, reference: str, data: bytes) -> None:
        assert self._asked is None, "one question at a time"
        self._asked, self._left = reference, ASK_POLLS
        self._line.write(data)
