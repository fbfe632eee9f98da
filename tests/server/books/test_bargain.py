"""Account sales under rules: the books decide with the till's engine, and share out over the wallets.

Each test asks through the lane, on both engines; the books tie out at its end. F: A1 B1 B4 B5 B7 B8 B9 B12
"""

from typing import Any

import pytest
from sqlalchemy import insert

from onecard.books.entry import Posting
from onecard.clock import card_day, local
from onecard.ids import RecordId
from onecard.wire.messages import (
    Answer,
    CalendarTerms,
    CardType,
    Discount,
    FullSale,
    Pay,
    Period,
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
from server.books.command import Order
from server.books.office.count import ClearCount, Clearing, SellCount, Selling
from server.books.sheet import Event, Sheet
from server.books.tables import key_of
from server.cards.service import open_account_card
from server.catalogue.terms import Terms
from server.credit.tables import cost_centre
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT, Station

TODAY = card_day(local(NOW).date())
TYPE = CardType(
    type=2,
    name="网络卡",
    purse_on_card=False,
    wallets=(
        WalletTerms(wallet="subsidy", categories=("meal",)),
        WalletTerms(wallet="gift", outlets=(99,)),
        WalletTerms(wallet="main"),
        WalletTerms(wallet="credit", limit_fen=500),
    ),
)
POINTS = PointsTerms(per_100_yuan=100, redeem_fen=100)


class Given(Order[tuple[tuple[str, str, int, str], ...]]):
    """Balances to start from, each against cash in the vault."""

    def look(self, sheet: Sheet) -> None:
        pass

    def refusal(self, sheet: Sheet) -> str:
        return ""

    def enter(self, sheet: Sheet) -> int:
        postings = [Posting(debit, credit, fen, currency) for debit, credit, fen, currency in self.terms]
        return sheet.enter(Event(kind="given", fact=self.key, at=NOW, day=TODAY, fen=0), postings)


class Counter:
    """A card on the server, a till, and the rules that hold."""

    def __init__(self, books: Books, card_type: CardType = TYPE, **balances: int) -> None:
        self.books, self.station, self.terms = books, Station(1001), Terms({2: card_type})
        self.given = 0
        self.card, _ = books.write(lambda c: open_account_card(c, UNIT, 7, "0a0b0c0d", card_type, NOW))
        rows = [
            ("vault", f"card:{self.card}:{wallet}", fen, "CNY") for wallet, fen in balances.items() if fen
        ]
        self.give(rows)

    def give(self, rows: list[tuple[str, str, int, str]]) -> None:
        if rows:
            self.given += 1
            key = key_of(RecordId(65_000, 2, self.card * 10 + self.given))
            self.books.do(Given(UNIT, key, tuple(rows), 1))  # type: ignore[arg-type]

    def sale(self, *lines: tuple[int, str], **more: Any) -> FullSale:
        """(fen, category) per line, at one outlet; nothing else said, who pays is left open."""
        head = self.station.head() | {"day": TODAY}
        goods = more.pop("lines", None) or tuple(
            PricedLine(price_fen=fen, total_fen=fen, category=category) for fen, category in lines
        )
        off = sum(line.discount_fen for line in goods)
        fields = {"outlet": 11, "owner": 5, "card": self.card, "issue": 1, "pays": ()} | more
        sale = FullSale(
            **head, **fields, lines=goods, discount_fen=off, due_fen=sum(x.total_fen for x in goods) - off
        )
        self.station.append(sale)
        return sale

    def ask(self, intent: Sale | Void) -> Answer:
        return self.books.run(intake.account_sale(self.books.lane, UNIT, 1001, encode(intent), self.terms))

    def sell(self, *lines: tuple[int, str], **more: Any) -> Answer:
        return self.ask(self.sale(*lines, **more))

    def void(self, sale: Sale) -> Answer:
        head = self.station.head() | {"day": TODAY}
        void = Void(**head, voids=sale.id, card=self.card, issue=1, pays=())
        self.station.append(void)
        return self.ask(void)

    def held(self, wallet: str) -> int:
        return self.books.balance(f"card:{self.card}:{wallet}")

    @property
    def earned_by_owner(self) -> int:
        return self.books.balance("owner:5:payable:11")


def reason(answer: Answer) -> str:
    return answer.result.reason or answer.result.status


def test_the_wallets_of_the_type_share_a_bill_in_their_order(books: Books) -> None:
    """B1: subsidy for meals only, gift not at this outlet, then main, credit last and up to its limit. B8"""
    counter = Counter(books, main=600, gift=1_000, subsidy=500)
    assert reason(counter.sell((400, "meal"), (500, "shop"))) == Status.CREATED
    assert [counter.held(name) for name in ("subsidy", "gift", "main")] == [100, 1_000, 100]
    assert reason(counter.sell((300, "meal"))) == Status.CREATED
    assert [counter.held(name) for name in ("subsidy", "main")] == [0, 0]
    assert books.balance("member:7:credit") == -100
    assert reason(counter.sell((401, "meal"))) == "wallet.scope"
    assert reason(counter.sell((400, "meal"))) == Status.CREATED
    assert reason(counter.sell((1_001, "meal"))) == "purse.short"
    assert counter.earned_by_owner == 1_600
    books.tie_out()


def test_a_void_gives_every_wallet_what_it_paid(books: Books) -> None:
    counter = Counter(books, main=600, subsidy=500)
    before = books.accounts()
    sale = counter.sale((400, "meal"), (900, "shop"))
    assert reason(counter.ask(sale)) == Status.CREATED
    assert reason(counter.void(sale)) == Status.CREATED
    assert books.accounts() == before
    assert reason(counter.void(sale)) == "void.excess"
    books.tie_out()


def test_an_overdraft_goes_so_far_and_is_no_debt(books: Books) -> None:
    """A1."""
    counter = Counter(books, CardType(type=2, name="x", purse_on_card=False, overdraft_fen=300), main=500)
    assert reason(counter.sell((801, ""))) == "purse.short"
    assert reason(counter.sell((800, ""))) == Status.CREATED
    assert (counter.held("main"), counter.held("debt")) == (-300, 0)
    books.tie_out()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (PricedLine(price_fen=1_000, total_fen=1_000, discount_fen=200, category="meal"), Status.CREATED),
        (PricedLine(price_fen=1_000, total_fen=1_000, discount_fen=201, category="meal"), "sale.differs"),
        (PricedLine(price_fen=1_000, total_fen=1_000, category="meal"), "sale.differs"),
        (PricedLine(price_fen=1_000, total_fen=1_000, discount_fen=200, category="shop"), "sale.differs"),
        (PricedLine(price_fen=0, total_fen=0, category="shop"), "amount.zero"),
    ],
)
def test_a_discount_is_what_the_rules_say(books: Books, line: PricedLine, code: str) -> None:
    """B4: a till that would sell for less, or for more, has other rules than the office."""
    eighty = Discount(off=2_000, categories=("meal",))
    counter = Counter(books, CardType(type=2, name="x", discounts=(eighty,)), main=5_000)
    assert reason(counter.sell(lines=(line,))) == code
    books.tie_out()


