"""Management cards at a station: what one opens, by the office's signature, its days and the stop list.

A card alone opens nothing that a PIN has to open as well; asking it is the caller's. Knows no screen.
"""

from typing import Final

from onecard.cards.management.document import Kind, Management, base_of, unpack_stops, unseal
from onecard.cards.management.plastic import Plastic
from onecard.cards.medium import StorageCard
from onecard.clock import day_of_card
from onecard.errors import CardForeign, Refused
from onecard.terminal.desk import Desk

#: So long a payee card that was shown allows recharges.
PAYEE_S: Final = 300.0


class ManagementDesk:
    """``public`` is the office's key, pinned at enrolment."""

    def __init__(self, desk: Desk, public: bytes) -> None:
        self._desk, self._public = desk, public

    def read(self, storage: StorageCard, *, dated: bool = True) -> Management:
        """What lies there, if it is good here and today; not ``dated``: whatever day it is.

        Raises ``CardError``, or ``Refused``: ``management.signature``, ``clock.unsure``; ``card.``:
        ``stopped``, ``not_yet_valid``, ``expired``.
        """
        desk, management = self._desk, self.known(storage)
        stop = desk.facts.stop(management.number, 1)
        if stop is not None:
            raise Refused("card.stopped", reason=stop[0])
        if not dated:
            return management
        if not desk.moment.is_sure:
            raise Refused("clock.unsure")
        today = desk.calendar().card_day(desk.moment.now())
        if today < management.from_day:
            raise Refused("card.not_yet_valid", day=day_of_card(management.from_day).isoformat())
        if today > management.until_day:
            raise Refused("card.expired", day=day_of_card(management.until_day).isoformat())
        return management

    def known(self, storage: StorageCard) -> Management:
        """What the office made of this plastic, stopped, expired or not: good for nothing but being given
        back. Raises ``CardError``, ``Refused("management.signature")``."""
        management = unseal(self._public, self._plastic(storage).read(), storage.uid)
        if management.unit != self._desk.config.unit:
            raise CardForeign("card.wrong_unit", unit=management.unit)
        return management

    def show(self, storage: StorageCard) -> Management:
        """``read``, and what the card does by being shown: a loss card brings its list, a payee card opens
        the till for recharges. Raises as ``read``, and ``document.signature``; ``management.gap``: its list
        goes on from a newer one than this station has."""
        management = self.read(storage)
        match management.kind:
            case Kind.LOSS:
                self._take_stops(management.payload)
            case Kind.PAYEE:
                self._desk.payee_until = self._desk.clock.monotonic() + PAYEE_S
        return management

    def _take_stops(self, payload: bytes) -> None:
        try:
            self._desk.facts.take(unpack_stops(payload))
        except Refused as refused:
            if refused.code != "document.gap":
                raise
            have = self._desk.facts.have().get("stops", 0)
            raise Refused("management.gap", base=base_of(payload), have=have) from refused

    @property
    def has_payee(self) -> bool:
        """Whether a payee card was shown a moment ago."""
        return self._desk.clock.monotonic() < self._desk.payee_until

    def write(self, storage: StorageCard, content: bytes) -> Management:
        """What the office sealed for this UID goes onto the plastic; proved by reading it back."""
        unseal(self._public, content, storage.uid)
        self._plastic(storage).write(content)
        return self.read(storage)

    def wipe(self, storage: StorageCard) -> None:
        """A management card becomes a blank one. Raises ``CardForeign("card.not_blank")`` if it has money."""
        self._plastic(storage).wipe()

    def room(self, storage: StorageCard) -> int:
        """So many bytes fit on this blank."""
        return self._plastic(storage).room

    def is_empty(self, storage: StorageCard) -> bool:
        """Whether nothing stands there, even if its keys are still ours: its wipe was cut short."""
        return self._plastic(storage).is_empty()

    def _plastic(self, storage: StorageCard) -> Plastic:
        config = self._desk.config
        return Plastic(storage, self._desk.keys, config.unit, config.first_sector)
