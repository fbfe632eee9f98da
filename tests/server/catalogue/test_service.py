"""Goal: only sensible products, card types and calendars reach a till, each from the moment it holds.

Method: bounds of prices, names and terms; what terminals are handed, before and after a change's moment.
"""

import pytest
from msgspec.structs import replace

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.money import MAX_FEN
from onecard.rules.periods import PLAIN, Calendar
from onecard.rules.terms import types_at
from onecard.wire.messages import (
    CalendarDocument,
    CalendarTerms,
    CardType,
    CatalogueDocument,
    Condition,
    Discount,
    Period,
    PointsTerms,
    Price,
    Sale,
    TypesDocument,
    Versions,
    WalletTerms,
    decode_document_body,
)
from server.catalogue import service
from server.catalogue.service import ProductTerms
from server.catalogue.terms import calendar_of, products_of, types_of
from server.organisation.service import add_outlet
from server.terminals import document, version
from tests.server.office import NOW, Office

#: The office of these tests, one after the other.
ENGINES = ("sqlite", "postgresql")

TYPE = CardType(type=7, name="访客卡", name_en="Visitor", cap_fen=20_000, valid_days=1, deposit_fen=2_000)


@pytest.mark.parametrize("price", [0, -1, MAX_FEN + 1, 10**30])
def test_a_price_out_of_range_is_refused(office: Office, price: int) -> None:
    with pytest.raises(Refused) as no:
        office.write(lambda c: service.add_product(c, 1, NOW, name="x", category="y", price_fen=price))
    assert no.value.code == "price.out_of_range"


def test_a_product_needs_a_name_and_a_category(office: Office) -> None:
    for name, category in (("", "y"), ("x", "")):
        with pytest.raises(Refused):
            office.write(
                lambda c, n=name, k=category: service.add_product(c, 1, NOW, name=n, category=k, price_fen=1)
            )
    assert office.read(lambda c: service.products(c, 1, 1)) == ()


def test_a_card_type_is_kept_word_for_word(office: Office) -> None:
    """F: A1"""
    office.write(lambda c: service.put_card_type(c, 1, TYPE, NOW))
    assert office.read(lambda c: service.card_type_of(c, 1, 7)) == TYPE
    assert [one.type for one in office.read(lambda c: service.card_types(c, 1))] == [1, 7]
    with pytest.raises(Refused) as no:
        office.read(lambda c: service.card_type_of(c, 1, 8))
    assert no.value.code == "card_type.unknown"


def test_terms_for_later_stay_while_those_of_today_change(office: Office) -> None:
    """B13: a change now does not undo what was set for the first of the month."""
    later = replace(TYPE, since=NOW + 1_000, cap_fen=9_000)
    for terms in (TYPE, later, replace(TYPE, cap_fen=8_000), replace(later, cap_fen=9_500)):
        office.write(lambda c, t=terms: service.put_card_type(c, 1, t, NOW))

    def cap(at: int) -> int:
        return office.read(lambda c: service.card_type_of(c, 1, 7, at)).cap_fen

    assert (cap(NOW), cap(NOW + 999), cap(NOW + 1_000)) == (8_000, 8_000, 9_500)
    rows = office.read(lambda c: service.card_types(c, 1))
    assert [types_at(rows, at)[7].cap_fen for at in (NOW, NOW + 1_000)] == [8_000, 9_500]
    # Once the moment is over a change at once takes the place of both.
    office.write(lambda c: service.put_card_type(c, 1, replace(TYPE, cap_fen=7_000), NOW + 2_000))
    assert (cap(NOW + 2_000), len(office.read(lambda c: service.card_types(c, 1)))) == (7_000, 2)


FAULTS = [
    ({"sale_limit_fen": -1}, "card_type.amount"),
    ({"cap_fen": MAX_FEN + 1}, "card_type.amount"),
    ({"min_interval_s": -1}, "card_type.amount"),
    ({"valid_days": 0}, "card_type.validity"),
    ({"valid_days": 365, "least_valid_days": 1_095}, "card_type.validity"),
    ({"media": ("m1", "stone")}, "card_type.media"),
    ({"wallets": (WalletTerms(wallet="main"), WalletTerms(wallet="main"))}, "card_type.wallets"),
    ({"wallets": (WalletTerms(wallet="treasure"),)}, "card_type.wallets"),
    ({"wallets": (WalletTerms(wallet="main", categories=("meal",)),)}, "card_type.main_scope"),
    ({"wallets": (WalletTerms(wallet="credit"), WalletTerms(wallet="main"))}, "card_type.credit_first"),
    ({"overdraft_fen": 1}, "card_type.overdraft"),
    ({"overdraft_fen": 1, "purse_on_card": False}, ""),
    ({"discounts": (Discount(off=1, since=9, until=8),)}, "card_type.dates"),
    ({"points": PointsTerms(since=9, until=8)}, "card_type.dates"),
    ({"discounts": (Discount(first_n=1),)}, "card_type.discount"),
    ({"discounts": (Discount(off=1, price_fen=1),)}, "card_type.discount"),
    ({"stores_value": False, "wallets": (WalletTerms(wallet="main"),)}, "card_type.no_value"),
    ({"stores_value": False, "points": PointsTerms(per_100_yuan=1)}, ""),
    ({"name": " "}, "name.malformed"),
]


