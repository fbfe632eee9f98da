"""What terminals do: stations that sell, tear, give up, look, upload late and repeat. F: B11 G6

The model is the plastic itself.
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from onecard.books.wallets import NAMES
from onecard.wire.messages import Answer, Load, Status, encode
from server.cards.service import loads_since
from tests.server.books.engine import Books
from tests.server.books.machine.ground import STATIONS, Ground, amounts, card_numbers, station_numbers
from tests.server.books.station import UNIT, Move, Plastic, Station

ends = st.sampled_from(["done", "done", "done", "torn_written", "torn", "not_written"])


def worth_to(card: Plastic, loads: tuple[Load, ...]) -> tuple[int, ...]:
    """What each load does to the card: a negative one takes what is there and no more. F: D9"""
    has = dict(zip(NAMES, (card.main, *card.slots), strict=True))
    found = []
    for one in loads:
        fen = max(one.fen, -has[one.wallet])
        has[one.wallet] += fen
        found.append(fen)
    return tuple(found)


class Desk(Ground):
    """Stations and a kiosk, with cards in people's hands."""

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        #: Torn taps: what the member is owed if the tap is completed, and if it is given up; notes it holds.
        self.torn: list[tuple[Move, int, int, list[Any]]] = []
        self.sold: list[tuple[Station, Any, Plastic, int]] = []
        self.notes: list[Any] = []
        self.cycle = 0
        self.sales: list[tuple[bytes, Any, Answer]] = []

    def end(self, move: Move, how: str, completed: int = 0, given_up: int = 0, notes: Any = ()) -> bool:
        """How a tap ends; whether it was completed."""
        station = self.at(move.station)
        if how == "done":
            move.done()
            self.owed[move.card.card] += completed
        elif how == "not_written":
            station.not_written(move.id)
        else:
            if how == "torn_written":
                move.write()
            station.unresolved(move.id)
            self.torn.append((move, completed, given_up, list(notes)))
        return how == "done"

    @rule(s=station_numbers, c=card_numbers, fen=amounts, how=ends)
    def sell(self, s: int, c: int, fen: int, how: str) -> None:
        station, card = self.at(self.stations[s]), self.cards[c]
        if card.main >= fen:
            move = station.sale(card, fen)
            if self.end(move, how, -fen, 0):
                self.sold.append((station, move.id, card, fen))

    @precondition(lambda self: self.sold)
    @rule(data=st.data(), how=ends)
    def void(self, data: Any, how: str) -> None:
        sale = data.draw(st.sampled_from(self.sold), label="sale")
        self.sold.remove(sale)
        station, of, card, fen = sale
        self.end(self.at(station).void(card, of, fen), how, fen, fen)

    @rule(s=station_numbers, c=card_numbers, fen=amounts, how=ends)
    def recharge(self, s: int, c: int, fen: int, how: str) -> None:
        self.end(self.at(self.stations[s]).recharge(self.cards[c], fen), how, fen, fen)

    @rule(fen=st.sampled_from([1_000, 5_000]))
    def insert_note(self, fen: int) -> None:
        self.cycle += 1
        self.notes.append((self.at(self.kiosk).credit(fen, self.cycle), fen))

    @precondition(lambda self: self.notes)
    @rule(c=card_numbers, how=ends)
    def recharge_from_notes(self, c: int, how: str) -> None:
        notes, self.notes = self.notes, []
        total = sum(fen for _, fen in notes)
        move = self.at(self.kiosk).recharge(self.cards[c], total, tuple(one for one, _ in notes))
        self.end(move, how, total, total, notes)
        if how == "not_written":
            self.notes = notes

    @precondition(lambda self: self.notes)
    @rule(c=card_numbers)
    def walk_away(self, c: int) -> None:
        notes, self.notes = self.notes, []
        credits = tuple(one for one, _ in notes)
        total = sum(fen for _, fen in notes)
        self.at(self.kiosk).waiting(self.cards[c], total, credits)
        self.owed[self.cards[c].card] += total

    @rule(s=station_numbers, c=card_numbers, how=ends)
    def collect_loads(self, s: int, c: int, how: str) -> None:
        card = self.cards[c]
        waiting = self.books.read(lambda connection: loads_since(connection, UNIT, 0))[1]
        mine = tuple(one for one in waiting if one.card == card.card and one.number > card.last_load)
        if not mine or mine[0].number != card.last_load + 1:
            return  # a torn load may be on the card: this station cannot know, and asks nothing of it
        if any(move.card is card for move, *_ in self.torn):
            return
        move = self.at(self.stations[s]).load(card, mine, worth_to(card, mine))
        if self.end(move, how if how in ("done", "not_written") else "done"):
            card.last_load = mine[-1].number

    @precondition(lambda self: self.torn)
    @rule(data=st.data())
    def put_the_card_back(self, data: Any) -> None:
        """The same station, before it gives up."""
        tap = data.draw(st.sampled_from(self.torn), label="tap")
        move, completed, _, notes = tap
        station, card = self.at(move.station), move.card
        if move.id in (card.last, card.older[1]):
            station.done(move.id)
            self.owed[card.card] += completed
        elif card.counter <= move.counter + 2:
            station.not_written(move.id)
            self.notes += notes
        else:
            return  # the card went on too far: only the chain knows
        self.torn.remove(tap)

    @precondition(lambda self: self.torn)
    @rule(data=st.data())
    def give_up(self, data: Any) -> None:
        tap = data.draw(st.sampled_from(self.torn), label="tap")
        self.torn.remove(tap)
        self.abandon(tap)

    def abandon(self, tap: tuple[Move, int, int, list[Any]]) -> None:
        move, _, given_up, _ = tap
        self.at(move.station).give_up(move.id)
        self.owed[move.card.card] += given_up

    @precondition(lambda self: self.torn)
    @rule(data=st.data(), s=station_numbers)
    def another_station_looks(self, data: Any, s: int) -> None:
        move, *_ = data.draw(st.sampled_from(self.torn), label="tap")
        self.at(self.stations[s]).see(move.id, move.card)

    @rule(s=st.integers(0, STATIONS), repeat=st.booleans(), length=st.integers(1, 40))
    def upload(self, s: int, repeat: bool, length: int) -> None:
        station = (*self.stations, self.kiosk)[s]
        start = max(0, station.sent - 5) if repeat else station.sent
        if start < len(station.records):
            station.sent = max(station.sent, self.books.upload(station, start, start + length).received)

    @rule(s=station_numbers, fen=amounts)
    def sell_from_account(self, s: int, fen: int) -> None:
        station = self.at(self.stations[s])
        card = self.account_cards[0]
        sale = station.account_sale(card, fen)
        answer = self.books.sell(station.terminal, encode(sale))
        assert answer.result.status in (Status.CREATED, Status.REFUSED)
        self.sales.append((encode(sale), sale, answer))
        assert (answer.result.status is Status.CREATED) == (fen <= self.balance(f"card:{card}:main"))
        if answer.result.status is Status.CREATED:
            station.done(sale.id)
            self.expected[f"card:{card}:main"] -= fen
        else:
            station.not_written(sale.id)

    @precondition(lambda self: self.sales)
    @rule(data=st.data())
    def sell_again(self, data: Any) -> None:
        """Byte for byte the same; other bytes never; cancelling too late gives what was answered."""
        raw, sale, answer = data.draw(st.sampled_from(self.sales), label="sale")
        assert encode(self.books.sell(sale.id.terminal, raw)) == encode(answer)
        other = raw.replace(b'"operator":7', b'"operator":8')
        assert self.books.sell(sale.id.terminal, other).result.status is Status.CONFLICT
        assert encode(self.books.cancel(sale.id)) == encode(answer)

    @rule(s=station_numbers, fen=amounts)
    def cancel_first(self, s: int, fen: int) -> None:
        station = self.at(self.stations[s])
        sale = station.account_sale(self.account_cards[0], fen)
        tomb = self.books.cancel(sale.id)
        station.give_up(sale.id)
        assert encode(self.books.sell(station.terminal, encode(sale))) == encode(tomb)

    def settle_all(self) -> None:
        super().settle_all()
        taps, self.torn = self.torn, []
        for tap in taps:
            self.abandon(tap)

    def heal(self) -> None:
        super().heal()
        assert self.books.balance("unresolved:2001") == sum(fen for _, fen in self.notes)
