"""Two stations, two cards, and everything a day can do to them in any order.

An omniscient observer reads each card's memory after every step; what the journals say has to agree with it.
F: C10 I2 I3 I4 I7 I8 I13
"""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from onecard.clock import FalseClock
from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.journal.facet import PurseIntent, card_of, write_of
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed, State
from onecard.wire import messages as m
from tests.onecard.terminal.stand import BOSS, CASHIER, NOON, Office, Stand, make_plastic, read_plastic
from tests.place import in_memory

START = 20_000
CARDS = (1, 2)
stations = st.integers(0, 1)
cards = st.sampled_from(CARDS)
#: Few of them, so that balances meet again and only ids tell records apart.
fens = st.sampled_from([100, 200])
#: Where the card leaves during the tap: command after the look, bytes of it; None = it stays.
leaves = st.none() | st.tuples(st.integers(0, 8), st.none() | st.integers(0, 16))


class Day(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory(dir=in_memory())
        clock = FalseClock(NOON)
        office = Office(clock)
        self.stands = []
        for number in (0, 1):
            folder = Path(self.folder.name) / str(number)
            folder.mkdir()
            stand = Stand(folder, clock=clock, office=office, terminal=1001 + number)
            stand.station.open_shift(CASHIER, 0)
            self.stands.append(stand)
        self.clock, self.office = clock, office
        self.plastics = {card: make_plastic(START, uid=bytes([4, 0, 0, card]), card=card) for card in CARDS}
        #: Card → what its records did, in order: (id, main before, main after).
        self.history = {card: [] for card in CARDS}
        self.loads = dict.fromkeys(CARDS, 0)
        self.published = []
        self.finished = []

    def teardown(self):
        if hasattr(self, "stands"):
            for stand in self.stands:
                assert stand.journal.verify() == stand.journal.head.seq
                stand.close()
            self.folder.cleanup()

    # ---- what people do

    def tap(self, station, card, leave, act):
        """Lay the card down, act, take it away in the middle if it is so ordered."""
        stand, plastic = self.stands[station], self.plastics[card]
        storage = DirectStorage(plastic)
        try:
            look = stand.station.look(storage)
            if leave is not None:
                plastic.tear_at(plastic.commands + leave[0], leave[1])
            ended = act(stand.station, storage, look)
        except OneCardError:
            ended = None
        plastic.pull()
        plastic.tear_at(10**9)
        self.observe(card)
        if isinstance(ended, Completed):
            self.finished.append((ended.id, card))
            assert ended.id in [id for id, _, _ in self.history[card]]
        return ended

    @rule(station=stations, card=cards, fen=fens, leave=leaves)
    def sell(self, station, card, fen, leave):
        self.tap(station, card, leave, lambda s, storage, look: s.sell(storage, look, Order.amount(fen)))

    @rule(station=stations, card=cards, fen=fens, leave=leaves)
    def recharge(self, station, card, fen, leave):
        self.tap(station, card, leave, lambda s, storage, look: s.recharge(storage, look, fen + 100))

    @rule(station=stations, card=cards, leave=leaves)
    def collect(self, station, card, leave):
        self.tap(station, card, leave, lambda s, storage, look: s.apply_loads(storage, look))

    @rule(station=stations, leave=leaves, which=st.integers(0, 50))
    def void(self, station, leave, which):
        sales = self.stands[station].bodies(m.Sale)
        if sales:
            sale = sales[which % len(sales)]
            self.tap(station, sale.card, leave, lambda s, storage, look: s.void(storage, look, sale.id))

    @rule(card=cards, fen=st.integers(-500, 3000))
    def publish(self, card, fen):
        self.loads[card] += 1
        self.published.append(m.Load(card=card, issue=1, number=self.loads[card], fen=fen, digest="0a"))
        document = self.office.loads(*self.published)
        for stand in self.stands:
            stand.receive(document)

    @rule(station=stations, right=st.sampled_from([True, True, False]), card=cards, leave=leaves)
    def come_back(self, station, right, card, leave):
        """Whoever waits for a card gets it, or gets another one."""
        for waiting in self.stands[station].station.open_taps():
            self.put_back(station, waiting, waiting.card if right else card, leave)

    @rule(card=cards, fen=fens, sales=st.integers(0, 3), leave=leaves, again=st.booleans())
    def wander(self, card, fen, sales, leave, again):
        """Torn at one station, used at the other, then back."""
        first = self.stands[0].station
        self.tap(
            0, card, leave or (3, None), lambda s, storage, look: s.sell(storage, look, Order.amount(fen))
        )
        for _ in range(sales):
            self.tap(1, card, None, lambda s, storage, look: s.sell(storage, look, Order.amount(fen)))
        if again:
            for waiting in first.open_taps():
                self.put_back(0, waiting, waiting.card, None)

    def put_back(self, station, waiting, card, leave):
        stand, plastic = self.stands[station], self.plastics[card]
        storage = DirectStorage(plastic)
        if leave is not None:
            plastic.tear_at(11 + leave[0], leave[1])
        before = list(plastic.blocks)
        try:
            ended = stand.station.retap(storage, waiting)
        except OneCardError:
            ended = None
        if waiting.card != card:
            assert plastic.blocks == before
        plastic.pull()
        plastic.tear_at(10**9)
        self.observe(card)
        if isinstance(ended, Completed):
            self.finished.append((ended.id, card))

    @rule(station=stations, what=st.sampled_from(["aside", "word", "give up", "power", "z", "hear", "wait"]))
    def happen(self, station, what):
        stand = self.stands[station]
        match what:
            case "aside" | "word":
                self.set_aside(stand.station, what == "word")
            case "give up":
                for waiting in stand.station.open_taps()[:1]:
                    stand.station.give_up(waiting.id, "supervisor")
            case "power":
                stand.restart()
                assert all(tap.state is State.ASIDE for tap in stand.station.recover())
            case "z":
                stand.station.close_shift(0)
                assert stand.station.open_taps() == []
                stand.station.open_shift(CASHIER, 0)
            case "hear":
                stand.receive(self.office.open_taps(*self.known_taps()))
            case "wait":
                self.clock.advance(20_000)

    def set_aside(self, station, word):
        for waiting in station.open_taps():
            try:
                station.set_aside(waiting.id, BOSS if word else 0)
            except Refused:
                assert not word

    def known_taps(self):
        for stand in self.stands:
            for tap in stand.station.open_taps():
                yield m.OpenTap(
                    of=tap.id,
                    card=tap.card,
                    issue=tap.issue,
                    kind=tap.kind,
                    fen=tap.fen,
                    counter=tap.intent.purse.counter,
                    at=tap.at,
                )

    # ---- what is true

    def observe(self, card):
        newest = read_plastic(self.plastics[card]).newest
        self.plastics[card].pull()
        history = self.history[card]
        if newest.counter == len(history):
            return
        assert newest.counter == len(history) + 1, "one tap, one record"
        before = history[-1][2] if history else START
        history.append((newest.last, before, newest.main_fen))

    def intents(self):
        for stand in self.stands:
            for body in stand.bodies(PurseIntent):
                yield stand, body

    @invariant()
    @precondition(lambda self: hasattr(self, "stands"))
    def journals_and_cards_agree(self):
        on_cards = {id: card for card, rows in self.history.items() for id, _, _ in rows}
        moved = {id: (before, after) for rows in self.history.values() for id, before, after in rows}
        assert len(on_cards) == sum(map(len, self.history.values())), "an id wrote two records"
        for stand, intent in self.intents():
            state = stand.journal.index.tap(intent.id).state
            written = intent.id in on_cards
            if state == State.DONE:
                assert written, f"{intent.id} is done and on no card"
            if state == State.NOT_WRITTEN:
                assert not written, f"{intent.id} is on a card and called not written"
            if written:
                write = write_of(intent)
                assert card_of(intent)[0] == on_cards[intent.id]
                assert moved[intent.id] == (write.before.main_fen, write.after.main_fen)
        known = {intent.id for _, intent in self.intents()}
        assert set(on_cards) <= known, "a record that no journal knows"

    @invariant()
    @precondition(lambda self: hasattr(self, "stands"))
    def links_name_the_record_before(self):
        chain = {id: rows[at - 1][0] if at else RecordId(0, 0, 0)
                 for rows in self.history.values() for at, (id, _, _) in enumerate(rows)}  # fmt: skip
        for _, intent in self.intents():
            if intent.id in chain:
                assert write_of(intent).prev == chain[intent.id]

    @invariant()
    @precondition(lambda self: hasattr(self, "stands"))
    def loads_are_applied_in_order_and_once(self):
        for card, rows in self.history.items():
            ids = {id for id, _, _ in rows}
            order = [id for id, _, _ in rows]
            applied = [
                (order.index(intent.id), load.number)
                for _, intent in self.intents()
                if isinstance(intent, m.LoadIntent) and intent.id in ids
                for load in intent.loads
            ]
            numbers = [number for _, number in sorted(applied)]
            assert numbers == list(range(1, len(numbers) + 1)), card

    @invariant()
    @precondition(lambda self: hasattr(self, "stands"))
    def a_sale_is_taken_back_at_most_once(self):
        on_cards = {id for rows in self.history.values() for id, _, _ in rows}
        voided = [i.voids for _, i in self.intents() if isinstance(i, m.Void) and i.id in on_cards]
        assert len(set(voided)) == len(voided)

    @invariant()
    @precondition(lambda self: hasattr(self, "stands"))
    def a_success_stays_a_success(self):
        for id, card in self.finished:
            assert id in [one for one, _, _ in self.history[card]]


TestDay = Day.TestCase
#: 30 days by default; a long run (`make fuzz`) sets more for every property.
TestDay.settings = settings(
    max_examples=settings.default.max_examples * 30 // 100, stateful_step_count=40, deadline=None
)
