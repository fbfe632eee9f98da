"""Goal: what a cashier may not do at the desk is done once, by the word of a supervisor who may. F: C7 C11

Method: a cashier with few rights at the real till and office; both names end up in the office's log.
"""

import msgspec
import pytest
import sqlalchemy as sa

from onecard.wire import errands as e
from server.operators.tables import operation_log
from tests.pos.frontdesk.counter import Counter
from tests.pos.rig import PINS

#: Of the first installation: sells, and asks what is on a card.
CASHIER = 3


@pytest.fixture
def cashier(office, tmp_path):
    """A till of somebody who may not correct, replace or give anything."""
    known = office.read(lambda c: c.execute(sa.text("select login from operator")).scalars().all())
    if "junior" not in known:
        office.operator("junior", CASHIER, 0, pin="246810")
    made = Counter(office, tmp_path / "junior", "junior")
    made.sign_on_as()
    yield made
    made.box.close()


def allow(counter: Counter, pin: str = "246810") -> None:
    people = [one.login for one in counter.till.operators if "supervisor" in one.permissions]
    counter.flow.act(f"person:{people.index('desk')}")
    counter.keys(f"{pin} enter")


def test_a_greyed_job_opens_by_a_word_for_one_time(counter, cashier):
    # F: C11
    plastic = counter.issued("要更正", uid="0c0000d1")
    card = counter.card_of(plastic)
    PINS["desk"] = "246810"
    cashier.to_desk()
    tile = {one.action: one for one in _money(cashier).tiles}["job:gift"]
    assert (tile.enabled, tile.detail) == (True, "主管同意后办理")
    cashier.flow.act("job:gift")
    assert "这项业务需要主管同意" in cashier.overlay.title
    allow(cashier, "999999")
    assert cashier.overlay is not None
    allow(cashier)
    assert cashier.screen == "job"
    cashier.search("N0c0000d1")
    cashier.keys("10 enter f4")
    assert cashier.view.sum == "￥10.00", cashier.view
    (gift,) = cashier.stand.bodies(e.GiveGift)
    chief = next(one.operator for one in cashier.till.operators if one.login == "desk")
    assert (gift.card, gift.supervisor) == (card, chief)
    assert gift.operator != chief
    logged = counter.office.read(
        lambda c: (
            c.execute(sa.select(operation_log).where(operation_log.c.action == "till.gift")).mappings().all()
        )
    )
    assert any(str(chief) in str(dict(one)) for one in logged)
    cashier.keys("enter")
    assert cashier.screen == "desk"  # the next one takes another word


def test_what_is_no_single_errand_stays_shut_and_a_supervisor_without_the_right_opens_nothing(cashier):
    cashier.to_desk()
    tiles = {one.action: one for one in cashier.view.tiles}
    assert not tiles["f2"].enabled
    assert not tiles["job:batch"].enabled
    assert tiles["job:replace"].enabled
    till = cashier.till
    weak = tuple(
        msgspec.structs.replace(one, permissions=tuple(set(one.permissions) - {"desk.replace"}))
        for one in till.operators
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(till), "operators", property(lambda _: weak))
        assert not {one.action: one for one in cashier.flow.picture().view.tiles}["job:replace"].enabled


def _money(counter: Counter):
    counter.flow.act("group:1")
    return counter.view
