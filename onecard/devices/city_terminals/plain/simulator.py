"""A city operator's terminal with cards on it, at the other end of the cable.

Debits each reference once. A card may be pulled at a bad moment: then only the same card can tell.
"""

import hashlib
from typing import Literal

from onecard.clock import Clock
from onecard.devices.city_terminals import (
    CardLeft,
    CardNeeded,
    CardSeen,
    CityCard,
    Debit,
    Debited,
    Declined,
    Event,
    NotFound,
    Record,
    Records,
)
from onecard.devices.city_terminals.plain import frames
from onecard.devices.city_terminals.plain.frames import PAGE, Parser
from onecard.devices.line import Line
from onecard.errors import DeviceGone


class Simulator:
    """``balances`` are all cards of the city by number; ``stopped`` those on the operator's list."""

    def __init__(self, clock: Clock, line: Line | None = None) -> None:
        self._clock, self._line = clock, line
        self.is_on = True
        self.balances: dict[str, int] = {}
        self.stopped: set[str] = set()
        self.records: list[Record] = []
        #: The card leaves in the middle of the next debit: ``after`` the card had done it, or ``before``.
        self.tears: Literal["", "before", "after"] = ""
        self._on: str | None = None
        self._done: dict[str, tuple[Debit | None, Event]] = {}
        self._torn: tuple[Debit, bool] | None = None
        self._parser = Parser()

    def plug(self, line: Line) -> None:
        self._line = line

    def place(self, number: str) -> None:
        """A card is laid on."""
        self._on = number
        if self._torn is not None and self._torn[0].card == number:
            order, happened = self._torn
            self._torn = None
            if happened:
                self._finish(order)
            else:
                self._done[order.reference] = (order, NotFound(order.reference))
        self._say(CardSeen(CityCard(number, self.balances[number])))

    @property
    def lying(self) -> str | None:
        """The card that lies there."""
        return self._on

    def take(self) -> None:
        """It is taken off."""
        self._on = None
        self._say(CardLeft())

    def tick(self) -> None:
        """Hear the till."""
        assert self._line is not None, "not plugged in"
        try:
            for told in self._parser.feed(self._line.read_available()):
                if self.is_on:
                    self._hear(told)
        except DeviceGone:
            self._parser.reset()

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def _hear(self, told: dict[str, str]) -> None:
        if told.get("do") == "inquire":
            self._say(self._about(told.get("ref", "")))
        elif told.get("do") == "collect" and told.get("after", "").isdigit():
            behind = [record for record in self.records if record.sequence > int(told["after"])]
            self._say(Records(tuple(behind[:PAGE]), len(behind) <= PAGE))
        elif told.get("do") == "debit" and (order := frames.read_debit(told)) is not None:
            before = self._done.get(order.reference)
            if before is not None:
                self._say(before[1] if before[0] == order else Declined(order.reference, "differs"))
            elif (answer := self._debit(order)) is not None:
                self._say(answer)

    def _about(self, reference: str) -> Event:
        if self._torn is not None and self._torn[0].reference == reference:
            return CardNeeded(reference)
        if reference not in self._done:
            self._done[reference] = (None, NotFound(reference))  # and never will be
        return self._done[reference][1]

    def _debit(self, order: Debit) -> Event | None:
        if self._on is None:
            return Declined(order.reference, "no_card")
        if self._on != order.card:
            return Declined(order.reference, "other_card")
        if order.card in self.stopped:
            return Declined(order.reference, "stopped")
        if order.amount_fen > self.balances[order.card]:
            return Declined(order.reference, "short")
        if self.tears:
            self._torn, self.tears = (order, self.tears == "after"), ""
            self._on = None
            return None
        return self._finish(order)

    def _finish(self, order: Debit) -> Event:
        before = self.balances[order.card]
        self.balances[order.card] = before - order.amount_fen
        sequence = len(self.records) + 1
        sealed = f"{sequence} {order.reference} {order.card} {order.amount_fen} {before}".encode()
        record = Record(
            sequence,
            order.reference,
            order.card,
            order.amount_fen,
            before,
            before - order.amount_fen,
            self._clock.now(),
            hashlib.sha256(sealed).hexdigest()[:8],
        )
        self.records.append(record)
        self._done[order.reference] = (order, Debited(record))
        return self._done[order.reference][1]

    def _say(self, event: Event) -> None:
        assert self._line is not None, "not plugged in"
        if self.is_on:
            self._line.write(frames.said(event))
