"""Does with the station what a task asks, on the reader's thread, and turns every failure into a value.

Knows the order look → decide → write and which failures leave an outcome open; knows no screen.
"""

import structlog

from kiosk.task import Collect, Complete, Deliver, Show, Task
from kiosk.visit_events import Failed, OtherCard, Result
from onecard.cards.medium import StorageCard
from onecard.errors import CardDenied, CardDoubtful, CardGone, OneCardError, Refused
from onecard.terminal.outcome import Completed, Unfinished, WrongCard
from onecard.terminal.station import Station
from onecard.wire.messages import Source

_log = structlog.get_logger("kiosk")

#: Refusals of ``retap`` after which nothing about the write is open any more.
_SETTLED = frozenset({"card.not_written", "card.stopped", "tap.given_up"})


#: The card left or was not understood: nothing is wrong with it that laying it down again may not mend.
_NOT_READ = (CardGone, CardDenied, CardDoubtful)


class Teller:
    """The kiosk's hand at the reader."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def run(self, task: Task, storage: StorageCard) -> Result:
        """Never raises: a visit that ends without a word would leave the member before a waiting screen."""
        try:
            return self._do(task, storage)
        except OneCardError as error:
            return Failed(error=error, gone=isinstance(error, _NOT_READ))
        except Exception as error:
            _log.exception("kiosk.fault", task=type(task).__name__)
            return Failed(error=Refused("station.fault", what=type(error).__name__))

    def _do(self, task: Task, storage: StorageCard) -> Result:
        if isinstance(task, Complete):
            return self._complete(task, storage)
        station = self._station
        look = station.look(storage)
        match task:
            case Show():
                return look if task.card in (0, look.card) else OtherCard()
            case Deliver():
                if (look.card, look.issue) != (task.card, task.issue):
                    return OtherCard()
                return station.recharge(storage, look, task.fen, Source.CASHBOX, task.credits)
            case Collect():
                if (look.card, look.issue) != (task.card, task.issue):
                    return OtherCard()
                applied = station.apply_loads(storage, look)
                if applied is None:
                    raise Refused("load.none")
                return applied

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
