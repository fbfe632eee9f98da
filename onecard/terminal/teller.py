"""Does with the station what a task asks, on the reader's thread, and turns every failure into a value.

Knows which failures leave a write open; what a task means is each app's own (``work``). Knows no screen.
"""

from typing import Generic, TypeVar

import structlog

from onecard.cards.medium import StorageCard
from onecard.errors import CardDenied, CardDoubtful, CardForeign, CardGone, OneCardError, Refused
from onecard.terminal.card_event import Complete, Failed
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed, Unfinished, WrongCard
from onecard.terminal.station import Station

_log = structlog.get_logger("teller")

T = TypeVar("T")
R = TypeVar("R")

#: Refusals of ``retap`` after which nothing about the write is open any more.
_SETTLED = frozenset({"card.not_written", "card.stopped", "tap.given_up"})
#: The card left or was not understood: nothing is wrong with it that laying it down again may not mend.
_NOT_READ = (CardGone, CardDenied, CardDoubtful)


class Teller(Generic[T, R]):
    """The station's hand at the reader."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def work(self, task: T, storage: StorageCard) -> R | Failed:
        """Whatever the app's own tasks ask for; may raise what the station raises."""
        raise AssertionError(task)

    def run(
        self, task: T | Complete, storage: StorageCard
    ) -> R | Completed | Unfinished | WrongCard | Failed:
        """Never raises: a tap that ends without a word would leave people before a waiting screen."""
        try:
            if isinstance(task, Complete):
                return self._complete(task, storage)
            return self.work(task, storage)
        except OneCardError as error:
            return Failed(error=error, gone=isinstance(error, _NOT_READ))
        except Exception as error:
            _log.exception("tap.fault", task=type(task).__name__)
            return Failed(error=Refused("station.fault", what=type(error).__name__))

    def look(self, storage: StorageCard, operator: int = 0) -> Look:
        """What lies there; a card of the system before becomes ours first, with its money. F: H8

        Raises as ``Station.look`` and ``Takeover.come``.
        """
        station, takeover = self._station, self._station.takeover
        try:
            look = station.look(storage)
            is_new = look.blank or takeover.has_begun(look.own_open)
        except CardForeign:
            if not takeover.come(storage, operator):
                raise
            look, is_new = station.look(storage), False
        if is_new and takeover.come(storage, operator):
            look = station.look(storage)
        if not takeover.brings(look):
            return look
        if isinstance(station.apply_loads(storage, look), Unfinished):
            raise Refused("takeover.again")
        return station.look(storage)

    def _complete(self, task: Complete, storage: StorageCard) -> Completed | Unfinished | WrongCard:
        """Only a settled answer ends an open write; any other failure leaves it as open as it was."""
        try:
            return self._station.retap(storage, task.unfinished)
        except Refused as refused:
            if refused.code in _SETTLED:
                raise
            return _still_open(task.unfinished, refused.code)
        except OneCardError as error:
            return _still_open(task.unfinished, error.code)


def _still_open(unfinished: Unfinished, why: str) -> Unfinished:
    return Unfinished(intent=unfinished.intent, state=unfinished.state, why=why)
