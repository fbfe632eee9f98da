"""Goal: the devices on the counter work for the cashier: weigh, scan, swipe, pay by bank and city card.

Method: the whole till on a real journal; drivers and simulators speak bytes over cables. F: C3 C5 C10 C16 C17
"""

import pytest

from onecard.devices.scales.pinnacle.simulator import Simulator as Pinnacle
from onecard.wire import messages as m
from onecard.wire.beside import AskBeside
from pos.ticket import check
from tests.onecard.terminal.stand import CARD, CASHIER, read_plastic
from tests.pos.bench import Bench
from tests.pos.rig import Rig, error_of, make_plastic
from tests.pos.test_shift_journey import lines
from tests.pos.test_watch_journey import door

GOODS = (
    m.Product(product=1, name="米饭", category="主食", price_fen=100),
    m.Product(product=20, name="苹果", category="水果", price_fen=960, barcode="6900000000205"),
    m.Product(product=21, name="牛腩", category="鲜肉", price_fen=7980),
)


@pytest.fixture
def rig(tmp_path):
    rig = Rig(tmp_path, weigh_categories="水果,鲜肉")
    rig.stand.receive(rig.stand.office.document("catalogue", m.CatalogueDocument(products=GOODS)))
    rig.sign_on()
    yield rig
    rig.stand.close()


def bill(rig: Rig) -> list[tuple[str, ...]]:
    return [row.cells for row in rig.view.rows]


# -- scale -----------------------------------------------------------------------------------------------


def test_an_apple_is_weighed_priced_and_printed_with_one_weight(rig):
    # F: C3
    bench = Bench(rig, "scale")
    bench.at["scale"].platform.put(740)
    bench.run(1.5)
    assert rig.view.typed == "0.740 kg"
    rig.keys("product:20")
    bench.run(1)
    assert bill(rig) == [("苹果", "0.740 × 9.60", "7.10")]
    rig.keys("enter")
    plastic = make_plastic(10_000)
    rig.tap(plastic)
    assert read_plastic(plastic).newest.main_fen == 10_000 - 710
    (sale,) = rig.stand.bodies(m.Sale)
    assert (sale.lines[0].quantity, sale.lines[0].price_fen, sale.lines[0].total_fen) == (740, 960, 710)
    assert "苹果 0.740 kg × 9.60|7.10" in lines(rig.papers[-1])


def test_nothing_is_sold_while_the_pan_swings(rig):
    # F: C3
    bench = Bench(rig, "scale")
    bench.at["scale"].platform.settle_s = 10
    bench.at["scale"].platform.put(740)
    bench.run(0.3)
    assert rig.view.typed.endswith("称重中")
    rig.keys("product:20 product:20")
    bench.run(1.5)
    assert bill(rig) == []
    assert rig.message == error_of(rig, "scale.moving")


def test_a_container_is_taken_off_by_tare(rig):
    # F: C3
    bench = Bench(rig, "scale", scale="pinnacle", make_scale=Pinnacle)
    bench.at["scale"].platform.put(260)
    bench.run(1)
    rig.keys("f7")
    bench.run(0.5)
    assert rig.message == "已去皮"
    bench.at["scale"].platform.put(1000)
    bench.run(1.5)
    rig.keys("product:20")
    bench.run(1)
    assert bill(rig)[0][1] == "0.740 × 9.60"


def test_tare_is_a_key_of_the_selling_screen_while_a_scale_is_there(rig):
    # F: C3
    assert "f7" not in {one.key for one in rig.view.frame.keys}
    rig.keys("f7")
    assert rig.till.tr.language == "en"  # there it is the other language's, as on every screen
    rig.keys("f7")
    Bench(rig, "scale")
    rig.keys("escape")
    (key,) = [one for one in rig.view.frame.keys if one.key == "f7"]
    assert (key.text, key.enabled) == ("去皮", True)
    rig.keys("f9 f7")
    assert rig.till.tr.language == "en"


