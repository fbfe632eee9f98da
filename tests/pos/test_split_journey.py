"""Goal: a bill that several pay is as many linked sales, a receipt each, and what is due outlives the power.

Method: the till without its window on a real journal and shelf; the power goes at each step in turn. F: C4
"""

import pytest

from onecard.wire import messages as m
from pos.shelf import Shelf
from tests.onecard.terminal.stand import CARD
from tests.pos.bench import Bench
from tests.pos.rig import Rig, error_of, make_plastic
from tests.pos.test_shift_journey import lines


@pytest.fixture
def split(tmp_path):
    rig = Rig(tmp_path)
    rig.till.shelf = Shelf(tmp_path / "shelf.json")
    rig.sign_on()
    yield rig
    rig.stand.close()


def power_cut(rig: Rig) -> None:
    path = rig.till.shelf._path
    del rig.flow  # what was on the screen
    rig.stand.restart()
    rig.boot()
    rig.till.shelf = Shelf(path)
    rig.sign_on()
    rig.wait(0.5)


def sales(rig: Rig) -> list[m.Sale]:
    return [one for one in rig.stand.bodies() if isinstance(one, m.Sale)]


def test_two_sales_two_receipts_and_the_second_names_the_first(split):
    # F: C4
    split.keys("8 + 4.5 f6 10 f3")
    split.tap(make_plastic(10_000))
    split.keys("enter")
    first = sales(split)[0]
    assert str(first.id) in split.view.member
    # Somebody looks away and comes back: it is still the same bill.
    split.keys("escape f6")
    assert str(first.id) in split.view.member
    split.keys("enter")
    second = sales(split)[1]
    assert isinstance(second, m.CounterSale)
    assert second.beside == first.id
    assert [first.due_fen, second.due_fen] == [1000, 250]
    assert len(split.papers) == 2
    assert f"同单刷卡凭证|{first.id}" in lines(split.papers[-1])
    # The next bill is nobody's other half.
    split.keys("3 f6 enter")
    assert sales(split)[2].beside is None


@pytest.mark.parametrize(
    ("terms", "kind"),
    [
        (m.CardType(type=1, name="会员卡"), m.PartSale),
        (m.CardType(type=1, name="会员卡", day_limit_fen=5_000), m.CountedPart),
    ],
)
def test_a_card_that_pays_the_rest_names_the_part_before(split, terms, kind):
    # F: C4
    split.stand.receive(split.stand.office.types(terms))
    split.keys("8 + 4.5 f6 3 f3")
    split.tap(make_plastic(10_000))
    split.keys("enter 5 f3")
    split.tap(make_plastic(10_000, uid=bytes.fromhex("04A1B2C9"), card=CARD + 1))
    power_cut(split)
    split.keys("enter")
    split.tap(make_plastic(10_000, uid=bytes.fromhex("04A1B2CA"), card=CARD + 2))
    first, second, third = sales(split)
    assert [one.due_fen for one in (first, second, third)] == [300, 500, 450]
    assert (type(second), type(third)) == (kind, kind)
    assert [m.beside(one) for one in (first, second, third)] == [None, first.id, second.id]
    assert f"同单刷卡凭证|{second.id}" in lines(split.papers[-1])
    # It can be taken back as any other, and the next bill is nobody's other half.
    split.keys("enter 3 enter")
    split.tap(make_plastic(10_000))
    assert m.beside(sales(split)[-1]) is None


def test_part_by_the_banks_terminal_and_the_rest_in_cash(split):
    # F: C4 C16
    bench = Bench(split, "bank")
    split.keys("12.5 f6 10 f4")
    bench.run(3)
    assert split.view.due == "￥2.50"
    split.keys("enter")
    first, second = sales(split)
    assert (first.pays, second.pays) == ((m.Pay("bank", 1000),), (m.Pay("cash", 250),))
    assert second.beside == first.id
    assert bench.at["bank"].totals("1").sale_fen == 1000


def test_a_part_whose_price_would_differ_is_refused_before_the_terminal_hears_of_it(split):
    card_type = m.CardType(type=1, name="会员卡", discounts=(m.Discount(off=2_000),))
    split.stand.receive(split.stand.office.types(card_type))
    bench = Bench(split, "bank")
    split.keys("12.5 f6 f2")
    split.tap(make_plastic(0))
    split.keys("5 f4")
    bench.run(1)
    assert split.message == error_of(split, "tender.part_price")
    assert split.stand.bodies(m.ForeignOrder) == []


@pytest.mark.parametrize("step", ["waiting", "part paid", "second part waiting"])
def test_what_is_due_comes_back_after_the_power(split, step):
    # F: C4
    card = make_plastic(10_000)
    split.keys("8 + 4.5 f6 10 f3")
    if step == "waiting":
        power_cut(split)
        assert split.view.amount == "￥0.00"  # nobody has paid anything
        assert split.till.shelf.content.split is None
        return
    split.tap(card)
    first = sales(split)[0]
    if step == "second part waiting":
        split.keys("enter 1 f3")
    power_cut(split)
    assert split.view.amount == "￥2.50"
    assert str(first.id) in split.message
    split.keys("f6 enter")
    assert [one.due_fen for one in sales(split)] == [1000, 250]
    assert sales(split)[-1].beside == first.id
    split.wait(0.5)
    assert split.till.shelf.content.split is None


def test_a_torn_part_is_due_or_not_as_its_card_says(split):
    card = make_plastic(10_000)
    split.keys("12.5 f6 10 f3")
    for at in range(13, 22):
        card.tear_at(at)
        split.put(card)
        split.lift()
        if split.overlay is not None and split.overlay.look == "retap":
            break
        split.wait(2)
    assert split.overlay.look == "retap"
    power_cut(split)
    assert split.view.amount == "￥0.00"
    split.keys("f4 enter")
    split.tap(card)
    split.keys("enter")
    split.keys("escape")
    split.wait(1)
    assert [one.due_fen for one in sales(split)] == [1000]
    paid = split.stand.bodies(m.Done, m.ProvedDone)
    assert split.view.amount == ("￥2.50" if paid else "￥0.00")


def test_leaving_the_reader_keeps_what_is_due(split):
    split.keys("12.5 f6 10 f3 escape")
    assert split.till.shelf.content.split is None
    assert split.screen == "tender"
    split.keys("f3")
    split.tap(make_plastic(10_000))
    split.keys("enter 1 f3 escape")
    kept = split.till.shelf.content.split
    assert kept is not None
    assert (kept.part, sum(line.total_fen for line in kept.due)) == ((), 250)
