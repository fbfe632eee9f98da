"""What all families of events share in the machine: books, cards, what everybody must have in the end.

A family is a file of rules on top of this: a subclass of ``Ground`` that ``test_machine.py`` adds to its
list. It asks the office with ``ask`` (answers are asked again later, byte for byte) and says in ``owed`` and
``expected`` what must come of it.
"""

import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from onecard.ids import RecordId
from onecard.wire.messages import Answer, CardType, Status, encode
from onecard.wire.terms import PointsTerms
from server.books.command import Order
from server.books.decision import Tombstone
from server.books.office.recharge_account import RechargeAccount, Terms
from server.books.tables import key_of
from server.cards.service import open_account_card, open_taps
from tests.place import in_memory
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT, Plastic, Station

STATIONS, CARDS = 3, 3
#: The office's clerks; what needs two people takes two of them.
CLERKS = (7, 8, 9)
#: Reading all books at every step would leave no time for steps.
LOOK_EVERY = 125
PURSE_TYPE = CardType(type=1, name="卡片")
ACCOUNT_TYPE = CardType(
    type=2, name="网络卡", purse_on_card=False, cap_fen=100_000_000, points=PointsTerms(redeem_fen=100)
)
TYPES: Mapping[int, CardType] = {one.type: one for one in (PURSE_TYPE, ACCOUNT_TYPE)}

station_numbers = st.integers(0, STATIONS - 1)
card_numbers = st.integers(0, CARDS - 1)
amounts = st.sampled_from([1, 100, 333, 1_000, 2_500])
clerks = st.sampled_from(CLERKS)


