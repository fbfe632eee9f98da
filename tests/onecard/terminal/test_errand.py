"""Goal: an errand changes nothing here before its answer is on disk, and is the same errand after anything.

Method: a real station, answers as the office would give them; restarts in between. F: C11
"""

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import CardError, Refused
from onecard.ids import RecordId, SeededEntropy, one_time_code
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed
from onecard.wire import errands as e
from onecard.wire import messages as m
from onecard.wire.cash import claim_digest
from tests.onecard.terminal.stand import (
    CARD,
    CARD_TYPE,
    CASHIER,
    NOON,
    TODAY,
    UNIT,
    Stand,
    make_plastic,
    read_plastic,
)


def said(id, status=m.Status.CREATED, reason="", **more):
    return m.ErrandAnswer(result=m.Result(id=id, status=status, reason=reason), **more)


def refused(act, *arguments):
    with pytest.raises(Refused) as no:
        act(*arguments)
    return no.value.code


def begun(stand, kind=e.RechargeAccount, **fields):
    said = {"card": CARD, "issue": 1} | ({"fen": 5_000} if kind is e.RechargeAccount else {}) | fields
    return stand.station.front_desk.begin(kind, **said)


def test_it_is_on_disk_before_it_is_asked_and_the_question_is_its_bytes(stand):
    errand = begun(stand)
    assert (errand.operator, errand.shift, errand.fen) == (CASHIER, 1, 5_000)
    errands = stand.station.front_desk.errands
    question = errands.question(errand.id)
    assert bytes(question.body) == stand.journal.body_bytes(errand.id)
    stand.restart()
    errands = stand.station.front_desk.errands
    assert [one.id for one in errands.unanswered()] == [errand.id]
    assert errands.question(errand.id) == question


# F: E8
def test_another_life_of_the_disk_still_owes_its_question(tmp_path):
    """The office has the record when it raises the epoch, but its answer is out; a kiosk has no shift to
    read from."""
    stand = Stand(tmp_path, kind="kiosk")
    errand = begun(stand)
    stand.journal.start_epoch(2, stand.journal.head.seq)
    stand.restart()
    assert [one.id for one in stand.station.front_desk.errands.unanswered()] == [errand.id]


def test_an_answer_is_written_down_once(stand):
    """Asked twice because the first answer was lost: the second one is the same and writes nothing."""
    errand, errands = begun(stand), stand.station.front_desk.errands
    answer = said(errand.id, fen=5_000, cash_fen=5_000, balance_fen=6_000)
    told = errands.answered(answer)
    assert (told.of, told.fen, told.cash_fen, told.balance_fen) == (errand.id, 5_000, 5_000, 6_000)
    assert errands.answered(answer) == told
    assert stand.bodies(m.Answered) == [told]
    assert errands.unanswered() == []
    stand.restart()
    assert stand.station.front_desk.errands.answered(answer) == told
    assert stand.bodies(m.Answered) == [told]


def test_a_refusal_is_written_down_and_raised_each_time(stand):
    errand, errands = begun(stand), stand.station.front_desk.errands
    no = said(errand.id, m.Status.REFUSED, "card.stopped")
    assert [refused(errands.answered, no) for _ in range(2)] == ["card.stopped"] * 2
    assert len(stand.bodies(m.Answered)) == 1
    assert errands.cash_fen() == 0


@pytest.mark.parametrize(
    ("status", "reason", "code"),
    [
        (m.Status.CONFLICT, "record_conflict", "errand.conflict"),
        (m.Status.REFUSED, "limit.cap", "account.limit"),
        (m.Status.REFUSED, "cancelled", "errand.cancelled"),
    ],
)
def test_what_the_office_says_in_codes_has_a_sentence(stand, status, reason, code):
    errand = begun(stand)
    assert refused(stand.station.front_desk.errands.answered, said(errand.id, status, reason)) == code


def test_cancelling_ends_it_unless_it_was_done(stand):
    errands = stand.station.front_desk.errands
    first, second = begun(stand), begun(stand)
    done = m.Answer(result=m.Result(id=first.id, status=m.Status.CREATED, entry=3))
    assert not errands.cancelled(done)
    gone = m.Answer(result=m.Result(id=second.id, status=m.Status.REFUSED, reason="cancelled"))
    assert errands.cancelled(gone)
    assert [one.id for one in errands.unanswered()] == [first.id]


def test_an_answer_to_nothing_is_not_taken(stand):
    errands = stand.station.front_desk.errands
    assert refused(errands.answered, said(RecordId(1001, 1, 999))) == "errand.unknown"


def test_a_till_without_a_shift_begins_nothing(stand):
    stand.station.close_shift(20_000)
    with pytest.raises(Refused, match=r"shift\.closed"):
        begun(stand)


