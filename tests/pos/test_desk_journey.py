"""Goal: the front desk issues, recharges, queries and stops cards; what needs the server says so. F: C11"""

import pytest

from onecard.cards.image import Slot
from onecard.clock import day_of_card
from onecard.errors import Refused, Unreachable
from onecard.wire import messages as m
from tests.onecard.terminal.stand import CARD, TODAY, load, read_plastic
from tests.pos.rig import MEMBER, Rig, error_of, make_plastic


def grant(question: m.ReserveIssue) -> m.IssueGrant:
    return m.IssueGrant(
        card=700_001, issue=1, type=question.type, until_day=TODAY + 1000, deposit_fen=0, fee_fen=0
    )


@pytest.fixture
def desk(rig) -> Rig:
    rig.answers |= {
        m.FindMember: m.Members(rows=(MEMBER,)),
        m.ReserveIssue: grant,
        m.ReportLoss: lambda q: m.Answer(result=m.Result(id=q.id, status=m.Status.CREATED)),
    }
    rig.keys("f9")
    return rig


def lines(document) -> str:
    return "\n".join(f"{part.text}|{part.right}" for part in document.parts if hasattr(part, "right"))


def test_a_known_member_gets_a_card_with_money_and_one_receipt(desk):
    # F: A2
    desk.keys("f2")
    desk.type("search", "2024007")
    desk.keys("enter")
    assert desk.view.rows[0].cells[0] == "王小明"
    desk.keys("enter 100 enter")
    assert desk.overlay.look == "ready"
    blank = make_plastic(blank=True)
    desk.put(blank)
    assert desk.overlay.look == "ok"
    image = read_plastic(blank)
    assert (image.identity.card, image.newest.main_fen) == (700_001, 10_000)
    (issued,) = desk.stand.bodies(m.Issue)
    assert issued.opening_fen == 10_000
    assert "王小明" in lines(desk.papers[-1])
    assert "700001" in lines(desk.papers[-1])
    assert desk.papers[-1].kick_drawer
    desk.keys("enter")
    assert desk.view.stage == "find"


def test_a_new_member_is_made_once_though_the_answer_was_lost(desk):
    # F: A2
    desk.keys("f2")
    desk.type("search", "李雷")
    desk.answers[m.FindMember] = m.Members(rows=())
    desk.keys("enter f2")
    assert desk.view.fields[0].text == "李雷"
    desk.type("phone", "13800000000")
    desk.keys("enter")
    assert desk.message == error_of(desk, "server.unreachable")
    desk.clock.advance(30)
    desk.answers[m.NewMember] = m.MemberRow(member=9, number="9", name="李雷")
    desk.keys("enter")
    first, second = [one for one in desk.asked if isinstance(one, m.NewMember)]
    assert first == second
    assert desk.view.member == "李雷"


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("name", "", "member.no_name"),
        ("name", " \x00\t ", "member.no_name"),
        ("name", "长" * 200, "member.too_long"),
        ("phone", "call me", "member.phone"),
    ],
)
def test_bad_member_data_asks_the_server_nothing(desk, field, text, code):
    desk.keys("f2 f2")
    desk.type("name", "张三")
    desk.type(field, text)
    desk.keys("enter")
    assert desk.message == error_of(desk, code, most=64)
    assert not [one for one in desk.asked if isinstance(one, m.NewMember)]


def test_names_are_data_whatever_is_in_them(desk):
    desk.keys("f2 f2")
    desk.type("name", "=cmd()' or 1=1 <script> 𠮷😀")
    desk.answers[m.NewMember] = lambda q: m.MemberRow(member=9, number="9", name=q.name)
    desk.keys("enter")
    assert desk.view.member == "=cmd()' or 1=1 <script> 𠮷😀"


def test_a_card_that_is_not_blank_is_not_issued(desk, plastic):
    desk.keys("f2")
    desk.type("search", "2024007")
    desk.keys("enter enter 0 enter")
    desk.put(plastic)
    assert desk.overlay.look == "refused"
    assert desk.stand.bodies(m.Issue) == []
    desk.lift()
    desk.wait(2)
    desk.put(make_plastic(blank=True, uid=bytes.fromhex("04010203")))
    assert desk.overlay.look == "ok"


