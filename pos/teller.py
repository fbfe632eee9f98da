"""Does with the station what a task asks, on the reader's thread, and turns every failure into a value.

Knows the order look → decide → write and which failures leave an outcome open; knows no screen.
"""

from collections.abc import Callable

import structlog

from onecard.cards.medium import StorageCard
from onecard.errors import OneCardError, Refused
from onecard.terminal.look import Look
from onecard.terminal.outcome import Unfinished
from onecard.terminal.station import Station
from pos.tap_events import Failed, Found, Result
from pos.task import Blank, Collect, Complete, Issue, Recharge, Sell, Show, TakeBack, Task

_log = structlog.get_logger("pos")

#: Refusals of ``retap`` after which nothing about the tap is open any more.
_SETTLED = frozenset({"card.not_written", "tap.given_up"})


class Teller:
    """``operator`` says who works at the till at the moment a card comes."""

    def __init__(self, station: Station, operator: Callable[[], int]) -> None:
        self._station = station
        self._operator = operator

    def run(self, task: Task, storage: StorageCard) -> Result:
        """Never raises: a tap that ends without a word would leave the cashier before a waiting screen."""
        try:
            if isinstance(task, Complete):
                return self._complete(task, storage)
            return self._fresh(task, storage)
        except OneCardError as error:
            return Failed(error=error)
        except Exception as error:
            _log.exception("tap.fault", task=type(task).__name__)
            return Failed(error=Refused("station.fault", what=type(error).__name__))

    def _complete(self, task: Complete, storage: StorageCard) -> Result:
        """Only two answers settle an open tap; any other failure leaves it as open as it was."""
        try:
            return self._station.retap(storage, task.unfinished)
        except Refused as refused:
            if refused.code in _SETTLED:
                raise
            return _still_open(task.unfinished, refused.code)
        except OneCardError as error:
            return _still_open(task.unfinished, error.code)

    def _fresh(self, task: Task, storage: StorageCard) -> Result:
        if isinstance(task, Issue):
            return self._station.issue(storage, task.grant, task.opening_fen, self._operator())
        look = self._station.look(storage)
        if isinstance(task, Show):
            return look
        if isinstance(task, Blank):
            if not look.blank:
                raise Refused("card.taken", card=look.card, issue=look.issue)
            return look
        if look.blank:
            raise Refused("card.blank")
        if look.own_open:
            return Found(unfinished=look.own_open[0])
        try:
            return self._write(task, storage, look)
        except OneCardError as error:
            return Failed(error=error, look=look)

    def _write(self, task: Task, storage: StorageCard, look: Look) -> Result:
        station = self._station
        match task:
            case Sell():
                return station.sell(storage, look, task.order)
            case TakeBack():
                return station.void(storage, look, task.sale, task.supervisor)
            case Recharge():
                return station.recharge(storage, look, task.fen)
            case Collect():
                applied = station.apply_loads(storage, look)
                if applied is None:
                    raise Refused("load.none")
                return applied
        raise AssertionError(task)


def _still_open(unfinished: Unfinished, why: str) -> Unfinished:
    return Unfinished(intent=unfinished.intent, state=unfinished.state, why=why)
