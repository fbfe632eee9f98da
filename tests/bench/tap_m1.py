"""Bar ``tap_m1``: software time from "a card is there" to ``done`` on disk, through pcscd, with fsync on.

Each tap lays the card down afresh, as a customer does. The clock starts where pcscd first says that a card is
present: connecting to it and its UID are ours and count. Radio time is not in it, nor the time that pcscd and
its virtual reader take to notice the card; the commands stand beside.
"""

import statistics
import tempfile
import time
from pathlib import Path

from onecard.bench.pcscd import NAMES, virtual_readers
from onecard.devices.readers import Reader, StorageCard
from onecard.devices.readers.pcsc import open_reader
from onecard.devices.readers.virtual import Plastic
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed
from tests.bench.bar import Bar, at_most, figure, percentile
from tests.onecard.terminal.stand import CASHIER, Stand, make_plastic

_TAPS = 60
_APPEARS_S = 5.0


def _card(reader: Reader, present: bool) -> tuple[StorageCard | None, float]:
    """Wait as the reader's worker does until the card is there or gone; and when it was said to be."""
    until = time.monotonic() + _APPEARS_S
    while time.monotonic() < until:
        said = time.perf_counter()
        card = reader.poll()
        if (card is not None) == present:
            return card, said
        reader.wait(0.05)
    raise TimeoutError("the virtual reader does not follow")


def run() -> list[Bar]:
    return measure("tap_m1", make_plastic(90_000))


def measure(name: str, plastic: Plastic) -> list[Bar]:
    """The same with any medium."""
    seconds: list[float] = []
    connected: list[float] = []
    commands: list[int] = []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, virtual_readers(wait_s=120) as slots:
        stand = Stand(Path(folder))
        stand.journal._db.execute("PRAGMA synchronous = FULL")
        stand.station.open_shift(CASHIER, 0)
        reader = open_reader(NAMES[0])
        for _ in range(_TAPS):
            slots[0].insert(plastic)
            storage, began = _card(reader, present=True)
            assert storage is not None
            connected.append(time.perf_counter() - began)
            sold = stand.station.sell(storage, stand.station.look(storage), Order.amount(100))
            seconds.append(time.perf_counter() - began)
            assert isinstance(sold, Completed), sold
            commands.append(sold.commands)
            slots[0].remove()
            _card(reader, present=False)
            stand.clock.advance(60)
        reader.close()
        stand.close()
    return [
        at_most(name, percentile(seconds, 0.99) * 1000, "ms p99", 60),
        figure("  median", statistics.median(seconds) * 1000, "ms"),
        figure("  of it until connected", percentile(connected, 0.99) * 1000, "ms p99"),
        at_most(f"{name}_commands", max(commands), "commands", 20),
    ]
