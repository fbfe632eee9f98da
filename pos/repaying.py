"""Books what another card's terminal has paid back, at once or after whatever came in between. F: C7 C16 C17

The terminal pays first. What it has paid is found in the journal, right after its word as well as at the next
start: a void as long as the sale's shift is open, else a refund by the office. What cannot be booked stays on
the list of payments, for a person.
"""

from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.terminal.errand import CANCELLED
from onecard.terminal.foreign import Device, ForeignPayment
from onecard.wire.errands import RefundPaid
from onecard.wire.foreign import ForeignReturn
from pos.area import Area, Way
from pos.frontdesk import receipt
from pos.frontdesk.talk import Done, Talk
from pos.question import Answer, Cancel, Decision
from pos.task import TakeBack
from pos.till import Till

#: Between two looks while something is open.
LOOK_S = 5.0
_DEVICES: tuple[Device, ...] = ("bank", "city")


class Repaying(Area):
    """Has no screen; whoever has paid something back says so by ``again``."""

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self._talk = Talk(till)
        self._is_due, self._at = True, 0.0
        #: What said no to these; tried again when a person wants it.
        self.no: dict[str, Refused] = {}
        #: Errands that were given up: whether the office did them all the same, as it said.
        self._was_done: dict[RecordId, bool] = {}
        self._is_finding_out = False

    def again(self) -> None:
        """Book what there is to be booked now."""
        self.no = {}
        self._is_due, self._at = True, 0.0

    def unbooked(self) -> list[ForeignPayment]:
        """All that is still to be booked, as far as this till knows."""
        book = self._till.station.upkeep.foreign
        found = [one for device in _DEVICES for one in book.unbooked(device)]
        return [one for one in found if one.given_up is None or not self._was_done.get(one.given_up, False)]

    def rest(self) -> None:
        self._talk.rest()
        till, now = self._till, self._till.now()
        if not self._is_due or self._talk.is_asking or self._is_finding_out or now < self._at:
            return
        if till.shift is None or till.operator is None:
            return
        self._at = now + LOOK_S
        asked = [one for one in self._talk.left() if isinstance(one, RefundPaid)]
        left = [one for one in self.unbooked() if one.reference not in self.no]
        if asked and till.is_online:
            self._talk.resume(asked[0], self._done, lambda error: self._cannot(str(asked[0].paid), error))
        elif left:
            self._book(left[0])
        else:
            desks = (till.counter.bank, till.counter.city)
            self._is_due = bool(asked) or any(desk is not None and desk.is_open for desk in desks)

    def _book(self, one: ForeignPayment) -> None:
        till, order = self._till, one.order
        assert isinstance(order, ForeignReturn)
        if order.lines:
            self._by_the_office(one, order)  # a void takes back the whole of a sale
            return
        try:
            done = till.station.over_counter.void(order.sale, order.supervisor, order.sale_reason)
        except OneCardError as error:
            if error.code.startswith("void."):
                self._by_the_office(one, order)
            else:
                self._cannot(one.reference, error)
        else:
            task = TakeBack(
                sale=order.sale,
                fen=order.fen,
                supervisor=order.supervisor,
                supervisor_name=till.operator_name(order.supervisor) if order.supervisor else "",
                reason=order.sale_reason,
            )
            self._at = 0.0
            self._way.done(task, done)
            till.port.play("ok")

    def _by_the_office(self, one: ForeignPayment, order: ForeignReturn) -> None:
        if one.given_up is not None and one.given_up not in self._was_done:
            self._find_out(one.given_up)
        else:
            self._refund(one.reference, order)

    def _refund(self, reference: str, order: ForeignReturn) -> None:
        till = self._till
        if not till.is_online:
            return
        assert till.operator is not None
        own = order.supervisor == till.operator.operator
        try:
            self._talk.begin(
                RefundPaid,
                self._done,
                lambda error: self._cannot(reference, error),
                sale=order.sale,
                lines=order.lines,
                reason=order.sale_reason,
                supervisor=0 if own else order.supervisor,
                paid=order.id,
            )
        except OneCardError as error:
            self._cannot(reference, error)

    def _done(self, done: Done) -> None:
        till, paid = self._till, done.errand
        assert isinstance(paid, RefundPaid)
        till.print(receipt.of(till.tr, till.head(), paid, done.told))
        till.say(till.tr("pos.refund.done_foreign", fen=abs(done.told.fen)), "done")
        till.port.play("ok")
        self._at = 0.0

    def _cannot(self, reference: str, error: OneCardError) -> None:
        """A refusal is for a person, who sees it on the list of payments."""
        if isinstance(error, Refused):
            self.no[reference] = error
        self._is_due = True
        self._till.refuse(error)

    def _find_out(self, errand: RecordId) -> None:
        """The Z gave it up while its answer was not known; the office says now whether it was done."""
        if not self._till.is_online:
            return
        self._is_finding_out = True

        def heard(answer: Answer) -> None:
            self._is_finding_out = False
            if isinstance(answer, Decision):
                self._was_done[errand] = answer.result.reason != CANCELLED
                self._at = 0.0

        self._till.port.ask(Cancel(of=errand), heard)

    def bound(self) -> str:
        return "errand.open" if self._talk.is_asking and self._talk.silence is None else ""

    def signed_out(self) -> None:
        self._talk.leave()
