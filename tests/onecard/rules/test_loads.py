"""Waiting loads: none skipped, none twice, worth what fits. F: B3 D9 I13"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.cards.image import Purse, Slot
from onecard.rules.loads import UNLOSS, plan
from onecard.rules.purse import Change, advance
from onecard.wire.documents import Load
from tests.onecard.rules.test_purse import BY, CALENDAR, NOON

CAP = 10_000
TODAY = CALENDAR.card_day(NOON)


def load(number, fen, **more):
    return Load(card=1, issue=1, number=number, fen=fen, digest="00", **more)


def worth(planned):
    return None if planned is None else [(one.number, one.fen) for one in planned.applied]


def test_loads_are_taken_in_order_up_to_the_first_hole():
    loads = [load(5, 50), load(2, 20), load(3, 30)]
    assert worth(plan(Purse(last_load=1), loads, CAP, 100)) == [(2, 20), (3, 30)]
    assert plan(Purse(last_load=3), loads, CAP, 100) is None


def test_what_is_over_the_cap_stays_away_and_a_full_purse_takes_nothing():
    assert worth(plan(Purse(main_fen=9990), [load(1, 20)], CAP, 100)) == [(1, 10)]
    assert plan(Purse(main_fen=CAP), [load(1, 20)], CAP, 100) is None


def test_one_of_which_nothing_fits_is_taken_only_for_a_later_one():
    full = Purse(main_fen=CAP)
    assert worth(plan(full, [load(1, 20), load(2, -500)], CAP, 100)) == [(1, 0), (2, -500)]
    assert worth(plan(full, [load(1, -500), load(2, 600), load(3, 5)], CAP, 100)) == [(1, -500), (2, 500)]


def test_an_expired_load_is_worth_nothing_and_is_not_skipped():
    loads = [load(1, 20, expires_day=99), load(2, 30, expires_day=100)]
    assert worth(plan(Purse(), loads, CAP, 100)) == [(1, 0), (2, 30)]


def test_under_an_unsure_clock_dated_money_waits_and_what_follows_it_too():
    loads = [load(1, 20), load(2, 30, expires_day=100), load(3, 5)]
    assert worth(plan(Purse(), loads, CAP, None)) == [(1, 20)]


def test_a_negative_load_takes_what_is_there():
    assert worth(plan(Purse(main_fen=30), [load(1, -50)], CAP, 100)) == [(1, -30)]


def test_a_locked_card_takes_loads_only_with_an_unloss():
    locked = Purse(locked=True)
    assert plan(locked, [load(1, 20)], CAP, 100) is None
    planned = plan(locked, [load(1, 20), load(2, 0, kind=UNLOSS)], CAP, 100)
    assert (worth(planned), planned.unlocks, planned.last) == ([(1, 20), (2, 0)], True, 2)


def test_each_load_goes_into_its_own_wallet():
    """B3: subsidy and gift lie in slots, with the last day of their money."""
    loads = [
        load(1, 20),
        load(2, 5, wallet="gift"),
        load(3, 70, wallet="subsidy", expires_day=150),
        load(4, 1),
    ]
    planned = plan(Purse(), loads, CAP, 100)
    assert worth(planned) == [(1, 20), (2, 5), (3, 70), (4, 1)]
    assert (planned.fen, planned.main_fen, planned.slots) == (96, 21, (5, 70, 0))
    assert planned.last_days == (0, 150, None)


def test_a_wallet_that_no_card_has_waits_and_what_follows_it_too():
    assert worth(plan(Purse(), [load(1, 20), load(2, 5, wallet="bath"), load(3, 1)], CAP, 1)) == [(1, 20)]


@pytest.mark.parametrize(
    ("slot", "expires_day", "expected"),
    [
        (Slot(), 150, 150),
        (Slot(0, 140), 150, 150),
        (Slot(30, 140), 150, 150),
        (Slot(30, 160), 150, 160),
        (Slot(30, 0), 150, 0),
        (Slot(30, 140), 0, 0),
        (Slot(30, 99), 150, 150),
    ],
)
def test_money_of_two_periods_in_one_slot_lasts_as_long_as_the_later(slot, expires_day, expected):
    """B3 accumulate: nobody loses by a release that comes before the last one is used up."""
    purse = Purse(slots=(Slot(), slot, Slot()))
    planned = plan(purse, [load(1, 50, wallet="subsidy", expires_day=expires_day)], CAP, 100)
    assert (planned.slots, planned.last_days) == ((0, 50, 0), (None, expected, None))


def test_a_negative_load_takes_from_its_slot_what_is_there():
    purse = Purse(main_fen=500, slots=(Slot(), Slot(30, 150), Slot()))
    planned = plan(purse, [load(1, -50, wallet="subsidy")], CAP, 100)
    assert (planned.fen, planned.main_fen, planned.slots, planned.last_days[1]) == (-30, 0, (0, -30, 0), None)


wallets = st.sampled_from(["main", "gift", "subsidy", "subsidy2"])


@given(
    main=st.integers(0, CAP),
    slots=st.tuples(*[st.builds(Slot, st.integers(0, CAP), st.sampled_from([0, TODAY - 1, TODAY + 9]))] * 3),
    loads=st.lists(
        st.tuples(st.integers(-CAP, CAP), st.sampled_from([0, TODAY - 1, TODAY + 9]), wallets), max_size=8
    ),
)
def test_a_plan_is_what_the_card_then_says(main, slots, loads):
    """The write that a plan becomes never fails, and the card holds exactly the money of the plan more."""
    purse = Purse(main_fen=main, slots=slots)
    waiting = [load(n, fen, expires_day=day, wallet=name) for n, (fen, day, name) in enumerate(loads, 1)]
    planned = plan(purse, waiting, 2 * CAP, TODAY)
    if planned is None:
        return
    change = Change(
        main_fen=planned.main_fen, slots=planned.slots, last_days=planned.last_days, last_load=planned.last
    )
    after, cleared = advance(purse, change, by=BY, at=NOON, calendar=CALENDAR)
    held = [purse.main_fen, *(slot.amount_fen for slot in slots)]
    now = [after.main_fen, *(slot.amount_fen for slot in after.slots)]
    assert sum(now) == sum(held) - sum(cleared) + planned.fen
    assert planned.fen == planned.main_fen + sum(planned.slots) == sum(one.fen for one in planned.applied)
    # What was put in is still good today: no plan fills a slot that the next write would empty.
    for slot, came in zip(after.slots, planned.slots, strict=True):
        assert came <= 0 or slot.expiry_day == 0 or slot.expiry_day >= TODAY


@given(
    main=st.integers(0, 2 * CAP),
    loads=st.lists(st.tuples(st.integers(-CAP, CAP), st.sampled_from([0, 50, 150])), max_size=8),
)
def test_a_plan_keeps_the_purse_within_its_bounds(main, loads):
    waiting = [load(n, fen, expires_day=day) for n, (fen, day) in enumerate(loads, 1)]
    planned = plan(Purse(main_fen=main), waiting, CAP, 100)
    if planned is None:
        return
    assert [one.number for one in planned.applied] == list(range(1, len(planned.applied) + 1))
    assert planned.fen == sum(one.fen for one in planned.applied)
    assert 0 <= main + planned.fen <= max(main, CAP)
    for one, origin in zip(planned.applied, waiting, strict=False):
        assert min(0, origin.fen) <= one.fen <= max(0, origin.fen)
