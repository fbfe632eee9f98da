"""What an office has set up and has going on top of a day: a bit of everything that a page can show."""

from typing import Any

from onecard.cards.management.document import Kind
from onecard.clock import business_day, card_day
from onecard.ids import RecordId
from onecard.wire.messages import (
    CalendarTerms,
    CardType,
    Condition,
    Discount,
    Period,
    PointsTerms,
    Price,
    WalletTerms,
)
from server.adjustment import service as adjustments
from server.books.command import Order
from server.books.office import count, declare_lost, gift_free, hold, paper_slip, recharge_office
from server.books.office.centre_meal import CentreMeal
from server.books.office.centre_meal import Terms as Meal
from server.books.office.desk import server_key
from server.cards.service import open_account_card
from server.catalogue import service as catalogue
from server.credit import service as credit
from server.exceptions import proposal
from server.gift import service as gifts
from server.issuing import service as issuing
from server.management import service as management
from server.promotion import service as promotions
from server.reward import service as rewards
from server.subsidy import service as subsidies
from tests.server.console.day import Day
from tests.server.office import PASSWORD, Office

ACCOUNT = CardType(
    type=9,
    name="会员账户卡",
    name_en="Member account",
    purse_on_card=False,
    cap_fen=10_000_000,
    media=("code", "uid"),
    wallets=(WalletTerms(wallet="gift", categories=("房费",)), WalletTerms(wallet="main")),
    discounts=(Discount(off=1_000, periods=("午餐",)), Discount(price_fen=600, first_n=1, days=0x1F)),
    points=PointsTerms(per_100_yuan=100, redeem_fen=100),
)
MEALS = CalendarTerms(
    periods=(
        Period(name="早餐", name_en="Breakfast", start=390, end=540),
        Period(name="午餐", name_en="Lunch", start=660, end=810, days=0x1F),
        Period(name="晚餐", name_en="Dinner", start=1_020, end=1_140),
    ),
    special=((2_465, 7), (2_467, 0)),
)
LATER_S = 30 * 86_400


