"""Errands without an answer, and deposits paid without an errand: after a power cut or a silence each is
asked for again, or cancelled. F: C11 C19
"""

from onecard.errors import OneCardError
from onecard.ids import RecordId
from onecard.wire import errands as e
from pos.frontdesk import deposit
from pos.frontdesk.job import Job, Stage
from pos.presenters.frame import RowView, TileView
from pos.presenters.job import ListView
from pos.shelf import Deposit
from pos.till import QUERY

#: A deposit and the sale that paid it.
Paid = tuple[Deposit, RecordId]


class Left(Job):
    """What this shift asked for and does not know the end of. Nothing of it was done here."""

    name, right, icon = "left", QUERY, "progress-clock"
    needs_card = False
    pad = ""
    _left: tuple[e.Errand | Paid, ...] = ()

    def begin(self) -> None:
        self._left = (*self.talk.left(), *deposit.unasked(self.till))

    def rows(self) -> ListView:
        tr = self.till.tr
        return ListView(
            titles=tuple(tr(f"desk.left.column.{name}") for name in ("at", "what", "who")),
            shares=(0.8, 1.2, 1.0),
            rows=tuple(
                RowView(
                    cells=self._cells(one),
                    action=f"row:{n}",
                    selected=n == self.at,
                )
                for n, one in enumerate(self._left)
            ),
            empty=tr("desk.left.none"),
        )

    def _cells(self, one: e.Errand | Paid) -> tuple[str, ...]:
        tr = self.till.tr
        if isinstance(one, tuple):
            paid, sale = one
            found = self.till.station.find(sale)
            at = "" if found is None else tr.moment(found.intent.at)
            return at, f"{tr('receipt.desk.hold')} {paid.room}", self._whose(paid.card, paid.issue)
        who = self._whose(one.card, one.issue) if isinstance(one, e.OfCard) else str(one.id)
        return tr.moment(one.at), tr(f"receipt.desk.{_word(one)}"), who

    def _whose(self, card: int, issue: int) -> str:
        return f"{self.till.holder(card)} {card}-{issue}"

    def more_keys(self) -> tuple[TileView, ...]:
        return (self.tile("f6", self.till.tr("desk.job.cancel"), enabled=bool(self._left)),)

    def go(self) -> None:
        if not self._left:
            return
        one = self._left[self.at]
        if isinstance(one, tuple):
            self.after_upload(lambda: self._hold(*one))
            return
        self.stage = Stage.BUSY
        self.talk.resume(one, self.did, self.failed)

    def _hold(self, paid: Deposit, sale: RecordId) -> None:
        self.allowed_by = paid.supervisor
        until = self.till.station.now() + paid.hours * deposit.HOUR_S
        whose = {"card": paid.card, "issue": paid.issue}
        self.ask(e.OpenHold, **whose, place=paid.room, fen=paid.fen, until=until, sale=sale)

    def key(self, action: str) -> None:
        if action != "f6" or not self._left:
            return
        one = self._left[self.at]
        if isinstance(one, tuple):
            deposit.drop(self.till, one[0])
            self.enter()
            self.till.say(self.till.tr("desk.left.dropped"))
            return
        self.stage = Stage.BUSY
        self.talk.drop(one, self.did, self._dropped)

    def _dropped(self, error: OneCardError) -> None:
        """Cancelled is what was wanted; anything else is said as it is."""
        self.enter()
        if error.code == "errand.cancelled":
            self.till.say(self.till.tr("desk.left.cancelled"))
        else:
            self.failed(error)


def _word(one: e.Errand) -> str:
    return str(one.__struct_config__.tag).partition("/")[0]
