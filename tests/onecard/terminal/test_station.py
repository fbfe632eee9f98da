"""What a station does with a good card, and what it refuses before it touches one."""

import pytest

from onecard.cards.keys import make_test_keys
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardError, Refused, StoreError
from onecard.ids import RecordId
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed, State, Unfinished
from onecard.wire import messages as m
from tests.onecard.terminal.stand import (
    BOSS,
    CARD,
    CARD_TYPE,
    CASHIER,
    TODAY,
    UNIT,
    load,
    make_plastic,
    read_plastic,
)


def put(plastic: VirtualM1) -> DirectStorage:
    return DirectStorage(plastic)


def sell(stand, plastic, fen, **more):
    storage = put(plastic)
    return stand.station.sell(storage, stand.station.look(storage), Order.amount(fen, **more))


def refused(call, *args, **more) -> str:
    with pytest.raises((Refused, CardError, StoreError)) as error:
        call(*args, **more)
    return error.value.code


# ---- sale


def test_a_sale_takes_the_money_and_journals_intent_then_done(stand, plastic):
    # F: C10
    sold = sell(stand, plastic, 1250)
    assert isinstance(sold, Completed)
    assert (sold.balance_before_fen, sold.balance_after_fen) == (10_000, 8_750)
    image = read_plastic(plastic)
    assert image.newest.main_fen == 8_750
    assert image.newest.last == sold.id
    intent, done = stand.bodies(m.Sale, m.Done)
    assert intent == sold.intent
    assert done.of == sold.id
    assert intent.pays == (m.Pay("main", 1250),)
    assert (intent.outlet, intent.owner, intent.operator, intent.shift, intent.day) == (
        31,
        41,
        CASHIER,
        1,
        TODAY,
    )
    assert intent.purse.prev == RecordId(0, 0, 0)


def test_a_good_tap_takes_at_most_20_card_commands(stand, plastic):
    storage = put(plastic)
    for _ in range(3):  # the card stays on the reader
        sold = stand.station.sell(storage, stand.station.look(storage), Order.amount(100))
        assert 0 < sold.commands <= 20


def test_records_of_a_card_are_linked_across_taps(stand, plastic):
    first = sell(stand, plastic, 100)
    second = sell(stand, plastic, 200)
    assert second.intent.purse.prev == first.id
    assert second.intent.purse.counter == first.intent.purse.counter + 1


def test_one_look_is_good_for_one_write(stand, plastic):
    storage = put(plastic)
    look = stand.station.look(storage)
    stand.station.sell(storage, look, Order.amount(100))
    again = stand.station.sell(storage, look, Order.amount(100))
    assert isinstance(again, Completed)
    assert read_plastic(plastic).newest.main_fen == 9_800


def test_another_card_than_the_one_looked_at_is_not_charged(stand, plastic):
    other = make_plastic(uid=bytes.fromhex("04000001"), card=CARD + 1)
    look = stand.station.look(put(plastic))
    assert refused(stand.station.sell, put(other), look, Order.amount(100)) == "card.changed"
    assert read_plastic(other).newest.main_fen == 10_000


def test_without_an_open_shift_a_till_sells_nothing(stand, plastic):
    stand.station.close_shift(0)
    assert refused(sell, stand, plastic, 100) == "shift.closed"


@pytest.mark.parametrize(
    ("fen", "code"), [(0, "amount.zero"), (10_001, "purse.short"), (50_001, "limit.sale")]
)
def test_amounts_that_cannot_be_sold_are_refused_and_journal_nothing(stand, plastic, fen, code):
    before = stand.journal.head
    assert refused(sell, stand, plastic, fen) == code
    assert stand.journal.head == before