def test_the_drawer_counts_what_errands_put_in_and_took_out(stand):
    """C8: also after a restart; what is not answered counts for nothing, and the Z gives it up."""
    errands = stand.station.front_desk.errands
    paid_in, paid_out, open_one = begun(stand), begun(stand, e.ReturnRest), begun(stand)
    errands.answered(said(paid_in.id, cash_fen=5_000))
    errands.answered(said(paid_out.id, cash_fen=-1_200))
    assert stand.station.expected_cash_fen() == 20_000 + 3_800
    stand.restart()
    assert stand.station.totals().errands_cash_fen == 3_800
    closed = stand.station.close_shift(23_800)
    assert (closed.expected_fen, closed.totals.errands_cash_fen) == (23_800, 3_800)
    assert [one.of for one in stand.bodies(m.GivenUp)] == [open_one.id]
    stand.station.open_shift(CASHIER, 100)
    assert stand.station.front_desk.errands.cash_fen() == 0
    assert stand.station.totals().errands_cash_fen is UNSET


def test_a_kiosk_begins_without_shift_or_operator(tmp_path):
    """D2: what was left unanswered is found again after a power cut."""
    stand = Stand(tmp_path, kind="kiosk")
    errand = stand.station.front_desk.begin(e.CollectSubsidy, card=CARD, issue=1)
    assert (errand.shift, errand.operator) == (0, 0)
    stand.restart()
    assert [one.id for one in stand.station.front_desk.errands.unanswered()] == [errand.id]
    stand.close()


# ---- a card comes back


def test_a_card_is_locked_then_paid_for_then_wiped(stand, plastic):
    """A4: and not wiped one step earlier; a restart in between loses nothing."""
    desk, storage = stand.station.front_desk, DirectStorage(plastic)
    locked = desk.lock(storage, stand.station.look(storage))
    assert isinstance(locked, Completed)
    assert read_plastic(plastic).newest.locked
    (lock,) = stand.bodies(m.Lock)
    assert (lock.id, lock.reason) == (locked.id, "returned")
    stand.restart()
    desk = stand.station.front_desk
    look = stand.station.look(storage)
    assert desk.lock_of(look) == lock.id
    assert refused(desk.wipe, look) == "return.unpaid"
    errand = desk.begin(e.ReturnCard, card=CARD, issue=1, lock=lock.id)
    assert refused(desk.wipe, look) == "return.unpaid"
    desk.errands.answered(said(errand.id, cash_fen=-10_000))
    desk.wipe(stand.station.look(storage))
    with pytest.raises(CardError):
        read_plastic(plastic)


def test_a_card_that_nobody_locked_names_no_lock(stand, plastic):
    assert stand.station.front_desk.lock_of(stand.station.look(DirectStorage(plastic))) is None


def test_notes_of_nobodys_card_become_a_slip_once(tmp_path):
    """D3: its code is printed and stands in no record; a note takes one road."""
    stand = Stand(tmp_path, kind="kiosk")
    desk, journal = stand.station.front_desk, stand.journal

    def note(cycle):
        def make(id):
            head = {"unit": UNIT, "id": id, "at": NOON, "day": TODAY}
            return m.Credit(**head, acceptor="A", boot=1, cycle=cycle, value_fen=5_000)

        return journal.append(make).id

    notes = [note(1), note(2)]
    code = one_time_code(SeededEntropy(3))
    claim = desk.claim(notes, code)
    assert (claim.amount_fen, claim.credits) == (10_000, tuple(notes))
    assert claim.digest == claim_digest(claim.id, code.lower())
    assert code.encode() not in journal.body_bytes(claim.id)
    assert refused(desk.claim, notes[:1], code) == "credit.used"
    assert refused(desk.claim, [], code) == "credit.used"
    stand.restart()
    assert stand.station.free_credits() == []
    stand.close()


def test_a_sale_says_what_the_card_had_counted(stand):
    """B9: only where the type limits it; what was counted before and not after."""
    storage = DirectStorage(make_plastic(10_000))
    plain = stand.station.sell(storage, stand.station.look(storage), Order.amount(100))
    assert type(plain.intent) is m.Sale
    stand.receive(stand.office.types(replace(CARD_TYPE, day_limit_fen=20_000)))
    counted = stand.station.sell(storage, stand.station.look(storage), Order.amount(555))
    again = stand.station.sell(storage, stand.station.look(storage), Order.amount(100))
    found = [(one.intent.counters.day_total, one.intent.counters.day_count) for one in (counted, again)]
    assert found == [(10, 1), (66, 2)]


def test_a_recharge_names_its_salesperson(stand, plastic):
    """A17"""
    storage = DirectStorage(plastic)
    sold = stand.station.recharge(storage, stand.station.look(storage), 5_000, salesperson=12)
    assert isinstance(sold.intent, m.SoldRecharge)
    assert sold.intent.salesperson == 12
    nobody = stand.station.recharge(storage, stand.station.look(storage), 5_000)
    assert type(nobody.intent) is m.Recharge
