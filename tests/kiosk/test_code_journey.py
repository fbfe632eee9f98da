"""Goal: a phone pays for a recharge at the kiosk: the money is on the card once, or waits for it.

Method: a person's steps at the whole app before the real server, which asks the sandbox gateway.
"""

import pytest
from sqlalchemy import update

from onecard.bench.gateway import Payments
from onecard.wire import messages as m
from onecard.wire.errands import CodePayment
from server.cards.stops import set_stop
from server.payments.clerk import Clerk
from server.payments.sandbox import Sandbox
from server.terminals import version
from server.terminals.tables import terminal
from tests.kiosk.hall import Hall
from tests.kiosk.test_collect_journey import main_fen
from tests.kiosk.test_service_journey import dial
from tests.server.payments.conftest import Line


class Phone:
    """The member's payment app, and the office's side of the gateway at work."""

    def __init__(self, hall: Hall) -> None:
        self.hall, self.payments = hall, Payments(hall.clock)
        self.line = Line(self.payments)
        runtime = hall.office.runtime
        runtime.clerk = Clerk(runtime.lane, hall.unit, lambda: {"sandbox": Sandbox(self.line)})
        self.wait(11)

    def wait(self, seconds: int) -> None:
        runtime = self.hall.office.runtime
        for _ in range(seconds):
            self.hall.run(1)
            self.hall.office.run(runtime.clerk.turn(runtime.terms.types))

    def pay(self) -> None:
        (order,) = self.payments.waiting()
        assert self.payments.pay(order.number)


@pytest.fixture
def phone(hall: Hall) -> Phone:
    return Phone(hall)


def to_code(hall: Hall, phone: Phone, plastic, fen: int = 5_000) -> None:
    hall.press("code")
    hall.put(plastic)
    hall.flow.press(f"fen:{fen}")
    hall._pump()
    phone.wait(3)


# F: D4
def test_a_paid_code_is_on_the_card_with_a_receipt_and_in_the_books(hall: Hall, phone: Phone) -> None:
    plastic = hall.card(1_000)
    to_code(hall, phone, plastic)
    assert (hall.screen, hall.view.amount) == ("pay", "￥50.00")
    assert len(hall.view.code) >= 21
    phone.pay()
    phone.wait(3)
    hall.until_screen("result")
    assert hall.view.amount == "￥50.00"
    assert "50.00" in hall.paper
    hall.lift()
    assert main_fen(plastic) == 6_000
    assert [one.fen for one in hall.entries("recharge")] == [5_000]
    assert len(hall.bodies(CodePayment)) == 1


# F: D4
def test_an_amount_is_typed_and_one_too_large_is_told(hall: Hall, phone: Phone) -> None:
    hall.press("code")
    hall.put(hall.card(1_000))
    dial(hall, "5000")
    hall.press("ok")
    assert "￥1000.00" in hall.view.notice.text.replace(",", "")
    for _ in range(2):
        hall.flow.press("pad:backspace")
    hall.press("ok")
    phone.wait(3)
    assert hall.view.amount == "￥50.00"


# F: D4
def test_who_takes_the_card_and_pays_afterwards_finds_it_waiting(hall: Hall, phone: Phone) -> None:
    plastic = hall.card(1_000)
    to_code(hall, phone, plastic)
    phone.payments.silent = True
    hall.lift()
    assert hall.screen == "home"
    phone.wait(2)
    phone.pay()
    phone.payments.silent = False
    phone.wait(20)
    hall.sync()
    hall.press("collect")
    hall.put(plastic)
    hall.until_screen("result")
    assert hall.view.amount == "￥50.00"
    assert [one.fen for one in hall.entries("recharge")] == [5_000]


# F: D4
def test_a_code_nobody_pays_is_closed_when_the_member_leaves(hall: Hall, phone: Phone) -> None:
    plastic = hall.card(1_000)
    to_code(hall, phone, plastic)
    hall.press("end")
    phone.wait(3)
    assert phone.payments.waiting() == []
    assert hall.entries("recharge") == []
    hall.lift()
    assert main_fen(plastic) == 1_000


# F: D4
def test_an_unpaid_code_ends_by_itself_and_says_so(hall: Hall, phone: Phone) -> None:
    to_code(hall, phone, hall.card(1_000))
    phone.wait(185)
    assert hall.view.title == hall.booth.tr("kiosk.pay.expired")
    hall.press("end")


# F: D4
def test_a_network_that_goes_while_the_code_is_shown_loses_nothing(hall: Hall, phone: Phone) -> None:
    plastic = hall.card(1_000)
    to_code(hall, phone, plastic)
    hall.cut()
    phone.pay()
    phone.wait(190)
    assert hall.view.title == hall.booth.tr("kiosk.pay.unknown")
    hall.mend()
    phone.wait(4)
    hall.until_screen("result")
    assert hall.view.amount == "￥50.00"


