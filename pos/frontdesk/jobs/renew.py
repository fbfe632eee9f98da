"""Cards of an older key version get the newest keys, one after the other; money and number stay. F: A9 H5

Cut anywhere the same card goes on where it stood: put on again it is finished, also by another till.
"""

from onecard.cards.medium import StorageCard
from onecard.terminal.front_desk import Renewed
from onecard.terminal.look import Look
from onecard.terminal.station import Station
from pos.frontdesk.job import Job, Result
from pos.till import ISSUE


class Renew(Job):
    """Needs no network: the keys are in the till's own store."""

    name, right, icon = "renew", ISSUE, "key-outline"
    needs_card = needs_server = False
    pad = ""
    _renewed: Renewed | None = None

    def begin(self) -> None:
        self._renewed = None

    def go(self) -> None:
        self.want(self._renew, self._done)

    def _renew(self, station: Station, storage: StorageCard) -> Look:
        # A card that is stopped or expired gets them as well: it may be given back to its holder.
        self._renewed = station.front_desk.renew_keys(storage)
        return self._renewed.look

    def _done(self, look: Look) -> None:
        assert self._renewed is not None
        tr, (before, now) = self.till.tr, (self._renewed.before, self._renewed.now)
        word = "newest" if before == now else "renewed" if before else "finished"
        self.till.port.play("ok")
        who = f"{self.till.holder(look.card)} {look.card}-{look.issue}".strip()
        self.end(Result(note=tr(f"desk.renew.{word}", who=who, version=now)))

    def key_after(self, action: str) -> None:
        """The next one."""
        if action == "enter":
            self.enter()
            self.go()
