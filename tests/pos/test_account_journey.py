"""Goal: a card whose money is at the office pays when the server says so, never before, and never twice.

F: A1 C1 C6 C7 C8 C10
"""

from dataclasses import dataclass, field

import pytest

from onecard.books.events import sale as sale_event
from onecard.devices.readers.virtual import VirtualM1
from onecard.errors import OneCardError, Refused, Unreachable
from onecard.ids import RecordId
from onecard.wire import messages as m
from onecard.wire.fleet import AccountRow, AccountsDocument
from onecard.wire.pockets import AskPockets, Pocket, Pockets
from tests.onecard.terminal.stand import BOSS, CARD, CARD_TYPE
from tests.pos.rig import Rig, error_of, make_plastic

TYPE = m.CardType(type=2, name="网络卡", purse_on_card=False, media=("m1", "uid"))
STRANGER = bytes.fromhex("0409080706050403")


@dataclass
class Server:
    """The books of one account, as far as a till sees them; ``mute``: so many answers are lost on the way."""

    balance: int = 10_000
    told: dict[RecordId, m.Answer] = field(default_factory=dict)
    mute: int = 0
    deaf: int = 0
    uids: dict[str, m.CardStatus | OneCardError] = field(default_factory=dict)

    def sale(self, question: m.AccountSale):
        if self.deaf:
            self.deaf -= 1
            return Unreachable()
        intent = m.decode_body(question.body)
        answer = self.told.get(intent.id) or self.decide(intent)
        return self.heard(answer)

    def decide(self, intent) -> m.Answer:
        due = intent.due_fen if isinstance(intent, m.Sale) else -sum(pay.fen for pay in intent.pays)
        if due > self.balance:
            return self.tell(intent.id, m.Status.REFUSED, "purse.short")
        self.balance -= due
        return self.tell(intent.id, m.Status.CREATED)

    def cancel(self, question: m.Cancel):
        if self.deaf:
            self.deaf -= 1
            return Unreachable()
        told = self.told.get(question.of) or self.tell(question.of, m.Status.REFUSED, "cancelled")
        return self.heard(told)

    def tell(self, id, status, reason="") -> m.Answer:
        result = m.Result(id=id, status=status, reason=reason)
        self.told[id] = m.Answer(result=result, balance_fen=self.balance)
        return self.told[id]

    def heard(self, answer):
        if self.mute:
            self.mute -= 1
            return Unreachable()
        return answer

    def medium(self, question: m.AskMedium):
        return self.uids.get(question.uid, Refused("card.unknown"))


@pytest.fixture
def server(rig):
    rig.stand.receive(rig.stand.office.types(CARD_TYPE, TYPE))
    server = Server()
    rig.answers = {m.AccountSale: server.sale, m.Cancel: server.cancel, m.AskMedium: server.medium}
    return server


@pytest.fixture
def card():
    return make_plastic(0, type=2)


def lines(paper) -> list[str]:
    return [f"{part.text}|{part.right}" for part in paper.parts if hasattr(part, "right")]


def asked(rig: Rig, kind: type) -> list[object]:
    return [question for question in rig.asked if isinstance(question, kind)]


def test_a_sale_is_paid_when_the_server_says_so(rig, server, card):
    rig.keys("12.5 enter")
    rig.tap(card)
    assert rig.overlay.look == "ok"
    assert "87.50" in rig.overlay.detail
    assert server.balance == 8_750
    (sale,) = rig.stand.bodies(m.Sale)
    assert sale.purse is None
    assert [body.of for body in rig.stand.bodies(m.Done)] == [sale.id]
    assert "卡内余额|￥87.50" in lines(rig.papers[-1])
    rig.keys("escape f2 f3")
    assert "卡内余额|￥87.50" in lines(rig.papers[-1]), "the copy says what the first paper said"
    rig.keys("escape f12")
    assert rig.stand.station.totals().sales_main_fen == 1_250


def test_the_rest_of_a_bill_names_the_part_before(rig, server, card):  # F: C4
    rig.keys("12.5 f6 10 f3")
    rig.tap(make_plastic(10_000))
    rig.keys("escape escape enter")
    rig.tap(card)
    first, second = rig.stand.bodies(m.Sale)
    assert (m.beside(second), second.purse, second.due_fen) == (first.id, None, 250)
    assert sale_event.fault(second) == ""
    assert (rig.overlay.look, server.balance) == ("ok", 9_750)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_declined_sale_says_why_and_the_bill_stays(rig, server, card, language):
    rig.till.speak(language)
    server.balance = 300
    rig.keys("12.5 enter")
    rig.tap(card)
    assert rig.overlay.look == "refused"
    assert rig.overlay.detail == error_of(rig, "purse.short", balance=300, due=1_250)
    assert rig.papers == []
    rig.keys("escape")
    assert rig.view.amount == "￥12.50"
    assert len(rig.stand.bodies(m.NotWritten)) == 1