def test_a_scale_without_a_tare_key_says_so(rig):
    # F: C3
    bench = Bench(rig, "scale")
    rig.keys("f7")
    bench.run(0.5)
    assert rig.message == error_of(rig, "scale.no_tare")


@pytest.mark.parametrize(("put", "code"), [(0, "scale.under_min"), (16_000, "scale.over")])
def test_too_little_and_too_much_are_said(rig, put, code):
    bench = Bench(rig, "scale")
    bench.at["scale"].platform.put(put)
    bench.run(1.5)
    rig.keys("product:20")
    bench.run(1.5)
    assert bill(rig) == []
    assert rig.message == error_of(rig, code)


def test_a_scale_that_is_pulled_out_sells_nothing_and_shows_under_status(rig):
    # F: C3 C10
    bench = Bench(rig, "scale")
    bench.cables["scale"].cut()
    bench.run(1)
    rig.keys("product:20")
    bench.run(0.2)
    assert rig.message == error_of(rig, "scale.gone")
    door(rig, "status")
    assert ("电子秤", "异常") in [row.cells[:2] for row in rig.view.rows]
    rig.keys("escape product:1")
    assert bill(rig) == [("米饭", "1 × 1.00", "1.00")]


def test_a_price_computing_scales_ticket_is_scanned(rig):
    # F: C3
    bench = Bench(rig, "scanner")
    code = "200002101596"
    bench.at["scanner"].scan(code + check(code))
    bench.run(0.5)
    assert bill(rig) == [("牛腩", "1 × 15.96", "15.96")]
    bench.at["scanner"].scan(code + str((int(check(code)) + 1) % 10))
    bench.run(0.5)
    assert len(bill(rig)) == 1


@pytest.mark.parametrize("way", ["scan:6900000000205", "/ char:p char:g enter", "/ scan:6900000000205"])
def test_goods_by_weight_are_weighed_however_they_are_found(rig, way):
    # F: C2 C3
    bench = Bench(rig, "scale")
    bench.at["scale"].platform.put(740)
    bench.run(1.5)
    rig.keys("product:20")
    bench.run(1)
    bench.at["scale"].platform.put(1000)
    bench.run(1.5)
    rig.keys(way)
    bench.run(1)
    assert rig.screen == "sell"
    assert bill(rig) == [("苹果", "0.740 × 9.60", "7.10"), ("苹果", "1 × 9.60", "9.60")]
    rig.keys("f6")
    assert rig.view.rows[0].cells == ("苹果", "0.740 × 9.60", "7.10")
    rig.keys(f"escape 2 * {way}")
    bench.run(1)
    assert rig.message == error_of(rig, "quantity.unclear")
    assert len(bill(rig)) == 2


def test_a_ticket_scanned_while_a_product_is_looked_for_is_on_the_bill(rig):
    # F: C3
    bench = Bench(rig, "scanner")
    code = "200002101596"
    rig.keys("/ char:p")
    bench.at["scanner"].scan(code + check(code))
    bench.run(0.5)
    assert rig.screen == "sell"
    assert bill(rig) == [("牛腩", "1 × 15.96", "15.96")]


def test_no_goods_by_weight_where_only_amounts_are_sold(tmp_path):
    # F: C1 C3
    rig = Rig(tmp_path, weigh_categories="水果,鲜肉", mode="amount")
    rig.stand.receive(rig.stand.office.document("catalogue", m.CatalogueDocument(products=GOODS)))
    rig.sign_on()
    bench = Bench(rig, "scale")
    bench.at["scale"].platform.put(740)
    bench.run(1.5)
    code = "200002101596"
    for way in ("scan:6900000000205", f"scan:{code}{check(code)}"):
        rig.till.say("")
        rig.keys(way)
        bench.run(1)
        assert rig.message == error_of(rig, "mode.no_products")
    assert bill(rig) == []
    rig.stand.close()


# -- stripe ----------------------------------------------------------------------------------------------


