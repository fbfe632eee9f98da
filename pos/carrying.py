"""Records onto a stick or handheld, the office's files from it; a collector card and a PIN. F: E4 A7"""

from onecard.cards.management.document import Kind
from onecard.errors import OneCardError, Refused
from onecard.terminal.collector import Carried
from onecard.terminal.look import Look
from onecard.terminal.upkeep import ManagementLook
from pos.area import Area, Door, Way
from pos.sheets.setup import Gate, GatePresenter, holder_of
from pos.task import Show, Task
from pos.till import Till

_OPENERS = (Kind.COLLECTOR, Kind.ADMINISTRATOR)


class Carrying(Area):
    """The gate, and what came of it."""

    asks = frozenset({"carry"})

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self.gate = GatePresenter(till, "carry")
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

    def _open(self) -> None:
        self.gate.gate = Gate()
        self._way.go("carry")

    def rest(self) -> None:
        wants_card = self._way.screen == "carry" and self.gate.gate.management is None
        if wants_card and not self._way.is_waiting:
            self._way.want(Show())

    def told(self, screen: str, task: Task, look: Look) -> bool:
        if screen != "carry":
            return False
        if isinstance(look, ManagementLook) and look.management.kind in _OPENERS:
            self.gate.gate = Gate(management=look.management)
        else:
            self.gate.gate = Gate(error=Refused("management.wanted"))
            self._till.port.play("refused")
        return True

    def refused(self, screen: str, task: Task, error: OneCardError) -> None:
        if screen == "carry":
            self.gate.gate = Gate(error=error)

    def _on_gate(self, action: str) -> None:
        gate = self.gate.gate
        if action == "escape":
            self.gate.gate = Gate()
            if self._way.is_waiting:
                self._way.unwant()
            self._way.go("back")
        elif action == "enter" and gate.management is not None:
            self._carry()
        elif gate.management is not None:
            self.gate.press(action)

    def _carry(self) -> None:
        till, gate = self._till, self.gate.gate
        assert gate.management is not None
        assert till.carry is not None
        try:
            one = till.sign_on.by_pin(holder_of(till, gate.management).login, gate.pin)
        except OneCardError as error:
            self.gate.gate = Gate(management=gate.management, error=error)
            till.port.play("refused")
            return
        self.gate.gate = Gate()
        self._way.go("back")
        till.say(till.tr("pos.carry.busy"), "wait")
        till.carry(gate.management.number, one.operator, self._carried)

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
