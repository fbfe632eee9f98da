"""Goal: cash, gifts, corrections and subsidies at the counter end as the books, the drawer and the paper say.

Method: a person's steps against the presenters, the real journal and the real office; faults in between.
"""

from onecard.books import accounts
from onecard.wire import errands as e
from onecard.wire import messages as m
from pos.frontdesk.jobs import JOBS
from server.promotion import service as promotions


def test_cash_for_a_card_that_is_not_at_hand_waits_for_its_next_tap(counter):
    """F: C11 A3 C11"""
    plastic = counter.issued("王小明", uid="0c000001")
    card = counter.card_of(plastic)
    before = counter.drawer
    counter.open_job("cash")
    counter.search("N0c000001")
    assert counter.view.subject == "王小明"
    counter.keys("50 enter")
    assert counter.view.sum == "￥50.00"
    assert "收现金|￥50.00" in counter.paper
    assert counter.papers[-1].kick_drawer
    assert counter.drawer == before + 5_000
    counter.put(plastic)
    counter.keys("f6")
    assert "￥150.00" in counter.view.body
    assert counter.read(plastic).newest.main_fen == 15_000
    counter.sync_up()
    assert counter.purse(card) == 15_000


def test_a_lost_answer_is_asked_for_again_and_nothing_is_doubled(counter):
    """F: A3: the office did it, the till did not hear it; then the same answer comes."""
    counter.issued("李雷", uid="0c000002")
    before = counter.drawer
    counter.open_job("cash")
    counter.search("N0c000002")
    counter.wired.deaf = 1
    counter.keys("20 enter")
    assert "没有答复" in counter.overlay.title
    assert counter.drawer == before
    counter.wait(3)
    assert counter.view.sum == "￥20.00"
    assert counter.drawer == before + 2_000
    assert len(counter.stand.bodies(e.RechargeAccount)) == 1


def test_a_power_cut_after_the_errand_was_written_down_ends_in_one_recharge(counter):
    """F: A3 C11: the errand stands on the list of open ones and says what became of it."""
    counter.issued("韩梅", uid="0c000003")
    counter.open_job("cash")
    counter.search("N0c000003")
    counter.wired.deaf = 1
    counter.keys("30 enter")
    counter.power_cut()
    counter.keys("f9")
    counter.open_job("left")
    assert len(counter.view.list.rows) == 1
    counter.keys("enter")
    assert counter.view.sum == "￥30.00"
    assert "收现金|￥30.00" in counter.paper
    counter.keys("enter")
    assert counter.view.list.rows == ()


def test_while_the_office_is_away_it_is_cancelled_or_left_and_nothing_is_taken(counter):
    """F: A3 C10"""
    counter.issued("赵六", uid="0c000004")
    before = counter.drawer
    counter.open_job("cash")
    counter.search("N0c000004")
    with counter.office_away():
        counter.keys("40 enter")
        assert "没有答复" in counter.overlay.title
        counter.keys("escape")
        counter.wait(3)
        counter.keys("f9")
        assert counter.view.subject == ""
    counter.open_job("left")
    counter.keys("f6")
    assert counter.drawer == before
    counter.keys("escape")
    counter.open_job("left")
    assert counter.view.list.rows == ()


def test_a_till_that_knows_it_is_offline_begins_nothing(counter):
    counter.issued("孙七", uid="0c000005")
    counter.open_job("cash")
    counter.search("N0c000005")
    counter.offline()
    counter.keys("40 enter")
    assert counter.view.tone == "refuse"
    assert counter.stand.bodies(e.RechargeAccount) == []


def test_a_mis_keyed_recharge_goes_back_as_cash_and_as_a_negative_load(counter):
    """F: A3 A3"""
    plastic = counter.issued("周八", uid="0c000006")
    card = counter.card_of(plastic)
    counter.to_desk()
    counter.keys("f3 500 enter")
    counter.tap(plastic)
    counter.keys("enter")
    counter.sync_up()
    before = counter.drawer
    counter.open_job("correct")
    assert counter.view.list.rows[0].cells[2] == "500.00"
    counter.keys("50 enter")
    assert counter.view.stop is not None
    counter.keys("f4")
    assert counter.view.sum == "￥450.00"
    assert "付现金|￥450.00" in counter.paper
    assert counter.drawer == before - 45_000
    counter.put(plastic)
    counter.keys("f6")
    assert counter.read(plastic).newest.main_fen == 15_000
    counter.sync_up()
    assert counter.purse(card) == 15_000


def test_a_correction_upwards_is_none(counter):
    plastic = counter.issued("吴九", uid="0c000007")
    counter.to_desk()
    counter.keys("f3 100 enter")
    counter.tap(plastic)
    counter.keys("enter")
    counter.sync_up()
    counter.open_job("correct")
    counter.keys("100 enter")
    assert counter.view.tone == "refuse"
    assert counter.stand.bodies(e.CorrectRecharge) == []