def test_the_first_meals_of_the_day_are_counted_by_the_books(books: Books) -> None:
    """B4: two at ￥2, the third at its price; a void gives one back."""
    rule = Discount(price_fen=200, first_n=2)
    counter = Counter(books, CardType(type=2, name="x", purse_on_card=False, discounts=(rule,)), main=5_000)
    cheap = (PricedLine(price_fen=1_200, total_fen=1_200, discount_fen=1_000),)
    first = counter.sale(lines=cheap, first_n=1)
    assert reason(counter.ask(first)) == Status.CREATED
    assert reason(counter.sell(lines=cheap, first_n=1)) == Status.CREATED
    assert reason(counter.sell(lines=cheap, first_n=1)) == "sale.differs"
    assert reason(counter.sell((1_200, ""))) == Status.CREATED
    assert reason(counter.void(first)) == Status.CREATED
    assert reason(counter.sell(lines=cheap, first_n=1)) == Status.CREATED
    assert reason(counter.sell(lines=cheap, first_n=1)) == "sale.differs"
    books.tie_out()


def test_limits_count_this_meal_and_this_day(books: Books) -> None:
    """B9 B10: by the outlet's own calendar; a voided sale does not count."""
    minute = (local(NOW).hour * 60 + local(NOW).minute) % 1_440
    meal = Period(name="此餐", start=minute, end=(minute + 1) % 1_440)
    card_type = CardType(
        type=2, name="x", purse_on_card=False, meal_limit_fen=1_000, meal_count_limit=3, day_limit_fen=1_500
    )
    counter = Counter(books, card_type, main=10_000)
    calendars = {0: (CalendarTerms(periods=(meal,)),)}
    counter.terms = Terms.at((card_type,), calendars, NOW)
    counter.station.at = NOW
    first = counter.sale((800, ""))
    assert reason(counter.ask(first)) == Status.CREATED
    assert reason(counter.sell((201, ""))) == "limit.meal"
    assert reason(counter.void(first)) == Status.CREATED
    assert reason(counter.sell((1_000, ""))) == Status.CREATED
    counter.station.at = NOW + 60  # the meal is over
    assert reason(counter.sell((501, ""))) == "limit.day"
    assert reason(counter.sell((500, ""))) == Status.CREATED
    books.tie_out()


