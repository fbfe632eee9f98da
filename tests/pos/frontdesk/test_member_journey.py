"""Goal: stops, PINs, points, papers and lists at the counter do what they say, once, and nobody else's.

Method: the person's steps against the presenters, the real journal and the real office.
"""

from typing import Any

from onecard.devices.readers.virtual import VirtualM1
from onecard.wire import errands as e
from onecard.wire import lookups as look
from onecard.wire import messages as m
from onecard.wire.beside import AskBeside, Beside
from server.cards.stops import stop_of
from server.issuing import service as issuing
from server.reward import service as rewards
from server.subsidy import service as subsidies


def stop(counter, card: int) -> Any:
    unit = counter.office.unit
    return counter.office.read(lambda connection: stop_of(connection, unit, card, 1)[0])


def test_a_lost_card_is_found_again_and_its_lock_is_cleared(counter):
    """F: A6: reported, locked by a tap, found, and good again with its money."""
    plastic = counter.issued("丢卡人", 6_000, uid="0e000001")
    card = counter.card_of(plastic)
    counter.to_desk()
    counter.keys("f4")
    counter.type("search", "N0e000001")
    counter.keys("enter enter f4 escape f1")
    counter.tap(plastic)
    assert counter.read(plastic).newest.locked
    counter.sync_up()
    counter.do_job("unloss", "N0e000001")
    assert counter.state_of(card) == "active"
    counter.put(plastic)
    counter.keys("f6")
    image = counter.read(plastic)
    assert (image.newest.locked, image.newest.main_fen) == (False, 6_000)


def test_a_card_that_is_not_lost_is_not_found_again(counter):
    counter.issued("没丢", 1_000, uid="0e000002")
    counter.open_job("unloss")
    counter.search("N0e000002")
    assert counter.view.subject == ""
    assert "正常" in counter.message


def test_a_card_is_frozen_here_refused_and_given_back(counter):
    """F: A14: where and why are kept; nothing is written on the card."""
    plastic = counter.issued("离职", 6_000, uid="0e000003")
    card = counter.card_of(plastic)
    counter.open_job("freeze")
    counter.search("N0e000003")
    counter.keys("left right right enter")
    assert counter.view.stop is not None
    counter.keys("f4")
    entry = stop(counter, card)
    assert (entry.reason, len(entry.outlets), entry.why) == ("frozen", 1, "debt")
    counter.to_desk()
    counter.keys("f1")
    counter.tap(plastic)
    assert counter.view.state.tone == "refuse"
    assert not counter.read(plastic).newest.locked
    counter.do_job("unfreeze", "N0e000003")
    assert stop(counter, card) is None
    counter.to_desk()
    counter.keys("f1")
    counter.tap(plastic)
    assert counter.view.state.tone == "done"


def test_a_freeze_whose_answer_was_lost_is_the_same_freeze(counter):
    """F: A14 A14"""
    plastic = counter.issued("丢答复", 1_000, uid="0e000004")
    counter.open_job("freeze")
    counter.search("N0e000004")
    counter.wired.deaf = 1
    counter.keys("enter f4")
    assert counter.view.tone == "refuse"
    counter.keys("enter f4")
    first, second = [one for one in counter.asked if type(one).__name__ == "FreezeCard"][-2:]
    assert first == second
    assert stop(counter, counter.card_of(plastic)).reason == "frozen"


def test_a_member_types_his_new_pin_twice_and_nothing_keeps_it(counter):
    """F: C11: the office knows it, the journal, the paper and the screen do not."""
    plastic = counter.issued("改密码", 1_000, uid="0e000005")
    card, papers = counter.card_of(plastic), len(counter.papers)
    counter.open_job("pin")
    counter.search("N0e000005")
    counter.keys("739251 enter 739251 enter")
    assert "739251" not in repr(counter.view)
    check = look.CheckPin(card=card, issue=1, pin="739251")
    assert counter.wired.ask("/t/pin/check", check, look.PinChecked).fits
    assert len(counter.papers) == papers
    assert all(b"739251" not in m.encode(one) for one in counter.stand.bodies())


