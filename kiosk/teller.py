"""What each task of a visit asks of the station, in its order: look → decide → write. Knows no screen."""

from kiosk.task import Collect, Deliver, Show, Task
from kiosk.visit_events import OtherCard, Result
from onecard.cards.medium import StorageCard
from onecard.errors import Refused
from onecard.terminal import teller
from onecard.wire.messages import Source


class Teller(teller.Teller[Task, Result]):
    """The kiosk's hand at the reader."""

    def work(self, task: Task, storage: StorageCard) -> Result:
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
        raise AssertionError(task)
