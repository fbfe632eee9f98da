"""Goal: a tap is one use of what was paid before, or is paid later, and the office's books say the same.

Method: the whole till and the whole server in one process; modes come from the office's settings.
"""

import pytest

from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage
from onecard.wire import messages as m
from pos.mode import Mode
from pos.presenters import customer
from tests.world.box import KEYS
from tests.world.office import UNIT

pytestmark = pytest.mark.xdist_group("town")


@pytest.fixture
def modes(town):
    """The office's word counts, and afterwards the usual one again."""
    yield town
    town.settings()
    town.till.keys("escape")
    assert town.till.till.mode is Mode.FREE


def sales(town) -> list[m.Sale]:
    return [body for body in town.till.bodies() if isinstance(body, m.Sale)]


def purse_fen(plastic) -> int:
    return M1Card(DirectStorage(plastic), KEYS, UNIT).read().newest.main_fen


@pytest.mark.parametrize("kind", ["purse", "account"])
def test_each_tap_is_one_use(modes, kind) -> None:
    # F: C1 B7
    town, till = modes, modes.till
    uid = "04FA0001" if kind == "purse" else "04FA0002"
    plastic = town.plastic(500 if kind == "purse" else 0, uid, type=1 if kind == "purse" else 2)
    town.uses(plastic, "bath", 3)
    town.settings(mode="count", count_kind="bath", count_fen="100")
    till.tick()
    for _ in range(2):
        assert till.flow.picture().overlay.look in ("ready", "ok")
        assert till.flow.picture().overlay.amount == "1 次"
        till.put(plastic)
        till.answer()
        for wanted in ("ok", "ready"):
            told = customer.present(till.till, till.picture.view, till.flow.cards.tap)
            assert (told.look, told.total) == (wanted, "1 次")
            assert "×1" in (customer.two_lines(told)[0][1], customer.two_lines(told)[1][1])
            till.lift()
            till.answer()
            till.flow.show()
        assert till.flow._presenters["sell"].last[0] == "消费 1 次"
        assert "计次消费 bath 1 次" in till.paper()
        assert "合计 1 次" in till.paper()
        assert "优惠" not in till.paper()
        assert till.overlay.look == "ready"  # for the next one at once; what became of the last is said below
        assert "上一笔" in till.overlay.note
    used = sales(town)[-2:]
    assert [(one.due_fen, one.uses) for one in used] == [(0, (m.Use("bath", 1),))] * 2
    assert town.problems() == []
    assert town.uses_left(plastic, "bath") == 1
    if kind == "purse":
        assert purse_fen(plastic) == 500
    assert "count_short" not in town.inbox()
    town.settings()
    till.keys("escape escape f2")
    assert till.view.rows[0].cells[3] == "1 次"
    till.keys("f3")
    assert "合计 1 次" in till.paper()
    till.keys("escape")


def test_what_is_paid_later_is_owed_by_the_member(modes) -> None:
    # F: C1 B8
    town, till = modes, modes.till
    town.type(
        m.CardType(
            type=6,
            name="记账卡",
            purse_on_card=False,
            wallets=(m.WalletTerms(wallet="main"), m.WalletTerms(wallet="credit", limit_fen=5_000)),
        )
    )
    plastic = town.plastic(0, "04FA0003", type=6)
    town.settings(mode="account")
    assert till.till.mode is Mode.ACCOUNT
    till.keys("30 enter")
    till.tap(plastic)
    assert till.overlay.look == "ok", till.overlay
    till.keys("escape 30 enter")
    till.tap(plastic)
    assert till.overlay.look == "refused"
    till.keys("escape clear clear")
    assert town.sum_of(f"member:{town.members[plastic.uid]}:credit") == -3_000
    assert town.problems() == []
