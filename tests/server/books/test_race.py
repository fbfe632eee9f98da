"""Goal: whatever 64 clients do at once, every id is answered once, nothing is spent twice, nothing is lost.

Method: all of them at one card and one outlet, sales, voids, cancels, loads and uploads mixed, each question
asked twice by two lanes with connections of their own, as two server processes have. F: B11 G6
"""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from onecard.ids import RecordId
from onecard.wire.messages import Answer, Pay, Sale, Status, Void, encode
from server.books import intake, tables
from server.books.lane import Lane
from server.books.office.recharge_office import RechargeOffice
from server.books.office.recharge_office import Terms as Cash
from server.books.tables import key_of
from tests.server.books.engine import Books
from tests.server.books.machine.ground import TYPES
from tests.server.books.station import UNIT, Plastic, Station
from tests.server.books.test_decision import account

CLIENTS, TURNS = 64, 4
MONEY_FEN, PRICE_FEN = 3_000, 30


class Race:
    """Two lanes, and what everybody was told."""

    def __init__(self, books: Books, other: Books, seed: int) -> None:
        self.books = books
        self.lanes = (books.lane, other.lane)
        self.dice = random.Random(seed)
        self.card = account(books, MONEY_FEN)
        self.told: dict[RecordId, list[Answer]] = {}
        self.sales: list[Sale] = []
        self.loaded: dict[int, int] = {}

    async def ask(self, station: Station, body: Sale | Void) -> Answer:
        """Of both lanes at once, as if the first answer had been slow."""
        asked = [intake.account_sale(lane, UNIT, station.terminal, encode(body)) for lane in self._mixed()]
        one, other = await asyncio.gather(*asked)
        assert encode(one) == encode(other)
        self.told.setdefault(body.id, []).append(one)
        return one

    async def till(self, number: int) -> None:
        """Sells to the one card; takes back, or cancels before or after, as it comes."""
        station = Station(1001 + number)
        for _ in range(TURNS):
            sale = station.account_sale(self.card, PRICE_FEN)
            self.sales.append(sale)
            how = self.dice.choice(("sell", "sell", "void", "cancel", "cancel first"))
            if how == "cancel first":
                tomb = await intake.cancel(self.dice.choice(self.lanes), UNIT, sale.id)
                assert encode(await self.ask(station, sale)) == encode(tomb)
            elif how == "cancel":
                cancel = intake.cancel(self.dice.choice(self.lanes), UNIT, sale.id)
                sold, cancelled = await asyncio.gather(self.ask(station, sale), cancel)
                assert encode(sold) == encode(cancelled)
            elif (await self.ask(station, sale)).result.status is Status.CREATED and how == "void":
                pays = (Pay("main", PRICE_FEN),)
                void = Void(**station.head(), voids=sale.id, card=self.card, issue=1, pays=pays)
                station.append(void)
                assert (await self.ask(station, void)).result.status is Status.CREATED

    async def purse(self, number: int) -> None:
        """A purse card of the same outlet: its records by both roads at once, and loads for it meanwhile."""
        station, card = Station(2001 + number), Plastic(30_001 + number)
        station.issue(card, 5_000).done()
        await self._upload(station)
        self.loaded[card.card] = 0
        for turn in range(TURNS):
            station.sale(card, PRICE_FEN).done()
            key = key_of(RecordId(65_000, 1, 1_000 * (number + 1) + turn))
            order = RechargeOffice(UNIT, key, Cash(card.card, 1, 500), 7, TYPES)
            load = asyncio.gather(*(lane.do(order) for lane in self._mixed()))
            (one, other), _ = await asyncio.gather(load, self._upload(station))
            assert encode(one) == encode(other)
            self.loaded[card.card] += 500
        assert card.main == 5_000 - TURNS * PRICE_FEN

    async def _upload(self, station: Station) -> None:
        message = station.upload(0)
        uploads = (intake.upload(lane, station.sender, message) for lane in self._mixed())
        for one in await asyncio.gather(*uploads):
            assert (one.received, one.results) == (len(station.records), ())

    def _mixed(self) -> list[Lane]:
        return self.dice.sample(self.lanes, 2)

    async def run(self) -> None:
        purses = CLIENTS // 8
        tills = (self.till(n) for n in range(CLIENTS - purses))
        await asyncio.gather(*tills, *(self.purse(n) for n in range(purses)))


@pytest.mark.parametrize("seed", [1, 2])
def test_64_clients_mix_everything(books: Books, seed: int) -> None:
    other = Books(books.db.url)
    race = Race(books, other, seed)
    books.run(race.run())
    created = {id for id, answers in race.told.items() if answers[0].result.status is Status.CREATED}
    sold = {sale.id for sale in race.sales} & created
    spent = PRICE_FEN * len(sold) - PRICE_FEN * len(created - sold)
    assert sold
    assert books.balance(f"card:{race.card}:main") == MONEY_FEN - spent
    assert all(
        answer.balance_fen is None or answer.balance_fen >= 0
        for told in race.told.values()
        for answer in told
    )
    once_each(books, created)
    for card, fen in race.loaded.items():
        assert books.balance(f"card:{card}:1:main:waiting") == fen
        assert books.balance(f"card:{card}:1:main:purse") == 5_000 - TURNS * PRICE_FEN
    books.tie_out()
    books.run(other.db.close())
    other.runner.close()


def once_each(books: Books, created: set[RecordId]) -> None:
    """One entry for each id that was told created, none for any other; batches in an order without holes."""
    entries: Counter[Any] = Counter(row.fact for row in books.rows(tables.entry))
    assert set(entries.values()) == {1}
    facts = {row.fact: row for row in books.rows(tables.fact)}
    for id in created:
        assert entries[key_of(id)] == 1
    assert all((row.status == Status.CREATED.value) == (key in entries) for key, row in facts.items())
    batches = sorted((row.batch_no, row.batch) for row in books.rows(tables.batch))
    assert [number for number, _ in batches] == list(range(1, len(batches) + 1))
    order = {batch: number for number, batch in batches}
    in_order = [order[row.batch] for row in sorted(books.rows(tables.entry), key=lambda row: row.entry)]
    assert in_order == sorted(in_order), "an entry with a higher number is in no earlier batch"
