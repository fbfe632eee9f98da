"""Sales that no card of ours pays: cash in the drawer, or a foreign card through its own terminal. F: C4 C16

The money has changed hands when it is written down, so intent and outcome reach the disk together, and no
network is needed. Knows no device: what a foreign terminal approved comes in as its word.
"""

from collections.abc import Callable
from dataclasses import dataclass

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.rules import points
from onecard.rules.periods import When
from onecard.rules.pricing import Bill, offered, price, unit_price
from onecard.terminal import permission
from onecard.terminal.desk import Desk
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed
from onecard.terminal.shift import ShiftBook
from onecard.wire import messages as m

#: Prices of whoever shows no card.
_ANYBODY = m.CardType(type=0, name="")
#: A first-n meal is counted on the card, and no card is written here.
_NO_FIRST_N = 15


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A card that was shown for its price and points, and pays nothing."""

    card: int
    issue: int
    type: int


@dataclass(frozen=True, kw_only=True)
class Tender:
    """How it is paid: fen in cash, and by one foreign card (``bank`` or ``city``) with its approval.

    ``given_fen``: the notes as they were handed over.
    """

    cash_fen: int = 0
    given_fen: int = 0
    foreign: str = ""
    foreign_fen: int = 0
    approval: str = ""
    reference: str = ""


class OverCounter:
    """Writes them down."""

    def __init__(self, desk: Desk, shifts: ShiftBook) -> None:
        self._desk, self._shifts = desk, shifts

    def bill(self, order: Order, shown: Shown | None = None) -> Bill:
        """What the order costs whoever pays it. Raises ``Refused``."""
        desk, outlet = self._desk, self._desk.place().outlet
        return price(order.lines, self._type(shown), self._when(), outlet, desk.products(), _NO_FIRST_N)

    def price_of(self, product: m.Product) -> int:
        """What one costs anybody here and now, fen. F: B6"""
        place = self._desk.facts.place
        if not product.prices or place is None:
            return product.price_fen
        return unit_price(product, 0, self._when(), place.outlet)

    def offers(self, product: m.Product) -> bool:
        """Whether it is on the menu now."""
        place = self._desk.facts.place
        return not product.menu or place is None or offered(product, self._when(), place.outlet)

    def _when(self) -> When:
        return self._desk.calendar().when(self._desk.moment.now())

    def sell(self, order: Order, tender: Tender, shown: Shown | None = None) -> Completed:
        """Paid: journal it. Raises ``Refused`` (``shift.closed``, ``tender.differs``), ``StoreError``."""
        desk, at = self._desk, self._desk.moment.now()
        desk.demand_open()
        place, shift, bill = desk.place(), self._shifts.demand(), self.bill(order, shown)
        pays = tuple(
            m.Pay(wallet, fen)
            for wallet, fen in (("cash", tender.cash_fen), (tender.foreign, tender.foreign_fen))
            if fen
        )
        if bill.due_fen <= 0:
            raise Refused("amount.zero")
        if sum(pay.fen for pay in pays) != bill.due_fen:
            raise Refused("tender.differs", due=bill.due_fen)
        terms, when = self._type(shown).points, desk.calendar().when(at)
        earned = points.earned(terms, bill.nets(), pays, when, place.outlet) if terms and shown else 0

        def make(id: RecordId) -> m.CounterSale:
            return m.CounterSale(
                **desk.head(id, at, shift.shift, shift.operator),
                outlet=place.outlet,
                owner=place.owner,
                card=0 if shown is None else shown.card,
                issue=0 if shown is None else shown.issue,
                lines=bill.priced(),
                discount_fen=bill.discount_fen,
                due_fen=bill.due_fen,
                pays=pays,
                earned=earned,
                given_fen=tender.given_fen if tender.cash_fen else 0,
                approval=tender.approval,
                reference=tender.reference,
                beside=order.beside,
            )

        return self._write(make)

    def void(self, sale: RecordId, supervisor: int = 0, reason: str = "") -> Completed:
        """Take one of this shift back; the cash goes out of the drawer, a foreign card was paid back before.

        Raises ``Refused``, ``StoreError``.
        """
        desk, at, shift = self._desk, self._desk.moment.now(), self._shifts.demand()
        sold = self._shifts.voidable(sale)
        if not isinstance(sold, m.CounterSale):
            raise Refused("void.other_card")
        desk.demand(supervisor or shift.operator, permission.VOID)

        def make(id: RecordId) -> m.CounterVoid:
            return m.CounterVoid(
                **desk.head(id, at, shift.shift, shift.operator),
                voids=sold.id,
                card=sold.card,
                issue=sold.issue,
                pays=sold.pays,
                supervisor=supervisor,
                reason=reason,
            )

        return self._write(make)

    def _type(self, shown: Shown | None) -> m.CardType:
        if shown is None:
            return _ANYBODY
        found = self._desk.card_type(shown.type)
        if found is None:
            raise Refused("card.type_unknown", type=shown.type)
        stop = self._desk.facts.stop(shown.card, shown.issue)
        if stop is not None:
            raise Refused("card.stopped", reason=stop[0])
        return found

    def _write(self, make: Callable[[RecordId], m.CounterSale | m.CounterVoid]) -> Completed:
        at = self._desk.moment.now()

        def done(id: RecordId) -> m.Body:
            return m.Done(id=id, at=at, of=RecordId(id.terminal, id.epoch, id.seq - 1))

        intent = self._desk.journal.append_all([make, done])[0]
        assert isinstance(intent, m.CounterSale | m.CounterVoid)
        return Completed(intent=intent, balance_before_fen=0, balance_after_fen=0, commands=0, image=None)
