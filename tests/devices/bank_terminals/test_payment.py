"""Goal: a card is charged once for one sale, whatever is lost on the way, and both sides' books agree.  #
F: C16

Method: a till with its payments on disk against a simulated terminal, broken at every moment; the pure rule
against any order of events.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.clock import FalseClock
from onecard.devices import cable
from onecard.devices.bank_terminals import (
    Approved,
    Declined,
    NotFound,
    Order,
    Totals,
    Unknown,
    plain,
)
from onecard.devices.bank_terminals.payment import Payment, Payments, differences
from onecard.devices.bank_terminals.plain import frames
from onecard.devices.bank_terminals.plain.simulator import Simulator
from onecard.devices.bank_terminals.worker import BankWorker
from onecard.devices.cable import Cable
from onecard.errors import DeviceFault, DeviceGone, Refused

TURN_S = 0.05
_cables = iter(range(1_000_000_000))
SALE = Order("sale", "1001-1-1", 1_250)


class Rig:
    """A till whose disk survives it."""

    def __init__(self) -> None:
        self.clock = FalseClock()
        self.cable = Cable(f"bank-{next(_cables)}")
        self.simulator = Simulator(self.clock, self.cable.device)
        self.disk: dict[str, Payment] = {}
        self.settled: list[Payment] = []
        self.start()

    def start(self) -> None:
        """The till's program starts, with what is on its disk."""

        def save(payment: Payment) -> None:
            self.disk[payment.order.reference] = payment

        self.payments = Payments(save, self.disk.values())
        self.worker = BankWorker(
            "bank",
            lambda: plain.open({"line": f"mem:{self.cable.name}"}),
            self.payments,
            self.settled.append,
            clock=self.clock,
            interval_s=TURN_S * 0.9,
        )
        self.run(TURN_S)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TURN_S)):
            self.simulator.tick()
            self.worker.turn()
            self.simulator.tick()
            self.clock.advance(TURN_S)

    def pay(self, order: Order, seconds: float = 3) -> Payment:
        answer = self.worker.pay(order)
        self.run(seconds)
        answer.result(0)
        return self.disk[order.reference]

    @property
    def charged_fen(self) -> int:
        totals = [self.simulator.totals(str(batch)) for batch in range(1, self.simulator.batch + 1)]
        return sum(one.sale_fen - one.back_fen for one in totals)


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_a_sale_is_approved_and_its_approval_kept(rig):
    payment = rig.pay(SALE)
    assert payment.state == "approved"
    assert payment.approval == Approved("1001-1-1", 1_250, "A00001", "000001", "1", "1111")
    assert rig.settled == [payment]
    assert rig.payments.open is None


def test_the_order_is_on_disk_before_the_terminal_hears_of_it(rig):
    heard = []
    rig.cable.to_device.damage = lambda data: heard.append(dict(rig.disk)) or data
    rig.pay(SALE)
    assert heard[0]["1001-1-1"] == Payment(SALE)


@pytest.mark.parametrize(("attribute", "reason"), [("approves", "declined"), ("is_online", "no_connection")])
def test_a_no_of_the_bank_is_a_no(rig, attribute, reason):
    setattr(rig.simulator, attribute, False)
    assert (rig.pay(SALE).state, rig.disk["1001-1-1"].reason) == ("declined", reason)
    assert rig.charged_fen == 0


def test_the_same_order_again_is_answered_with_its_first_outcome(rig):
    first = rig.pay(SALE)
    assert rig.pay(SALE) == first
    assert rig.charged_fen == 1_250
    with pytest.raises(Refused) as refused:
        rig.pay(Order("sale", "1001-1-1", 1_251))
    assert refused.value.code == "bank.reference"