def test_limits_of_the_type_hold_on_the_card_itself(stand, plastic):
    # F: B9
    limited = m.CardType(type=1, name="学生卡", day_limit_fen=2000, day_count_limit=3, min_interval_s=10)
    stand.receive(stand.office.types(limited))
    sell(stand, plastic, 1500)
    assert refused(sell, stand, plastic, 100) == "limit.interval"
    stand.clock.advance(11)
    assert refused(sell, stand, plastic, 501) == "limit.day"
    sell(stand, plastic, 500)
    stand.clock.advance(86_400)
    assert isinstance(sell(stand, plastic, 2000), Completed)


def test_a_pin_is_asked_above_the_types_amount(stand, plastic):
    stand.receive(stand.office.types(m.CardType(type=1, name="卡", pin_above_fen=5000)))
    assert refused(sell, stand, plastic, 5001) == "limit.pin"
    storage = put(plastic)
    order = Order(lines=Order.amount(5001).lines, pin_verified=True)
    assert isinstance(stand.station.sell(storage, stand.station.look(storage), order), Completed)


# ---- void


def test_a_void_gives_everything_back_even_the_day_limit(stand, plastic):
    # F: C7
    sold = sell(stand, plastic, 1250)
    storage = put(plastic)
    void = stand.station.void(storage, stand.station.look(storage), sold.id)
    assert isinstance(void, Completed)
    newest = read_plastic(plastic).newest
    assert (newest.main_fen, newest.day_total, newest.day_count) == (10_000, 0, 0)
    assert stand.station.find(sold.id).voided_by == void.id


def void(stand, plastic, sale, supervisor=0):
    storage = put(plastic)
    return stand.station.void(storage, stand.station.look(storage), sale, supervisor)


def test_a_sale_is_voided_once(stand, plastic):
    sold = sell(stand, plastic, 1250)
    void(stand, plastic, sold.id)
    assert refused(void, stand, plastic, sold.id) == "void.already"


def test_a_void_that_was_given_up_is_the_offices_and_not_tried_again(stand, plastic):
    # Written or not, the money comes back once: from the card's record or as a load.
    sold = sell(stand, plastic, 1250)
    storage = put(plastic)
    look = stand.station.look(storage)
    plastic.tear_at(plastic.commands + 3)
    torn = stand.station.void(storage, look, sold.id)
    assert isinstance(torn, Unfinished)
    stand.station.give_up(torn.id, "supervisor")
    assert refused(void, stand, plastic, sold.id) == "void.already"


def test_a_void_needs_the_card_the_shift_and_the_right(stand, plastic):
    sold = sell(stand, plastic, 1250)
    other = make_plastic(uid=bytes.fromhex("04000001"), card=CARD + 1)
    assert refused(void, stand, other, sold.id) == "void.other_card"
    assert refused(void, stand, plastic, RecordId(1001, 1, 999)) == "void.unknown"
    nobody = m.Operator(operator=CASHIER, login="z", name="z", verifier="", until=1 << 40)
    boss = m.Operator(
        operator=BOSS, login="l", name="l", verifier="", until=1 << 40, permissions=("pos.void",)
    )
    stand.receive(stand.office.operators(nobody, boss))
    assert refused(void, stand, plastic, sold.id) == "operator.not_allowed"
    stand.station.close_shift(0)
    stand.station.open_shift(CASHIER, 0)
    assert refused(void, stand, plastic, sold.id, BOSS) == "void.other_shift"


def test_a_supervisors_word_lets_a_void_through_and_is_kept(stand, plastic):
    sold = sell(stand, plastic, 1250)
    boss = m.Operator(
        operator=BOSS, login="l", name="l", verifier="", until=1 << 40, permissions=("pos.void",)
    )
    stand.receive(stand.office.operators(boss))
    assert void(stand, plastic, sold.id, BOSS).intent.supervisor == BOSS


# ---- recharge


def recharge(stand, plastic, fen, **more):
    storage = put(plastic)
    return stand.station.recharge(storage, stand.station.look(storage), fen, **more)


def test_cash_goes_onto_the_card(stand, plastic):
    # F: A3
    done = recharge(stand, plastic, 5000)
    assert done.balance_after_fen == 15_000
    assert read_plastic(plastic).newest.main_fen == 15_000