class Stock:
    """Numbers that tests and pictures look for."""

    def __init__(self, office: Office, day: Day) -> None:
        self.office, self.day = office, day
        self.unit, self.now = office.unit, office.clock.now()
        self.today = card_day(business_day(self.now))
        self.second = office.operator("second", 1, password=PASSWORD)
        self._rules()
        self.account = self._account()
        self._gifts()
        self._credit()
        self._waiting()
        self._management()

    def order(self, make: Any) -> None:
        """Given by the administrator; ``make``: key → order."""
        key = self.office.write(lambda c: server_key(c, self.unit))
        order: Order[Any] = make(key)
        answer = self.office.run(self.office.runtime.lane.do(order))
        assert answer.result.reason == "", answer

    def _rules(self) -> None:
        def write(c: Any) -> int:
            catalogue.put_card_type(c, self.unit, ACCOUNT, self.now)
            later = {**{f: getattr(ACCOUNT, f) for f in ACCOUNT.__struct_fields__}, "day_limit_fen": 50_000}
            catalogue.put_card_type(
                c, self.unit, CardType(**{**later, "since": self.now + LATER_S}), self.now
            )
            catalogue.put_calendar(c, self.unit, 0, MEALS, self.now)
            number = catalogue.add_product(
                c, self.unit, self.now, name="红烧牛肉面", name_en="Beef noodles", category="面食",
                price_fen=1_800,
            )  # fmt: skip
            prices = (Price(fen=1_500, level=1), Price(fen=2_000, since=self.today + 30))
            menu = (Condition(periods=("午餐", "晚餐")),)
            catalogue.put_product_terms(c, self.unit, number, catalogue.ProductTerms(prices, menu), self.now)
            catalogue.add_product(
                c, self.unit, self.now, name="可乐", category="饮料", price_fen=350, outlet=self.day.outlet
            )
            return number

        self.product: int = self.office.write(write)
        self.office.run(self.office.runtime.look())

    def _management(self) -> None:
        """One that is good, one that is over, one that was lost."""
        key, by, today = self.office.runtime.keys.signing, management.By(self.second), self.today

        def write(c: Any) -> None:
            for n, (kind, days) in enumerate(
                ((Kind.COLLECTOR, 30), (Kind.PAYEE, -1), (Kind.ADMINISTRATOR, 365), (Kind.SETTINGS, 365)), 1
            ):
                wanted = management.Wanted(
                    kind=kind, uid=bytes([4, 0xC0, 0, n]), from_day=today - 9, until_day=today + days,
                    operator=self.second if kind is Kind.ADMINISTRATOR else 0,
                )  # fmt: skip
                number, _ = management.issue(c, self.unit, RecordId(1, 1, n), wanted, key, by, self.now)
                if kind is Kind.COLLECTOR:
                    management.stop(c, self.unit, number, "lost", by, self.now)

        self.office.write(write)

    def _account(self) -> int:
        member = self.day.members[1]
        made = self.office.write(
            lambda c: open_account_card(c, self.unit, member, "0a0b0c0d", ACCOUNT, self.now)
        )
        draft = promotions.Draft(name="充 500 送 100", name_en="500 + 100", least_fen=50_000, gift_fen=10_000)
        seller = self.office.write(lambda c: promotions.put_salesperson(c, self.unit, self.second, 150))
        self.office.write(lambda c: promotions.add_promotion(c, self.unit, draft, 1, self.now))
        card = int(made[0])
        terms = recharge_office.Terms(card=card, issue=1, fen=80_000, gateway="wechat", salesperson=seller)
        types = self.office.runtime.terms.types
        self.order(lambda key: recharge_office.RechargeOffice(self.unit, key, terms, 1, types))
        return card

    def _gifts(self) -> None:
        types = self.office.runtime.terms.types

        def write(c: Any) -> None:
            gifts.set_quota(c, self.unit, 1, 50_000, self.second, self.now)
            gifts.set_quota(c, self.unit, self.second, 20_000, 1, self.now)
            rewards.add_reward(c, self.unit, name="保温杯", name_en="Flask", points=500, stock=20)
            rewards.add_reward(c, self.unit, name="余额 20 元", name_en="20 yuan", points=2_000, fen=2_000)

        self.office.write(write)
        given = gift_free.Terms(self.account, 1, 3_000, "apology")
        self.order(lambda key: gift_free.GiftFree(self.unit, key, given, 1, types))
        uses = count.Selling(self.day.first.terminal, self.account, 1, "swim", 10, 20_000, self.today + 90)
        self.order(lambda key: count.SellCount(self.unit, key, uses, 1))
        room = hold.Opening(self.account, 1, 1, "K8", 20_000, self.now + 6 * 3_600)
        self.order(lambda key: hold.Hold(self.unit, key, room, 1, types))
        card = self.day.cards[5].card
        loaded = recharge_office.Terms(card=card, issue=1, fen=5_000)
        self.order(lambda key: recharge_office.RechargeOffice(self.unit, key, loaded, 1, types))

    def _credit(self) -> None:
        centre = self.office.write(lambda c: credit.add_centre(c, self.unit, "行政部招待费", 500_000))
        for fen, people, purpose in ((32_000, 4, "来访接待"), (12_000, 2, "培训")):
            meal = Meal(centre=centre, outlet=1, fen=fen, people=people, purpose=purpose)
            self.order(lambda key, meal=meal: CentreMeal(self.unit, key, meal, 1))
        self.office.write(
            lambda c: credit.make_bill(c, self.unit, f"centre:{centre}", self.today, 1, self.now)
        )

    def _waiting(self) -> None:
        """What a second person has to answer, asked by the second administrator and by the first."""
        day, card = self.day, self.day.cards[2].card

        def write(c: Any) -> int:
            slip = paper_slip.Terms(1, 37, card, 1, 1_250, self.today, self.now - 3_600, self.second)
            proposal.propose(c, self.unit, "paper_slip", slip, self.second, self.now)
            lost = declare_lost.Terms(day.second.till.terminal, 1)
            proposal.propose(c, self.unit, "declare_lost", lost, 1, self.now)
            adjustments.propose(
                c, self.unit, debit="promo:gift", credit=f"card:{self.account}:gift", fen=1_000,
                reason="complaint", operator=self.second, now=self.now,
            )  # fmt: skip
            who = [(member, 5_000) for member in day.members[9:12]]
            draft = subsidies.Draft(name="十一月餐补", way="direct", wallet="subsidy")
            subsidies.draft(c, self.unit, draft, tuple(who), self.second, self.now)
            return issuing.add_list(c, self.unit, "新员工 11 月", 1, who, 1, self.now)

        self.issue_list: int = self.office.write(write)