def test_offline_it_is_sold_from_the_offices_last_figures_within_the_caps(rig, server, card):  # F: C10
    accounts = AccountsDocument(
        base=0, as_of=rig.stand.clock.now(), accounts=(AccountRow(CARD, 1, 2, 10_000, ""),)
    )
    rig.stand.receive(rig.stand.office.document("accounts", accounts))
    rig.offline()
    rig.keys("12.5 enter")
    rig.tap(card)
    assert rig.overlay.look == "ok"
    assert "87.50" in rig.overlay.detail
    assert [body.offline for body in rig.stand.bodies(m.Done)] == [True]
    rig.keys("escape 50.01 enter")
    rig.tap(card)
    assert rig.overlay.detail == error_of(rig, "limit.offline", cap=5_000)
    assert rig.asked == []


def test_offline_it_is_refused_without_a_trace(rig, server, card):
    head = rig.stand.journal.head
    rig.offline()
    rig.keys("12.5 enter")
    rig.tap(card)
    assert rig.overlay.detail == error_of(rig, "account.offline")
    assert rig.stand.journal.head == head
    assert rig.asked == []


def test_a_lost_answer_is_asked_for_again_with_the_same_bytes(rig, server, card):
    server.mute = 2
    rig.keys("12.5 enter")
    rig.tap(card)
    assert rig.overlay.title == "服务器没有应答"
    assert "请勿交付" in rig.overlay.detail
    assert rig.sounds[-1] == "retap"
    rig.wait(5)
    assert rig.overlay.look == "ok"
    questions = asked(rig, m.AccountSale)
    assert len(questions) == 3
    assert len({bytes(question.body) for question in questions}) == 1
    assert server.balance == 8_750
    assert "quiet" in rig.sounds


def test_a_silent_server_is_told_to_cancel_after_the_patience(rig, server, card):
    server.deaf = 8  # nothing arrives: asked at once and every two seconds of the fifteen
    rig.keys("12.5 enter")
    rig.tap(card)
    rig.wait(16)
    assert asked(rig, m.Cancel)
    assert rig.overlay.look == "refused"
    assert rig.overlay.detail == error_of(rig, "account.cancelled")
    assert server.balance == 10_000
    assert [body.of for body in rig.stand.bodies(m.NotWritten)] == [rig.stand.bodies(m.Sale)[0].id]


def test_the_cashier_cancels_and_hears_that_it_was_paid(rig, server, card):
    """Cancelling came too late: the result is told, and goods or a void are the cashier's choice."""
    server.mute = 1
    rig.keys("12.5 enter")
    rig.tap(card)
    rig.keys("escape")
    assert rig.overlay.look == "ok"
    assert server.balance == 8_750
    assert len(rig.stand.bodies(m.Done)) == 1


def test_once_it_was_asked_to_cancel_only_that_answer_counts(rig, server, card):
    rig.is_slow = True
    rig.keys("12.5 enter")
    rig.tap(card)
    rig.keys("escape")
    assert rig.overlay.title == "正在取消这一笔"
    rig.keys("escape 7 enter")
    assert len(asked(rig, m.Cancel)) == 1
    to_sale, to_cancel = rig.slow_answers
    to_sale()
    assert rig.stand.bodies(m.Done) == []
    to_cancel()
    assert len(rig.stand.bodies(m.Done)) == 1, "the server had posted it, and says so again"


@pytest.mark.parametrize("posted", [True, False])
def test_without_any_answer_the_queue_moves_and_it_is_settled_later(rig, server, card, plastic, posted):
    """Goods were not handed over: what was posted all the same goes back. F: C10"""
    server.deaf, server.mute = (0, 99) if posted else (99, 0)
    rig.keys("12.5 enter")
    rig.tap(card)
    rig.wait(18)
    assert "已挂起" in rig.overlay.title
    assert "自动退回" in rig.overlay.detail
    rig.keys("enter")
    rig.offline()
    rig.keys("3 enter")
    rig.tap(plastic)
    assert rig.overlay.look == "ok", "a purse pays meanwhile"
    rig.keys("escape")
    assert len(rig.till.aside) == 1
    server.deaf = server.mute = 0
    rig.online()
    rig.wait(12)
    assert rig.till.aside == ()
    sale = rig.stand.bodies(m.Sale)[0]
    if posted:
        assert [body.of for body in rig.stand.bodies(m.GivenUp)] == [sale.id]
    else:
        assert [body.of for body in rig.stand.bodies(m.NotWritten)] == [sale.id]
        assert server.balance == 10_000
    assert not any("未完成" in notice.text for notice in rig.view.frame.notices)


