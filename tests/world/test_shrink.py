"""Goal: a failing world is told by the few steps that matter, and finding them ends in time.

Method: ``shrink`` on pretended worlds that fail whenever certain steps happen, with a clock that counts runs.
"""

from tests.world.shrink import shrink
from tests.world.world import Options


class Worlds:
    """Fails when all of ``needed`` happen; each run takes a second."""

    def __init__(self, *needed: int) -> None:
        self.needed, self.runs = set(needed), 0

    def fails(self, options: Options) -> bool:
        self.runs += 1
        return self.needed <= options.kept

    def now(self) -> float:
        return float(self.runs)


def test_only_the_steps_that_matter_are_left():
    worlds = Worlds(17, 18, 90)
    found = shrink(Options(1), worlds.fails, 1_000, worlds.now)
    assert found.kept == {17, 18, 90}
    assert found.steps == 90
    assert not found.families


def test_it_ends_in_time_with_the_shortest_story_so_far():
    worlds = Worlds(*range(3, 120, 7))
    found = shrink(Options(1), worlds.fails, 20, worlds.now)
    assert worlds.runs <= 20
    assert worlds.needed <= found.kept
    assert len(found.kept) < 120


def test_what_fails_without_any_step_is_told_so():
    worlds = Worlds()
    assert not shrink(Options(1), worlds.fails, 1_000, worlds.now).kept
