"""Any order of everything, on both engines: one machine over all families of events. F: B11 G6

While work goes on the books tie out; every repeat is answered byte for byte as before, other content under
an id is a conflict, a tombstone wins; once everything has arrived, cards and books say the same.
A new family of events is a file of rules beside this one and its name in ``World``.
"""

import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import select

from server.books.tables import entry
from tests.server.books.engine import Books, Cluster
from tests.server.books.machine.full import Full
from tests.server.books.machine.ground import Home
from tests.server.books.machine.life import Life

#: Steps in days of so many at most; ``make fuzz`` and ``make soak`` multiply them. A step on PostgreSQL takes
#: three times as long, and what differs between the engines is the statements, which every day goes through.
EMBEDDED, POSTGRESQL, STEPS, ROUND = 15_000, 5_000, 500, 5
#: The days of the last rounds are as short as what is left, but no shorter than this.
SHORT = 20
#: Every third day or more often each of these happens: days without them would say little of "everything".
ORDINARY = {
    *("sale", "void", "recharge", "given", "gift", "adjust", "count_sold", "hold", "centre_meal"),
    *("paper_slip", "redeem", "fork", "subsidy"),
}
EXAMPLES = int(os.environ.get("ONECARD_FUZZ_EXAMPLES") or 100)
#: Ten times what the usual run takes with a busy neighbour; the long runs take as long as they take.
PATIENCE = pytest.mark.timeout(1800 if EXAMPLES <= 100 else 0)


class World(Life, Full):
    """All families."""


def live(new: Callable[[], Books], least: int) -> set[str]:
    """Days in empty books, until there were enough steps: some days end early. After each day cards and books
    are compared (``Ground.heal``). The kinds of event that came about."""
    lived: list[int] = []
    kinds: set[str] = set()

    class Counted(World):
        def teardown(self) -> None:
            lived.append(self.steps)
            kinds.update(self.books.read(lambda c: c.execute(select(entry.c.kind).distinct()).scalars()))
            super().teardown()

    def day() -> World:
        return Counted(new())

    quiet = list(HealthCheck)
    days = settings(max_examples=ROUND, suppress_health_check=quiet, deadline=None)
    while (left := least * EXAMPLES // 100 - sum(lived)) > 0:
        if days.derandomize:
            # Every round draws days of its own, the same ones in each run of the tests.
            seed(least + len(lived))(day)
        steps = settings(days, stateful_step_count=min(STEPS, max(SHORT, left // ROUND)))
        # A callable that makes the machine is as good as its class, says the documentation.
        run_state_machine_as_test(day, settings=steps)  # type: ignore[arg-type]
    print(f"{sum(lived)} steps in {len(lived)} days, {len(kinds)} kinds of event")
    return kinds


@pytest.fixture
def home() -> Iterator[Home]:
    made = Home()
    yield made
    made.clean()


@pytest.mark.hypothesis
@PATIENCE
def test_any_order_of_everything_embedded(home: Home) -> None:
    kinds = live(home.new, EMBEDDED)
    # Of few days some rules take no part.
    assert kinds >= (ORDINARY if EXAMPLES >= 100 else {"sale"})


class Kept(Books):
    """Books that are emptied for the next day, with their connections and what these have prepared."""

    def close(self) -> None:
        """At the end of a day nothing is let go of."""

    def end(self) -> None:
        super().close()


@pytest.mark.hypothesis
@PATIENCE
def test_any_order_of_everything_on_postgresql(postgres: Cluster) -> None:
    books = Kept(postgres.with_tables())

    def emptied() -> Books:
        postgres.with_tables()
        books.again()
        return books

    assert "sale" in live(emptied, POSTGRESQL)
    books.end()