def test_a_till_killed_while_it_asks_cancels_when_it_is_back(rig, server, card):
    rig.is_slow = True
    rig.keys("12.5 enter")
    rig.tap(card)
    rig.stand.restart()
    rig.is_slow = False
    rig.boot()
    rig.sign_on()
    rig.wait(2)
    assert rig.till.aside == ()
    assert server.balance == 8_750, "the books give it back when the given-up record reaches them"
    assert len(rig.stand.bodies(m.GivenUp)) == 1


def test_the_list_of_what_is_aside_asks_the_server_and_no_card(rig, server, card):
    server.deaf = 99
    rig.keys("12.5 enter")
    rig.tap(card)
    rig.wait(18)
    rig.keys("enter f4")
    rig.offline()
    rig.keys("enter")
    assert rig.message == error_of(rig, "account.offline")
    server.deaf = 0
    rig.online()
    rig.keys("enter")
    assert rig.till.aside == ()
    assert rig.view.rows == ()


def test_rung_again_on_another_card_names_the_one_it_replaces(rig, server, card, plastic):
    server.deaf = 99
    rig.keys("12.5 enter")
    rig.tap(card)
    rig.wait(18)
    rig.keys("f5")
    rig.tap(plastic)
    assert rig.overlay.look == "ok"
    first, second = rig.stand.bodies(m.Sale)
    assert (second.replaces, second.purse is None) == (first.id, False)


def test_a_void_needs_a_supervisor_and_no_card(rig, server, card):
    # F: C7
    rig.keys("12.5 enter")
    rig.tap(card)
    rig.keys("escape f2 enter")
    rig.keys("135791 enter")
    assert rig.overlay.look == "ok"
    assert server.balance == 10_000
    (void,) = rig.stand.bodies(m.Void)
    assert (void.supervisor, void.reason, void.purse) == (BOSS, "amount", None)
    assert "卡内余额|￥100.00" in lines(rig.papers[-1])
    rig.keys("enter")
    assert rig.view.rows[1].cells[4] == "已撤销"


def test_a_void_whose_answer_is_lost_is_asked_for_again(rig, server, card):
    rig.keys("12.5 enter")
    rig.tap(card)
    server.mute = 1
    rig.keys("escape f2 enter 135791 enter")
    assert rig.overlay.title == "服务器没有应答"
    rig.wait(3)
    assert rig.overlay.look == "ok"
    assert server.balance == 10_000
    assert len(rig.stand.bodies(m.Void)) == 1


@pytest.mark.parametrize("blank", [True, False])
def test_a_medium_that_says_only_its_uid_is_looked_up(rig, server, blank):
    """A card of any make: its number comes from the office, its balance too."""
    stranger = VirtualM1(STRANGER[:4]) if blank else make_plastic(500, uid=STRANGER[:4], unit=99)
    status = m.CardStatus(
        card=CARD, issue=1, state="active", member=7, number="", name="", type=2, books_fen=1, waiting_fen=0
    )
    server.uids[STRANGER[:4].hex()] = status
    rig.keys("12.5 enter")
    rig.tap(stranger)
    assert rig.overlay.look == "ok"
    assert rig.stand.bodies(m.Sale)[0].card == CARD
    assert server.balance == 8_750


@pytest.mark.parametrize(
    ("told", "code", "params"),
    [
        (None, "card.blank", {}),
        (Unreachable(), "server.unreachable", {}),
        ("lost", "card.stopped", {"reason": "lost"}),
        ("purse", "card.blank", {}),
    ],
)
def test_a_uid_that_names_no_account_is_refused_as_the_plastic_it_is(rig, server, told, code, params):
    if isinstance(told, str):
        kind = 1 if told == "purse" else 2
        state = "active" if told == "purse" else told
        told = m.CardStatus(
            card=CARD,
            issue=1,
            state=state,
            member=7,
            number="",
            name="",
            type=kind,
            books_fen=0,
            waiting_fen=0,
        )
    if told is not None:
        server.uids[STRANGER[:4].hex()] = told
    rig.keys("12.5 enter")
    rig.tap(VirtualM1(STRANGER[:4]))
    assert rig.overlay.detail == error_of(rig, code, **params)
    assert rig.stand.bodies(m.Sale) == []


