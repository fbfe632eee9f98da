"""The next purse record: totals brought to its own time, rounded up, and never past their field. F: B9 I6"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from onecard.books.wallets import ON_CARD
from onecard.cards.image import Purse, Slot
from onecard.clock import CARD_EPOCH_UNIX, card_seconds
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.money import MAX_FEN
from onecard.rules.periods import Calendar, parse_meals
from onecard.rules.purse import FUTURE_S, MAX_COUNTER, PLACES, Change, advance, brought_to, spendable

BY = RecordId(1001, 3, 77)
DAY = 86_400
#: 2026-05-04 12:00 in China.
NOON = CARD_EPOCH_UNIX + 2315 * DAY + 4 * 3600
CALENDAR = Calendar(0, parse_meals("午餐 10:30-14:00; 晚餐 17:00-20:00"))


def sale(purse, fen, at=NOON):
    return advance(purse, Change(main_fen=-fen, spent_fen=fen), by=BY, at=at, calendar=CALENDAR)[0]


def void(purse, fen, at, spent_at):
    change = Change(main_fen=fen, spent_fen=-fen, spent_at=spent_at)
    return advance(purse, change, by=BY, at=at, calendar=CALENDAR)[0]


PURSE = Purse(main_fen=10_000, counter=5, last_time=card_seconds(NOON - 60))


def test_a_record_says_who_when_and_how_much():
    after = sale(PURSE, 1251)
    assert (after.main_fen, after.counter, after.last, after.last_time) == (8749, 6, BY, card_seconds(NOON))
    assert (after.day_total, after.day_count, after.meal_total, after.meal_count) == (126, 1, 126, 1)


def test_totals_start_again_with_the_day_and_the_meal():
    lunch = sale(PURSE, 1000)
    dinner = sale(lunch, 500, NOON + 6 * 3600)
    assert (dinner.day_total, dinner.day_count, dinner.meal_total, dinner.meal_count) == (150, 2, 50, 1)
    tomorrow = sale(dinner, 200, NOON + DAY)
    assert (tomorrow.day_total, tomorrow.day_count, tomorrow.meal_total) == (20, 1, 20)


def test_between_meals_only_the_day_counts():
    after = sale(PURSE, 1000, NOON + 3 * 3600)
    assert (after.day_total, after.meal_total, after.meal_count) == (100, 0, 0)


def test_a_recharge_spends_nothing():
    after, _ = advance(PURSE, Change(main_fen=500), by=BY, at=NOON, calendar=CALENDAR)
    assert (after.main_fen, after.day_total, after.day_count) == (10_500, 0, 0)


@given(fens=st.lists(st.integers(1, 2000), min_size=1, max_size=5), voided=st.integers(0, 4))
def test_a_void_takes_exactly_its_sale_out_of_the_totals(fens, voided):
    voided %= len(fens)
    purse = PURSE
    for fen in fens:
        purse = sale(purse, fen)
    purse = void(purse, fens[voided], NOON, NOON)
    rest = [fen for at, fen in enumerate(fens) if at != voided]
    assert purse.main_fen == 10_000 - sum(rest)
    assert purse.day_total == sum(-(-fen // 10) for fen in rest)
    assert purse.day_count == len(rest)


def test_a_void_over_midnight_leaves_todays_totals_alone():
    purse = sale(PURSE, 1000, NOON + 11 * 3600)
    purse = sale(purse, 500, NOON + 13 * 3600)
    purse = void(purse, 1000, NOON + 13 * 3600, NOON + 11 * 3600)
    assert (purse.day_total, purse.day_count) == (50, 1)


def test_a_slow_clock_is_no_way_round_the_day_limit():
    purse = sale(PURSE, 1000)
    yesterday = brought_to(purse, NOON - DAY, CALENDAR)
    assert (yesterday.day_total, yesterday.last_time) == (100, card_seconds(NOON))


def test_a_card_from_a_far_future_starts_afresh():
    purse = replace(PURSE, day_total=999, last_time=card_seconds(NOON + FUTURE_S + 1))
    now = brought_to(purse, NOON, CALENDAR)
    assert (now.day_total, now.last_time) == (0, card_seconds(NOON))


@pytest.mark.parametrize(
    ("purse", "change", "code"),
    [
        (Purse(main_fen=5), Change(main_fen=-6), "purse.short"),
        (Purse(main_fen=MAX_FEN), Change(main_fen=1), "purse.full"),
        (Purse(counter=MAX_COUNTER), Change(), "card.counter_full"),
    ],
)
def test_what_does_not_fit_is_refused(purse, change, code):
    with pytest.raises(Refused) as refused:
        advance(purse, change, by=BY, at=NOON, calendar=CALENDAR)
    assert refused.value.code == code


def test_totals_stop_at_the_width_of_their_field():
    full = replace(PURSE, main_fen=MAX_FEN, day_total=65_535, day_count=255, meal_total=65_535, meal_count=15)
    after = sale(full, 100)
    assert (after.day_total, after.day_count, after.meal_total, after.meal_count) == (65_535, 255, 65_535, 15)


def test_what_has_expired_is_cleared_and_said():
    today = CALENDAR.card_day(NOON)
    slots = (Slot(100, today - 1), Slot(200, today), Slot(300, 0))
    after, cleared = advance(replace(PURSE, slots=slots), Change(), by=BY, at=NOON, calendar=CALENDAR)
    assert after.slots == (Slot(), Slot(200, today), Slot(300, 0))
    assert cleared == (100, 0, 0)
    kept, none = advance(
        replace(PURSE, slots=slots), Change(clear_expired=False), by=BY, at=NOON, calendar=CALENDAR
    )
    assert (kept.slots, none) == (slots, (0, 0, 0))


def test_slots_pay_and_keep_their_last_day():
    """A void within the shift puts subsidy money back under the day that it had."""
    today = CALENDAR.card_day(NOON)
    purse = replace(PURSE, slots=(Slot(), Slot(500, today + 3), Slot()))
    sold = Change(main_fen=-100, slots=(0, -500, 0), spent_fen=600)
    after, _ = advance(purse, sold, by=BY, at=NOON, calendar=CALENDAR)
    assert (after.main_fen, after.slots[1], after.day_total) == (9_900, Slot(0, today + 3), 60)
    undone = Change(main_fen=100, slots=(0, 500, 0), spent_fen=-600, spent_at=NOON)
    back, _ = advance(after, undone, by=BY, at=NOON + 60, calendar=CALENDAR)
    assert (back.main_fen, back.slots, back.day_total) == (10_000, purse.slots, 0)


@pytest.mark.parametrize(
    ("slots", "code"), [((0, -501, 0), "purse.short"), ((0, MAX_FEN, 0), "purse.full"), ((0, -500, 0), "")]
)
def test_a_slot_has_bounds_of_its_own(slots, code):
    purse = replace(PURSE, slots=(Slot(), Slot(500), Slot()))
    if not code:
        advance(purse, Change(slots=slots), by=BY, at=NOON, calendar=CALENDAR)
        return
    with pytest.raises(Refused) as refused:
        advance(purse, Change(slots=slots), by=BY, at=NOON, calendar=CALENDAR)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("slot", "today", "fen"),
    [
        (Slot(500), None, 500),
        (Slot(500, 100), 100, 500),
        (Slot(500, 100), 101, 0),
        (Slot(500, 100), None, 0),
    ],
)
def test_dated_money_needs_a_sure_clock(slot, today, fen):
    assert spendable(slot, today) == fen


def test_a_meal_at_a_first_n_price_is_counted_and_given_back():
    """B4: free or not, it was one of the day's."""
    free, _ = advance(PURSE, Change(first_n=1), by=BY, at=NOON, calendar=CALENDAR)
    assert (free.first_n, free.day_count, free.meal_count, free.day_total) == (1, 1, 1, 0)
    paid, _ = advance(
        free, Change(main_fen=-200, spent_fen=200, first_n=1), by=BY, at=NOON, calendar=CALENDAR
    )
    assert (paid.first_n, paid.day_count) == (2, 2)
    undone = Change(main_fen=200, spent_fen=-200, first_n=-1, spent_at=NOON)
    back, _ = advance(paid, undone, by=BY, at=NOON, calendar=CALENDAR)
    assert (back.first_n, back.day_count, back.day_total) == (1, 1, 0)
    tomorrow, _ = advance(back, Change(first_n=1), by=BY, at=NOON + DAY, calendar=CALENDAR)
    assert (tomorrow.first_n, tomorrow.day_count) == (1, 1)