def test_a_card_past_its_day_buys_nothing(books: Books) -> None:
    counter = Counter(books, CardType(type=2, name="x", purse_on_card=False, valid_days=1), main=500)
    late = counter.sale((100, ""))
    fields = {name: getattr(late, name) for name in late.__struct_fields__} | {"day": TODAY + 2}
    assert reason(counter.ask(FullSale(**fields))) == "card.expired"


def test_points_come_and_go_with_a_sale_and_its_void(books: Books) -> None:
    """B5: what points pay costs the unit, and earns none."""
    card_type = CardType(type=2, name="x", purse_on_card=False, points=POINTS)
    counter = Counter(books, card_type, main=10_000)
    sale = counter.sale((2_550, "meal"))
    assert reason(counter.ask(sale)) == Status.CREATED
    assert counter.held("points") == 25
    mixed = (Pay("points", 10), Pay("main", 90))
    assert reason(counter.sell((100, "meal"), pays=mixed, spent=10)) == Status.CREATED
    assert (counter.held("points"), books.balance("cost:points")) == (15, -15 - 10)
    assert (
        reason(counter.sell((100, "meal"), pays=(Pay("points", 16), Pay("main", 84)), spent=16))
        == "points.short"
    )
    assert (
        reason(counter.sell((100, "meal"), pays=(Pay("points", 15), Pay("main", 85)), spent=14))
        == "sale.differs"
    )
    assert reason(counter.void(sale)) == Status.CREATED
    assert counter.held("points") == -10
    books.tie_out()


def test_a_use_pays_a_line_and_its_share_goes_to_the_owner(books: Books) -> None:
    """B7: of ￥80.05 for ten baths."""
    counter = Counter(books, main=0)
    card = counter.card
    counter.give(
        [
            ("count:bath", f"card:{card}:uses:bath", 10, "CNT:bath"),
            ("vault", f"card:{card}:prepaid:bath", 8_005, "CNY"),
        ]
    )

    def bathe(times: int) -> FullSale:
        total = 1_000 * times
        line = PricedLine(
            price_fen=1_000, total_fen=total, quantity=1_000 * times, discount_fen=total, uses="bath"
        )
        return counter.sale(lines=(line,), uses=(Use("bath", times),))

    sale = bathe(3)
    assert reason(counter.ask(sale)) == Status.CREATED
    assert (counter.held("uses:bath"), counter.held("prepaid:bath"), counter.earned_by_owner) == (
        7,
        5_605,
        2_400,
    )
    assert reason(counter.void(sale)) == Status.CREATED
    assert reason(counter.void(sale)) == "void.excess"
    assert (counter.held("uses:bath"), counter.held("prepaid:bath"), counter.earned_by_owner) == (
        10,
        8_005,
        0,
    )
    assert reason(counter.ask(bathe(10))) == Status.CREATED
    assert (counter.held("uses:bath"), counter.held("prepaid:bath"), counter.earned_by_owner) == (0, 0, 8_005)
    assert reason(counter.ask(bathe(1))) == "count.short"
    books.tie_out()


def test_a_cost_centre_bears_a_meal_up_to_its_limit(books: Books) -> None:
    """B12."""
    card_type = CardType(type=2, name="x", wallets=(WalletTerms(wallet="main"), WalletTerms(wallet="centre")))
    counter = Counter(books, card_type, main=100)
    row = {"unit_id": UNIT, "centre": 3, "name": "研发", "limit_fen": 1_000, "active": True}
    books.write(lambda c: c.execute(insert(cost_centre).values(**row)))

    def dine(fen: int, centre: int) -> str:
        return reason(counter.sell((fen, "meal"), pays=(Pay("centre", fen),), centre=centre))

    assert dine(800, 3) == Status.CREATED
    assert dine(201, 3) == "centre.limit"
    assert dine(10, 4) == "centre.unknown"
    assert (books.balance("centre:3"), counter.held("main")) == (-800, 100)
    counter.terms = Terms({2: CardType(type=2, name="x")})
    assert dine(10, 3) == "sale.wallet"
    books.tie_out()


