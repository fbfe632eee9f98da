"""Any history of one plastic: late, repeated, forked, rolled back, half of it lost with a terminal. F: G6

The model is the plastic itself. However the records come in, the books must tie out at every step; in the end
they say what the plastic says, everything sold was paid to its owner, and the order of arrival is forgotten.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from onecard.ids import RecordId
from onecard.wire.messages import Load, Status
from server.books.office.declare_lost import DeclareLost
from server.books.office.declare_lost import Terms as Lost
from server.books.tables import key_of
from server.cards import tables as cards
from server.cards.service import loads_since, mark_published
from server.terminals.tables import terminal
from tests.server.books.engine import Books, Cluster
from tests.server.books.station import NOW, UNIT, Plastic, Station

STATIONS = 3
numbers = itertools.count(1)
steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["sell", "sell", "sell", "recharge", "load", "weak", "clone", "swap", "lock", "upload", "slot"]
        ),
        st.integers(0, STATIONS - 1),
        st.integers(1, 900),
    ),
    min_size=4,
    max_size=28,
)
orders = st.permutations(range(STATIONS))


@dataclass
class History:
    """One card and its stations, with numbers that no other example uses."""

    books: Books
    card: Plastic = field(init=False)
    stations: list[Station] = field(init=False)
    clone: Plastic | None = None
    sold: int = 0
    paid_in: int = 5_000
    #: What could be rolled back: the plastic before its last write.
    before: Plastic | None = None
    kiosk: Station = field(init=False)
    cycle: int = 0
    made: int = 0

    def __post_init__(self) -> None:
        number = next(numbers)
        self.card = Plastic(30_000 + number)
        self.stations = [Station(2_000 + 4 * number + i) for i in range(STATIONS)]
        self.kiosk = Station(2_000 + 4 * number + 3)
        self.at(0).issue(self.card, 5_000).done()

    def at(self, which: int) -> Station:
        station = self.stations[which]
        station.at = max(one.at for one in (*self.stations, self.kiosk)) + 1
        return station

    def waiting(self) -> tuple[Load, ...]:
        loads = self.books.read(lambda c: loads_since(c, UNIT, 0))[1]
        mine = [one for one in loads if one.card == self.card.card and one.number > self.card.last_load]
        # Nobody who holds a list knows more than an unbroken run behind what the card has.
        run = [one for i, one in enumerate(mine) if one.number == self.card.last_load + 1 + i]
        return tuple(run)

    def step(self, what: str, which: int, fen: int) -> None:
        card = self.card
        if what == "upload":
            self.upload(which, fen)
        elif what == "weak" and self.before is not None:
            # What was confirmed is gone: the older copy stands.
            self.card, self.before = self.before, None
        elif what == "clone" and self.clone is None:
            self.clone = card.copy()
        elif what == "swap" and self.clone is not None:
            self.card, self.clone = self.clone, card
            self.before = None
        elif what == "slot":
            self.give(fen)
        else:
            self.write(what, which, fen)

    def write(self, what: str, which: int, fen: int) -> None:
        card, loads = self.card, self.waiting() if what == "load" else ()
        if (what == "sell" and card.main < fen) or (what == "load" and not loads):
            return
        if what in ("weak", "clone", "swap"):
            return
        before, station = card.copy(), self.at(which)
        if what == "sell":
            station.sale(card, fen).done()
            self.sold += fen
        elif what == "recharge":
            station.recharge(card, fen).done()
            self.paid_in += fen
        elif what == "load":
            self.take(station, loads)
        elif what == "lock":
            station.lock(card, "returned").done()
        self.before = before

    def take(self, station: Station, loads: tuple[Load, ...]) -> None:
        """As a station would: what takes away takes what is there."""
        worth, main = [], self.card.main
        for one in loads:
            fits = max(one.fen, -main)
            main += fits
            worth.append(fits)
        station.load(self.card, loads, tuple(worth)).done()

    def give(self, fen: int) -> None:
        """Money by the kiosk, onto no card."""
        self.cycle += 1
        self.kiosk.at = self.at(0).at
        self.kiosk.waiting(self.card, fen, (self.kiosk.credit(fen, self.cycle),))
        self.books.upload(self.kiosk)
        self.books.write(lambda c: mark_published(c, UNIT, 1 << 40))
        self.paid_in += fen

    def upload(self, which: int, most: int) -> None:
        station = self.stations[which]
        start = max(0, station.sent - most % 3)  # some come twice
        stop = station.sent + 1 + most % 7
        if start < len(station.records):
            station.sent = max(station.sent, self.books.upload(station, start, stop).received)

    def drain(self, order: list[int]) -> None:
        for which in order:
            station = self.stations[which]
            while station.sent < len(station.records):
                self.books.upload(station)

    # ---- what the books say
    def balance(self, what: str) -> int:
        return self.books.balance(f"card:{self.card.card}:{what}")

    @property
    def wealth(self) -> int:
        """What the holder has in the end: on the card, waiting, less what is owed."""
        return self.balance("1:main:purse") + self.balance("1:main:waiting") + self.balance("debt")

    def chain(self):
        return next(row for row in self.books.rows(cards.chain) if row.card == self.card.card)


@pytest.fixture
def books(sqlite_books: Callable[[], Books]) -> Books:
    """One for all examples of a test: each has cards and stations of its own."""
    return sqlite_books()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=steps, order=orders)
def test_every_history_ties_out(books: Books, plan: list[tuple[str, int, int]], order: list[int]) -> None:
    history = History(books)
    for step in plan:
        history.step(*step)
    history.drain(order)
    books.tie_out()
    chain = history.chain()
    assert chain.gaps == 0
    # Everything that was ever sold or paid in is in the books, on whichever branch it happened.
    assert history.wealth == history.paid_in - history.sold
    assert history.balance("1:main:purse") == chain.after_0
    assert history.balance("debt") <= 0


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=steps, orders=st.tuples(orders, orders))
def test_the_order_of_arrival_is_forgotten(
    books: Books, plan: list[tuple[str, int, int]], orders: tuple[list[int], list[int]]
) -> None:
    """The same day, uploaded in two different orders."""
    plan = [step for step in plan if step[0] not in ("upload", "load", "slot")]
    ends = []
    for order in orders:
        history = History(books)
        for step in plan:
            history.step(*step)
        history.drain(order)
        lost = sum(row.card == history.card.card for row in books.rows(cards.lost_link))
        ends.append((history.wealth, history.balance("1:main:purse"), lost, history.chain().counter))
        assert history.balance("1:main:purse") == history.chain().after_0
    books.tie_out()
    assert ends[0] == ends[1]


#: Days that showed a fault once.
LOST: dict[str, dict[str, Any]] = {
    # A hole of two, closed without them; the lower one, a load, is found first.
    "a load is found below a closed hole": {
        "plan": [("slot", 0, 382), ("load", 2, 1), ("sell", 2, 27), ("lock", 1, 1)],
        "order": [2, 0, 1], "gone": 2, "back": True,
    },
    # The second is the one that counts.
    "a load was rolled back and put on again": {
        "plan": [
            ("slot", 1, 160), ("load", 0, 1), ("weak", 1, 1), ("recharge", 1, 611), ("lock", 2, 1),
            ("load", 0, 1),
        ],
        "order": [0, 2, 1], "gone": 1, "back": True,
    },
}  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=steps, order=orders, gone=st.integers(0, STATIONS - 1), back=st.booleans())
@example(**LOST["a load is found below a closed hole"])
@example(**LOST["a load was rolled back and put on again"])
def test_a_lost_terminal_leaves_no_hole_and_may_come_back(
    books: Books, plan: list[tuple[str, int, int]], order: list[int], gone: int, back: bool
) -> None:
    """One station's last records never come; two people give it up; and sometimes it is found again."""
    lose(History(books), plan, order, gone, back)


