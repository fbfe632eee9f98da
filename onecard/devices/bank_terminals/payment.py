"""One till's payments at a bank terminal: what was ordered, what came of it, and that nothing is guessed.
Pure.

An order is stored before it is sent and stays open until an outcome is known. While one is open, the only
thing that may be asked is what came of it.
"""

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from onecard.devices.bank_terminals import (
    Approved,
    Declined,
    Event,
    NotFound,
    Order,
    Totals,
    Unknown,
)
from onecard.errors import Refused

State = Literal["open", "approved", "declined"]


class Payment(msgspec.Struct, frozen=True):
    """An order and its outcome so far."""

    order: Order
    state: State = "open"
    approval: Approved | None = None
    reason: str = ""

    def after(self, event: Event) -> "Payment":
        """With what the terminal said of it; what says something of another, or nothing, changes nothing."""
        if self.state != "open" or isinstance(event, Unknown) or not _is_about(event, self.order):
            return self
        if isinstance(event, Approved):
            if event.amount_fen != self.order.amount_fen:
                return self  # not what was ordered: a person has to look at the slip
            return msgspec.structs.replace(self, state="approved", approval=event)
        if isinstance(event, Declined):
            return msgspec.structs.replace(self, state="declined", reason=event.reason)
        return msgspec.structs.replace(self, state="declined", reason="not_found")


def _is_about(event: Event, order: Order) -> bool:
    told = isinstance(event, Approved | Declined | NotFound)
    return told and event.reference == order.reference  # type: ignore[union-attr]


class Payments:
    """All payments of a till since its last settlement; ``save`` puts each change on disk before it
    returns."""

    def __init__(self, save: Callable[[Payment], None], known: Iterable[Payment] = ()) -> None:
        self._save = save
        self._known = {payment.order.reference: payment for payment in known}

    @property
    def open(self) -> Payment | None:
        """The one whose outcome is not known."""
        return next((payment for payment in self._known.values() if payment.state == "open"), None)

    def get(self, reference: str) -> Payment | None:
        return self._known.get(reference)

    def begin(self, order: Order) -> Payment:
        """Store the order; only then may it be sent. Raises ``Refused`` with what stands against it."""
        before = self._known.get(order.reference)
        if before is not None:
            if before.order != order:
                raise Refused("bank.reference")
            return before  # the same again: whoever asks gets the first outcome
        if self.open is not None:
            raise Refused("bank.open")
        if order.kind != "sale":
            self._check_back(order)
        payment = Payment(order)
        self._put(payment)
        return payment

    def take(self, event: Event) -> Payment | None:
        """What the terminal said; the payment that it settles, if it settles one."""
        for payment in self._known.values():
            after = payment.after(event)
            if after != payment:
                self._put(after)
                return after
        return None

    def totals(self, batch: str) -> Totals:
        """Our own side of a batch."""
        done = [p for p in self._known.values() if p.approval is not None and p.approval.batch == batch]
        sales = [p.order.amount_fen for p in done if p.order.kind == "sale"]
        backs = [p.order.amount_fen for p in done if p.order.kind != "sale"]
        return Totals(batch, len(sales), sum(sales), len(backs), sum(backs))

    def _check_back(self, order: Order) -> None:
        sale = self._known.get(order.original)
        if sale is None or sale.state != "approved" or sale.order.kind != "sale":
            raise Refused("bank.original")
        if order.amount_fen > sale.order.amount_fen - self._given_back(order.original):
            raise Refused("bank.too_much")
        if order.kind == "void" and order.amount_fen != sale.order.amount_fen:
            raise Refused("bank.too_much")

    def _given_back(self, original: str) -> int:
        return sum(
            payment.order.amount_fen
            for payment in self._known.values()
            if payment.order.original == original and payment.state != "declined"
        )

    def _put(self, payment: Payment) -> None:
        self._save(payment)
        self._known[payment.order.reference] = payment


def differences(ours: Totals, theirs: Totals) -> dict[str, tuple[int, int]]:
    """What the two sides of a batch do not agree on, ours first; empty is reconciled."""
    assert ours.batch == theirs.batch, "two batches cannot be compared"
    names = ("sale_count", "sale_fen", "back_count", "back_fen")
    pairs = {name: (int(getattr(ours, name)), int(getattr(theirs, name))) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
