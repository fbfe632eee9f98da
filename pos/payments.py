"""The screen of other people's card terminals: what was paid there, the day's totals, money without a sale.

Selling itself is ``paying.py``'s; here is what is looked after beside it. F: C16 C17
"""

from pathlib import Path

from onecard.clock import local
from onecard.errors import OneCardError
from onecard.terminal.bank import Differences
from onecard.terminal.foreign import ForeignPayment
from pos import report
from pos.area import Area, Door, Way
from pos.presenters.override import Granted
from pos.repaying import Repaying
from pos.sheets.payments import Compared, PaymentsPresenter
from pos.till import SHIFT, Till


class ForeignPayments(Area):
    """Only there with such a terminal."""

    def __init__(self, till: Till, way: Way, repaying: Repaying) -> None:
        self._till, self._way, self._repaying = till, way, repaying
        self.payments = PaymentsPresenter(till, repaying.unbooked)
        self.screens = {"payments": self._on_payments}
        self.presenters = {"payments": self.payments}
        self.rooms = (
            Door(
                name="payments",
                icon="credit-card-outline",
                right=SHIFT,
                open=self._open,
                is_there=lambda: till.counter.bank is not None or till.counter.city is not None,
                is_lit=lambda: bool(repaying.no),
            ),
        )

    def rest(self) -> None:
        if self._way.screen == "payments" and not self.payments.busy and self.payments.has_unbooked:
            self.payments.read()

    def _open(self) -> None:
        self.payments.enter()
        self._way.go("payments")

    def _on_payments(self, action: str) -> None:
        if self.payments.busy:
            return
        if action == "escape":
            self._way.go("sell")
        elif action == "f5" and self.payments.device == "bank":
            self._compare()
        elif action == "f5":
            self._export()
        elif action == "enter" and self.payments.is_unbooked:
            self._repaying.again()
            self._till.say(self._till.tr("pos.repaying.asked"))
        elif action == "enter" and self.payments.lost is not None:
            does = self._give_back if self.payments.device == "bank" else self._prove
            self._way.ask_supervisor("give_back", does)
        else:
            self.payments.act(action)

    def _compare(self) -> None:
        """The running batch, ours against the terminal's."""
        bank = self._till.counter.bank
        if bank is None:
            return
        self.payments.busy = True

        def heard(answer: Differences | OneCardError) -> None:
            self.payments.busy = False
            if isinstance(answer, OneCardError):
                self._till.refuse(answer)
            else:
                self.payments.compared = Compared(is_done=True, differences=answer)
            self.payments.read()
            self._way.show()

        bank.reconcile(heard)

    def _give_back(self, _: Granted) -> None:
        one, bank = self.payments.lost, self._till.counter.bank
        if one is None or bank is None:
            return
        self.payments.busy = True

        def heard(word: ForeignPayment | OneCardError) -> None:
            self.payments.busy = False
            if isinstance(word, OneCardError):
                self._till.refuse(word)
            else:
                self._till.say(self._till.tr("pos.payments.given_back"), "done")
            self.payments.read()
            self._way.show()

        bank.take_back(one.reference, one.order.fen, heard)

    def _prove(self, granted: Granted) -> None:
        """Only its operator's counter pays a city card back: the member gets what it needs there, in
        writing, and the office is told."""
        one, till = self.payments.lost, self._till
        if one is None:
            return
        try:
            till.station.upkeep.foreign.proof(one.reference, granted.supervisor)
        except OneCardError as error:
            till.refuse(error)
            return
        till.print(report.proof(till.tr, till.head(), one, at=till.station.now(), by=granted.name))
        till.say(till.tr("pos.payments.proven"), "done")

    def _export(self) -> None:
        """All records of the city terminal as its operator's file, beside the journal."""
        city, till = self._till.counter.city, self._till
        if city is None:
            return
        self.payments.busy = True

        def heard(answer: bytes | OneCardError) -> None:
            self.payments.busy = False
            if isinstance(answer, OneCardError):
                till.refuse(answer)
            else:
                self._write(answer)
            self._way.show()

        city.collect(0, heard)

    def _write(self, content: bytes) -> None:
        till = self._till
        day = local(till.station.now()).strftime("%Y%m%d")
        path: Path = till.station.journal.path.parent / f"city-{day}.txt"
        try:
            path.write_bytes(content)
        except OSError as error:
            till.say(str(error), "refuse")
            return
        till.say(till.tr("pos.payments.exported", file=path.name), "done")
