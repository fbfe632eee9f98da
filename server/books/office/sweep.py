"""What time brings by itself: released subsidies arrive, expired ones go back, deposits are given back.

Called every minute by every process; each step is one transaction and safe to come twice.
"""

from collections.abc import Mapping

from onecard.wire.messages import CardType
from server.books.lane import Lane
from server.books.office import hold, subsidy
from server.cards import rounds
from server.subsidy.service import lapse


async def sweep(lane: Lane, unit: int, types: Mapping[int, CardType]) -> None:
    """One round; comes back when nothing is due any more."""
    now = lane.clock.now()
    await lane.db.write(lambda connection: lapse(connection, unit, now))
    while await lane.do(subsidy.Deliver(unit, types)):
        pass
    while await lane.do(subsidy.Clear(unit)):
        pass
    while await lane.do(hold.ReleaseDue(unit)):
        pass
    await rounds.work(lane, unit, types)