@pytest.mark.parametrize(
    ("fen", "code"), [(99, "limit.recharge_min"), (90_001, "limit.cap"), (0, "amount.zero")]
)
def test_a_recharge_keeps_within_minimum_and_cap(stand, plastic, fen, code):
    assert refused(recharge, stand, plastic, fen) == code


def test_counter_recharges_wait_for_upload_once_the_allowance_is_used(stand, plastic):
    stand.receive(stand.office.place(offline_recharge_fen="6000"))
    recharge(stand, plastic, 5000)
    assert refused(recharge, stand, plastic, 1001) == "offline.recharge"
    stand.journal.set_watermarks(stand.journal.head.seq)
    assert isinstance(recharge(stand, plastic, 1001), Completed)


def make_credit(stand, fen=5000, cycle=1):
    def make(id):
        return m.Credit(unit=UNIT, id=id, at=1, day=1, acceptor="A", boot=1, cycle=cycle, value_fen=fen)

    return stand.journal.append(make).id


def test_notes_go_onto_the_card_once(stand, plastic):
    # F: D3
    credits = [make_credit(stand, 5000, 1), make_credit(stand, 1000, 2)]
    assert [one.id for one in stand.station.free_credits()] == credits
    source = m.Source.CASHBOX
    assert refused(recharge, stand, plastic, 5000, source=source, credits=credits) == "credit.sum"
    done = recharge(stand, plastic, 6000, source=source, credits=credits)
    assert done.balance_after_fen == 16_000
    assert stand.station.free_credits() == []
    assert refused(recharge, stand, plastic, 6000, source=source, credits=credits) == "credit.used"
    assert refused(stand.station.wait_credits, CARD, 1, credits) == "credit.used"


def test_notes_that_reached_no_card_wait_for_it(stand):
    note = make_credit(stand)
    waiting = stand.station.wait_credits(CARD, 1, [note])
    assert (waiting.amount_fen, waiting.credits) == (5000, (note,))
    assert stand.station.free_credits() == []


# ---- loads


def collect(stand, plastic):
    storage = put(plastic)
    return stand.station.apply_loads(storage, stand.station.look(storage))


def test_waiting_loads_are_applied_together_and_once(stand, plastic):
    # F: D9
    stand.receive(stand.office.loads(load(1, 3000), load(2, 500), load(4, 100)))
    storage = put(plastic)
    look = stand.station.look(storage)
    assert [one.number for one in look.loads] == [1, 2]
    assert look.loads_fen == 3500
    done = stand.station.apply_loads(storage, look)
    assert done.intent.loads == (m.AppliedLoad(1, 3000, "01"), m.AppliedLoad(2, 500, "02"))
    assert read_plastic(plastic).newest.last_load == 2
    assert collect(stand, plastic) is None
    assert read_plastic(plastic).newest.main_fen == 13_500


# ---- stop list and lock


@pytest.mark.parametrize("reason", ["lost", "replaced", "returned"])
def test_a_dead_card_is_locked_when_it_is_tapped(stand, plastic, reason):
    # F: A6
    stand.receive(stand.office.stops((CARD, 1, reason)))
    assert refused(sell, stand, plastic, 100) == "card.stopped"
    assert read_plastic(plastic).newest.locked
    (lock,) = stand.bodies(m.Lock)
    assert (lock.reason, stand.station.find(lock.id).state) == (reason, State.DONE)
    before = stand.journal.head
    assert refused(sell, stand, plastic, 100) == "card.stopped"
    assert stand.journal.head == before


def test_a_frozen_card_is_refused_and_not_written(stand, plastic):
    # F: A14
    stand.receive(stand.office.stops((CARD, 1, "frozen")))
    assert refused(sell, stand, plastic, 100) == "card.stopped"
    assert not read_plastic(plastic).newest.locked


def test_a_locked_card_is_dead_at_a_station_without_the_list(stand, plastic):
    stand.receive(stand.office.stops((CARD, 1, "lost")))
    stand.station.look(put(plastic))
    stand.receive(stand.office.stops())
    assert refused(sell, stand, plastic, 100) == "card.locked"


