"""Drives the stand-in bank terminal: one question, one answer, and "unknown" when the answer does not come.

A sale waits for a customer with a card, so its patience is long; it sends nothing twice by itself.
"""

from onecard.devices.bank_terminals import Event, NoTotals, Order, Unknown
from onecard.devices.bank_terminals.plain import frames
from onecard.devices.bank_terminals.plain.frames import Parser
from onecard.devices.line import Line
from onecard.errors import DeviceGone

#: Polls that an order and a question wait: 90 s for a customer, 10 s for the terminal, at the worker's pace.
ORDER_POLLS, ASK_POLLS = 1800, 200
_TOTALS = ""


class Plain:
    """A ``BankTerminal``."""

    def __init__(self, line: Line) -> None:
        self._line, self._parser = line, Parser()
        #: The reference that was asked about; ``""`` is totals, ``None`` nothing.
        self._asked: str | None = None
        self._left = 0

    @property
    def is_busy(self) -> bool:
        return self._asked is not None

    def order(self, order: Order) -> None:
        self._ask(order.reference, frames.order(order), ORDER_POLLS)

    def inquire(self, reference: str) -> None:
        self._ask(reference, frames.inquiry(reference), ASK_POLLS)

    def ask_totals(self, batch: str = "") -> None:
        self._ask(_TOTALS, frames.totals_asked(batch), ASK_POLLS)

    def poll(self) -> list[Event]:
        events: list[Event] = []
        for told in self._parser.feed(self._line.read_available()):
            event = frames.totals(told) if self._asked == _TOTALS else frames.outcome(told)
            # A late answer to an earlier question says something of another reference; it may be news too.
            if event is None:
                continue
            if self._asked == _TOTALS or getattr(event, "reference", None) == self._asked:
                self._asked = None
            events.append(event)
        if self._asked is not None:
            self._left -= 1
            if self._left < 0:
                events.append(NoTotals() if self._asked == _TOTALS else Unknown(self._asked))
                self._asked = None
        return events

    def close(self) -> None:
        self._line.close()

    def _ask(self, reference: str, data: bytes, polls: int) -> None:
        assert self._asked is None, "one question at a time"
        self._parser.reset()
        self._asked, self._left = reference, polls
        try:
            self._line.write(data)
        except DeviceGone:
            self._left = 0  # some of it may have left: unknown, told by the next poll if there is one
            raise
