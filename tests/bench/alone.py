"""A day that a terminal sold without its server, in its own journal on disk."""

from collections.abc import Sequence
from pathlib import Path

from onecard.clock import SystemClock
from onecard.journal.journal import Journal
from onecard.wire.messages import decode_body
from tests.server.books.station import Plastic, Station

_AT_ONCE = 500


def day_alone(path: Path, number: int, cards: Sequence[int], sales: int) -> None:
    """The cards issued at that terminal, then sales on one after the other, each with its outcome."""
    station = Station(number)
    plastics = [Plastic(card) for card in cards]
    for plastic in plastics:
        station.issue(plastic, 1_000_000).done()
    for sale in range(sales):
        station.sale(plastics[sale % len(plastics)], 100, outlet=1, owner=1).done()
    journal = Journal(path, number, 1, SystemClock())
    # Making the queue is not what is measured; what is on the disk is the same.
    journal._db.execute("PRAGMA synchronous = OFF")
    bodies = [decode_body(record.body) for record in station.records]
    for at in range(0, len(bodies), _AT_ONCE):
        journal.append_all([lambda _, one=one: one for one in bodies[at : at + _AT_ONCE]])
    journal.close()