class Ground(RuleBasedStateMachine):
    """A small unit: purse cards, account cards, stations, a kiosk, an office."""

    def __init__(self, books: Books) -> None:
        super().__init__()
        self.books = books
        self.now = NOW
        self.steps = 0
        self.stations = [Station(1001 + i) for i in range(STATIONS)]
        self.kiosk = Station(2001)
        self.cards = [Plastic(20_001 + i) for i in range(CARDS)]
        #: Fen per purse card that its holder must have in the end: on the card, waiting, less what is owed.
        self.owed: Counter[int] = Counter()
        #: Credit − debit of the accounts that are decided on the server.
        self.expected: Counter[str] = Counter()
        self.asked: list[tuple[Order[Any], bytes]] = []
        self.account_cards: list[int] = []
        self._office_seq = 1_000_000
        for card in self.cards:
            self.at(self.stations[0]).issue(card, 5_000).done()
            self.owed[card.card] += 5_000
        self.drain(self.stations[0])
        for _ in range(2):
            self.open_account(4_000)

    # ---- what families use

    def at(self, station: Station) -> Station:
        """The station's clock agrees with everybody's."""
        self.now = max(self.now, station.at) + 1
        station.at = self.now
        return station

    def next_key(self) -> int:
        """An id for the next order."""
        self._office_seq += 1
        return key_of(RecordId(65_000, 1, self._office_seq))

    def ask(self, order: Order[Any]) -> Answer:
        """What the books answer; remembered, to be asked again."""
        answer = self.books.do(order)
        self.asked.append((order, encode(answer)))
        return answer

    def taken(self, order: Order[Any], expected: Mapping[str, int]) -> Answer:
        """An order that must be created, and what it does to accounts decided on the server."""
        answer = self.ask(order)
        assert answer.result.status is Status.CREATED, answer
        self.expected.update(expected)
        return answer

    def refused(self, order: Order[Any], reason: str) -> None:
        """An order that must be refused, for this reason."""
        answer = self.ask(order)
        assert (answer.result.status, answer.result.reason) == (Status.REFUSED, reason), answer

    def open_account(self, fen: int) -> int:
        """A new card whose money lives on the server."""
        member = len(self.account_cards) + 1
        number: int
        number, _ = self.books.write(
            lambda c: open_account_card(c, UNIT, member, f"0{member}", ACCOUNT_TYPE, NOW)
        )
        self.account_cards.append(number)
        order = RechargeAccount(UNIT, self.next_key(), Terms(1001, number, 1, fen), 7)
        self.taken(order, {f"card:{number}:main": fen})
        return number

    def balance(self, account: str) -> int:
        """Of an account that families keep in ``expected``."""
        return self.expected[account]

    def drain(self, station: Station) -> None:
        """Everything this station has arrives."""
        while station.sent < len(station.records):
            answer = self.books.upload(station)
            assert answer.results == ()

    # ---- every order, whatever it is: the same answer again, other terms never, a tombstone wins

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), clerk=clerks)
    def ask_again(self, data: Any, clerk: int) -> None:
        order, raw = data.draw(st.sampled_from(self.asked), label="order")
        assert encode(self.books.do(order)) == raw
        assert encode(self.books.do(Tombstone(UNIT, order.key))) == raw
        if clerk != order.operator:
            other = self._again(order, order.key, clerk)
            assert self.books.do(other).result.status is Status.CONFLICT

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def cancel_before(self, data: Any) -> None:
        order, _ = data.draw(st.sampled_from(self.asked), label="order")
        key = self.next_key()
        tomb = self.books.do(Tombstone(UNIT, key))
        assert tomb.result.reason == "cancelled"
        assert encode(self.books.do(self._again(order, key, order.operator))) == encode(tomb)

    def _again(self, order: Order[Any], key: int, operator: int) -> Order[Any]:
        """The same terms under another id or by another clerk."""
        other = type(order).__new__(type(order))
        kept = {name: value for name, value in vars(order).items() if name != "digest"}
        vars(other).update({**kept, "key": key, "operator": operator})
        return other

    # ---- what must hold

    @invariant()
    def ties_out(self) -> None:
        self.steps += 1
        if self.steps % LOOK_EVERY == 0:
            self.look()

    def look(self) -> None:
        """The books tie out, and every account decided on the server is what the model says."""
        self.books.tie_out()
        found = self.books.accounts()
        wanted = {name: fen for name, fen in sorted(self.expected.items()) if fen}
        assert {name: found.get(name, 0) for name in self.expected if found.get(name, 0)} == wanted

    def settle_all(self) -> None:
        """A family's last words before everything is compared: what is open is closed."""

    def teardown(self) -> None:
        try:
            self.heal()
        finally:
            self.books.close()

    def heal(self) -> None:
        """Everything arrives and everything torn is read once more; then cards and books must agree."""
        self.settle_all()
        for station in (*self.stations, self.kiosk):
            self.drain(station)
        for tap in self.books.read(lambda connection: open_taps(connection, UNIT)):
            card = next(card for card in self.cards if card.card == tap.card)
            self.at(self.stations[0]).see(tap.of, card)
        self.drain(self.stations[0])
        assert self.books.read(lambda connection: open_taps(connection, UNIT)) == ()
        found = self.books.accounts()
        for card in self.cards:
            prefix = f"card:{card.card}:"
            assert found.get(f"{prefix}1:main:purse", 0) == card.main
            for name, fen in zip(("gift", "subsidy", "subsidy2"), card.slots, strict=True):
                assert found.get(f"{prefix}1:{name}:purse", 0) == fen
            mine = sum(
                fen
                for name, fen in found.items()
                if name.startswith(prefix) and (name.endswith((":purse", ":waiting", ":debt")))
            )
            assert mine == self.owed[card.card], card
        self.look()


class Home:
    """Empty books of the embedded engine, as often as asked: one is made, the others are copies of it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="onecard-machine-", dir=in_memory())
        self._made = 0
        empty = Books(self._url(0))
        empty.create()
        empty.close()
        self._empty = self._path(0).read_bytes()

    def _path(self, number: int) -> Path:
        return Path(self._folder.name) / f"books{number}.db"

    def _url(self, number: int) -> str:
        return f"sqlite:///{self._path(number)}"

    def new(self) -> Books:
        """Empty books."""
        for old in Path(self._folder.name).glob(f"books{self._made}.db*"):
            old.unlink()
        self._made += 1
        self._path(self._made).write_bytes(self._empty)
        return Books(self._url(self._made))

    def clean(self) -> None:
        self._folder.cleanup()
