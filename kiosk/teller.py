"""What each task of a visit asks of the station, in its order: look → decide → write. Knows no screen."""

from kiosk import by_uid, probing
from kiosk.by_uid import Stranger
from kiosk.task import Collect, Deliver, Probe, Renew, Show, Task
from kiosk.visit_events import Managed, OtherCard, Rekeyed, Result
from onecard.cards.management.document import Kind
from onecard.cards.medium import StorageCard
from onecard.errors import CardForeign, Refused
from onecard.terminal import teller
from onecard.terminal.look import Look
from onecard.wire.messages import Source

#: Management cards that open the attendant's pages, with a PIN.
ATTENDING = frozenset({Kind.ADMINISTRATOR, Kind.OPERATOR, Kind.COLLECTOR, Kind.SETTINGS})


class Teller(teller.Teller[Task, Result]):
    """The kiosk's hand at the reader."""

    def work(self, task: Task, storage: StorageCard) -> Result:
        station = self._station
        if isinstance(task, Probe):
            return probing.probe(station, storage)
        if isinstance(task, Renew):
            return self._renewed(storage)
        try:
            look = self.look(storage)
        except CardForeign as error:
            if not isinstance(task, Show):
                raise
            if error.code == "card.management":
                return self._managed(storage)
            return self._stranger(task, storage, error)
        if look.blank and isinstance(task, Show):
            return self._stranger(task, storage, CardForeign("card.blank"))
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

    def _stranger(self, task: Show, storage: StorageCard, why: CardForeign) -> Look | Stranger | OtherCard:
        """No card of ours by what is on it; by its UID it may be one. F: A11"""
        station = self._station
        if not station.accounts.knows_uids or not storage.uid:
            raise why
        found = by_uid.here(station, station.front_desk.by_uid(storage), why)
        if isinstance(found, Stranger):
            return found
        return found if task.card in (0, found.card) else OtherCard()

    def _renewed(self, storage: StorageCard) -> Rekeyed:
        renewed = self._station.front_desk.renew_keys(storage)
        look = renewed.look
        return Rekeyed(who=f"{look.card}-{look.issue}", before=renewed.before, now=renewed.now)

    def _managed(self, storage: StorageCard) -> Managed:
        """A management card, and a good one. Those that only bring something have done so by being shown."""
        shown = self._station.upkeep.show(storage)
        if shown.management.kind not in ATTENDING:
            raise Refused(f"management.{shown.management.kind}")
        return Managed(shown.management)
