"""The thread of a bank's terminal: pays, and asks what came of it until that is known, across breaks and
restarts."""

import contextlib
from collections.abc import Callable
from concurrent.futures import Future

from onecard.clock import Clock
from onecard.devices.bank_terminals import BankTerminal, Event, NoTotals, Order, Totals
from onecard.devices.bank_terminals.payment import Payment, Payments, differences
from onecard.devices.health import HealthView
from onecard.devices.worker import Worker
from onecard.errors import DeviceFault, DeviceGone

#: Seconds between two questions about an order whose outcome is not known.
ASK_AGAIN_S = 3.0


class BankWorker(Worker[BankTerminal]):
    """``on_settled`` hears each payment whose outcome became known, on the terminal's thread."""

    def __init__(
        self,
        name: str,
        open_driver: Callable[[], BankTerminal],
        payments: Payments,
        on_settled: Callable[[Payment], None] = lambda payment: None,
        *,
        clock: Clock,
        interval_s: float = 0.05,
        on_health: Callable[[HealthView], None] | None = None,
    ) -> None:
        self._payments, self._on_settled = payments, on_settled
        self._ask_at = clock.monotonic()
        self._totals: Future[Totals] | None = None
        #: Both sides of the batch that was compared last, ours first.
        self.compared: tuple[Totals, Totals] | None = None
        super().__init__(
            name,
            open_driver,
            self._look,
            clock=clock,
            interval_s=interval_s,
            on_health=on_health,
            on_gone=self._away,
        )

    def pay(self, order: Order) -> "Future[Payment]":
        """Store and send; the payment as it stands then, open or, for an order that was sent before, as it
        came out. Fails with ``Refused``, or with ``DeviceGone`` before anything was stored."""

        def send(terminal: BankTerminal) -> Payment:
            payment = self._payments.begin(order)
            if payment.state == "open" and not terminal.is_busy:
                # It is stored: from here on a broken line means "unknown", which is asked about, not a
                # failure.
                with contextlib.suppress(DeviceGone):
                    terminal.order(order)
            return payment

        return self.call(send)

    def reconcile(self, batch: str = "") -> "Future[dict[str, tuple[int, int]]]":
        """Our totals of a batch against the terminal's: what differs, ours first. Fails with
        ``DeviceGone``, or with ``DeviceFault`` while an order is open or when the terminal does not tell."""
        answer: Future[dict[str, tuple[int, int]]] = Future()

        def told(totals: "Future[Totals]") -> None:
            error = totals.exception()
            if error is not None:
                answer.set_exception(error)
            else:
                theirs = totals.result()
                self.compared = (self._payments.totals(theirs.batch), theirs)
                answer.set_result(differences(*self.compared))

        def ask(terminal: BankTerminal) -> None:
            if terminal.is_busy or self._payments.open is not None:
                raise DeviceFault("bank.busy")
            self._totals = Future()
            self._totals.add_done_callback(told)
            terminal.ask_totals(batch)

        def asked(order: "Future[None]") -> None:
            error = order.exception()
            if error is not None and not answer.done():
                answer.set_exception(error)

        self.call(ask).add_done_callback(asked)
        return answer

    def _look(self, terminal: BankTerminal) -> None:
        for event in terminal.poll():
            self._hear(event)
        still = self._payments.open
        if still is None or terminal.is_busy:
            self._ask_at = self._clock.monotonic()
        elif self._clock.monotonic() >= self._ask_at:
            self._ask_at = self._clock.monotonic() + ASK_AGAIN_S
            terminal.inquire(still.order.reference)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Totals | NoTotals):
            totals, self._totals = self._totals, None
            if totals is None:
                return
            if isinstance(event, Totals):
                totals.set_result(event)
            else:
                totals.set_exception(DeviceFault("bank.no_totals"))
            return
        settled = self._payments.take(event)
        if settled is not None:
            self._tell(self._on_settled, settled)

    def _away(self) -> None:
        totals, self._totals = self._totals, None
        if totals is not None:
            totals.set_exception(DeviceFault("bank.no_totals"))