def test_a_swiped_account_card_pays(rig):
    # F: A9 C2
    bench = Bench(rig, "stripe")
    account = m.CardType(type=2, name="网络卡", purse_on_card=False, media=("track",))
    rig.stand.receive(
        rig.stand.office.types(account),
        rig.stand.office.members(m.Snapshot(card=CARD + 5, member=8, name="李雷", type=2)),
    )
    rig.answers[m.AccountSale] = lambda q: m.Answer(
        result=m.Result(id=m.decode_body(q.body).id, status=m.Status.CREATED), balance_fen=8_750
    )
    # The stripe does not say that this is the third plastic of the card; the office does.
    rig.answers[AskBeside] = lambda q: m.CardStatus(
        card=int(q.value),
        issue=3,
        state="active",
        member=8,
        number="8",
        name="李雷",
        type=2,
        books_fen=10_000,
        waiting_fen=0,
    )
    bench.at["stripe"].scan(f";{CARD + 5}?")
    bench.run(0.3)
    assert rig.message == error_of(rig, "scan.no_sale")
    rig.keys("12.5 enter")
    bench.at["stripe"].scan(f";{CARD + 5}?")
    bench.run(0.5)
    assert rig.overlay.look == "ok"
    sold = rig.stand.bodies(m.Sale)[-1]
    assert (sold.card, sold.issue) == (CARD + 5, 3)


def test_a_bank_cards_stripe_is_refused_and_kept_nowhere(rig):
    bench = Bench(rig, "stripe")
    rig.keys("12.5 enter")
    bench.at["stripe"].scan(";4111111111111111=25121011000?")
    bench.run(0.5)
    assert rig.message == error_of(rig, "scan.bank_card")
    assert b"4111111111111111" not in rig.stand.journal.path.read_bytes()
    assert rig.overlay.look == "ready"


# -- bank ------------------------------------------------------------------------------------------------


def pay_by(rig: Rig, bench: Bench, key: str, yuan: str = "12.5") -> None:
    rig.keys(f"{yuan} f6 {key}")
    bench.run(3)


def test_a_bank_card_pays_and_its_approval_is_kept(rig):
    # F: C16
    bench = Bench(rig, "bank")
    pay_by(rig, bench, "f4")
    assert rig.screen == "sell"
    (sale,) = rig.stand.bodies(m.CounterSale)
    assert sale.pays == (m.Pay("bank", 1250),)
    assert sale.approval == "A00001"
    (order,) = rig.stand.bodies(m.ForeignOrder)
    assert sale.reference == str(order.id)
    (word,) = rig.stand.bodies(m.ForeignWord)
    assert (word.is_approved, word.approval, word.card, word.batch) == (True, "A00001", "1111", "1")
    seen = [(type(body), body.id.seq) for body in rig.stand.bodies()]
    assert seen.index((m.ForeignOrder, order.id.seq)) < seen.index((m.ForeignWord, word.id.seq))


def test_a_declined_card_sells_nothing(rig):
    # F: C16
    bench = Bench(rig, "bank")
    bench.at["bank"].approves = False
    pay_by(rig, bench, "f4")
    assert rig.screen == "tender"
    assert rig.message == error_of(rig, "bank.declined", reason="declined")
    assert rig.stand.bodies(m.CounterSale) == []


def test_a_lost_answer_is_asked_for_until_it_is_known(rig):
    # F: C16
    bench = Bench(rig, "bank")
    rig.keys("12.5 f6 f4")
    bench.run(0.5)
    bench.cables["bank"].cut()
    bench.at["bank"].customer_s = 0
    bench.at["bank"].tick()
    bench.run(2)
    assert rig.stand.bodies(m.CounterSale) == []
    assert rig.view.notice is not None
    bench.cables["bank"].mend()
    bench.run(12)
    (word,) = rig.stand.bodies(m.ForeignWord)
    sold = rig.stand.bodies(m.CounterSale)
    assert bool(sold) is word.is_approved
    assert len(bench.at["bank"].done) == 1