def test_while_one_is_open_nothing_else_is_paid(rig):
    rig.simulator.customer_s = 60
    assert rig.pay(SALE).state == "open"
    with pytest.raises(Refused) as refused:
        rig.pay(Order("sale", "1001-1-2", 100))
    assert refused.value.code == "bank.open"
    answer = rig.worker.reconcile()
    rig.run(1)
    assert isinstance(answer.exception(0), DeviceFault)
    rig.run(60)
    assert rig.disk["1001-1-1"].state == "approved"
    assert rig.pay(Order("sale", "1001-1-2", 100)).state == "open"


def test_a_void_takes_all_back_in_the_same_batch(rig):
    rig.pay(SALE)
    assert rig.pay(Order("void", "1001-1-2", 1_250, "1001-1-1")).state == "approved"
    assert rig.charged_fen == 0
    for order in (Order("void", "1001-1-3", 1_250, "1001-1-1"), Order("refund", "1001-1-4", 1, "1001-1-1")):
        with pytest.raises(Refused) as refused:
            rig.pay(order)
        assert refused.value.code == "bank.too_much", "nothing is left"


def test_after_the_batch_was_closed_only_a_refund_gives_back(rig):
    rig.pay(SALE)
    rig.simulator.close_batch()
    assert rig.pay(Order("void", "1001-1-2", 1_250, "1001-1-1")).reason == "closed_batch"
    assert rig.pay(Order("refund", "1001-1-3", 1_000, "1001-1-1")).state == "approved"
    assert rig.pay(Order("refund", "1001-1-4", 250, "1001-1-1")).state == "approved"
    with pytest.raises(Refused):
        rig.pay(Order("refund", "1001-1-5", 1, "1001-1-1"))
    assert rig.charged_fen == 0


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (Order("void", "1001-1-2", 1, "1001-1-9"), "bank.original"),
        (Order("void", "1001-1-2", 1_000, "1001-1-1"), "bank.too_much"),
        (Order("refund", "1001-1-2", 1_251, "1001-1-1"), "bank.too_much"),
    ],
)
def test_what_cannot_be_given_back_is_refused_before_it_is_sent(rig, order, code):
    rig.pay(SALE)
    with pytest.raises(Refused) as refused:
        rig.pay(order)
    assert refused.value.code == code
    assert rig.charged_fen == 1_250


# -- what gets lost ----------------------------------------------------------------------------------------


def lose_order(rig: Rig) -> None:
    rig.cable.to_device.damage = cable.drop


def lose_answer(rig: Rig) -> None:
    rig.cable.to_host.damage = cable.drop


def hurt_answer(rig: Rig) -> None:
    rig.cable.to_host.damage = cable.flip(20)


def cut(rig: Rig) -> None:
    rig.cable.cut()


def power(rig: Rig) -> None:
    rig.simulator.power_cut()


@pytest.mark.parametrize("crash", [False, True], ids=["goes on", "starts again"])
@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.1, 0.5, 0.95, 1.0, 1.05])
@pytest.mark.parametrize("fault", [lose_order, lose_answer, hurt_answer, cut, power])
def test_whatever_is_lost_the_outcome_is_found_out_and_nothing_is_charged_twice(rig, fault, after_s, crash):
    answer = rig.worker.pay(SALE)
    if after_s:
        rig.run(after_s)
    fault(rig)
    rig.run(100)
    if crash:
        rig.worker.stop()
        rig.start()
    rig.cable.mend()
    rig.cable.heal()
    rig.simulator.is_on = True
    rig.run(20)
    if isinstance(answer.exception(0) if answer.done() else None, DeviceGone):
        assert rig.disk == {}, "nothing was begun"
        assert rig.charged_fen == 0
        return
    payment = rig.disk["1001-1-1"]
    assert payment.state != "open"
    assert rig.charged_fen == (1_250 if payment.state == "approved" else 0)
    assert rig.pay(SALE) == payment, "and asking again changes nothing"