def test_two_different_pins_are_none(counter):
    counter.issued("手滑", 1_000, uid="0e000006")
    counter.open_job("pin")
    counter.search("N0e000006")
    counter.keys("739251 enter 739252 enter")
    assert counter.view.tone == "refuse"
    assert "●" not in counter.view.pad.amount
    counter.keys("12 enter")
    assert counter.view.tone == "refuse"
    assert not [one for one in counter.asked if isinstance(one, look.ChangePin)]


def test_a_member_is_found_by_the_end_of_his_phone_and_his_balance_explained(counter):
    """F: C11 A11 C11"""
    counter.issued("有手机", 1_000, uid="0e000007")
    counter.member("无卡", number="N77", phone="13800007777")
    counter.open_job("person")
    counter.type("search", "7777")
    counter.keys("enter")
    assert counter.view.list.rows == ()  # found, without a card
    counter.keys("clear")
    counter.search("N0e000007")
    assert "账面 ￥10.00" in counter.view.subject_state
    assert counter.view.list.rows[0].cells[1] == "开卡"
    counter.keys("enter")
    assert counter.view.list.rows[0].cells[0] == "最后一笔记录的卡内余额"


def test_a_statement_adds_up_on_the_screen_and_on_paper(counter):
    """F: C11 F1"""
    plastic = counter.issued("对账", 10_000, uid="0e000008")
    counter.to_desk()
    counter.keys("f3 50 enter")
    counter.tap(plastic)
    counter.keys("enter escape escape 12.5 enter")
    counter.tap(plastic)
    counter.keys("enter")
    counter.sync_up()
    counter.open_job("statement")
    counter.search("N0e000008")
    counter.keys("right enter")
    rows = [row.cells for row in counter.view.list.rows]
    assert rows[0][2] == "0.00"
    assert rows[-1][2] == "137.50"
    papers = len(counter.papers)
    counter.keys("f3")
    assert len(counter.papers) == papers + 1
    assert "期末余额|137.50" in counter.paper


def test_ones_own_remittance_is_shown_and_printed(counter):
    """F: C11 G1"""
    counter.issued("缴款", 10_000, uid="0e000009")
    counter.sync_up()
    counter.open_job("remittance")
    counter.keys("enter")
    kinds = {row.cells[0] for row in counter.view.list.rows}
    assert "开卡" in kinds
    counter.keys("f3")
    assert "操作员缴款表" in counter.paper


def test_a_subsidy_is_collected_at_the_counter(counter):
    """F: B3 B3"""
    plastic = counter.issued("补助", 1_000, uid="0e00000a")
    office, now = counter.office, counter.clock.now()

    def release(c: Any) -> None:
        member = subsidies_member(c, counter.card_of(plastic))
        draft = subsidies.Draft(name="餐补", way="pickup")
        number = subsidies.draft(c, office.unit, draft, ((member, 2_000),), 1, now)
        subsidies.approve(c, office.unit, number, 2, now)
        subsidies.release(c, office.unit, number, 2, now)

    office.write(release)
    counter.open_job("collect")
    counter.search("N0e00000a")
    counter.keys("enter")
    assert counter.view.sum == "￥20.00"
    counter.put(plastic)
    counter.keys("f6")
    assert counter.read(plastic).newest.slots[1].amount_fen == 2_000


def subsidies_member(connection: Any, card: int) -> int:
    import sqlalchemy as sa

    from server.cards.tables import card as table

    return int(connection.execute(sa.select(table.c.member).where(table.c.card == card)).scalar_one())


def test_nothing_to_collect_is_said(counter):
    counter.issued("没补助", 1_000, uid="0e00000b")
    counter.open_job("collect")
    counter.search("N0e00000b")
    counter.keys("enter")
    assert counter.view.tone == "refuse"


