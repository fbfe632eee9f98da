"""Goal: the model of a world calls broken what is broken, and nothing else.

Method: the rules of an invariant on single values.
"""

import pytest

from tests.world.invariant import is_below_its_floor


# F: G6
@pytest.mark.parametrize(
    ("account", "fen", "forged", "expected"),
    [
        ("card:10005:1:main:waiting", -630, set(), True),
        # What is to leave a card waits for it; one that went back in time cannot take it any more.
        ("card:10005:1:main:waiting", -630, {10005}, False),
        ("card:10005:1:main:waiting", -630, {10004}, True),
        ("card:10005:1:main:purse", -1, {10005}, True),
        ("card:10002:main", -1, set(), True),
        ("card:10002:main", 0, set(), False),
        ("card:10002:debt", -5, set(), False),
        ("card:10002:debt", 5, set(), True),
        ("fee:card", -5, set(), False),
    ],
)
def test_a_pocket_below_its_floor(account, fen, forged, expected):
    assert is_below_its_floor(account, fen, forged) is expected
