"""Records onto a stick or handheld, the office's files from it; a collector card and a PIN. F: E4 A7"""

from onecard.cards.management.document import Kind, Management
from onecard.errors import OneCardError, Refused
from onecard.terminal.collector import Carried
from pos.area import Door, Way
from pos.gated import Gated
from pos.sheets.setup import GatePresenter
from pos.till import Till


class Carrying(Gated):
    """The gate, and what came of it."""

    asks = frozenset({"carry"})

    openers = (Kind.COLLECTOR, Kind.ADMINISTRATOR)
    screen = "carry"

    def __init__(self, till: Till, way: Way) -> None:
        super().__init__(till, way, GatePresenter(till, "carry"))
        self.screens = {"carry": self._on_gate}
        self.presenters = {"carry": self.gate}
        self.rooms = (
            Door(
                name="carry",
                icon="tray-arrow-down",
                open=self._open,
                is_there=lambda: till.carry is not None,
            ),
        )

    def _passed(self, management: Management, operator: int) -> None:
        till = self._till
        assert till.carry is not None
        self._way.go("back")
        till.say(till.tr("pos.carry.busy"), "wait")
        till.carry(management.number, operator, self._carried)

    def _carried(self, done: Carried | OneCardError) -> None:
        till = self._till
        if isinstance(done, OneCardError):
            till.refuse(done)
            till.port.play("refused")
            return
        till.refresh()
        till.port.play("ok")
        if done.problems:
            what = till.tr.refusal(Refused(done.problems[0]))
            till.say(till.tr("pos.carry.partly", records=done.records, what=what), "wait")
        else:
            word = "done" if done.files else "out_only"
            till.say(till.tr(f"pos.carry.{word}", records=done.records, documents=done.documents), "done")
