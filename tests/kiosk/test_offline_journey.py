"""Goal: without the network a kiosk tells what it knows and how old it is, takes cash within its caps, and
says of everything else why not; afterwards the books have each fen once.

Method: a person's steps at the whole app before the real server, whose line is cut in between.
"""

from kiosk.leftover import SWEEP_S
from onecard.books import accounts
from onecard.wire import messages as m
from tests.kiosk.hall import Hall
from tests.kiosk.test_collect_journey import main_fen


# F: D10 C10
def test_an_accounts_balance_is_told_from_the_snapshot_with_its_age(hall: Hall) -> None:
    plastic = hall.account(4_200)
    hall.put(plastic)
    assert (hall.view.title, hall.view.balance) == (hall.booth.tr("kiosk.balance.account"), "￥42.00")
    assert hall.view.notices == ()
    hall.lift()
    hall.run(6)
    hall.cut()
    hall.clock.advance(2 * 3600)
    hall.put(plastic)
    assert hall.view.balance == "￥42.00"
    assert "2" in hall.view.title
    assert hall.view.title != hall.booth.tr("kiosk.balance.account")


# F: D10 D3
def test_cash_for_an_account_is_taken_offline_and_is_the_accounts_when_it_arrives(hall: Hall) -> None:
    plastic = hall.account(4_200)
    account = accounts.account(hall.last_card, "main")
    hall.cut()
    hall.to_cash(plastic)
    assert (hall.view.before, hall.view.after) == ("￥42.00", "￥42.00")
    hall.insert(5_000)
    assert (hall.view.before, hall.view.after) == ("￥42.00", "￥92.00")
    hall.press("finish")
    hall.until_screen("result")
    assert (hall.view.title, hall.view.amount) == (hall.booth.tr("kiosk.result.account"), "￥50.00")
    assert "账户" in hall.paper
    assert hall.bodies(m.Recharge) == []
    assert hall.wallet(account) == 4_200
    hall.lift()
    hall.mend()
    assert hall.wallet(account) == 9_200


# F: D10 D3
def test_of_an_account_that_nobody_here_knows_no_balance_is_made_up_beside_the_cash(hall: Hall) -> None:
    plastic = hall.card(0, type=2)
    hall.cut()
    hall.to_cash(plastic)
    hall.insert(5_000)
    assert (hall.view.before, hall.view.after, hall.view.total) == ("—", "—", "￥50.00")


# F: D10
def test_cash_goes_onto_a_purse_card_offline_until_the_allowance_is_used(hall: Hall) -> None:
    plastic = hall.card(1_000)
    hall.cut()
    hall.to_cash(plastic)
    hall.insert(10_000)
    hall.press("finish")
    hall.until_screen("result")
    hall.lift()
    assert main_fen(plastic) == 11_000
    most = hall.booth.allowance_fen + 10_000
    hall.run(6)
    assert hall.booth.allowance_fen == most - 10_000 > 0
    hall.mend()
    assert hall.booth.allowance_fen == most
    assert [one.fen for one in hall.entries("recharge")] == [10_000]


# F: D10 D2 D9
def test_loads_that_were_synced_are_collected_offline(hall: Hall) -> None:
    member = hall.member()
    plastic = hall.card(1_000, member)
    hall.subsidy(member, 7_000, way="tap")
    hall.sweep()
    hall.sync()
    hall.cut()
    hall.press("collect")
    hall.put(plastic)
    hall.until_screen("result")
    assert hall.view.amount == "￥70.00"
    hall.lift()
    hall.mend()
    assert sum(one.fen for one in hall.entries("load")) == 7_000


# F: D3
def test_money_that_a_visit_could_not_hand_over_waits_for_its_card_without_another_visit(hall: Hall) -> None:
    """The disk refused when the visit ended; nobody comes, and nothing is started again."""
    plastic = hall.card(1_000)
    card = hall.last_card
    station = hall.booth.station
    hall.lift()
    station.journal.append(
        lambda id: m.Credit(
            id=id, unit=station.config.unit, at=hall.clock.now(), day=2_000, shift=0, operator=0,
            acceptor="A1", boot=1, cycle=77, value_fen=2_000, card=card, issue=1,
        )
    )  # fmt: skip
    hall.run(SWEEP_S + 1)
    (waiting,) = hall.bodies(m.Waiting)
    assert (waiting.card, waiting.amount_fen) == (card, 2_000)
    assert main_fen(plastic) == 1_000


# F: D10
def test_every_function_that_needs_the_office_is_greyed_with_its_reason(hall: Hall) -> None:
    plastic = hall.card(1_000)
    hall.cut()
    view, reason = hall.view, hall.booth.tr("kiosk.off.offline")
    assert (view.loss.enabled, view.loss.reason) == (False, reason)
    assert view.balance.enabled
    assert view.cash.enabled
    hall.put(plastic)
    hall.press("service")
    assert {one.key: one.reason for one in hall.view.keys if not one.enabled} == {
        "code": hall.booth.tr("kiosk.off.none"),
        "collect": hall.booth.tr("kiosk.off.offline_collect"),
        "pin": reason,
        "statement": reason,
    }