def test_points_buy_a_reward_and_too_few_do_not(counter):
    """F: B5"""
    counter.issued("积分", 1_000, uid="0e00000c")
    unit = counter.office.unit
    counter.office.write(lambda c: rewards.add_reward(c, unit, name="杯子", points=50))
    counter.open_job("redeem")
    counter.search("N0e00000c")
    assert counter.view.list.rows[1].cells[0] == "杯子"
    counter.keys("down 1 enter")
    assert counter.view.tone == "refuse"
    assert "积分" in counter.view.body


def test_a_list_is_issued_name_by_name(counter):
    """F: A2 C11: the next name, one who is not here; the power goes, and it goes on."""
    office = counter.office
    people = [counter.member(name, number=f"B{n}") for n, name in enumerate(("甲", "乙", "丙"))]
    now = counter.clock.now()
    office.write(
        lambda c: issuing.add_list(c, office.unit, "新生名单", 1, [(one, 2_000) for one in people], 1, now)
    )
    counter.open_job("batch")
    assert counter.view.list.rows[0].cells[0] == "新生名单"
    counter.keys("enter")
    assert counter.view.subject == "甲"
    counter.keys("enter")
    first = VirtualM1(bytes.fromhex("0e0000b1"))
    counter.tap(first)
    assert counter.read(first).newest.main_fen == 2_000
    assert "甲" in counter.paper
    counter.keys("enter")
    assert counter.view.subject == "乙"
    counter.keys("f2")
    assert counter.view.subject == "丙"
    # The number is granted, and the power goes before the card is written.
    counter.keys("enter")
    second = VirtualM1(bytes.fromhex("0e0000b2"))
    counter.wired.deaf = 1
    counter.tap(second)
    counter.power_cut()
    counter.open_job("batch")
    counter.keys("enter")
    assert [row.tone for row in counter.view.list.rows] == ["refuse"]
    assert counter.view.subject == "丙"
    counter.keys("enter")
    counter.tap(second)
    assert counter.read(second).newest.main_fen == 2_000
    counter.keys("enter f5")
    assert counter.view.subject == "乙"
    counter.keys("enter")
    third = VirtualM1(bytes.fromhex("0e0000b3"))
    counter.tap(third)
    counter.keys("enter")
    assert counter.view.list.rows == ()
    cards = {counter.card_of(one) for one in (first, second, third)}
    assert len(cards) == 3
    assert all(counter.state_of(one) == "active" for one in cards)
    assert len(counter.stand.bodies(m.Issue)) == 3
    assert not counter.stand.bodies(e.ReplaceCard)


def test_a_stripe_or_another_uid_finds_the_same_card(counter):
    """F: A9: what a plastic carries beside its chip is noted once, and another card cannot have it."""
    plastic = counter.issued("双介质", 1_000, uid="0e00000d")
    counter.issued("另一位", 1_000, uid="0e00000e")
    counter.open_job("beside")
    counter.search("N0e00000d")
    counter.type("medium", "6217001234567")
    counter.keys("enter")
    found = counter.wired.ask("/t/beside", AskBeside(kind=Beside.TRACK, value="6217001234567"), m.CardStatus)
    assert found.card == counter.card_of(plastic)
    counter.keys("enter")
    counter.search("N0e00000e")
    counter.type("medium", "6217001234567")
    counter.keys("enter")
    assert counter.view.tone == "refuse"
    counter.keys("f1")
    counter.tap(VirtualM1(bytes.fromhex("0e0000f1")))
    assert counter.view.fields[0].text == "0e0000f1"
    counter.keys("enter")
    other = counter.wired.ask("/t/beside", AskBeside(kind=Beside.UID, value="0e0000f1"), m.CardStatus)
    assert other.name == "另一位"


def test_from_a_query_it_is_one_key_to_the_statement(counter):
    """F: C11: the card that was put needs no search."""
    plastic = counter.issued("一键", 2_000, uid="0e000010")
    counter.to_desk()
    counter.keys("f1")
    counter.tap(plastic)
    counter.keys("f2")
    assert counter.view.subject == "一键"
    counter.keys("enter")
    assert counter.view.list.rows[-1].cells[2] == "20.00"