def test_a_look_up_that_nobody_waits_for_any_more_sells_nothing(rig, server):
    rig.is_slow = True
    rig.keys("12.5 enter")
    rig.tap(VirtualM1(STRANGER[:4]))
    assert rig.overlay.title == "正在查这是谁的卡"
    rig.keys("escape")
    assert rig.overlay is None
    rig.answer()
    assert rig.stand.bodies(m.Sale) == []


def whole(books_fen: int = 8_750, **fields: object) -> m.CardStatus:
    return m.CardStatus(
        card=CARD, issue=1, member=7, number="7", name="王小明", type=2, books_fen=books_fen, waiting_fen=0,
        **{"state": "active", **fields},  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_query_shows_what_the_account_holds_and_refuses_nothing(rig, server, card, language):
    # F: A11 C11
    rig.till.speak(language)
    rig.answers[m.AskCard] = whole(
        explained=(
            m.Explained(what="account_balance", fen=8_750),
            m.Explained(what="books", fen=300, wallet="gift"),
        )
    )
    rig.answers[AskPockets] = Pockets(
        card=CARD,
        issue=1,
        points=12,
        pockets=(
            Pocket(wallet="main", fen=8_750),
            Pocket(wallet="gift", fen=300),
            Pocket(wallet="bath", uses=4),
        ),
    )
    rig.is_slow = True
    rig.keys("f1")
    rig.tap(card)
    assert (rig.screen, rig.view.balance, rig.view.state.tone) == ("query", "—", "done")
    rig.answer()
    tr = rig.till.tr
    assert (rig.view.balance, rig.view.balance_label) == ("￥87.50", tr("desk.query.account"))
    assert rig.view.state.text == tr("desk.query.good")
    assert "￥3.00" in rig.view.waiting
    assert f"bath {tr('wallet.times', n=4)}" in rig.view.waiting
    rig.keys("f5")
    assert [(row.cells[0], row.cells[3]) for row in rig.view.rows] == [
        (tr("desk.why.account_balance"), "87.50"),
        (tr("desk.query.account"), "87.50"),
    ]


def test_offline_a_query_shows_the_account_as_it_was_last_heard_of(rig, server, card):
    # F: A11 C10
    rig.offline()
    rig.keys("f1")
    rig.tap(card)
    assert (rig.view.balance, rig.view.state.tone) == ("—", "done")
    rig.keys("escape")
    row = AccountRow(CARD, 1, 2, 10_000, STRANGER[:4].hex())
    heard = AccountsDocument(base=0, as_of=rig.clock.now() - 8_040, accounts=(row,))
    rig.stand.receive(rig.stand.office.document("accounts", heard))
    for plastic in (card, VirtualM1(STRANGER[:4])):
        rig.keys("f1")
        rig.tap(plastic)
        assert (rig.view.balance, rig.view.state.tone) == ("￥100.00", "done")
        assert rig.view.balance_label == "账户余额（2 小时 14 分前）"
        assert rig.view.empty == rig.view.source == rig.till.tr("desk.query.account_only")
        rig.keys("escape")


def test_a_card_that_the_office_has_stopped_is_told_so_at_the_query(rig, server, card):
    # F: A11
    rig.answers[m.AskCard] = whole(state="lost")
    rig.keys("f1")
    rig.tap(card)
    assert (rig.view.state.tone, rig.view.state.text) == (
        "refuse",
        error_of(rig, "card.stopped", reason="lost"),
    )


def test_nobody_signs_out_while_the_server_is_asked(rig, server, card):
    rig.is_slow = True
    rig.keys("12.5 enter")
    rig.tap(card)
    rig.keys("f10")
    assert rig.screen == "sell"
    rig.answer()
    assert rig.overlay.look == "ok"


def test_a_z_with_an_open_account_sale_gives_it_up(rig, server, card):
    # F: C8
    server.deaf = 99
    rig.keys("12.5 enter")
    rig.tap(card)
    rig.wait(18)
    rig.keys("enter clear f12 f12 200 enter")
    rig.wait(1)
    rig.keys("enter")
    (closed,) = rig.stand.bodies(m.ShiftClose)
    assert (closed.totals.sales, closed.totals.aside, closed.totals.aside_fen) == (0, 1, 1_250)
    assert closed.expected_fen == 20_000
