"""Of what was paid for n uses each use takes its share, and the last one all that is left. F: B7"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.errors import Refused
from onecard.rules.counts import use


def test_ten_uses_for_eighty_yuan_and_five_fen():
    left, rest, moved = 10, 8_005, []
    while left:
        moved.append(use(left, rest, 1))
        rest -= moved[-1]
        left -= 1
    assert moved == [800, 800, 800, 800, 800, 801, 801, 801, 801, 801]
    assert rest == 0


def test_more_uses_than_there_are():
    with pytest.raises(Refused) as refused:
        use(2, 100, 3)
    assert (refused.value.code, refused.value.params) == ("count.short", {"left": 2, "due": 3})


@given(left=st.integers(1, 60), rest=st.integers(0, 10**6), cuts=st.lists(st.integers(1, 60), max_size=10))
def test_it_is_the_same_however_the_uses_are_bundled(left, rest, cuts):
    """Nothing is lost, nothing is made, and a bundle is worth what its uses are worth one by one."""
    whole, still, paid = use(left, rest, left), left, 0
    for times in [*cuts, left]:
        times = min(times, still)
        if times:
            paid += use(still, rest - paid, times)
            still -= times
    assert paid == whole == rest
