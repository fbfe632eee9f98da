"""Goal: limits and first-n prices of sales off a card are decided again from what the card had counted.

Method: one fact per rule, on both engines; it stands each time, and the office is told which rule it broke.
F: B4 B9
"""

import msgspec
import pytest

from onecard.clock import card_seconds
from onecard.wire.messages import CardType, CountedSale, Counters, Discount, Pay, PricedLine, PurseWrite, Sale
from tests.server.books.engine import Books
from tests.server.books.station import NOW
from tests.server.books.test_selling import CARD, HELD, Canteen

TYPE = CardType(
    type=1,
    name="职工卡",
    day_limit_fen=5_000,
    day_count_limit=3,
    min_interval_s=30,
    discounts=(Discount(price_fen=200, first_n=1),),
)
AGO, YESTERDAY = card_seconds(NOW - 60), card_seconds(NOW - 86_400)
#: What the card had counted, what the meal of ￥10 cost, and which rule that broke.
CASES: dict[str, tuple[Counters | None, int, list[str]]] = {
    "the first meal of the day": (Counters(), 200, []),
    "the first one at the full price": (Counters(), 1_000, ["discount"]),
    "the second one": (Counters(AGO, 20, 1, 0, 0, 1), 1_000, []),
    "the second one at the price of the first": (Counters(AGO, 20, 1, 0, 0, 1), 200, ["discount"]),
    "the first of today after one of yesterday": (Counters(YESTERDAY, 20, 1, 0, 0, 1), 200, []),
    "up to the day's limit": (Counters(AGO, 400, 2, 0, 0, 1), 1_000, []),
    "above the day's limit": (Counters(AGO, 401, 2, 0, 0, 1), 1_000, ["limit.day"]),
    "above that of yesterday": (Counters(YESTERDAY, 500, 3, 0, 0, 0), 200, []),
    "once too often": (Counters(AGO, 30, 3, 0, 0, 1), 1_000, ["limit.day_count"]),
    "too soon": (Counters(card_seconds(NOW - 5), 30, 1, 0, 0, 1), 1_000, ["limit.interval"]),
    "of a till that does not say": (None, 1_000, []),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fact_is_decided_again_from_the_cards_own_counters(books: Books, name: str) -> None:
    counters, fen, told = CASES[name]
    canteen = Canteen(books, card_type=TYPE)

    def make(head: dict[str, object], purse: PurseWrite) -> Sale:
        line = PricedLine(price_fen=1_000, total_fen=1_000, discount_fen=1_000 - fen)
        fields = head | {
            "versions": HELD, "outlet": 11, "owner": 5, "card": CARD, "issue": 1, "discount_fen": 1_000 - fen,
            "due_fen": fen, "pays": (Pay("main", fen),), "purse": purse, "lines": (line,),
        }  # fmt: skip
        if counters is None:
            return Sale(**fields)  # type: ignore[arg-type]
        return CountedSale(**fields, first_n=int(fen == 200), counters=counters)  # type: ignore[arg-type]

    canteen.till._move(canteen.card, -fen, make).done()
    assert books.upload(canteen.till).results == ()
    assert canteen.told() == told
    assert books.balance("owner:5:payable:11") == fen
    books.tie_out()


@pytest.mark.parametrize(
    ("told", "what"),
    [
        (Counters(card_seconds(NOW), 100, 1), []),
        (Counters(card_seconds(NOW), 99, 1), ["counters"]),
        (Counters(card_seconds(NOW), 100, 0), ["counters"]),
        (Counters(), ["counters"]),
    ],
    ids=["as it was left", "less spent", "fewer times", "nothing yet"],
)
def test_counters_are_those_that_the_sale_before_left(books: Books, told: Counters, what: list[str]) -> None:
    """A till that tells less than the card says could be a way round the day's limit."""
    canteen = Canteen(books, card_type=msgspec.structs.replace(TYPE, discounts=(), min_interval_s=0))
    till, at = canteen.till, NOW
    for counters in (Counters(), told):

        def make(
            head: dict[str, object], purse: PurseWrite, counters: Counters = counters, at: int = at
        ) -> Sale:
            fields = head | {
                "versions": HELD, "outlet": 11, "owner": 5, "card": CARD, "issue": 1, "due_fen": 1_000,
                "pays": (Pay("main", 1_000),), "purse": purse, "counters": counters, "at": at,
                "lines": (PricedLine(price_fen=1_000, total_fen=1_000),),
            }  # fmt: skip
            return CountedSale(**fields)  # type: ignore[arg-type]

        till._move(canteen.card, -1_000, make).done()
        books.upload(till)
        at = NOW + 60
    assert canteen.told() == what
    assert books.balance("owner:5:payable:11") == 2_000


def test_counters_without_a_card_contradict_themselves(books: Books) -> None:
    canteen = Canteen(books, card_type=TYPE)
    till = canteen.till
    line = PricedLine(price_fen=100, total_fen=100)
    till.append(
        CountedSale(
            **till.head(), outlet=11, owner=5, card=CARD, issue=1, due_fen=100, pays=(Pay("main", 100),),
            lines=(line,), counters=Counters(),
        )
    )  # fmt: skip
    assert [one.reason for one in books.upload(till).results] == ["purse_differs"]
