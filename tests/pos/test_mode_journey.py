"""Goal: what a tap means is set here or by the office, and each mode takes exactly what it says.

Method: the till on a virtual card with documents of the office; count and credit with the real server.
"""

from onecard.wire import messages as m
from pos.mode import Mode
from tests.onecard.terminal.stand import read_plastic
from tests.pos.rig import Rig, error_of, make_plastic


def office(rig: Rig, **settings: str) -> None:
    rig.stand.receive(rig.stand.office.place(**settings))
    rig.flow.show()
    rig.wait(0.25)


def balance(plastic) -> int:
    return read_plastic(plastic).newest.main_fen


def test_tap_tap_tap_at_one_price_without_a_key(rig) -> None:
    # F: C1
    office(rig, mode="fixed", fixed_fen="350")
    cards = [make_plastic(1_000, uid=bytes([4, 9, 9, n]), card=500_100 + n) for n in range(3)]
    for card in cards:
        assert rig.overlay.look in ("ready", "ok")
        rig.tap(card)
    assert [balance(card) for card in cards] == [650, 650, 650]
    rig.put(cards[0])
    assert balance(cards[0]) == 300
    rig.wait(3)
    assert balance(cards[0]) == 300  # a card that stays pays once
    rig.lift()


def test_escape_pauses_the_fixed_price_and_enter_goes_on(rig, plastic) -> None:
    office(rig, mode="fixed", fixed_fen="350")
    rig.keys("escape")
    rig.wait(1)
    assert rig.overlay is None
    rig.tap(plastic)
    assert balance(plastic) == 10_000
    rig.keys("f12")
    assert rig.screen == "shift"
    rig.keys("escape enter")
    rig.wait(0.25)
    rig.tap(plastic)
    assert balance(plastic) == 9_650


def test_a_fixed_price_that_nobody_set_is_said_and_takes_nothing(rig, plastic) -> None:
    office(rig, mode="fixed")
    assert rig.message == error_of(rig, "mode.not_set")
    rig.tap(plastic)
    assert balance(plastic) == 10_000


def test_figures_are_prices(rig, plastic) -> None:
    # F: C1
    office(rig, mode="keys", key_prices="1:300 2:550,3:x 44:1")
    assert [(tile.action, tile.text) for tile in rig.view.tiles] == [("1", "￥3.00"), ("2", "￥5.50")]
    rig.keys("1 2 2")
    assert rig.view.amount == "￥14.00"
    rig.keys("9")
    assert rig.message == error_of(rig, "mode.no_price", figure="9")
    rig.keys("backspace enter")
    rig.tap(plastic)
    assert balance(plastic) == 10_000 - 850


def test_amounts_only_shows_and_takes_no_product(rig) -> None:
    # F: C1
    office(rig, mode="amount")
    assert rig.view.tiles == ()
    rig.keys("product:1")
    assert rig.message == error_of(rig, "mode.no_products")
    rig.keys("12.5")
    assert rig.view.amount == "￥12.50"


def test_prices_and_the_menu_follow_the_time_of_day(rig, plastic) -> None:
    # F: C1 B6
    lunch = m.Period(name="午餐", start=11 * 60, end=13 * 60)
    rig.stand.receive(
        rig.stand.office.document("calendar", m.CalendarDocument(terms=(m.CalendarTerms(periods=(lunch,)),))),
        rig.stand.office.document(
            "catalogue",
            m.CatalogueDocument(
                products=(
                    m.Product(
                        product=1,
                        name="套餐",
                        category="餐",
                        price_fen=1500,
                        prices=(m.Price(periods=("午餐",), fen=1200),),
                    ),
                    m.Product(
                        product=2,
                        name="早点",
                        category="餐",
                        price_fen=400,
                        menu=(m.Condition(periods=("早餐",)),),
                    ),
                )
            ),
        ),
    )
    rig.flow.show()
    assert [(tile.text, tile.detail) for tile in rig.view.tiles] == [("套餐", "￥12.00")]
    rig.clock.advance(3 * 3600)
    rig.flow.show()
    assert rig.view.tiles[0].detail == "￥15.00"
    rig.keys("product:1 enter")
    rig.tap(plastic)
    (sale,) = rig.stand.bodies(m.Sale)
    assert sale.due_fen == 1500


def test_the_cashier_chooses_until_the_office_says_something_new(rig) -> None:
    # F: C1
    rig.keys("f11")
    number = next(tile.action for tile in rig.view.tiles if tile.icon == "swap-horizontal")
    rig.keys(f"{number} 2")
    assert rig.screen == "sell"
    assert rig.till.mode is Mode.AMOUNT
    office(rig, mode="keys", key_prices="1:100")
    assert rig.till.mode is Mode.KEYS
    office(rig, mode="keys", key_prices="1:100", mode_switch="false")
    rig.keys(f"f11 {number} 1")
    assert rig.till.mode is Mode.KEYS
    assert rig.message == error_of(rig, "mode.fixed_by_office")


def test_no_mode_is_changed_over_a_bill(rig) -> None:
    rig.keys("5")
    rig.flow.go("mode")
    rig.keys("2")
    assert rig.till.mode is Mode.FREE
    assert rig.message == error_of(rig, "signon.bill_open")


def test_a_purse_card_is_not_sold_to_on_account(rig, plastic) -> None:
    office(rig, mode="account")
    rig.keys("5 enter")
    rig.tap(plastic)
    assert rig.overlay.detail == error_of(rig, "sale.wallet")
    assert balance(plastic) == 10_000