def test_a_number_that_never_came_is_asked_for_again_under_the_same_id(desk):
    desk.answers[m.ReserveIssue] = Unreachable()
    desk.keys("f2")
    desk.type("search", "2024007")
    desk.keys("enter enter 20 enter")
    blank = make_plastic(blank=True)
    desk.tap(blank)
    assert desk.message == error_of(desk, "server.unreachable")
    desk.answers[m.ReserveIssue] = grant
    desk.keys("enter")
    desk.put(blank)
    assert desk.overlay.look == "ok"
    first, second = [one for one in desk.asked if isinstance(one, m.ReserveIssue)]
    assert first == second


def test_a_slow_number_shows_that_it_is_waited_for(desk):
    desk.is_slow = True
    desk.keys("f2")
    desk.type("search", "2024007")
    desk.keys("enter")
    desk.answer()
    desk.keys("enter 20 enter")
    desk.put(make_plastic(blank=True))
    assert desk.overlay.look == "reading"
    desk.answer()
    assert desk.overlay.look == "ok"


def test_a_torn_issue_is_finished_with_the_same_medium(desk):
    # F: A2
    desk.keys("f2")
    desk.type("search", "2024007")
    desk.keys("enter enter 20 enter")
    blank = make_plastic(blank=True)
    for at in range(6, 60):
        blank.tear_at(at)
        desk.put(blank)
        desk.lift()
        if desk.overlay is not None and desk.overlay.look == "retap":
            break
        desk.wait(2)
        if desk.overlay is None:
            desk.keys("enter")
    assert desk.overlay.look == "retap"
    desk.put(blank)
    assert desk.overlay.look == "ok"
    assert read_plastic(blank).newest.main_fen == 2_000


def test_cash_goes_onto_a_card(desk, plastic):
    # F: A3
    desk.keys("f3 quick:50")
    assert desk.view.words == "伍拾元整"
    desk.keys("enter")
    desk.tap(plastic)
    assert desk.overlay.look == "ok"
    assert read_plastic(plastic).newest.main_fen == 15_000
    assert desk.papers[-1].kick_drawer
    desk.keys("enter")
    assert "￥50.00" in desk.view.last


@pytest.mark.parametrize(
    ("keys", "code"), [("", "amount.empty"), ("0.5", "recharge.too_small"), ("9999", "amount.too_large")]
)
def test_bad_recharges_are_refused_before_a_card_is_wanted(desk, keys, code):
    desk.keys(f"f3 {keys} enter")
    assert desk.overlay is None
    assert desk.message == error_of(desk, code, least=100, cap=100_000)


def test_a_large_recharge_is_counted_twice(desk, plastic):
    desk.keys("f3 1000 enter")
    assert desk.view.confirm.words == "壹仟元整"
    desk.keys("escape")
    assert desk.view.confirm is None
    assert desk.view.amount == "￥1,000.00"


def test_query_shows_the_card_then_what_the_server_knows(desk, plastic):
    # F: A11
    status = m.CardStatus(
        card=CARD,
        issue=1,
        state="active",
        member=7,
        number="2024007",
        name="王小明",
        type=1,
        books_fen=9_000,
        waiting_fen=2_000,
        movements=(
            m.Movement(at=desk.clock.now(), kind="sale", fen=-1250, balance_fen=8750, place="一食堂"),
        ),
        explained=(m.Explained(what="opening", fen=10_000),),
        as_of=desk.clock.now(),
    )
    desk.answers[m.AskCard] = status
    desk.is_slow = True
    desk.keys("f1")
    desk.tap(plastic)
    assert desk.screen == "query"
    assert (desk.view.balance, desk.view.holder) == ("￥100.00", "王小明")
    assert desk.view.rows == ()
    desk.answer()
    assert desk.view.rows[0].cells[2:4] == ("一食堂", "-12.50")
    desk.keys("f5")
    assert desk.view.rows[-2].cells[3] == "10.00"  # on the card and not yet in the books
    desk.keys("escape")
    assert desk.screen == "desk"


def test_query_offline_shows_the_card_alone(desk, plastic):
    desk.offline()
    desk.keys("f1")
    desk.tap(plastic)
    assert desk.view.balance == "￥100.00"
    assert "脱机" in desk.view.source
    assert not [one for one in desk.asked if isinstance(one, m.AskCard)]


