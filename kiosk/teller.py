"""What each task of a visit asks of the station, in its order: look → decide → write. Knows no screen."""

from kiosk.task import Collect, Deliver, Show, Task
from kiosk.visit_events import Managed, OtherCard, Result
from onecard.cards.management.document import Kind
from onecard.cards.medium import StorageCard
from onecard.errors import CardForeign, Refused
from onecard.terminal import teller
from onecard.wire.messages import Source

#: Management cards that open the attendant's pages, with a PIN.
ATTENDING = frozenset({Kind.ADMINISTRATOR, Kind.OPERATOR, Kind.COLLECTOR, Kind.SETTINGS})


class Teller(teller.Teller[Task, Result]):
    """The kiosk's hand at the reader."""

    def work(self, task: Task, storage: StorageCard) -> Result:
        station = self._station
        try:
            look = self.look(storage)
        except CardForeign as error:
            if error.code != "card.management" or not isinstance(task, Show):
                raise
            return self._managed(storage)
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

    def _managed(self, storage: StorageCard) -> Managed:
        """A management card, and a good one. Those that only bring something have done so by being shown."""
        shown = self._station.upkeep.show(storage)
        if shown.management.kind not in ATTENDING:
            raise Refused(f"management.{shown.management.kind}")
        return Managed(shown.management)
