"""What earlier visits left behind: credits on no road, writes that nobody proved. Each gets its one road.

Called only while no visit holds money, so that nothing which is still on its way is taken.
"""

from collections import defaultdict

import structlog

from onecard.errors import OneCardError
from onecard.ids import RecordId
from onecard.terminal.station import Station

_log = structlog.get_logger("kiosk")

#: After a restart a member may still stand there with the card; longer than this nobody does.
GRACE_S = 120.0
#: Seconds between two tries to hear what became of an errand.
AGAIN_S = 5.0
#: Seconds between two looks for credits that are on no road, while nobody is here.
SWEEP_S = 60.0
#: Seconds between two questions by which gateways can be paid; sooner while there is none.
WAYS_S, NO_WAYS_S = 60.0, 10.0


def sweep(station: Station) -> int:
    """Credits that reached no card wait for the card of their visit; returns how many loads that made.

    A credit without a card (nobody's note) stays where it is: the office sees it as unresolved.
    """
    owners: dict[tuple[int, int], list[RecordId]] = defaultdict(list)
    try:
        for credit in station.free_credits():
            if credit.card:
                owners[(credit.card, credit.issue)].append(credit.id)
        for (card, issue), credits in owners.items():
            station.wait_credits(card, issue, credits)
    except OneCardError as error:
        # The disk refuses: the credits are on it and are found again at the next sweep.
        _log.error("kiosk.sweep_failed", code=error.code)
        return 0
    return len(owners)


def give_up_old(station: Station) -> int:
    """The visits that these writes belong to are over: the office settles them. Returns how many."""
    old = station.open_taps()
    try:
        for tap in old:
            station.give_up(tap.id, "session_end")
    except OneCardError as error:
        _log.error("kiosk.give_up_failed", code=error.code)
        return 0
    return len(old)