def test_only_an_unloss_opens_a_locked_card(stand, plastic):
    stand.receive(stand.office.stops((CARD, 1, "lost")))
    stand.station.look(put(plastic))
    stand.receive(stand.office.stops(), stand.office.loads(load(1, 500)))
    assert refused(collect, stand, plastic) == "card.locked"
    stand.receive(stand.office.loads(load(1, 500), load(2, 0, kind="unloss")))
    assert collect(stand, plastic).balance_after_fen == 10_500
    assert isinstance(sell(stand, plastic, 100), Completed)


def test_a_lock_that_the_card_ran_away_from_waits_for_nobody(stand, plastic):
    stand.receive(stand.office.stops((CARD, 1, "lost")))
    storage = put(plastic)
    plastic.tear_at(plastic.commands + 14, 3)
    assert stand.station.look(storage).refusal.code == "card.stopped"
    assert stand.station.open_taps() == []
    stand.station.look(put(plastic))
    assert read_plastic(plastic).newest.locked


# ---- issue


def grant(**more):
    fields = {
        "card": CARD,
        "issue": 1,
        "type": 1,
        "until_day": TODAY + 365,
        "deposit_fen": 2000,
        "fee_fen": 500,
    }
    return m.IssueGrant(**fields | more)


def test_a_blank_medium_becomes_a_card_with_its_opening_money(stand):
    # F: A2
    plastic = make_plastic(blank=True)
    storage = put(plastic)
    assert stand.station.look(storage).blank
    done = stand.station.issue(storage, grant(), 5000)
    image = read_plastic(plastic)
    assert (image.newest.main_fen, image.newest.counter, image.newest.last) == (5000, 1, done.id)
    assert (image.identity.card, image.identity.until_day) == (CARD, TODAY + 365)
    assert done.intent.purse.after.main_fen == 5000
    assert isinstance(sell(stand, plastic, 100), Completed)


def test_a_card_that_is_ours_already_is_not_issued_over(stand, plastic):
    assert refused(stand.station.issue, put(plastic), grant(card=9), 5000) == "card.not_blank"
    assert read_plastic(plastic).identity.card == CARD


# ---- cards and circumstances that are not good


def broken_plastic():
    plastic = make_plastic()
    for block in (8, 9, 10, 12, 13, 14):
        plastic.blocks[block] = bytes(16)
    return plastic


BAD = {
    "blank": (lambda: make_plastic(blank=True), "card.blank"),
    "wrong key": (lambda: make_plastic(keys=make_test_keys(9)), "card.foreign"),
    "other unit": (lambda: make_plastic(unit=UNIT + 1), "card.foreign"),
    "unknown type": (lambda: make_plastic(type=77), "card.type_unknown"),
    "expired": (lambda: make_plastic(until_day=TODAY - 1), "card.expired"),
    "not yet valid": (lambda: make_plastic(from_day=TODAY + 1), "card.not_yet_valid"),
    "both copies bad": (broken_plastic, "card.broken"),
    "at the end of its counter": (lambda: worn_plastic(), "card.counter_full"),
}


def worn_plastic():
    from onecard.cards.image import Identity, Purse
    from onecard.cards.layout import MAX_COUNTER
    from onecard.cards.m1 import M1Card
    from tests.onecard.terminal.stand import KEYS

    plastic = make_plastic(blank=True)
    identity = Identity(unit=UNIT, card=CARD, issue=1, type=1, key_version=1, until_day=TODAY + 9)
    M1Card(put(plastic), KEYS, UNIT).personalise(identity, Purse(main_fen=10_000, counter=MAX_COUNTER))
    return plastic


@pytest.mark.parametrize("name", BAD)
def test_bad_cards_are_refused_by_name_and_lose_nothing(stand, name):
    make, code = BAD[name]
    plastic = make()
    blocks, head = list(plastic.blocks), stand.journal.head
    assert refused(sell, stand, plastic, 100) == code
    assert plastic.blocks == blocks
    assert stand.journal.head == head


