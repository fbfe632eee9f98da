"""Cost-centre and guest meals, bills of a period, and paying them. F: B8 B12"""

from typing import Any

import pytest

from onecard.errors import Refused
from server.books.office.centre_meal import Back, CentreMeal, CentreMealBack, Terms
from server.books.office.pay_credit import PayCredit
from server.books.office.pay_credit import Terms as Payment
from server.credit.service import (
    add_centre,
    bill_lines,
    bills,
    centres,
    change_centre,
    make_bill,
    owing,
)
from tests.server.books.office.house import ANNA, TODAY, WHOLE, House
from tests.server.books.station import NOW, UNIT


def centre(house: House, limit: int = 0) -> int:
    made: int = house.books.write(lambda c: add_centre(c, UNIT, "招待费", limit))
    return made


def meal(house: House, number: int, fen: int, **more: Any) -> CentreMeal:
    terms = {"centre": number, "outlet": house.outlet, "fen": fen, "people": 4, "purpose": "visit", **more}
    return CentreMeal(UNIT, house.key(), Terms(**terms), ANNA)


def pay(house: House, debtor: str, fen: int, **more: Any) -> PayCredit:
    return PayCredit(UNIT, house.key(), Payment(debtor, fen, **more), ANNA)


def bill(house: House, debtor: str, until: int = TODAY) -> int:
    made: int = house.books.write(lambda c: make_bill(c, UNIT, debtor, until, ANNA, NOW))
    return made


def test_a_guest_meal_is_owed_by_its_centre(house: House) -> None:
    number = centre(house)
    assert house.created(meal(house, number, 32_000)).balance_fen == 32_000
    assert house.books.balance(f"centre:{number}") == -32_000
    assert house.books.balance(f"owner:{house.owner}:payable:{house.outlet}") == 32_000
    (row,) = house.books.read(lambda c: centres(c, WHOLE))
    assert row["owed_fen"] == 32_000


def test_a_meal_that_was_a_mistake_is_taken_back_once(house: House) -> None:
    number = centre(house)
    order = meal(house, number, 32_000)
    house.created(order)
    entry = house.entry_of(order)
    house.created(CentreMealBack(UNIT, house.key(), Back(entry), ANNA))
    assert house.books.accounts() == {}
    assert house.refused(CentreMealBack(UNIT, house.key(), Back(entry), ANNA)) == "centre.taken_back"
    assert house.refused(CentreMealBack(UNIT, house.key(), Back(999), ANNA)) == "centre.no_meal"


def test_a_centre_owes_no_more_than_it_may(house: House) -> None:
    number = centre(house, limit=50_000)
    house.created(meal(house, number, 30_000))
    assert house.refused(meal(house, number, 20_001)) == "centre.limit"
    house.created(meal(house, number, 20_000))
    house.created(pay(house, f"centre:{number}", 50_000, gateway="bank"))
    house.created(meal(house, number, 50_000))


BAD_MEALS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"fen": 0}, "amount.zero"),
    ({"fen": -5}, "amount.zero"),
    ({"people": 0}, "number.malformed"),
    ({"purpose": "x" * 65}, "number.malformed"),
    ({"outlet": 99}, "outlet.unknown"),
    ({"centre": 99}, "centre.unknown"),
)


def test_what_no_meal_may_say(house: House) -> None:
    number = centre(house)
    for bad, code in BAD_MEALS:
        terms = {"centre": number, "outlet": house.outlet, "fen": 100, **bad}
        assert house.refused(CentreMeal(UNIT, house.key(), Terms(**terms), ANNA)) == code, bad


def test_a_closed_centre_eats_nothing(house: House) -> None:
    number = centre(house)
    house.books.write(lambda c: change_centre(c, UNIT, number, 0, False))
    assert house.refused(meal(house, number, 100)) == "centre.unknown"
    with pytest.raises(Refused, match=r"centre\.unknown"):
        house.books.write(lambda c: change_centre(c, UNIT, 99, 0, True))


# ---- bills


def test_each_entry_stands_on_one_bill(house: House) -> None:
    """What is on none yet, what was open before, what came in: numbered, and never changed by what comes
    later."""
    number = centre(house)
    debtor = f"centre:{number}"
    house.created(meal(house, number, 10_000))
    house.created(meal(house, number, 5_000))
    first = bill(house, debtor)
    house.created(pay(house, debtor, 12_000))
    house.created(meal(house, number, 1_000))
    second = bill(house, debtor)
    with pytest.raises(Refused, match=r"credit\.nothing"):
        bill(house, debtor)
    newest, oldest = house.books.read(lambda c: bills(c, WHOLE, debtor))
    assert (oldest["opening_fen"], oldest["charged_fen"], oldest["paid_fen"], oldest["due_fen"]) == (
        *(0, 15_000, 0, 15_000),
    )
    assert (newest["opening_fen"], newest["charged_fen"], newest["paid_fen"], newest["due_fen"]) == (
        *(15_000, 1_000, 12_000, 4_000),
    )
    assert house.books.read(lambda c: owing(c, WHOLE)) == [(debtor, 4_000)]
    lines = [house.books.read(lambda c, n=n: bill_lines(c, WHOLE, n)) for n in (first, second)]
    assert [[row["fen"] for row in one] for one in lines] == [[10_000, 5_000], [-12_000, 1_000]]


def test_a_bill_ends_with_its_period(house: House) -> None:
    number = centre(house)
    debtor = f"centre:{number}"
    house.created(meal(house, number, 10_000))
    house.books.clock.advance(86_400)
    house.created(meal(house, number, 700))
    bill(house, debtor, TODAY)
    bill(house, debtor, TODAY + 1)
    newest, oldest = house.books.read(lambda c: bills(c, WHOLE, debtor))
    assert (oldest["charged_fen"], newest["opening_fen"], newest["charged_fen"]) == (10_000, 10_000, 700)


BAD_PAYMENTS: tuple[tuple[str, int, dict[str, Any], str], ...] = (
    ("centre:1", 10_001, {}, "credit.overpaid"),
    ("centre:1", 0, {}, "amount.zero"),
    ("centre:1", -1, {}, "amount.zero"),
    ("centre:2", 1, {}, "credit.overpaid"),
    ("card:1:main", 1, {}, "credit.unknown"),
    ("member:0:credit", 1, {}, "credit.unknown"),
    ("vault", 1, {}, "credit.unknown"),
    ("centre:1", 1, {"gateway": "A B"}, "recharge.source"),
)


def test_what_no_payment_may_say(house: House) -> None:
    house.created(meal(house, centre(house), 10_000))
    for debtor, fen, more, code in BAD_PAYMENTS:
        assert house.refused(pay(house, debtor, fen, **more)) == code, (debtor, fen)


def test_where_the_money_came_in(house: House) -> None:
    number = centre(house)
    house.created(meal(house, number, 10_000))
    for more, cash in (
        ({}, "operator:7:cash"),
        ({"terminal": 1001}, "till:1001:cash"),
        ({"gateway": "bank"}, "gateway:bank"),
    ):
        house.created(pay(house, f"centre:{number}", 2_000, **more))
        assert house.books.balance(cash) == -2_000
