"""The first tap of an old system's card: its old purse is emptied, ours is written, and that once. F: H8

The money is not taken from the card: it is the figure that two people tied out, and it waits at the office as
a load of the new card. What the old purse said is logged beside it. Emptied first and written second, so that
at no moment both systems would sell to the same card; torn in between, the same card simply goes on.
"""

import structlog

from onecard.cards.legacy import OldCard, OldLayout
from onecard.cards.medium import StorageCard
from onecard.errors import CardForeign, Refused
from onecard.terminal.outcome import Completed, Unfinished
from onecard.terminal.station import Station
from onecard.wire import messages as m

_log = structlog.get_logger("takeover")


class Takeover:
    """At a station whose ``layout`` is that of the system before."""

    def __init__(self, station: Station, layout: OldLayout) -> None:
        self._station, self._layout = station, layout
        station.attach(old=layout)

    def look(self, storage: StorageCard) -> OldCard | None:
        """What the old system says of this card; ``None``: it is none of its cards, or is ours by now."""
        try:
            if not self._station.look(storage).blank:
                return None
        except CardForeign as error:
            if error.code not in ("card.foreign", "card.half"):
                return None
        storage.select()
        old = self._layout.read(storage)
        storage.select()
        return old

    def rewrite(
        self, storage: StorageCard, grant: m.IssueGrant, old: OldCard, operator: int = 0
    ) -> Completed | Unfinished:
        """Make it ``grant.card`` with nothing on it yet; its loads follow. Raises ``Refused("card.changed")``
        when another card lies there than the one that was looked at; otherwise as ``Station.issue``."""
        now = self._layout.read(storage)
        if now is None or now.number != old.number:
            raise Refused("card.changed")
        _log.info("takeover.card", layout=self._layout.name, card=grant.card, old=now.number, fen=now.fen)
        self._layout.empty(storage)
        storage.select()
        return self._station.issue(storage, grant, 0, operator)
