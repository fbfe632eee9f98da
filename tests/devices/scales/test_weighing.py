"""Goal: no order of readings lets a wrong weight through.  # F: C3

Method: the rule as a function, against every sequence hypothesis thinks of.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.devices.scales import Reading, State
from onecard.devices.scales.weighing import FRESH_S, NotWeighed, Weighed, Weighing

readings = st.one_of(
    st.sampled_from([Reading(state) for state in State if state is not State.STABLE]),
    st.builds(Reading, st.just(State.STABLE), st.integers(0, 50)),
    st.builds(Reading, st.just(State.MOVING), st.integers(0, 50)),
)
steps = st.lists(st.tuples(readings, st.floats(0, 0.7)), max_size=12)


@given(steps, st.booleans(), st.integers(1, 30))
def test_only_what_is_stable_fresh_and_enough_is_weighed(steps, has_check, min_g):
    weighing, now, seen = Weighing(0.0, min_g=min_g, has_check=has_check), 0.0, []
    for reading, wait in steps:
        now += wait
        seen.append(reading)
        outcome = weighing.take(reading, now)
        if outcome is None:
            continue
        if isinstance(outcome, Weighed):
            needed = 1 if has_check else 2
            assert seen[-needed:] == [Reading(State.STABLE, outcome.weight_g)] * needed
            assert now <= FRESH_S
            assert outcome.weight_g >= min_g
            assert outcome.at == now
        return
    assert now <= FRESH_S
    assert isinstance(weighing.expire(FRESH_S), NotWeighed)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.MOVING, "moving"),
        (State.BUSY, "busy"),
        (State.UNREADABLE, "unreadable"),
        (State.SILENT, "stale"),
    ],
)
def test_what_kept_it_is_told_when_the_second_is_over(state, reason):
    weighing = Weighing(0.0, min_g=1, has_check=True)
    assert weighing.take(Reading(state), 0.1) is None
    assert weighing.expire(0.9) is None
    assert weighing.expire(1.0) == NotWeighed(reason)


def test_a_weight_grows_old():
    weighed = Weighed(100, at=5.0)
    assert weighed.is_fresh(6.0)
    assert not weighed.is_fresh(6.01)
    assert not weighed.is_fresh(4.9), "from another boot"