def test_a_sale_that_names_its_wallets_gets_these_or_none(books: Books) -> None:
    """Gift never where it may not, also when a till asks for it."""
    counter = Counter(books, main=500, gift=500, subsidy=500)
    assert reason(counter.sell((300, "meal"), pays=(Pay("main", 300),))) == Status.CREATED
    assert reason(counter.sell((300, "meal"), pays=(Pay("gift", 300),))) == "wallet.scope"
    assert reason(counter.sell((300, "shop"), pays=(Pay("subsidy", 300),))) == "wallet.scope"
    assert reason(counter.sell((300, "meal"), pays=(Pay("main", 201), Pay("subsidy", 99)))) == "purse.short"
    assert reason(counter.sell((300, "meal"), pays=(Pay("gift2", 300),))) == "sale.wallet"
    assert reason(counter.sell((300, "meal"), pays=(Pay("cash", 300),))) == Status.CREATED
    assert books.balance("till:1001:cash") == -300
    books.tie_out()


def test_uses_are_sold_at_the_desk_with_a_last_day(books: Books) -> None:
    """B7: ten baths for ￥80; a new lot makes the old one last as long; what is over stays with the unit."""
    counter = Counter(books, main=0)
    card = counter.card

    def order(kind: type[Order[Any]], terms: Any) -> str:
        counter.given += 1
        key = key_of(RecordId(65_000, 2, card * 10 + counter.given))
        return reason(books.do(kind(UNIT, key, terms, 1)))

    def buy(times: int, fen: int, until: int, name: str = "bath") -> str:
        return order(SellCount, Selling(1001, card, 1, name, times, fen, until))

    assert buy(10, 8_000, TODAY + 2) == Status.CREATED
    assert buy(5, 5_000, TODAY + 9) == Status.CREATED
    assert (counter.held("uses:bath"), counter.held("prepaid:bath")) == (15, 13_000)
    assert books.balance("till:1001:cash") == -13_000
    for times, fen, until, name in (
        (0, 1, 0, "bath"),
        (1, -1, 0, "bath"),
        (1, 1, 0, "Bad!"),
        (70_000, 1, 0, "a"),
    ):
        assert buy(times, fen, until, name) == "count.malformed"
    assert buy(1, 1, TODAY - 1) == "count.expired"
    line = PricedLine(price_fen=900, total_fen=900, discount_fen=900, uses="bath")
    assert reason(counter.sell(lines=(line,), uses=(Use("bath", 1),))) == Status.CREATED
    assert order(ClearCount, Clearing(card, 1, "bath")) == "count.nothing"
    books.clock.advance(10 * 86_400)
    late = counter.sale(lines=(line,), uses=(Use("bath", 1),))
    fields = {name: getattr(late, name) for name in late.__struct_fields__} | {"day": TODAY + 10}
    assert reason(counter.ask(FullSale(**fields))) == "count.expired"
    assert order(ClearCount, Clearing(card, 1, "bath")) == Status.CREATED
    assert (counter.held("uses:bath"), counter.held("prepaid:bath")) == (0, 0)
    assert books.balance("breakage:count") == 13_000 - 866
    books.tie_out()


def test_three_forms_of_points(books: Books) -> None:
    """B5: points only and points with discount go with other money; with stored value the card pays too."""
    eighty = (Discount(off=2_000),)
    for number, (terms, off, pays) in enumerate(
        (
            ({"stores_value": False}, 0, (Pay("cash", 1_000),)),
            ({"stores_value": False, "discounts": eighty}, 200, (Pay("cash", 800),)),
            ({"discounts": eighty}, 200, (Pay("main", 800),)),
        )
    ):
        card_type = CardType(type=2, name="x", purse_on_card=False, points=POINTS, **terms)
        counter = Counter(books, card_type, main=0 if number < 2 else 1_000)
        counter.station.terminal = 1001 + number
        line = PricedLine(price_fen=1_000, total_fen=1_000, discount_fen=off)
        sale = counter.sale(lines=(line,), pays=pays)
        body = encode(sale)
        answer = books.run(intake.account_sale(books.lane, UNIT, 1001 + number, body, counter.terms))
        assert (reason(answer), counter.held("points")) == (Status.CREATED, (1_000 - off) // 100)
    books.tie_out()