def test_the_places_are_those_of_the_books():
    assert {wallet.name: wallet.place for wallet in ON_CARD} == PLACES


purses = st.builds(
    Purse,
    main_fen=st.integers(0, MAX_FEN),
    counter=st.integers(0, MAX_COUNTER),
    last_time=st.integers(0, 2**32 - 1),
    day_total=st.integers(0, 65_535),
    day_count=st.integers(0, 255),
    meal_total=st.integers(0, 65_535),
    meal_count=st.integers(0, 15),
)


@given(
    purse=purses,
    fen=st.integers(-MAX_FEN, MAX_FEN),
    spent=st.integers(-MAX_FEN, MAX_FEN),
    at=st.integers(0, 2**33),
)
def test_any_record_fits_the_card_or_is_refused(purse, fen, spent, at):
    from onecard.cards.image import Identity
    from onecard.cards.layout import CardMac, encode_purse

    try:
        after, _ = advance(purse, Change(main_fen=fen, spent_fen=spent), by=BY, at=at, calendar=CALENDAR)
    except Refused:
        return
    assert after.counter == purse.counter + 1
    assert after.main_fen == purse.main_fen + fen
    identity = Identity(unit=1, card=1, issue=1, type=1, key_version=1, until_day=1)
    encode_purse(after, identity, CardMac(bytes(16), b"1234"))
