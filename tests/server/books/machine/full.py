"""Full sales: discounts, wallets, uses, points and credit on one bill, and their voids. F: B1 B4 B5 B7

The model reckons each bill in its own words: a fifth off, gift for meals first, then main, credit last.
"""

from collections import Counter
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from onecard.clock import business_day, card_day
from onecard.wire.messages import (
    Answer,
    CardType,
    Discount,
    FullSale,
    PointsTerms,
    PricedLine,
    Sale,
    Status,
    Use,
    Void,
    WalletTerms,
    encode,
)
from server.books import intake
from server.books.office.count import SellCount
from server.books.office.count import Selling as Uses
from server.cards.service import open_account_card
from server.catalogue.terms import Terms
from tests.server.books.engine import Books
from tests.server.books.machine.desk import Desk
from tests.server.books.machine.ground import clerks, station_numbers
from tests.server.books.station import NOW, UNIT, Station
from tests.server.books.test_bargain import Given

TODAY = card_day(business_day(NOW))
HOLDER, LIMIT_FEN, BATH_FEN = 9, 500, 900
TYPE = CardType(
    type=3,
    name="全卡",
    purse_on_card=False,
    discounts=(Discount(off=2_000),),
    points=PointsTerms(per_100_yuan=100, redeem_fen=100),
    wallets=(
        WalletTerms(wallet="gift", categories=("meal",)),
        WalletTerms(wallet="main"),
        WalletTerms(wallet="credit", limit_fen=LIMIT_FEN),
    ),
)
goods = st.lists(
    st.tuples(st.sampled_from([100, 300, 500, 2_000]), st.sampled_from(["meal", "shop"])), max_size=3
)


class Full(Desk):
    """One card that has every wallet, and tills that ring everything on one bill."""

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self.rich: int
        self.rich, _ = books.write(lambda c: open_account_card(c, UNIT, HOLDER, "09", TYPE, NOW))
        self.bills: list[tuple[Station, FullSale, Counter[str]]] = []
        for wallet in ("main", "gift"):
            self._fill(wallet, 20_000, 7)

    def _wallet(self, name: str) -> str:
        return f"member:{HOLDER}:credit" if name == "credit" else f"card:{self.rich}:{name}"

    def _decide(self, station: Station, body: Sale | Void) -> Answer:
        """Asked online; the till journals what came of it."""
        terms = Terms({TYPE.type: TYPE})
        asked = intake.account_sale(self.books.lane, UNIT, station.terminal, encode(body), terms)
        answer = self.books.run(asked)
        created = answer.result.status is Status.CREATED
        (station.done if created else station.not_written)(body.id)
        return answer

    @rule(wallet=st.sampled_from(["main", "gift"]), fen=st.sampled_from([500, 1_300, 4_000]), who=clerks)
    def fill(self, wallet: str, fen: int, who: int) -> None:
        self._fill(wallet, fen, who)

    def _fill(self, wallet: str, fen: int, who: int) -> None:
        account = self._wallet(wallet)
        order = Given(UNIT, self.next_key(), (("vault", account, fen, "CNY"),), who)
        self.taken(order, {account: fen})

    @rule(times=st.integers(1, 4), fen=st.sampled_from([0, 1_000, 2_500]), who=clerks)
    def buy_uses(self, times: int, fen: int, who: int) -> None:
        order = SellCount(UNIT, self.next_key(), Uses(1001, self.rich, 1, "bath", times, fen), who)
        self.taken(order, {self._wallet("uses:bath"): times, self._wallet("prepaid:bath"): fen})

    def _moves(self, lines: list[tuple[int, str]], baths: int) -> Counter[str] | None:
        """What a bill does to the card, ``None``: it cannot be paid."""
        nets = [(fen * 8 // 10, category) for fen, category in lines]
        rest = due = sum(fen for fen, _ in nets)
        moves: Counter[str] = Counter()
        held = {name: self.balance(self._wallet(name)) for name in ("gift", "main", "credit")}
        meals = sum(fen for fen, category in nets if category == "meal")
        for name, most in (("gift", meals), ("main", due), ("credit", due)):
            spare = LIMIT_FEN if name == "credit" else 0
            fen = min(rest, most, max(0, held[name] + spare))
            moves[self._wallet(name)] -= fen
            rest -= fen
        uses, paid = self.balance(self._wallet("uses:bath")), self.balance(self._wallet("prepaid:bath"))
        if rest or baths > uses:
            return None
        for one in range(baths):
            worth = paid // (uses - one)
            paid -= worth
            moves[self._wallet("prepaid:bath")] -= worth
        moves[self._wallet("uses:bath")] -= baths
        counted = sum(-moves[self._wallet(name)] for name in TYPE.points.wallets) if TYPE.points else 0
        earned = min(due, counted) // 100
        moves.update({self._wallet("points"): earned, "cost:points": -earned})
        return moves

    @rule(s=station_numbers, lines=goods, baths=st.integers(0, 2))
    def ring_everything(self, s: int, lines: list[tuple[int, str]], baths: int) -> None:
        if not lines and not baths:
            return
        station = self.at(self.stations[s])
        rung = [
            PricedLine(price_fen=fen, total_fen=fen, discount_fen=fen // 5, category=category)
            for fen, category in lines
        ]
        bath = PricedLine(price_fen=BATH_FEN, total_fen=BATH_FEN, discount_fen=BATH_FEN, uses="bath")
        rung += [bath] * baths
        off = sum(line.discount_fen for line in rung)
        sale = FullSale(
            **station.head() | {"day": TODAY}, outlet=11, owner=5, card=self.rich, issue=1, pays=(),
            lines=tuple(rung), discount_fen=off, due_fen=sum(line.total_fen for line in rung) - off,
            uses=(Use("bath", baths),) if baths else (),
        )  # fmt: skip
        station.append(sale)
        moves = self._moves(lines, baths)
        answer = self._decide(station, sale)
        self.sales.append((encode(sale), sale, answer))
        if moves is None:
            assert answer.result.reason in ("purse.short", "count.short"), answer
            return
        assert answer.result.status is Status.CREATED, answer
        self.expected.update(moves)
        self.bills.append((station, sale, moves))

    @precondition(lambda self: self.bills)
    @rule(data=st.data())
    def take_a_bill_back(self, data: Any) -> None:
        """Every wallet, the uses and the points are as before it; and only once."""
        bill = data.draw(st.sampled_from(self.bills), label="bill")
        self.bills.remove(bill)
        station, sale, moves = bill
        for again in (False, True):
            at = self.at(station)
            head = at.head() | {"day": TODAY}
            void = Void(**head, voids=sale.id, card=self.rich, issue=1, pays=())
            at.append(void)
            answer = self._decide(at, void)
            assert (answer.result.reason == "void.excess") == again, answer
        self.expected.subtract(moves)