# F: D4
def test_a_kiosk_killed_before_its_answer_never_opens_the_code(hall: Hall, phone: Phone) -> None:
    plastic = hall.card(1_000)
    hall.press("code")
    hall.put(plastic)
    hall.box.wire.cut = True
    hall.flow.press("fen:5000")
    hall._pump()
    hall.lift()
    hall.restart()
    hall.box.wire.cut = False
    phone.wait(12)
    assert phone.payments.orders == {}
    assert hall.stand.station.front_desk.errands.unanswered() == []
    assert [one.reason for one in hall.bodies(m.Answered)] == ["cancelled"]


# F: D4 D10
def test_without_a_gateway_or_a_network_the_key_says_why(hall: Hall) -> None:
    hall.run(2)
    assert hall.view.code.reason == hall.booth.tr("kiosk.off.none")
    Phone(hall)
    assert hall.view.code.enabled
    hall.cut()
    assert hall.view.code.reason == hall.booth.tr("kiosk.off.offline")


# F: D4
def test_of_several_ways_to_pay_one_is_chosen(hall: Hall, phone: Phone) -> None:
    plastic = hall.card(1_000)
    other = Payments(hall.clock)
    runtime = hall.office.runtime
    ways = {"sandbox": Sandbox(phone.line), "alipay": Sandbox(Line(other))}
    runtime.clerk = Clerk(runtime.lane, hall.unit, lambda: ways)
    hall.booth.gateways = ("sandbox", "alipay")
    to_code(hall, phone, plastic)
    assert hall.screen == "menu"
    assert [one.text for one in hall.view.keys] == ["演示通道", "支付宝"]
    hall.flow.press("amount")
    assert hall.screen == "form"
    hall.flow.press("fen:2000")
    hall.flow.press("way:alipay")
    hall._pump()
    phone.wait(3)
    assert (hall.screen, hall.view.amount) == ("pay", "￥20.00")
    assert [one.gateway for one in hall.bodies(CodePayment)] == ["alipay"]
    assert list(phone.payments.waiting()) == []
    (order,) = other.waiting()
    assert other.pay(order.number)
    phone.wait(6)
    assert main_fen(plastic) == 3_000


# F: C13
def test_where_recharge_is_off_neither_code_nor_cash_is_offered_and_each_says_why(
    hall: Hall, phone: Phone
) -> None:
    said, number = '{"recharge":"false"}', hall.box.number

    def write(c) -> None:
        c.execute(update(terminal).where(terminal.c.terminal == number).values(settings=said))

    plastic = hall.card(1_000)
    hall.office.write(write)
    # The office knows it first: what the kiosk still asks for is refused, and nothing was paid.
    to_code(hall, phone, plastic)
    assert hall.booth.tr("refusal.recharge.off_here.member") in str(hall.view)
    hall.lift()
    hall.until_screen("home")
    hall.office.write(lambda c: version.touch(c, hall.unit, version.TERMINAL, hall.clock.now()))
    hall.run(1)
    hall.sync()
    hall.run(1)
    keys = {key.key: key for key in (hall.view.cash, hall.view.code)}
    assert {name: (key.enabled, key.reason) for name, key in keys.items()} == {
        "cash": (False, hall.booth.tr("kiosk.cash_off.not_here")),
        "code": (False, hall.booth.tr("kiosk.off.not_here")),
    }
    hall.put(plastic)
    assert not hall.view.cash.enabled
    assert main_fen(plastic) == 1_000


# F: D4
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_was_paid_for_a_card_that_was_stopped_meanwhile_goes_back_and_says_so(
    hall: Hall, phone: Phone, language: str
) -> None:
    plastic = hall.card(1_000)
    number = hall.last_card
    if language == "en":
        hall.press("language")
    to_code(hall, phone, plastic)
    hall.office.write(lambda c: set_stop(c, hall.unit, number, 1, "lost", 1, hall.clock.now()))
    phone.pay()
    phone.wait(4)
    tr = hall.booth.tr
    assert (hall.screen, hall.view.title) == ("pay", tr("kiosk.pay.refunded"))
    assert (hall.view.amount, hall.view.detail) == ("￥50.00", tr("kiosk.pay.refunded_do"))
    (payment,) = hall.bodies(CodePayment)
    assert str(payment.id) in hall.view.number
    assert hall.sounds[-1] == "refused"
    assert [one.state for one in phone.payments.orders.values()] == ["refunded"]
    assert hall.entries("recharge") == []
    hall.press("end")
    hall.lift()
    assert hall.screen == "home"
    assert main_fen(plastic) == 1_000
