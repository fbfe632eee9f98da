"""What happens to plastics and their money besides buying: writes that vanish, refunds, loads taken back,
debts collected, paper slips. F: A4 C20 D9 G6
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from onecard.clock import business_day, card_day
from server.books.office.collect_debt import CollectDebt
from server.books.office.collect_debt import Terms as Owing
from server.books.office.paper_slip import PaperSlip
from server.books.office.paper_slip import Terms as Slip
from server.books.office.refund import Refund
from server.books.office.refund import Terms as Wanted
from server.books.office.withdraw import Terms as Back
from server.books.office.withdraw import Withdraw
from server.books.tables import key_of
from server.cards.service import loads_since
from tests.server.books.engine import Books
from tests.server.books.machine.desk import Desk
from tests.server.books.machine.ground import TYPES, amounts, card_numbers, clerks, station_numbers
from tests.server.books.machine.office import Office
from tests.server.books.station import NOW, UNIT

TODAY = card_day(business_day(NOW))
#: Where money goes that is taken back: an account that no other family looks at.
ASIDE = "difference:9"


class Life(Desk, Office):
    """A card's life, on top of selling and of the office."""

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self.slips = 0

    @rule(a=station_numbers, b=station_numbers, c=card_numbers, fen=amounts, more=amounts)
    def sell_and_lose_the_write(self, a: int, b: int, c: int, fen: int, more: int) -> None:
        """Read back and confirmed, and gone when the next station looks: sold all the same, and owed."""
        card = self.cards[c]
        if card.main < fen or any(move.card is card for move, *_ in self.torn):
            return
        before = card.copy()
        self.at(self.stations[a]).sale(card, fen).done()
        for name in ("main", "slots", "counter", "last", "older", "last_load"):
            setattr(card, name, getattr(before, name))
        self.at(self.stations[b]).recharge(card, more).done()
        self.owed[card.card] += more - fen

    @precondition(lambda self: self.sold)
    @rule(data=st.data(), part=st.sampled_from([1_000, 1_000, 250, 999, 1]), who=clerks)
    def refund(self, data: Any, part: int, who: int) -> None:
        """Its shift is closed and here; whole, or so many thousandths of its one line."""
        sale = data.draw(st.sampled_from(self.sold), label="sale")
        self.sold.remove(sale)
        station, of, card, fen = sale
        early = Refund(UNIT, self.next_key(), Wanted(key_of(of)), who)
        self.at(station).close_shift(1, 0)
        self.drain(station)
        whole = part == 1_000
        lines = () if whole else ((0, part),)
        worth = fen if whole else fen * part // 1_000
        order = Refund(UNIT, self.next_key(), Wanted(key_of(of), lines), who)
        if not worth:
            self.refused(order, "refund.excess")
            return
        self.taken(order, {})
        self.owed[card.card] += worth
        if whole:
            self.refused(early, "refund.excess")

    @rule(c=card_numbers, who=clerks, data=st.data())
    def take_a_load_back(self, c: int, who: int, data: Any) -> None:
        """Nobody has it: whoever might has sent what he had."""
        card = self.cards[c]
        if any(move.card is card for move, *_ in self.torn):
            return
        for station in (*self.stations, self.kiosk):
            self.drain(station)
        waiting = self.books.read(lambda connection: loads_since(connection, UNIT, 0))[1]
        mine = [one for one in waiting if one.card == card.card and one.fen > 0]
        if not mine:
            return
        load = data.draw(st.sampled_from(mine), label="load")
        self.taken(Withdraw(UNIT, self.next_key(), Back(card.card, 1, load.number, ASIDE), who), {})
        self.owed[card.card] -= load.fen

    @rule(c=card_numbers, who=clerks)
    def collect_what_is_owed(self, c: int, who: int) -> None:
        """What he has in the end is the same."""
        self.ask(CollectDebt(UNIT, self.next_key(), Owing(self.cards[c].card, 1), who, TYPES))

    @rule(c=card_numbers, fen=amounts, again=st.booleans())
    def enter_a_slip(self, c: int, fen: int, again: bool) -> None:
        """Paper of the day when everything was down."""
        card = self.cards[c]
        self.slips += 1
        terms = Slip(self.outlet, self.slips, card.card, 1, fen, TODAY, self.now, 7)
        self.taken(PaperSlip(UNIT, self.next_key(), terms, 8, TYPES), {self.payable: fen})
        self.owed[card.card] -= fen
        if again:
            self.refused(PaperSlip(UNIT, self.next_key(), terms, 8, TYPES), "slip.twice")
            self.refused(PaperSlip(UNIT, self.next_key(), terms, 7, TYPES), "slip.twice")
