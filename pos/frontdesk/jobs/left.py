"""Errands without an answer: after a power cut or a silence each is asked again, or cancelled. F: C11"""

from onecard.errors import OneCardError
from onecard.wire import errands as e
from pos.frontdesk.job import Job, Stage
from pos.presenters.frame import RowView, TileView
from pos.presenters.job import ListView
from pos.till import QUERY


class Left(Job):
    """What this shift asked for and does not know the end of. Nothing of it was done here."""

    name, right, icon = "left", QUERY, "progress-clock"
    needs_card = False
    pad = ""
    _errands: tuple[e.Errand, ...] = ()

    def begin(self) -> None:
        self._errands = self.talk.left()

    def rows(self) -> ListView:
        tr = self.till.tr
        return ListView(
            titles=tuple(tr(f"desk.left.column.{name}") for name in ("at", "what", "who")),
            shares=(0.8, 1.2, 1.0),
            rows=tuple(
                RowView(
                    cells=(tr.moment(one.at), tr(f"receipt.desk.{_word(one)}"), self._who(one)),
                    action=f"row:{n}",
                    selected=n == self.at,
                )
                for n, one in enumerate(self._errands)
            ),
            empty=tr("desk.left.none"),
        )

    def _who(self, one: e.Errand) -> str:
        return (
            f"{self.till.holder(one.card)} {one.card}-{one.issue}"
            if isinstance(one, e.OfCard)
            else str(one.id)
        )

    def more_keys(self) -> tuple[TileView, ...]:
        return (self.tile("f6", self.till.tr("desk.job.cancel"), enabled=bool(self._errands)),)

    def go(self) -> None:
        if self._errands:
            self.stage = Stage.BUSY
            self.talk.resume(self._errands[self.at], self.did, self.failed)

    def key(self, action: str) -> None:
        if action == "f6" and self._errands:
            self.stage = Stage.BUSY
            self.talk.drop(self._errands[self.at], self.did, self._dropped)

    def _dropped(self, error: OneCardError) -> None:
        """Cancelled is what was wanted; anything else is said as it is."""
        self.enter()
        if error.code == "errand.cancelled":
            self.till.say(self.till.tr("desk.left.cancelled"))
        else:
            self.failed(error)


def _word(one: e.Errand) -> str:
    return str(one.__struct_config__.tag).partition("/")[0]
