"""Goal: everything that is a member's is seen at one tap and comes onto the card, each fen exactly once.

Method: a person's steps at the whole app before the real server; card, receipt and books at the end.
"""

from types import SimpleNamespace

import pytest

from onecard.devices.printers import PrinterState
from onecard.wire import messages as m
from onecard.wire.errands import CollectSubsidy
from onecard.wire.pockets import Pocket, Pockets
from tests.kiosk.hall import Hall
from tests.kiosk.rig import CARD
from tests.onecard.terminal.stand import KEYS


def main_fen(plastic) -> int:
    return read(plastic).newest.main_fen


def read(plastic):
    from onecard.cards.m1 import M1Card
    from onecard.devices.readers.virtual import DirectStorage

    return M1Card(DirectStorage(plastic), KEYS, 1).read()


# F: D1 A11
def test_a_tap_shows_every_wallet_points_pending_subsidy_validity_and_what_happened(hall: Hall) -> None:
    member = hall.member()
    plastic = hall.card(8_750, member)
    hall.subsidy(member, 30_000)
    hall.put(plastic)
    view = hall.view
    assert (hall.screen, view.balance, view.holder) == ("balance", "￥87.50", "王*明")
    assert [(one.name, one.amount) for one in view.pockets] == [("待领补助", "￥300.00")]
    assert [one.what for one in view.movements] == ["开卡 · 一食堂"] or view.movements
    assert view.valid
    assert view.load.text == "领取 ￥300.00"


# F: D1
def test_no_wallet_is_left_out_and_a_debt_stands_first(rig, plastic) -> None:
    told = Pockets(
        card=CARD, issue=1, points=7, debt_fen=-250,
        pockets=tuple(Pocket(wallet=f"meal{n}", uses=n) for n in range(1, 10)),
    )  # fmt: skip
    rig.client = SimpleNamespace(ask=lambda path, question, kind: told)
    rig.status = m.CardStatus(
        card=CARD, issue=1, state="active", member=7, number="2024007", name="王小明", type=1,
        books_fen=8_750, waiting_fen=0,
    )  # fmt: skip
    rig.put(plastic)
    view = rig.view
    assert len(view.pockets) == 8
    assert view.pockets[0].name == rig.booth.tr("kiosk.balance.debt")
    assert view.pockets[-1].name == rig.booth.tr("kiosk.balance.more_pockets", n=11 - 7)


# F: D2 B3 D9
def test_one_tap_collects_the_only_subsidy_and_the_books_and_the_paper_say_so(hall: Hall) -> None:
    member = hall.member()
    plastic = hall.card(1_000, member)
    hall.subsidy(member, 30_000)
    hall.press("collect")
    hall.put(plastic)
    hall.until_screen("result")
    assert hall.view.amount == "￥300.00"
    assert "300.00" in hall.paper
    assert len(hall.bodies(CollectSubsidy)) == 1
    hall.lift()
    assert len(hall.entries("subsidy")) == 1
    assert hall.entries("load")[-1].fen == 30_000


# F: D2
def test_of_several_subsidies_one_is_taken_and_later_all_the_rest(hall: Hall) -> None:
    member = hall.member()
    plastic = hall.card(0, member)
    for fen, name in ((10_000, "三月餐补"), (20_000, "高温补贴"), (500, "加班餐")):
        hall.subsidy(member, fen, name)
    hall.press("collect")
    hall.put(plastic)
    hall.until_screen("pickup")
    assert [one.text for one in hall.view.lines] == [
        "三月餐补  ￥100.00", "高温补贴  ￥200.00", "加班餐  ￥5.00",
    ]  # fmt: skip
    hall.press_line("one:1")
    hall.until_screen("result")
    assert hall.view.amount == "￥200.00"
    hall.press("balance")
    hall.press("collect")
    assert [one.text for one in hall.view.lines] == ["三月餐补  ￥100.00", "加班餐  ￥5.00"]
    hall.press("all")
    hall.until_screen("result")
    assert hall.view.amount == "￥105.00"
    assert sum(one.fen for one in hall.entries("subsidy")) == 30_500