def test_waiting_money_is_collected_from_the_query(desk, plastic):
    # F: A11
    desk.stand.receive(desk.stand.office.loads(load(1, 2_000)))
    desk.keys("f1")
    desk.put(plastic)
    assert "￥20.00" in desk.view.waiting
    desk.keys("f6")
    assert desk.overlay.look == "ok"
    assert read_plastic(plastic).newest.main_fen == 12_000


def test_a_loss_report_stops_the_card_after_a_second_look(desk):
    # F: A6
    desk.keys("f4")
    desk.type("search", "王小明")
    desk.keys("enter enter")
    assert desk.view.stop is not None
    desk.keys("enter")  # the careless key reports nothing
    assert not [one for one in desk.asked if isinstance(one, m.ReportLoss)]
    wakes = desk.wakes
    desk.keys("f4")
    (report,) = [one for one in desk.asked if isinstance(one, m.ReportLoss)]
    assert (report.card, report.issue) == (CARD, 1)
    assert desk.view.stop.done
    assert desk.wakes == wakes + 1  # the new stop list is fetched at once
    desk.keys("escape")
    assert desk.screen == "desk"


def test_a_loss_report_that_got_lost_is_the_same_report_again(desk):
    desk.answers[m.ReportLoss] = Unreachable()
    desk.keys("f4")
    desk.type("search", "王小明")
    desk.keys("enter enter f4 f4")
    first, second = [one for one in desk.asked if isinstance(one, m.ReportLoss)]
    assert first == second
    assert not desk.view.stop.done


def test_a_stopped_card_is_not_reported_twice(desk):
    desk.answers[m.FindMember] = m.Members(
        rows=(m.MemberRow(member=7, number="1", name="王小明", cards=((CARD, 1, "lost"),)),)
    )
    desk.keys("f4")
    desk.type("search", "王")
    desk.keys("enter enter")
    assert desk.view.stop is None
    assert desk.message == error_of(desk, "loss.stopped")


def test_offline_the_desk_says_what_it_cannot_do(desk):
    desk.offline()
    seen: dict[str, bool] = {}
    for _ in desk.view.tabs:
        seen |= {tile.action: tile.enabled for tile in desk.view.tiles}
        desk.keys("right")
    assert {name for name, can in seen.items() if can} == {"f1", "f3", "job:renew"}
    assert not seen["f2"]
    assert not seen["job:return_card"]
    desk.keys("f2")
    assert desk.screen == "desk"


def test_a_refused_search_says_why(desk):
    desk.answers[m.FindMember] = Refused("operator.not_allowed", permission="desk.issue")
    desk.keys("f2")
    desk.type("search", "王")
    desk.keys("enter")
    assert desk.message


def test_money_for_every_wallet_of_the_card_is_collected_at_the_desk(desk, plastic):
    """B3 D9: a subsidy with its last day, a gift and paid-in money in one tap; each is named on paper."""
    rows = (("subsidy", 30_000, TODAY + 7), ("gift", 2_000, 0), ("main", 500, 0))
    loads = [
        m.Load(
            card=CARD, issue=1, number=n, fen=fen, wallet=wallet, kind=wallet, expires_day=day, digest="0a"
        )
        for n, (wallet, fen, day) in enumerate(rows, 1)
    ]
    desk.stand.receive(desk.stand.office.loads(*loads))
    desk.offline()
    desk.keys("f1")
    desk.tap(plastic)
    assert desk.view.waiting == "另有 ￥325.00 待领取"
    desk.keys("f6")
    desk.tap(plastic)
    assert desk.overlay.look == "ok"
    assert desk.overlay.amount == "￥325.00"
    paper = [f"{part.text}|{part.right}" for part in desk.papers[-1].parts if hasattr(part, "right")]
    for row in ("转入 补助|300.00", "转入 赠送|20.00", "转入 主钱包|5.00", "补助|￥300.00", "赠送|￥20.00"):
        assert row in paper, row
    desk.keys("escape escape f1")
    desk.tap(plastic)
    day = day_of_card(TODAY + 7).isoformat()
    assert desk.view.waiting == f"赠送 ￥20.00\n补助 ￥300.00（至 {day}）"
    (load,) = desk.stand.bodies(m.LoadIntent)
    assert (load.purse.after.main_fen, load.purse.after.slot1.amount_fen) == (10_500, 2_000)
    assert load.purse.after.slot2 == Slot(30_000, TODAY + 7)