def test_two_cards_are_the_readers_to_refuse_and_have_their_text():
    # The station never sees two cards: the driver raises before it hands one out.
    from onecard.text import Translator

    for language in ("zh", "en"):
        assert Translator(language).refusal(Refused("card.two"))


def test_a_station_that_was_never_set_up_says_so(tmp_path, plastic):
    from onecard.clock import FalseClock
    from onecard.journal.facts import Facts
    from onecard.journal.journal import Journal
    from onecard.terminal.station import Station, StationConfig
    from tests.onecard.terminal.stand import KEYS, NOON

    clock = FalseClock(NOON)
    facts = Facts(tmp_path / "f.db", bytes(32), clock)
    journal = Journal(tmp_path / "j.db", 1001, 1, clock)
    station = Station(StationConfig(unit=UNIT, terminal=1001, kind="kiosk"), journal, facts, KEYS, clock)
    assert station.look(put(plastic)).refusal.code == "station.not_set_up"
    assert (
        refused(station.sell, put(plastic), station.look(put(plastic)), Order.amount(1))
        == "station.not_set_up"
    )


def test_a_card_whose_money_is_at_the_office_is_not_charged_from_its_plastic(stand, plastic):
    stand.receive(stand.office.types(m.CardType(type=1, name="x", purse_on_card=False)))
    assert refused(sell, stand, plastic, 100) == "card.account"


def test_a_write_that_our_disk_could_not_note_is_not_called_a_success(stand, plastic):
    # F: I9
    def no_done(make):
        raise StoreError("store.full")

    storage = put(plastic)
    look = stand.station.look(storage)
    append, count = stand.journal.append, 0

    def failing(make):
        nonlocal count
        count += 1
        return append(make) if count == 1 else no_done(make)

    stand.journal.append = failing
    ended = stand.station.sell(storage, look, Order.amount(100))
    assert isinstance(ended, Unfinished)
    assert ended.why == "store.full"
    assert isinstance(stand.station.retap(put(plastic), ended), Unfinished)
    stand.journal.append = append
    assert isinstance(stand.station.retap(put(plastic), ended), Completed)
    assert read_plastic(plastic).newest.main_fen == 9_900


def test_a_full_disk_stops_the_sale_before_the_card_is_touched(stand, plastic):
    stand.journal._free_bytes = lambda: 0
    blocks = list(plastic.blocks)
    assert refused(sell, stand, plastic, 100) == "store.full"
    assert plastic.blocks == blocks


# ---- what a look says


def test_a_look_says_who_and_how_much(stand, plastic):
    # F: A11
    stand.receive(stand.office.members(m.Snapshot(card=CARD, member=1, name="张小敏", type=1)))
    look = stand.station.look(put(plastic))
    assert (look.holder, look.holder_masked, look.balance_fen) == ("张小敏", "张*敏", 10_000)
    assert (look.refusal, look.cap_room_fen, look.card_type) == (None, 90_000, CARD_TYPE)


@pytest.mark.parametrize(
    ("age_h", "fen", "code"),
    [
        (23, 50_000, ""),
        (25, 25_000, ""),
        (25, 25_001, "limit.offline"),
        (73, 5000, ""),
        (73, 5001, "limit.offline"),
    ],
)
def test_caps_shrink_as_the_stop_list_grows_old(stand, age_h, fen, code):
    # F: C10 E3
    plastic = make_plastic(60_000)
    stand.clock.advance(age_h * 3600)
    if code:
        assert refused(sell, stand, plastic, fen) == code
    else:
        assert isinstance(sell(stand, plastic, fen), Completed)


def test_selling_stops_with_age_only_where_the_unit_says_so(stand, plastic):
    stand.receive(stand.office.place(offline_stop_h="100"))
    stand.clock.advance(101 * 3600)
    assert refused(sell, stand, plastic, 100) == "offline.stopped"