# F: B3 D2
def test_a_subsidy_of_an_account_is_on_it_at_once_with_a_receipt_like_any_other(hall: Hall) -> None:
    member = hall.member()
    plastic = hall.account(4_200, member)
    for fen, name in ((10_000, "三月餐补"), (20_000, "高温补贴")):
        hall.subsidy(member, fen, name)
    hall.press("collect")
    hall.put(plastic)
    hall.until_screen("pickup")
    before = len(hall.papers)
    hall.press_line("one:1")
    hall.until(lambda: hall.view.title == hall.booth.tr("kiosk.pickup.done"))
    assert hall.view.total == "￥200.00"
    assert hall.view.notice.text == hall.booth.tr("kiosk.result.printed")
    assert len(hall.papers) == before + 1
    (errand,) = hall.bodies(CollectSubsidy)
    for said in ("领取凭条", "高温补贴", "￥200.00", "已记入您的账户", str(errand.id)):
        assert said in hall.paper
    assert "三月餐补" not in hall.paper
    assert [one.fen for one in hall.entries("subsidy")] == [20_000]
    hall.press("balance")
    hall.until_screen("balance")
    hall.printer = PrinterState.PAPER_OUT
    hall.press("collect")
    hall.until(lambda: hall.view.title == hall.booth.tr("kiosk.pickup.done"))
    assert hall.view.total == "￥100.00"
    assert hall.view.notice.text == hall.booth.tr("kiosk.result.not_printed")
    assert str(hall.bodies(CollectSubsidy)[1].id) in hall.view.detail


# F: B3 D9
def test_all_that_waits_is_loaded_at_one_tap_and_a_tear_is_finished_by_the_next(hall: Hall) -> None:
    member = hall.member()
    plastic = hall.card(1_000, member)
    hall.subsidy(member, 7_000, way="tap")
    hall.subsidy(member, 9_000, way="tap")
    hall.sweep()
    hall.press("balance")
    hall.put(plastic)
    assert hall.view.load.text == "领取 ￥160.00"
    plastic.tear_at(plastic.commands + 13)
    hall.press(hall.view.load.key)
    hall.until(lambda: hall.screen in ("put_back", "result"))
    assert hall.screen == "put_back"
    hall.lift()
    hall.put(plastic)
    hall.until_screen("result")
    assert hall.view.amount == "￥160.00"
    assert len(hall.bodies(m.LoadIntent)) == 1
    hall.lift()
    hall.run(6)
    hall.press("collect")
    hall.put(plastic)
    hall.until(lambda: hall.screen == "pickup" and not hall.view.busy)
    assert hall.view.title == hall.booth.tr("kiosk.pickup.empty")
    assert sum(one.fen for one in hall.entries("load")) == 16_000


# F: D9 D2
def test_an_answer_that_was_lost_delivers_each_line_once(hall: Hall) -> None:
    member = hall.member()
    plastic = hall.card(0, member)
    hall.subsidy(member, 5_000)
    errand, hall.client.errand = hall.client.errand, lambda question: errand(question) and _lost()
    hall.press("collect")
    hall.put(plastic)
    assert hall.screen == "pickup"
    assert hall.view.notice.text
    hall.lift()
    del hall.client.errand
    hall.run(12)
    assert len(hall.entries("subsidy")) == 1
    hall.press("collect")
    hall.put(plastic)
    hall.until_screen("result")
    assert hall.view.amount == "￥50.00"
    assert len(hall.entries("subsidy")) == 1


def _lost():
    from onecard.errors import Unreachable

    raise Unreachable()


# F: D9
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_to_collect_is_said_in_words(hall: Hall, language: str) -> None:
    plastic = hall.card(1_000)
    if language == "en":
        hall.press("language")
    hall.press("collect")
    hall.put(plastic)
    assert hall.screen == "pickup"
    assert hall.view.title == hall.booth.tr("kiosk.pickup.empty")
    hall.press("balance")
    hall.until_screen("balance")
