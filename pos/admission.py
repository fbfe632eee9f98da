"""Which cards this station sells to, and how soon the same card again: settings of the station. F: B9 C18

Remembers cards for the running day only; what a card type allows is the core's.
"""

from onecard.errors import Refused
from onecard.terminal.look import Look
from onecard.terminal.station import Station


class Admission:
    """Asked before a sale, told after it."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._sold: dict[tuple[int, int], int] = {}

    def check(self, look: Look) -> None:
        """Raises ``Refused``: ``card.not_accepted``, ``tap.too_soon``."""
        office = self._station.upkeep.office
        accepted = office.text("accepted_types").replace(",", " ").replace("，", " ").split()
        if look.image is not None and accepted and str(look.image.identity.type) not in accepted:
            raise Refused("card.not_accepted")
        interval_s = office.number("tap_interval_s")
        last = self._sold.get((look.card, look.issue))
        if interval_s and last is not None:
            left = last + interval_s - self._station.now()
            if left > 0:
                raise Refused("tap.too_soon", seconds=left)

    def note(self, look: Look) -> None:
        """It paid just now."""
        now = self._station.now()
        if len(self._sold) > 10_000:
            self._sold = {card: at for card, at in self._sold.items() if now - at < 3600}
        self._sold[look.card, look.issue] = now
