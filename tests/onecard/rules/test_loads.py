"""Waiting loads: none skipped, none twice, worth what fits. F: D9 I13"""

from hypothesis import given
from hypothesis import strategies as st

from onecard.cards.image import Purse
from onecard.rules.loads import UNLOSS, plan
from onecard.wire.documents import Load

CAP = 10_000


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


def test_another_wallets_load_waits_for_a_station_that_knows_it():
    assert worth(plan(Purse(), [load(1, 20), load(2, 5, wallet="gift"), load(3, 1)], CAP, 1)) == [(1, 20)]


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