def test_an_order_that_never_arrived_is_never_done_later(rig):
    late = []
    rig.cable.to_device.damage = lambda data: late.append(data) or b""
    rig.pay(SALE, 91)
    rig.cable.heal()
    rig.run(15)
    assert rig.disk["1001-1-1"].reason == "not_found"
    rig.cable.host.write(late[0])  # a cable that kept it
    rig.run(5)
    assert rig.charged_fen == 0


def test_an_approval_of_another_amount_is_for_a_person(rig):
    rig.cable.to_host.damage = other_amount
    assert rig.pay(SALE, 10).state == "open"


def other_amount(data: bytes) -> bytes:
    told = frames.Parser().feed(data)
    outcome = frames.outcome(told[0]) if told else None
    if not isinstance(outcome, Approved):
        return data
    return frames.said(Approved(outcome.reference, 9_999, outcome.approval, outcome.trace, outcome.batch))


# -- totals ------------------------------------------------------------------------------------------------


def test_the_days_totals_agree(rig):
    rig.pay(SALE)
    rig.pay(Order("sale", "1001-1-2", 800))
    rig.pay(Order("refund", "1001-1-3", 300, "1001-1-2"))
    answer = rig.worker.reconcile()
    rig.run(1)
    assert answer.result(0) == {}
    assert rig.payments.totals("1") == Totals("1", 2, 2_050, 1, 300)


def test_a_payment_that_we_do_not_know_shows_in_the_totals(rig):
    rig.pay(SALE)
    rig.simulator._do(Order("sale", "other", 500))
    answer = rig.worker.reconcile()
    rig.run(1)
    assert answer.result(0) == {"sale_count": (1, 2), "sale_fen": (1_250, 1_750)}


@pytest.mark.parametrize("fault", [lose_answer, cut])
def test_totals_that_do_not_come_are_no_agreement(rig, fault):
    answer = rig.worker.reconcile()
    if fault is lose_answer:
        fault(rig)
    rig.run(TURN_S)
    fault(rig)
    rig.run(15)
    assert answer.exception(0) is not None
    rig.worker.stop()
    assert isinstance(rig.worker.reconcile().exception(0), DeviceGone)


def test_two_batches_are_never_compared():
    with pytest.raises(AssertionError):
        differences(Totals("1", 0, 0, 0, 0), Totals("2", 0, 0, 0, 0))


# -- the rule by itself ------------------------------------------------------------------------------------

REFERENCES = ["a", "b", "c"]
events = st.one_of(
    st.builds(
        Approved,
        st.sampled_from(REFERENCES),
        st.sampled_from([100, 200]),
        st.just("A"),
        st.just("T"),
        st.just("1"),
    ),
    st.builds(Declined, st.sampled_from(REFERENCES), st.just("declined")),
    st.builds(NotFound, st.sampled_from(REFERENCES)),
    st.builds(Unknown, st.sampled_from(REFERENCES)),
)
orders = st.one_of(
    st.builds(Order, st.just("sale"), st.sampled_from(REFERENCES), st.sampled_from([100, 200])),
    st.builds(
        Order,
        st.sampled_from(["void", "refund"]),
        st.sampled_from(REFERENCES),
        st.sampled_from([50, 100]),
        st.sampled_from(REFERENCES),
    ),
)


@given(st.lists(st.one_of(orders, events), max_size=25))
def test_in_any_order_of_events_an_outcome_never_changes_and_no_more_is_given_back_than_came(steps):
    disk: dict[str, Payment] = {}
    payments = Payments(lambda payment: disk.__setitem__(payment.order.reference, payment))
    for step in steps:
        before = dict(disk)
        try:
            payments.begin(step) if isinstance(step, Order) else payments.take(step)
        except Refused:
            assert disk == before
        for reference, payment in before.items():
            assert payment.state == "open" or disk[reference] == payment
        assert sum(payment.state == "open" for payment in disk.values()) <= 1
    totals = payments.totals("1")
    assert totals.back_fen <= totals.sale_fen
    again = Payments(lambda payment: None, disk.values())
    assert again.totals("1") == totals
    assert again.open == payments.open
