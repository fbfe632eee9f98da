"""Goal: what a cashier may not do at the desk is done once, by the word of a supervisor who may. F: C7 C11

Method: a cashier with few rights at the real till and office; both names end up in the office's log.
"""

import json

import msgspec
import pytest
import sqlalchemy as sa

from onecard.devices.readers.virtual import VirtualM1
from onecard.wire import errands as e
from onecard.wire import messages as m
from server.issuing import service as issuing
from server.operators.role import add_role
from server.operators.tables import operation_log
from server.reward.service import add_reward
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
    assert (tiles["f2"].enabled, tiles["f2"].detail) == (True, "主管同意后办理")
    assert tiles["job:batch"].enabled
    assert tiles["job:replace"].enabled
    till = cashier.till
    weak = tuple(
        msgspec.structs.replace(one, permissions=tuple(set(one.permissions) - {"desk.replace"}))
        for one in till.operators
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(till), "operators", property(lambda _: weak))
        assert not {one.action: one for one in cashier.flow.picture().view.tiles}["job:replace"].enabled


def test_a_card_is_frozen_and_given_back_by_a_word(counter, cashier):
    # F: A14
    card = counter.card_of(counter.issued("要冻结", uid="0c0000d5"))
    for job, state, name in (("freeze", "frozen", "冻结"), ("unfreeze", "active", "解冻")):
        cashier.to_desk()
        cashier.flow.act("group:2")
        cashier.flow.act(f"job:{job}")
        assert name in cashier.overlay.body
        allow(cashier)
        cashier.search("N0c0000d5")
        cashier.keys("enter f4")
        assert cashier.screen == "job"
        assert cashier.view.keys[-1].action == "enter", cashier.view
        assert counter.state_of(card) == state
    assert {"freeze_card", "unfreeze_card"} <= _by_word(counter)


def test_a_pin_is_set_by_a_word(counter, cashier):
    # F: C11
    counter.issued("忘密码", uid="0c0000d6")
    cashier.to_desk()
    cashier.flow.act("job:pin")
    allow(cashier)
    cashier.search("N0c0000d6")
    cashier.keys("135790 enter 135790 enter")
    assert cashier.view.tone == "done", cashier.view
    assert "change_pin" in _by_word(counter)


def test_a_statement_is_printed_by_a_word(counter, office, tmp_path):
    # F: F1
    counter.issued("要对账", uid="0c0000d7")
    rights = ("pos.sell", "pos.shift", "desk.recharge")
    role = office.write(lambda c: add_role(c, office.unit, "loads only", rights))
    office.operator("loader", role, 0, pin="246810")
    loader = Counter(office, tmp_path / "loader", "loader")
    loader.sign_on_as()
    loader.to_desk()
    loader.flow.act("group:2")
    loader.flow.act("job:statement")
    allow(loader)
    loader.search("N0c0000d7")
    papers = len(loader.papers)
    loader.keys("enter f3")
    assert len(loader.papers) == papers + 1, loader.view
    assert "ask_statement" in _by_word(counter)
    loader.box.close()


def test_a_list_of_cards_is_issued_by_a_word(counter, cashier):
    # F: A2
    office, people = counter.office, ("批量甲", "批量乙")
    members = [counter.member(name, number=f"W{n}") for n, name in enumerate(people)]
    rows = [(one, 2_000) for one in members]
    office.write(lambda c: issuing.add_list(c, office.unit, "另一名单", 1, rows, 1, counter.clock.now()))
    cashier.to_desk()
    cashier.flow.act("job:batch")
    allow(cashier)
    cashier.keys("enter")
    for n, name in enumerate(people):
        assert cashier.view.subject == name
        cashier.keys("enter")
        cashier.tap(VirtualM1(bytes.fromhex(f"0c0000e{n}")))
        cashier.keys("enter")
    assert cashier.view.list.rows == ()
    issued = [one for one in cashier.stand.bodies(m.Issue) if one.uid in ("0c0000e0", "0c0000e1")]
    assert len(issued) == 2
    assert "take_turn" in _by_word(counter)


def test_a_new_person_gets_one_card_by_a_word(counter, cashier):
    # F: A2
    cashier.to_desk()
    cashier.keys("f2")
    assert "开卡" in cashier.overlay.body
    allow(cashier)
    assert cashier.screen == "issue"
    cashier.type("search", "词卡客")
    cashier.keys("enter f2")
    cashier.type("name", "词卡客")
    cashier.type("number", "W90")
    cashier.keys("enter 50 enter")
    cashier.tap(VirtualM1(bytes.fromhex("0c0000f1")))
    cashier.keys("enter")
    cashier.wait(0.5)
    assert cashier.screen == "desk", cashier.view  # the next card takes another word
    (made,) = [one for one in cashier.stand.bodies(m.Issue) if one.uid == "0c0000f1"]
    assert made.opening_fen == 5_000
    cashier.sync_up()
    assert counter.state_of(made.card) == "active"
    assert {"new_member", "reserve_issue"} <= _by_word(counter)
    weak = next(one for one in cashier.till.operators if one.login == "junior")
    assert "desk.issue" not in weak.permissions


def test_rewards_are_seen_and_given_by_a_word(counter, cashier, office):
    # F: B5
    office.write(lambda c: add_reward(c, office.unit, name="保温杯", points=100))
    counter.issued("要兑换", uid="0c0000f2")
    cashier.to_desk()
    cashier.flow.act("group:2")
    cashier.flow.act("job:redeem")
    allow(cashier)
    cashier.search("N0c0000f2")
    assert "保温杯" in [row.cells[0] for row in cashier.view.list.rows]


def _by_word(counter: Counter) -> set[str]:
    """What the office's log has of questions that somebody else answered for."""
    query = sa.select(operation_log.c.detail).where(operation_log.c.action == "till.vouched")
    chief = next(str(one.operator) for one in counter.till.operators if one.login == "desk")
    said = [json.loads(one) for one in counter.office.read(lambda c: c.execute(query).scalars().all())]
    assert all(one["supervisor"] == chief for one in said)
    return {one["what"] for one in said}


def _money(counter: Counter):
    counter.flow.act("group:1")
    return counter.view