def test_what_is_done_shows_the_money_as_it_is_now(counter):
    """F: C11: not what the form knew before."""
    plastic = counter.issued("现在", uid="0c0000a9")
    counter.open_job("cash")
    counter.search("N0c0000a9")
    assert counter.view.subject_waiting == ""
    counter.keys("50 enter")
    assert counter.view.sum == "￥50.00"
    assert counter.view.subject_waiting == "待领取 ￥50.00"
    counter.put(plastic)
    counter.keys("f6")
    # On the card; the books hear of it with the next upload, and nothing of before is said until then.
    assert counter.read(plastic).newest.main_fen == 15_000
    assert (counter.view.subject_state, counter.view.subject_waiting) == ("", "")


def test_a_gift_comes_out_of_the_quota_with_its_reason(counter):
    """F: A17"""
    plastic = counter.issued("郑十", uid="0c000008")
    card = counter.card_of(plastic)
    counter.open_job("gift")
    counter.search("N0c000008")
    left = counter.view.facts[0].cells[1]
    counter.keys("right 10 enter f4")
    assert counter.view.sum == "￥10.00"
    (gift,) = counter.stand.bodies(e.GiveGift)
    assert gift.reason == "apology"
    counter.put(plastic)
    counter.keys("f6")
    assert counter.read(plastic).newest.slots[0].amount_fen == 1_000
    counter.keys("enter")
    counter.search("N0c000008")
    assert counter.view.facts[0].cells[1] != left
    counter.sync_up()
    assert counter.balance(accounts.purse(card, 1, "gift")) == 1_000


def test_every_job_has_its_title_and_its_key_and_greys_what_the_operator_may_not(counter):
    """F: C11: nothing may be done without the right, and it says so."""
    who = counter.till.operator
    counter.till.operator = m.Operator(
        operator=who.operator,
        login=who.login,
        name=who.name,
        verifier="",
        until=who.until,
        permissions=("desk.query",),
    )
    counter.flow.show()
    seen = {}
    for _ in counter.view.tabs:
        seen |= {tile.action: tile for tile in counter.view.tiles}
        counter.keys("right")
    by_word = {name for name, tile in seen.items() if tile.detail == "主管同意后办理"}
    assert by_word == {"f2"} | {
        f"job:{name}" for name, job in JOBS.items() if job.by_word and job.right != "desk.query"
    }
    assert {name for name, tile in seen.items() if tile.enabled} - by_word == {
        "f1",
        "job:person",
        "job:statement",
        "job:left",
    }
    assert all(tile.reason for tile in seen.values() if not tile.enabled)


def test_promotions_and_who_sold_it_stand_there_before_the_tap(counter):
    """F: B2 A17 A3: what loading earns is shown, its seller is kept, and the gift waits for the next tap."""
    plastic = counter.issued("活动客", uid="0c000009")
    card, unit, now = counter.card_of(plastic), counter.office.unit, counter.clock.now()

    def draw(connection):
        draft = promotions.Draft(name="充一百送十", least_fen=10_000, gift_fen=1_000)
        promotions.add_promotion(connection, unit, draft, 1, now)
        promotions.put_salesperson(connection, unit, 2, 100)

    counter.office.write(draw)
    counter.to_desk()
    counter.keys("f3")
    assert "充 ￥100.00 送 ￥10.00" in counter.view.offers
    counter.keys("f2 quick:100")
    assert "赠送 ￥10.00" in counter.view.words
    counter.keys("enter")
    counter.tap(plastic)
    counter.sync_up()
    (recharge,) = counter.stand.bodies(m.Recharge)
    assert recharge.salesperson == 1
    counter.keys("enter escape f1")
    counter.tap(plastic)
    assert "￥10.00" in counter.view.waiting
    assert counter.balance(accounts.waiting(card, 1, "gift")) == 1_000


def test_cash_waits_for_the_payee_card_where_the_unit_wants_it(counter):
    """F: A7: at the reader and at the office's door alike."""
    plastic = counter.issued("收款卡", uid="0c00000a")
    counter.place(payee_card="true")
    counter.to_desk()
    counter.keys("f3 50 enter")
    counter.tap(plastic)
    assert counter.overlay.look == "refused"
    counter.keys("escape")
    assert "收款卡" in counter.view.body
    counter.open_job("cash")
    counter.search("N0c00000a")
    counter.keys("50 enter")
    assert counter.view.tone == "refuse"
    assert counter.stand.bodies(e.RechargeAccount) == []
    payee = counter.management("payee", uid="0c0000aa")
    counter.keys("f1")
    counter.tap(payee)
    counter.keys("enter")
    assert counter.view.sum == "￥50.00"
    counter.place()
