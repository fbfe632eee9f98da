"""Goal: what goes wrong at a counter is said, loses nobody any money and lets the next customer pay.

Method: the whole till on a virtual card; drivers of scale and scanner speak bytes over cables.
F: C1 C2 C3 C11
"""

import pytest
from msgspec.structs import replace

from onecard.cards.image import Identity, Purse
from onecard.cards.layout import MAX_COUNTER
from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.devices.scales import State
from onecard.devices.scales.cas import frames
from onecard.wire import messages as m
from tests.onecard.terminal.stand import CARD, CARD_TYPE, KEYS, TODAY, UID, UNIT, read_plastic
from tests.pos.bench import Bench
from tests.pos.frontdesk.test_media_journey import transit_card
from tests.pos.rig import Rig, error_of, make_plastic
from tests.pos.test_counter_journey import GOODS, bill

DISH = m.Product(product=3, name="红烧肉", category="荤菜", price_fen=800, barcode="6901234567892")


def on_sale(rig: Rig, *products: m.Product) -> None:
    rig.stand.receive(rig.stand.office.document("catalogue", m.CatalogueDocument(products=products)))
    rig.flow.show()


@pytest.fixture
def scales(tmp_path):
    rig = Rig(tmp_path, weigh_categories="水果,鲜肉")
    on_sale(rig, *GOODS)
    rig.sign_on()
    yield rig
    rig.stand.close()


def test_a_price_that_changes_under_a_bill_holds_for_what_is_rung_after_it(rig, plastic) -> None:
    # F: C2
    on_sale(rig, DISH)
    rig.keys("product:3")
    on_sale(rig, replace(DISH, price_fen=900))
    rig.keys("product:3 2 * product:3")
    assert bill(rig) == [("红烧肉", "1 × 8.00", "8.00"), ("红烧肉", "3 × 9.00", "27.00")]
    rig.keys("enter")
    rig.tap(plastic)
    (sale,) = rig.stand.bodies(m.Sale)
    assert [(line.quantity, line.price_fen) for line in sale.lines] == [(1000, 800), (3000, 900)]
    assert read_plastic(plastic).newest.main_fen == 10_000 - 3_500


def test_two_products_of_one_barcode_are_chosen_from_and_never_guessed(rig) -> None:
    # F: C2
    on_sale(rig, DISH, replace(DISH, product=4, name="红烧茄子", price_fen=600))
    for way in ("", "/ "):
        rig.keys(f"{way}scan:6901234567892")
        assert rig.screen == "find"
        assert rig.message == rig.till.tr("pos.find.several")
        assert [row.cells[0] for row in rig.view.rows] == ["红烧肉", "红烧茄子"]
        rig.keys("down enter")
        assert rig.screen == "sell"
    assert bill(rig) == [("红烧茄子", "2 × 6.00", "12.00")]


def test_a_purse_at_its_cap_takes_no_cash_and_says_how_much_fits(rig) -> None:
    # F: C11
    full = make_plastic(CARD_TYPE.cap_fen)
    rig.keys("f9 f3 100 enter")
    rig.tap(full)
    assert rig.overlay.look == "refused"
    assert rig.overlay.detail == error_of(rig, "limit.cap", cap=CARD_TYPE.cap_fen, room=0)
    assert rig.stand.bodies(m.Recharge) == []
    assert rig.papers == []
    rig.wait(2)
    rig.tap(make_plastic(CARD_TYPE.cap_fen - 10_000, uid=b"\x04\x99\x88\x77", card=CARD + 1))
    assert rig.overlay.look == "ok"  # the next one has room, to the fen


