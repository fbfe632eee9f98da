"""What each task of the till asks of the station, in its order: look → decide → write. Knows no screen."""

from collections.abc import Callable
from contextlib import suppress

from onecard.cards.medium import ApduCard, StorageCard
from onecard.errors import CardForeign, OneCardError, Refused
from onecard.terminal import teller
from onecard.terminal.card_event import Failed
from onecard.terminal.look import ON_ACCOUNT, Look
from onecard.terminal.station import Station
from pos.admission import Admission
from pos.tap_events import Found, OnAccount, Result
from pos.task import Blank, Collect, Issue, Recharge, Sell, Serve, Show, TakeBack, Task


class Teller(teller.Teller[Task, Result]):
    """``operator`` says who works at the till at the moment a card comes."""

    def __init__(self, station: Station, operator: Callable[[], int]) -> None:
        super().__init__(station)
        self._operator = operator
        self._admission = Admission(station)

    def work(self, task: Task, storage: StorageCard) -> Result:
        if isinstance(task, Issue):
            word, by = task.supervisor, self._operator()
            return self._station.issue(storage, task.grant, task.opening_fen, by, allowed_by=word)
        if isinstance(task, Serve):
            if self._station.takeover.is_on:
                with suppress(CardForeign):
                    self.look(storage, self._operator())
            return task.do(self._station, storage)
        try:
            look = self.look(storage, self._operator())
        except CardForeign as error:
            if error.code == "card.management":
                return self._management(task, storage)
            if isinstance(task, Blank) and task.by_uid and error.code == "card.foreign":
                return self._station.front_desk.by_uid(storage)
            if isinstance(task, Blank) and isinstance(storage, ApduCard) and error.code == "card.foreign":
                raise CardForeign("card.from_key_room") from error
            return self._stranger(task, storage, error)
        if isinstance(task, Show):
            named = look.blank and self._is_named(task, storage)
            return OnAccount(uid=storage.uid.hex(), error=Refused("card.blank")) if named else look
        if isinstance(task, Blank):
            if not look.blank and not look.is_new_chip:
                raise Refused("card.taken", card=look.card, issue=look.issue)
            return look
        if look.blank:
            return self._stranger(task, storage, Refused("card.blank"))
        if look.own_open:
            return Found(unfinished=look.own_open[0])
        if isinstance(task, Sell):
            self._admission.check(look)
        if isinstance(task, Sell) and look.refusal is not None and look.refusal.code == ON_ACCOUNT:
            assert look.image is not None
            identity = look.image.identity
            uid = storage.uid.hex()
            return OnAccount(uid=uid, card=identity.card, issue=identity.issue, type=identity.type)
        try:
            return self._write(task, storage, look)
        except OneCardError as error:
            return Failed(error=error, look=look)

    def _management(self, task: Task, storage: StorageCard) -> Look:
        """What it does by being shown it does at any wait; only a question is answered with it. F: A7"""
        shown = self._station.upkeep.show(storage)
        if isinstance(task, Show):
            return shown
        raise Refused(f"management.{shown.management.kind}")

    def _stranger(self, task: Task, storage: StorageCard, error: OneCardError) -> OnAccount:
        """A medium that is no card of ours by what is on it; by its UID it may be one."""
        if self._is_named(task, storage):
            return OnAccount(uid=storage.uid.hex(), error=error)
        raise error

    def _is_named(self, task: Task, storage: StorageCard) -> bool:
        names = isinstance(task, Sell) or (isinstance(task, Show) and task.whose)
        return names and self._station.accounts.knows_uids and bool(storage.uid)

    def _write(self, task: Task, storage: StorageCard, look: Look) -> Result:
        station = self._station
        match task:
            case Sell() if task.order.wallet:
                raise Refused("sale.wallet")  # that wallet is the office's, and this card's money is not
            case Sell():
                sold = station.sell(storage, look, task.order_for(look.card, look.issue))
                self._admission.note(look)
                return sold
            case TakeBack():
                return station.void(storage, look, task.sale, task.supervisor, task.reason)
            case Recharge():
                seller = task.salesperson
                return station.recharge(storage, look, task.fen, replaces=task.replaces, salesperson=seller)
            case Collect():
                applied = station.apply_loads(storage, look)
                if applied is None:
                    raise Refused("load.none")
                return applied
        raise AssertionError(task)
