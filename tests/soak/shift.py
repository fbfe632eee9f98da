"""What a shift sold, by a till's records alone, and what its X or Z says.

Knows no server: a station's process whose size is measured asks it too.
"""

from collections.abc import Iterator
from typing import Any

from onecard.terminal.station import Station
from onecard.wire import messages as m
from tests.world import ledger


def sold(bodies: list[Any], shift: int, last_seq: int) -> int:
    """What the sales of this shift came to, by the records up to one."""
    return sum(
        fate.body.due_fen
        for fate in ledger.fold([bodies]).fates
        if isinstance(fate.body, m.Sale) and fate.state == "done"
        and fate.body.shift == shift and fate.body.id.seq <= last_seq
    )  # fmt: skip


def said(sums: m.Totals) -> int:
    names = ("main", "gift", "account", "cash", "foreign")
    return sum(getattr(sums, f"sales_{name}_fen", 0) or 0 for name in names)


def x_is_its_records(station: Station, bodies: list[Any]) -> Iterator[str]:
    """Of a till with an open shift, while it works."""
    if station.shift is not None:
        found, told = sold(bodies, station.shift.shift, 1 << 30), said(station.totals())
        if found != told:
            yield f"X of shift {station.shift.shift} says {told}, its records {found}"