@pytest.mark.parametrize("name", LOST)
def test_the_days_on_which_it_was_not_so(postgres: Cluster, name: str) -> None:
    """They showed a fault once; the other engine has them here."""
    books = Books(postgres.with_tables())
    history = History(books)
    try:
        lose(history, **LOST[name])
        assert history.wealth == history.paid_in - history.sold
    finally:
        books.close()


def lose(history: History, plan: list[tuple[str, int, int]], order: list[int], gone: int, back: bool) -> None:
    """Live it, lose one of the stations, and find it again."""
    books = history.books
    for step in plan:
        if not (step[0] == "upload" and step[1] == gone and gone != 0):
            history.step(*step)
    history.drain([which for which in order if which != gone] if gone else order)
    books.tie_out()
    number = history.stations[gone].terminal

    def enrol(connection) -> None:
        connection.execute(
            terminal.insert().values(
                unit_id=UNIT, terminal=number, kind="pos", name=str(number), outlet=1, state="revoked",
                epoch=1, public_key="", settings="{}", made_at=NOW,
            )
        )  # fmt: skip

    books.write(enrol)
    order_id = key_of(RecordId(65_000, 2, next(numbers)))
    answer = books.do(DeclareLost(UNIT, order_id, Lost(number, 7), 8))
    assert answer.result.status is Status.CREATED
    books.tie_out()
    if any(row.card == history.card.card for row in books.rows(cards.chain)):
        chain = history.chain()
        assert chain.gaps == 0
        assert history.balance("1:main:purse") == chain.after_0
    if back:
        history.drain([gone])
        books.tie_out()
        assert history.wealth == history.paid_in - history.sold
