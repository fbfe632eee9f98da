"""Goal: a tap says who somebody is, or gives him his subsidy, and sells nothing.

Method: the whole till and the whole server in one process; members' cards, lists of the office, the log.
"""

import msgspec
import pytest

from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage
from onecard.wire import messages as m
from pos.mode import Mode
from tests.world.box import KEYS
from tests.world.office import ACCOUNT, UNIT

pytestmark = pytest.mark.xdist_group("town")


def purse(plastic):
    return M1Card(DirectStorage(plastic), KEYS, UNIT).read().newest


@pytest.fixture
def checking(town):
    """Whatever mode a test chose, the next one finds the usual one."""
    yield town
    town.till.till.choose(Mode.FREE)
    town.till.keys("escape escape escape")


def sold(town) -> int:
    return sum(isinstance(body, m.Sale) for body in town.till.bodies())


def facts(town) -> dict[str, str]:
    return {row.cells[0]: row.cells[1] for row in town.till.view.facts}


def test_one_tap_after_the_other_says_who_it_is(checking) -> None:
    # F: A13
    town, till = checking, checking.till
    first, second = (
        town.plastic(500, "04D10001", name="王小明"),
        town.plastic(500, "04D10002", name="欧阳明月"),
    )
    before = sold(town)
    till.till.choose(Mode.IDENTITY)
    till.tick()
    assert till.flow.screen == "identity"
    for plastic, name in ((first, "王小明"), (second, "欧阳明月"), (first, "王小明")):
        till.tap(plastic)
        assert (till.view.word, till.view.look) == (name, "ok")
        assert facts(town)["卡状态"] == "正常"
        till.tick()
    assert purse(first).main_fen == 500
    assert sold(town) == before
    assert town.logged("till.identify") == 3


def test_a_lost_card_is_told_as_lost(checking) -> None:
    # F: A13
    town, till = checking, checking.till
    plastic = town.plastic(500, "04D10003")
    look = town.look(plastic)
    answer = till.ask_now(
        m.ReportLoss(id=till.till.request_id(), card=look.card, issue=look.issue, operator=town.boss)
    )
    assert isinstance(answer, m.Answer)
    till.keys(f"f11 {town.door('identity')}")
    till.tap(plastic)
    assert till.view.look == "refused"
    assert "挂失" in till.view.detail


def test_without_the_office_the_tills_own_lists_answer(checking) -> None:
    town, till = checking, checking.till
    plastic = town.plastic(500, "04D10004", name="王小明")
    sync, till.till.sync = till.till.sync, None
    till.keys(f"f11 {town.door('identity')}")
    till.tap(plastic)
    assert till.view.word == "王*明"
    assert "脱机" in till.view.detail
    till.tick()
    till.tap(plastic)
    till.till.sync = sync
    noted = [body for body in till.bodies() if isinstance(body, m.Checked)]
    look = town.look(plastic)
    assert [(one.card, one.issue, one.state, one.operator) for one in noted] == [
        (look.card, look.issue, "active", till.till.operator.operator)
    ] * 2
    before = town.logged("till.identify")
    for _ in range(2):  # sent once, and once more after an answer that was lost
        town.sync()
        assert town.logged("till.identify") == before + 2
    assert "王" not in str([msgspec.to_builtins(one) for one in noted])
    assert town.problems() == []


def test_a_tap_collects_what_lies_ready_onto_the_card_that_lies_there(checking) -> None:
    # F: B3
    town, till = checking, checking.till
    plastic = town.plastic(500, "04D10005", name="王小明")
    town.subsidy(plastic, 3_000)
    before = sold(town)
    till.till.choose(Mode.SUBSIDY)
    till.tick()
    till.put(plastic)
    till.answer()
    assert till.view.look == "reading"
    town.sync()
    till.wait(1)
    assert till.view.look == "ok"
    assert till.view.amount == "￥30.00"
    assert purse(plastic).slots[1].amount_fen == 3_000
    assert purse(plastic).main_fen == 500
    till.lift()
    till.tick()
    till.tap(plastic)
    assert till.view.look == "refused"
    assert "没有" in till.view.detail
    assert sold(town) == before
    assert "补助" in till.paper()
    assert town.problems() == []


def test_an_account_is_credited_at_once(checking) -> None:
    # F: B3
    town, till = checking, checking.till
    plastic = town.plastic(0, "04D10006", type=ACCOUNT)
    town.subsidy(plastic, 2_000)
    till.keys(f"f11 {town.door('subsidy')}")
    till.tap(plastic)
    assert (till.view.look, till.view.amount) == ("ok", "￥20.00")
    assert "补助领取凭证" in till.paper()
    assert "金额 ￥20.00" in till.paper()
    assert "王*明" in till.paper()
    assert town.problems() == []