def test_a_payment_that_was_approved_while_the_till_was_off_is_given_back(rig):
    # F: C16
    bench = Bench(rig, "bank")
    rig.keys("12.5 f6 f4")
    bench.run(0.4)
    # The power goes; the customer finishes meanwhile.
    bench.at["bank"].customer_s = 0
    for _ in range(40):
        bench.at["bank"].tick()
        bench.clock.advance(0.1)
    rig.stand.restart()
    rig.boot()
    rig.sign_on()
    bench.plug()
    bench.run(6)
    assert rig.stand.bodies(m.ForeignWord)[0].is_approved
    assert rig.stand.bodies(m.CounterSale) == []
    door(rig, "payments")
    assert rig.view.rows[0].cells[3] == "已扣未卖"
    rig.keys("enter right 135791 enter")
    bench.run(3)
    assert [body.kind for body in rig.stand.bodies(m.ForeignOrder)] == ["sale", "void"]
    assert rig.view.rows[1].cells[3] == "成功"
    assert bench.at["bank"].totals("1").back_fen == 1250


def test_a_void_goes_through_the_banks_terminal(rig):
    # F: C16 C7
    bench = Bench(rig, "bank")
    pay_by(rig, bench, "f4")
    rig.keys("f2 enter right 135791 enter")
    bench.run(3)
    assert rig.stand.bodies(m.CounterVoid)
    assert bench.at["bank"].totals("1").back_fen == 1250


def test_the_days_totals_are_compared_with_the_terminals(rig):
    # F: C16
    bench = Bench(rig, "bank")
    pay_by(rig, bench, "f4")
    door(rig, "payments")
    rig.keys("f5")
    bench.run(2)
    assert rig.view.body == "本批与终端一致"
    # Somebody paid at the terminal without this till.
    bench.at["bank"].done["by-hand"] = next(iter(bench.at["bank"].done.values()))
    rig.keys("f5")
    bench.run(2)
    assert "消费笔数：本机 1，终端 2" in rig.view.body


# -- city ------------------------------------------------------------------------------------------------


def test_a_city_card_pays_and_its_record_is_kept(rig):
    # F: C17
    bench = Bench(rig, "city")
    bench.at["city"].balances["310000001234"] = 5_000
    rig.keys("12.5 f6 f5")
    bench.run(1)
    assert rig.stand.bodies(m.CounterSale) == []
    bench.at["city"].place("310000001234")
    bench.run(3)
    (sale,) = rig.stand.bodies(m.CounterSale)
    assert sale.pays == (m.Pay("city", 1250),)
    (word,) = rig.stand.bodies(m.ForeignWord)
    assert (word.before_fen, word.after_fen, word.card, word.sequence) == (5_000, 3_750, "1234", 1)
    bench.at["city"].take()
    door(rig, "payments")
    rig.keys("f5")
    bench.run(2)
    told = next(rig.stand.folder.glob("city-*.txt")).read_bytes()
    assert b"00001250" in told


def test_a_city_card_that_was_pulled_too_soon_is_asked_for_again(rig):
    # F: C17
    bench = Bench(rig, "city")
    city = bench.at["city"]
    city.balances["310000001234"] = 5_000
    city.tears = "after"
    city.place("310000001234")
    bench.run(0.3)
    rig.keys("12.5 f6 f5")
    bench.run(14)
    assert rig.till.counter.city.needs_card
    assert rig.stand.bodies(m.CounterSale) == []
    city.place("310000001234")
    bench.run(5)
    assert len(rig.stand.bodies(m.CounterSale)) == 1
    assert city.balances["310000001234"] == 3_750
    assert rig.stand.bodies(m.CounterSale)[0].operator == CASHIER


def test_nobody_lays_a_city_card_on(rig):
    # F: C17
    bench = Bench(rig, "city")
    rig.keys("12.5 f6 f5")
    bench.run(62, 0.5)
    assert rig.message == error_of(rig, "city.no_card")
    assert rig.stand.bodies(m.ForeignOrder) == []
