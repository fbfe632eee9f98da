"""Any order of everything, on both engines: one machine over all families of events. F: B11 G6

While work goes on the books tie out; every repeat is answered byte for byte as before, other content under
an id is a conflict, a tombstone wins; once everything has arrived, cards and books say the same.
A new family of events is a file of rules beside this one and its name in ``World``.
"""

import math
import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.server.books.engine import Books, Cluster
from tests.server.books.machine.ground import Home
from tests.server.books.machine.life import Life

#: At least 10,000 steps on each engine (some days end early); ``make fuzz`` and ``make soak`` multiply them.
STEPS, DAYS = 250, 46


class World(Life):
    """All families."""


def live(days: int, new: Callable[[], Books]) -> None:
    """So many days of ``STEPS`` steps, each in empty books."""
    long = os.environ.get("ONECARD_FUZZ_EXAMPLES")
    days = math.ceil(days * int(long) / 100) if long else days
    lived: list[int] = []

    class Counted(World):
        def teardown(self) -> None:
            lived.append(self.steps)
            super().teardown()

    # A callable that makes the machine is as good as its class, says the documentation.
    run_state_machine_as_test(
        lambda: Counted(new()),  # type: ignore[arg-type]
        settings=settings(
            max_examples=days,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
            deadline=None,
        ),
    )
    print(f"{sum(lived)} steps in {len(lived)} days")
    assert sum(lived) >= 10_000


@pytest.fixture
def home() -> Iterator[Home]:
    made = Home()
    yield made
    made.clean()


@pytest.mark.hypothesis
@pytest.mark.timeout(1800)
def test_any_order_of_everything_embedded(home: Home) -> None:
    live(DAYS, home.new)


@pytest.mark.hypothesis
@pytest.mark.timeout(1800)
def test_any_order_of_everything_on_postgresql(postgres: Cluster) -> None:
    live(DAYS, lambda: Books(postgres.with_tables()))
