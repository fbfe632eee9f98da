"""Goal: what other people's card terminals left open is proven to the member and told at the Z.

Method: the whole till with both terminals' simulators on cables. F: C16 C17
"""

import pytest

from onecard.settings import POS, STATION, Settings
from onecard.wire import messages as m
from onecard.wire.foreign import ForeignProof, ForeignTotals
from tests.onecard.terminal.stand import BOSS
from tests.pos.bench import Bench
from tests.pos.rig import Rig, error_of
from tests.pos.test_shift_journey import lines
from tests.pos.test_watch_journey import door

CARD = "310000001234"


@pytest.fixture
def rig(tmp_path):
    rig = Rig(tmp_path)
    rig.sign_on()
    yield rig
    rig.stand.close()


def pay(rig, bench, yuan):
    rig.keys(f"{yuan} f6 f5")
    bench.run(3)


def test_a_city_card_that_paid_for_nothing_gets_a_proof_and_the_z_names_it(rig):
    bench = Bench(rig, "city")
    city = bench.at["city"]
    city.balances[CARD] = 5_000
    city.tears = "after"
    city.place(CARD)
    bench.run(0.3)
    rig.keys("12.5 f6 f5")
    bench.run(5)
    rig.stand.restart()  # the power went with the card in the member's hand
    rig.boot()
    rig.sign_on()
    bench.plug()
    city.place(CARD)
    bench.run(6)
    assert rig.stand.bodies(m.ForeignWord)[0].is_approved
    assert rig.stand.bodies(m.CounterSale) == []
    door(rig, "payments")
    assert rig.view.rows[0].cells[3] == "已扣未卖"
    rig.keys("enter right 135791 enter")
    (proof,) = rig.stand.bodies(ForeignProof)
    assert (proof.of, proof.supervisor) == (rig.stand.bodies(m.ForeignOrder)[0].id, BOSS)
    said = lines(rig.papers[-1])
    assert "****1234" in said
    assert "50.00" in said
    assert "37.50" in said
    rig.keys("escape f12 f12 0 enter")
    rig.wait(1)
    rig.keys("enter")
    rig.wait(1)
    assert "市民卡已扣未成交|12.50" in lines(rig.papers[-1])


def test_a_comparison_is_kept_and_its_difference_stands_beside_the_z(rig):
    bench = Bench(rig, "bank")
    rig.keys("12.5 f6 f4")
    bench.run(3)
    bench.at["bank"].done["by-hand"] = next(iter(bench.at["bank"].done.values()))
    door(rig, "payments")
    rig.keys("f5")
    bench.run(2)
    (kept,) = rig.stand.bodies(ForeignTotals)
    assert (kept.ours, kept.theirs) == ((1, 1_250, 0, 0), (2, 2_500, 0, 0))
    rig.keys("escape f12 f12 0 enter")
    rig.wait(1)
    rig.keys("enter")
    rig.wait(1)
    assert "终端|2 25.00 / 0 0.00" in lines(rig.papers[-1])


@pytest.mark.parametrize(
    ("limit", "code"), [({"city.day_fen": 2_000}, "city.most"), ({"city.left_fen": 3_000}, "city.short")]
)
def test_the_operators_limits_come_from_the_settings(rig, limit, code):
    bench = Bench(rig, "city")
    line = f"mem:{bench.cables['city'].name}"
    bench.settings = Settings.of((*STATION, *POS), {"city.line": line, **limit})
    bench.plug()
    bench.at["city"].balances[CARD] = 5_000
    bench.at["city"].place(CARD)
    bench.run(0.3)
    pay(rig, bench, "12.5")
    assert len(rig.stand.bodies(m.CounterSale)) == 1
    pay(rig, bench, "8")
    assert rig.message == error_of(rig, code)
    assert len(rig.stand.bodies(m.CounterSale)) == 1
