"""A server-side writer to be killed: posts what terminals would, and says each watermark it was given.

Started by ``test_kill.py`` as a process of its own; its only argument is the database's URL.
"""

import asyncio
import sys

from onecard.clock import FalseClock
from server.books import intake
from server.books.lane import Lane
from server.db import Database
from tests.server.books.station import NOW, Plastic, Station

CARDS, ROUNDS, PIECE = 10, 20, 50


def journal(terminal: int) -> tuple[Station, list[Plastic]]:
    """The same records every time."""
    station = Station(terminal)
    cards = [Plastic(terminal * 100 + i) for i in range(CARDS)]
    for card in cards:
        station.issue(card, 100_000).done()
    for turn in range(ROUNDS):
        for card in cards:
            station.sale(card, 100 + turn).done()
    return station, cards


async def main(url: str) -> None:
    """Four terminals upload side by side; after each answer one line "terminal received"."""
    db = Database.open(url)
    lane = Lane(db, FalseClock(NOW))

    async def send(terminal: int) -> None:
        station, _ = journal(terminal)
        received = 0
        while received < len(station.records):
            message = station.upload(received, received + PIECE)
            received = (await intake.upload(lane, station.sender, message)).received
            print(terminal, received, flush=True)

    await asyncio.gather(*(send(1001 + i) for i in range(4)))
    print("end", flush=True)
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