@pytest.mark.parametrize(("terms", "code"), FAULTS)
def test_a_card_type_that_makes_no_sense_is_refused(
    office: Office, terms: dict[str, object], code: str
) -> None:
    wanted = replace(CardType(type=7, name="x"), **terms)
    if not code:
        office.write(lambda c: service.put_card_type(c, 1, wanted, NOW))
        return
    with pytest.raises(Refused) as no:
        office.write(lambda c: service.put_card_type(c, 1, wanted, NOW))
    assert no.value.code == code
    assert [one.type for one in office.read(lambda c: service.card_types(c, 1))] == [1]


def test_a_product_has_prices_the_particular_first_and_a_menu(office: Office) -> None:
    """F: B6 B13"""
    dish = office.write(lambda c: service.add_product(c, 1, NOW, name="面", category="主食", price_fen=800))
    wanted = ProductTerms((Price(fen=700), Price(fen=500, level=2)), (Condition(days=31),))
    office.write(lambda c: service.put_product_terms(c, 1, dish, wanted, NOW))
    (one,) = office.read(lambda c: service.products(c, 1, 1))
    assert ([row.fen for row in one.prices], one.menu) == ([500, 700], wanted.menu)
    for terms, code in (
        (ProductTerms((Price(fen=0),)), "price.out_of_range"),
        (ProductTerms((Price(fen=5, since=9, until=8),)), "product.dates"),
    ):
        with pytest.raises(Refused) as no:
            office.write(lambda c, t=terms: service.put_product_terms(c, 1, dish, t, NOW))
        assert no.value.code == code
    with pytest.raises(Refused) as no:
        office.write(lambda c: service.put_product_terms(c, 1, 99, wanted, NOW))
    assert no.value.code == "product.unknown"


NIGHT = CalendarTerms(day_starts_at_minute=360, periods=(Period(name="夜场", start=1_200, end=300),))


def test_an_outlet_has_its_own_calendar_or_the_units(office: Office) -> None:
    """F: B10"""
    bar = office.write(lambda c: add_outlet(c, 1, "酒吧", 1, 1))
    unit = CalendarTerms(special=((2_312, 7),))
    assert office.read(lambda c: service.calendar_of(c, 1, bar)) == ()
    office.write(lambda c: service.put_calendar(c, 1, 0, unit, NOW))
    office.write(lambda c: service.put_calendar(c, 1, bar, NIGHT, NOW))
    assert office.read(lambda c: service.calendar_of(c, 1, 1)) == (unit,)
    assert office.read(lambda c: service.calendar_of(c, 1, bar)) == (NIGHT,)
    with pytest.raises(Refused) as no:
        bad = CalendarTerms(periods=(Period(name="x", start=5, end=5),))
        office.write(lambda c: service.put_calendar(c, 1, 0, bad, NOW))
    assert no.value.code == "calendar.hours"


def test_decisions_follow_the_terms_as_their_moment_comes(office: Office) -> None:
    """A running server needs no restart and no change to go on to what was set for later."""
    later = replace(TYPE, since=NOW + 1_000, cap_fen=9_000)
    night = replace(NIGHT, since=NOW + 1_000)
    for terms in (TYPE, later):
        office.write(lambda c, t=terms: service.put_card_type(c, 1, t, NOW))
    for terms in (CalendarTerms(), night):
        office.write(lambda c, t=terms: service.put_calendar(c, 1, 0, t, NOW))
    office.run(office.runtime.look())
    held = office.runtime.terms
    assert (held.types[7].cap_fen, held.calendar(1)) == (20_000, PLAIN)
    office.clock.advance(1_000)
    office.run(office.runtime.look())
    held = office.runtime.terms
    assert (held.types[7].cap_fen, held.calendar(1)) == (9_000, Calendar.of(night))


def test_what_was_handed_out_is_found_by_its_version_for_ever(office: Office) -> None:
    """A fact is looked at again with the very documents its terminal held."""
    office.write(lambda c: service.put_card_type(c, 1, TYPE, NOW))
    dish = office.write(lambda c: service.add_product(c, 1, NOW, name="面", category="主食", price_fen=800))
    office.write(lambda c: service.put_calendar(c, 1, 0, NIGHT, NOW))
    who = document.Reader(unit=1, terminal=1, outlet=1, branch=1, owner=1)
    names = (version.TYPES, version.CATALOGUE, version.CALENDAR)
    made = office.write(lambda c: document.make(c, who, [document.Missing(name) for name in names], NOW))
    types, catalogue, calendar = (one.version for one in made)
    kinds = [type(decode_document_body(one.body)) for one in made]
    assert kinds == [TypesDocument, CatalogueDocument, CalendarDocument]
    office.write(lambda c: service.put_card_type(c, 1, replace(TYPE, cap_fen=1), NOW))
    sale = Sale(
        unit=1, id=RecordId(1, 1, 1), at=NOW, day=1, outlet=1, owner=1, card=1, issue=1, lines=(), due_fen=0,
        pays=(), versions=Versions(calendar=calendar),
    )  # fmt: skip
    for _ in range(2):  # the second time from memory
        assert TYPE in office.read(lambda c: types_of(c, 1, types))
        assert office.read(lambda c: products_of(c, 1, 1, catalogue))[dish].price_fen == 800
        assert office.read(lambda c: calendar_of(c, 1, sale)) == Calendar.of(NIGHT)
    assert office.read(lambda c: types_of(c, 1, types + 5)) is None
    assert office.read(lambda c: types_of(c, 1, 0)) is None
    assert office.read(lambda c: products_of(c, 1, 2, catalogue)) == {}
