"""The bank's terminal at a station: an order is in the journal before it is sent, its word before it counts.

An unknown outcome is asked again until it is known, also after a restart; until then nothing else is ordered
there. Knows no screen and no sale. F: C16
"""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Literal

import structlog

from onecard.clock import Clock
from onecard.devices.bank_terminals import Approved, BankTerminal, Declined, Order, Totals
from onecard.devices.bank_terminals.payment import Payment, Payments
from onecard.devices.bank_terminals.worker import BankWorker
from onecard.errors import DeviceGone, OneCardError, Refused
from onecard.terminal.foreign import Back, ForeignBook, ForeignPayment, Then
from onecard.terminal.later import Later
from onecard.wire.foreign import Sums

_log = structlog.get_logger("bank")

Differences = dict[str, tuple[int, int]]


class BankDesk:
    """``open_driver`` opens the terminal; ``later`` brings its words to the window's thread."""

    def __init__(
        self, book: ForeignBook, open_driver: Callable[[], BankTerminal], clock: Clock, later: Later
    ) -> None:
        self._book, self._later = book, later
        self._waiting: dict[str, Then] = {}
        self._payments = Payments(self._keep, [_payment(one) for one in book.payments("bank")])
        self.worker = BankWorker("bank", open_driver, self._payments, self._settled, clock=clock)

    @property
    def is_open(self) -> bool:
        """Whether the outcome of an order is still not known."""
        return self._payments.open is not None

    def pay(self, fen: int, then: Then) -> None:
        """``then`` hears the approval, or why there is none, once that is certain."""
        self._order("sale", fen, "", then)

    def take_back(self, reference: str, fen: int, then: Then, back: Back | None = None) -> None:
        """The whole of a payment, or a part of it: a void as long as its batch is open, then a refund.
        ``back``: the sale of ours that it paid, to be booked once it is back."""
        original = self._payments.get(reference)
        whole = original is not None and original.order.amount_fen == fen

        def heard(word: ForeignPayment | OneCardError) -> None:
            if isinstance(word, Refused) and word.params.get("reason") == "closed_batch":
                self._order("refund", fen, reference, then, back)
            else:
                then(word)

        if whole:
            self._order("void", fen, reference, heard, back)
        else:
            self._order("refund", fen, reference, then, back)

    def reconcile(self, then: Callable[[Differences | OneCardError], object]) -> None:
        """Our totals of the running batch against the terminal's: what differs, ours first."""

        def done(ended: "Future[Differences]") -> None:
            error = ended.exception()
            if error is None:
                answer: Differences | OneCardError = self._compared(ended.result())
            else:
                answer = error if isinstance(error, OneCardError) else Refused("station.fault", what="bank")
            self._later(lambda: then(answer))

        self.worker.reconcile().add_done_callback(done)

    def _compared(self, found: Differences) -> Differences | OneCardError:
        """On disk before it is shown: the office and the Z are told as well."""
        assert self.worker.compared is not None
        ours, theirs = self.worker.compared
        try:
            self._book.compared("bank", ours.batch, _sums(ours), _sums(theirs))
        except OneCardError as error:
            return error
        return found

    def _order(
        self,
        kind: Literal["sale", "void", "refund"],
        fen: int,
        original: str,
        then: Then,
        back: Back | None = None,
    ) -> None:
        try:
            if self.is_open:
                raise Refused("bank.open")
            if self.worker.health.view.condition != "good":
                raise DeviceGone(device="bank")
            body = self._book.order("bank", kind, fen, original, back)
        except OneCardError as error:
            then(error)
            return
        order = Order(kind, str(body.id), fen, original)
        self._waiting[order.reference] = then

        def sent(future: "Future[Payment]") -> None:
            error = future.exception()
            if error is None:
                return
            # Nothing left this machine: the order is ended here, and said so.
            self._book.word(order.reference, is_approved=False, reason="not_sent")
            said = error if isinstance(error, OneCardError) else Refused("station.fault", what="bank")
            self._later(lambda: self._answer(order.reference, said))

        self.worker.pay(order).add_done_callback(sent)

    # -- on the terminal's thread ------------------------------------------------------------------------

    def _keep(self, payment: Payment) -> None:
        """An order is in the journal already when it comes here open."""
        reference, approval = payment.order.reference, payment.approval
        if payment.state == "approved" and approval is not None:
            self._book.word(
                reference,
                is_approved=True,
                approval=approval.approval,
                trace=approval.trace,
                batch=approval.batch,
                card=approval.card_tail,
            )
        elif payment.state == "declined":
            self._book.word(reference, is_approved=False, reason=payment.reason)

    def _settled(self, payment: Payment) -> None:
        reference = payment.order.reference
        _log.info("bank.settled", reference=reference, state=payment.state)
        one = next(one for one in self._book.payments("bank") if one.reference == reference)
        told: ForeignPayment | OneCardError = one
        if payment.state != "approved":
            told = Refused("bank.declined", reason=payment.reason)
        self._later(lambda: self._answer(reference, told))

    def _answer(self, reference: str, told: ForeignPayment | OneCardError) -> None:
        then = self._waiting.pop(reference, None)
        if then is not None:
            then(told)


def _sums(totals: Totals) -> Sums:
    return totals.sale_count, totals.sale_fen, totals.back_count, totals.back_fen


def _payment(one: ForeignPayment) -> Payment:
    """As the terminal's own book has it, from ours."""
    order = Order(one.order.kind, one.reference, one.order.fen, one.order.original)
    word = one.word
    if word is None:
        return Payment(order)
    if not word.is_approved:
        return Payment(order).after(Declined(one.reference, word.reason))
    approved = Approved(one.reference, one.order.fen, word.approval, word.trace, word.batch, word.card)
    return Payment(order).after(approved)
