"""A bank's terminal with a customer before it and a bank behind it, at the other end of the cable.

Does each reference once and remembers what came of it, also through a power cut. Batches close by hand.
"""

from onecard.clock import Clock
from onecard.devices.bank_terminals import Approved, Declined, NotFound, Order, Outcome, Totals
from onecard.devices.bank_terminals.plain import frames
from onecard.devices.bank_terminals.plain.frames import Parser
from onecard.devices.line import Line
from onecard.errors import DeviceGone


class Simulator:
    """``approves`` and ``is_online`` are the bank; ``customer_s`` is how long the customer takes."""

    def __init__(self, clock: Clock, line: Line | None = None) -> None:
        self._clock, self._line = clock, line
        self.is_on = self.is_online = self.approves = True
        self.customer_s = 1.0
        self.batch = 1
        #: Everything that it ever did, by reference.
        self.done: dict[str, tuple[Order, Outcome]] = {}
        self._parser = Parser()
        self._waiting: tuple[Order, float] | None = None
        self._trace = 0

    def plug(self, line: Line) -> None:
        self._line = line

    def power_cut(self) -> None:
        """The customer's card was not charged if that had not happened yet."""
        self.is_on, self._waiting = False, None
        self._parser.reset()

    def close_batch(self) -> None:
        """The day's totals go to the bank."""
        self.batch += 1

    def tick(self) -> None:
        """Hear the till, and finish with the customer."""
        assert self._line is not None, "not plugged in"
        try:
            for told in self._parser.feed(self._line.read_available()):
                if self.is_on:
                    self._hear(told, self._line)
            if self._waiting is not None and self._clock.monotonic() >= self._waiting[1]:
                order, self._waiting = self._waiting[0], None
                self._line.write(frames.said(self._do(order)))
        except DeviceGone:
            self._parser.reset()

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def _hear(self, told: dict[str, str], line: Line) -> None:
        if told.get("do") == "inquire":
            line.write(frames.said(self._about(told.get("ref", ""))))
        elif told.get("do") == "totals":
            line.write(frames.totals_said(self.totals(told.get("batch") or str(self.batch))))
        elif (order := frames.read_order(told)) is not None:
            before = self.done.get(order.reference)
            if before is None:
                self._waiting = (order, self._clock.monotonic() + self.customer_s)
            elif before[0] == order:
                line.write(frames.said(before[1]))
            else:
                line.write(frames.said(Declined(order.reference, "differs")))

    def _about(self, reference: str) -> Outcome:
        if self._waiting is not None and self._waiting[0].reference == reference:
            # Asked while the customer is still there: that ends it, or the answer would be old at once.
            self._waiting = None
        if reference not in self.done:
            outcome = NotFound(reference)
            # Never heard of, and never done later: the order may still be on its way.
            self.done[reference] = (Order("sale", reference or "-", 1), outcome)
        return self.done[reference][1]

    def _do(self, order: Order) -> Outcome:
        outcome = self._judge(order)
        self.done[order.reference] = (order, outcome)
        return outcome

    def _judge(self, order: Order) -> Outcome:
        if not self.is_online:
            return Declined(order.reference, "no_connection")
        if not self.approves:
            return Declined(order.reference, "declined")
        if order.kind != "sale":
            original = self.done.get(order.original)
            if original is None or not isinstance(original[1], Approved):
                return Declined(order.reference, "unknown_original")
            if order.kind == "void" and original[1].batch != str(self.batch):
                return Declined(order.reference, "closed_batch")
            if order.amount_fen > original[0].amount_fen - self._given_back(order.original):
                return Declined(order.reference, "over_original")
        self._trace += 1
        return Approved(
            order.reference,
            order.amount_fen,
            f"A{self._trace:05d}",
            f"{self._trace:06d}",
            str(self.batch),
            "1111",
        )

    def _given_back(self, original: str) -> int:
        return sum(
            order.amount_fen
            for order, outcome in self.done.values()
            if order.original == original and isinstance(outcome, Approved)
        )

    def totals(self, batch: str) -> Totals:
        """What it did in a batch."""
        done = [
            order
            for order, outcome in self.done.values()
            if isinstance(outcome, Approved) and outcome.batch == batch
        ]
        sales = [order.amount_fen for order in done if order.kind == "sale"]
        backs = [order.amount_fen for order in done if order.kind != "sale"]
        return Totals(batch, len(sales), sum(sales), len(backs), sum(backs))