def test_a_card_of_other_keys_is_none_of_ours_and_the_next_one_pays(rig, plastic) -> None:
    # F: C1
    rig.keys("12.5 enter")
    rig.tap(transit_card("0499aabb"))
    assert rig.overlay.look == "refused"
    assert rig.overlay.detail == error_of(rig, "card.foreign")
    rig.wait(2)
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    assert len(rig.stand.bodies(m.Sale)) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_card_at_the_end_of_its_counter_is_refused_before_anything_is_written(
    rig, plastic, language
) -> None:
    # F: C1
    rig.till.speak(language)
    worn = VirtualM1(UID)
    identity = Identity(
        unit=UNIT, card=CARD, issue=1, type=1, key_version=KEYS.version, until_day=TODAY + 900, from_day=1
    )
    card = M1Card(DirectStorage(worn), KEYS, UNIT)
    card.personalise(identity, Purse(main_fen=10_000, counter=MAX_COUNTER))
    worn.pull()
    rig.keys("12.5 enter")
    rig.tap(worn)
    assert rig.overlay.look == "refused"
    assert rig.overlay.detail == error_of(rig, "card.counter_full")
    assert "counter_full" not in rig.overlay.detail
    assert (rig.stand.bodies(m.Sale), rig.till.aside) == ([], ())
    assert read_plastic(worn).newest.main_fen == 10_000
    rig.wait(2)
    rig.tap(plastic)
    assert rig.overlay.look == "ok"


def test_twenty_taps_in_a_second_are_one_sale(rig, plastic) -> None:
    # F: C1
    rig.keys("12.5 enter")
    for _ in range(20):
        rig.tap(plastic)
        rig.clock.advance(0.05)
    assert [sale.due_fen for sale in rig.stand.bodies(m.Sale)] == [1_250]
    assert read_plastic(plastic).newest.main_fen == 8_750


def test_twenty_taps_in_a_second_where_every_tap_pays_are_as_many_as_the_interval_allows(
    rig, plastic
) -> None:
    # F: C1 C18
    rig.stand.receive(rig.stand.office.place(mode="fixed", fixed_fen="300", tap_interval_s="3"))
    rig.wait(0.5)
    for _ in range(20):
        rig.tap(plastic)
        rig.clock.advance(0.05)
        rig.flow.tick()
        rig._pump()
    assert [sale.due_fen for sale in rig.stand.bodies(m.Sale)] == [300]
    assert read_plastic(plastic).newest.main_fen == 9_700


def test_a_weight_that_grew_old_is_not_sold(scales) -> None:
    # F: C3
    bench = Bench(scales, "scale")
    bench.at["scale"].platform.put(740)
    bench.run(1.5)
    assert scales.view.typed == "0.740 kg"
    bench.at["scale"].is_on = False
    scales.keys("product:20")
    bench.run(2)
    assert bill(scales) == []
    assert scales.message in (error_of(scales, "scale.stale"), error_of(scales, "scale.gone"))
    assert "0.740" not in scales.view.typed
    bench.at["scale"].is_on = True
    bench.run(2)
    scales.keys("product:20")
    bench.run(1)
    assert bill(scales) == [("苹果", "0.740 × 9.60", "7.10")]


def test_a_scale_that_was_set_to_another_unit_sells_nothing(scales) -> None:
    # F: C3
    bench = Bench(scales, "scale")
    scale = bench.at["scale"]
    scale.platform.put(740)
    bench.run(1.5)
    pounds = frames.body(State.STABLE, 1_632)[:8] + b"lb"
    scale._frame = lambda: frames.encode(pounds)
    bench.run(1)
    scales.keys("product:20")
    bench.run(1.5)
    assert bill(scales) == []
    assert scales.message == error_of(scales, "scale.unreadable")


def test_a_scan_that_never_ends_is_no_scan_and_the_next_one_is_whole(rig) -> None:
    # F: C2
    on_sale(rig, DISH)
    bench = Bench(rig, "scanner")
    bench.at["scanner"].scan("6901234567892", end=False)
    bench.run(1)
    assert bill(rig) == []
    assert rig.message == error_of(rig, "scan.unreadable")
    bench.at["scanner"].scan("6901234567892")
    bench.run(0.5)
    assert bill(rig) == [("红烧肉", "1 × 8.00", "8.00")]
