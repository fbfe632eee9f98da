"""Into training and out of it, and cards to train with. F: C14

Either way the program starts again: two journals are never open in one run.
"""

from onecard.errors import OneCardError
from onecard.terminal.look import Look
from pos.area import Area, Door, Way
from pos.presenters.override import Granted
from pos.task import Serve
from pos.till import SHIFT, Till


class Training(Area):
    """Two rooms at the back; the second is open in training only."""

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self.rooms = (
            Door(
                name="training",
                icon="account-multiple-outline",
                right=SHIFT,
                open=self._switch,
                is_lit=lambda: till.station.upkeep.is_training,
                why_not=self._why_not,
            ),
            Door(
                name="training_card",
                icon="credit-card-plus-outline",
                open=self._card,
                is_there=lambda: till.station.upkeep.is_training,
            ),
        )

    def _why_not(self) -> str:
        """The real shift stays open behind it, untouched; a card that is still waited for does not."""
        till = self._till
        return (
            till.tr("pos.training.bound") if till.aside_count and not till.station.upkeep.is_training else ""
        )

    def _switch(self) -> None:
        body = "stop_body" if self._till.station.upkeep.is_training else "start_body"
        self._way.ask_supervisor("training", self._granted, body=self._till.tr(f"pos.training.{body}"))

    def _granted(self, _: Granted) -> None:
        till = self._till
        try:
            till.train(not till.station.upkeep.is_training)
        except OneCardError as error:
            till.refuse(error)
            return
        till.restart()

    def _card(self) -> None:
        tr = self._till.tr
        self._way.want(
            Serve(
                title=tr("pos.training.card"),
                detail=tr("pos.training.card_body"),
                do=lambda station, storage: station.upkeep.make_training_card(storage),
                heard=self._made,
                done=lambda completed: None,
            )
        )

    def _made(self, _: Look) -> None:
        self._till.say(self._till.tr("pos.training.made"), "done")
        self._till.port.play("ok")
