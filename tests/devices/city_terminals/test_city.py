"""Goal: a city card pays once, its record is kept and comes to the operator whole.  # F: C17

Method: the driver against a simulated terminal whose cards leave at bad moments; files read back.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.devices import cable
from onecard.devices.city_terminals import (
    CardLeft,
    CardNeeded,
    CardSeen,
    CityCard,
    Debit,
    Debited,
    Declined,
    NotFound,
    Record,
    Records,
    Rules,
    Unknown,
    plain,
)
from onecard.devices.city_terminals.export import FORM, Due, Form, due, export, gaps
from onecard.devices.city_terminals.plain import frames
from onecard.devices.city_terminals.plain.driver import ASK_POLLS
from onecard.devices.city_terminals.plain.simulator import Simulator
from onecard.errors import Refused
from tests.devices.rig import TURN_S, Rig

CARD = "2000123456789"
FARE = Debit("1001-1-1", 250, CARD)


@pytest.fixture
def rig() -> Rig:
    made = Rig(plain, Simulator)
    made.simulator.balances = {CARD: 1_000, "2000999": 50}
    return made


def with_card(rig: Rig, number: str = CARD) -> Rig:
    rig.simulator.place(number)
    assert rig.take() == [CardSeen(CityCard(number, rig.simulator.balances[number]))]
    return rig


def debit(rig: Rig, order: Debit = FARE) -> list:
    rig.order(lambda terminal: terminal.debit(order))
    return rig.take()


def ask(rig: Rig, reference: str = FARE.reference) -> list:
    rig.order(lambda terminal: terminal.inquire(reference))
    return rig.take()


def test_a_card_is_seen_debited_and_taken(rig):
    (debited,) = debit(with_card(rig))
    assert isinstance(debited, Debited)
    record = debited.record
    assert (record.amount_fen, record.before_fen, record.after_fen) == (250, 1_000, 750)
    assert (record.reference, record.card, record.sequence) == ("1001-1-1", CARD, 1)
    assert record.proof
    rig.simulator.take()
    assert rig.take() == [CardLeft()]


def test_the_same_order_again_takes_nothing_more(rig):
    first = debit(with_card(rig))
    assert debit(rig) == first
    assert rig.simulator.balances[CARD] == 750
    assert debit(rig, Debit("1001-1-1", 300, CARD)) == [Declined("1001-1-1", "differs")]
    assert ask(rig) == first


@pytest.mark.parametrize(
    ("prepare", "order", "reason"),
    [
        (lambda hands: hands.take(), FARE, "no_card"),
        (lambda hands: hands.place("2000999"), FARE, "other_card"),
        (lambda hands: hands.stopped.add(CARD), FARE, "stopped"),
        (lambda hands: None, Debit("1001-1-1", 1_001, CARD), "short"),
    ],
    ids=["no card", "other card", "stopped", "short"],
)
def test_a_no_moves_nothing(rig, prepare, order, reason):
    with_card(rig)
    prepare(rig.simulator)
    rig.take()
    assert debit(rig, order) == [Declined("1001-1-1", reason)]
    assert rig.simulator.balances[CARD] == 1_000
    assert rig.simulator.records == []


@pytest.mark.parametrize(("torn", "left_fen"), [("before", 1_000), ("after", 750)])
def test_a_card_that_left_in_the_middle_tells_when_it_is_back(rig, torn, left_fen):
    with_card(rig)
    rig.simulator.tears = torn
    assert debit(rig) == []
    assert rig.take(ASK_POLLS * TURN_S + 1) == [Unknown("1001-1-1")]
    assert ask(rig) == [CardNeeded("1001-1-1")]
    rig.simulator.place("2000999")
    rig.take()
    assert ask(rig) == [CardNeeded("1001-1-1")], "another card tells nothing"
    rig.simulator.place(CARD)
    rig.take()
    (told,) = ask(rig)
    assert isinstance(told, Debited if torn == "after" else NotFound)
    assert rig.simulator.balances[CARD] == left_fen
    assert debit(rig) == [told], "asked once more it is the same"


@pytest.mark.parametrize(
    "damage", [cable.drop, cable.flip(12), cable.truncate(9)], ids=["lost", "bit", "short"]
)
def test_a_lost_answer_is_unknown_and_then_asked_again(rig, damage):
    with_card(rig)
    rig.cable.to_host.damage = damage
    assert debit(rig) == []
    assert rig.take(ASK_POLLS * TURN_S + 1) == [Unknown("1001-1-1")]
    rig.cable.heal()
    (told,) = ask(rig)
    assert isinstance(told, Debited)
    assert rig.simulator.balances[CARD] == 750


def test_a_lost_order_is_not_found_and_never_done_later(rig):
    with_card(rig)
    late = []
    rig.cable.to_device.damage = lambda data: late.append(data) or b""
    debit(rig)
    rig.take(ASK_POLLS * TURN_S + 1)
    rig.cable.heal()
    assert ask(rig) == [NotFound("1001-1-1")]
    rig.cable.host.write(late[0])
    rig.run(1)
    assert rig.simulator.balances[CARD] == 1_000


def test_records_are_collected_page_by_page(rig):
    with_card(rig)
    for number in range(1, 13):
        debit(rig, Debit(f"1001-1-{number}", 10, CARD))
    found: list[Record] = []
    for _ in range(3):
        after = found[-1].sequence if found else 0
        rig.order(lambda terminal, after=after: terminal.collect(after))
        (page,) = rig.take()
        found += page.records
        assert page.is_all == (len(found) == 12)
    assert found == rig.simulator.records
    assert gaps(found, 0) == []
    assert due(found) == Due(12, 120)


def test_records_that_do_not_come_are_not_all(rig):
    rig.simulator.is_on = False
    rig.order(lambda terminal: terminal.collect(0))
    assert rig.take(ASK_POLLS * TURN_S + 1) == [Records((), False)]


def test_a_record_that_does_not_add_up_is_none():
    record = Record(1, "r", "c", 250, 1_000, 751, 1_700_000_000, "ab")
    assert frames.event(frames.Parser().feed(frames.said(Debited(record)))[0]) is None


@pytest.mark.parametrize(
    ("rules", "amount_fen", "today_fen", "code"),
    [
        (Rules(), 1_000, 0, None),
        (Rules(), 1_001, 0, "city.short"),
        (Rules(most_fen=500), 501, 0, "city.most"),
        (Rules(most_per_day_fen=500), 300, 201, "city.most"),
        (Rules(most_per_day_fen=500), 300, 200, None),
        (Rules(least_left_fen=100), 901, 0, "city.short"),
    ],
)
def test_the_operators_rules(rules, amount_fen, today_fen, code):
    card = CityCard(CARD, 1_000)
    if code is None:
        rules.check(card, amount_fen, today_fen)
        return
    with pytest.raises(Refused) as refused:
        rules.check(card, amount_fen, today_fen)
    assert refused.value.code == code


# -- the operator's file ------------------------------------------------------------------------------------

GOLDEN = (
    b"HM1001          00000001000000000250\r\n"
    b"D000000072000123456789       00000250000010000000075020231115061320abcdef01"
    b"1001-1-1                        \r\n"
)


def test_the_file_is_these_bytes():
    record = Record(7, "1001-1-1", CARD, 250, 1_000, 750, 1_700_000_000, "abcdef01")
    assert export("M1001", [record]) == GOLDEN


@given(st.lists(st.integers(1, 9_999_999), max_size=20))
def test_every_row_has_its_width_and_the_head_adds_up(amounts):
    records = [
        Record(at + 1, f"1-1-{at}", CARD, fen, 99_999_999, 99_999_999 - fen, 1_700_000_000 + at, "00ff00ff")
        for at, fen in enumerate(amounts)
    ]
    head, *rows = export("M", records).decode().splitlines()
    assert int(head[24:36]) == sum(amounts) == sum(int(row[29:37]) for row in rows)
    assert int(head[16:24]) == len(rows)
    assert {len(row) for row in rows} <= {1 + sum(field.width for field in FORM.fields)}


@pytest.mark.parametrize(
    "record",
    [
        Record(1, "r", "2" * 21, 1, 2, 1, 0, "ab"),
        Record(1, "r", "卡", 1, 2, 1, 0, "ab"),
        Record(10**8, "r", "2", 1, 2, 1, 0, "ab"),
        Record(1, "r", "2", -1, 2, 3, 0, "ab"),
        Record(1, "r", "2\r", 1, 2, 1, 0, "ab"),
    ],
    ids=["wide", "foreign", "large", "negative", "control"],
)
def test_what_does_not_fit_is_not_cut(record):
    with pytest.raises(ValueError):
        export("M", [record], Form(FORM.fields))


def test_a_missing_record_is_named():
    records = [Record(number, "r", "2", 1, 2, 1, 0, "ab") for number in (4, 5, 8)]
    assert gaps(records, 3) == [6, 7]
    assert gaps([], 3) == []
