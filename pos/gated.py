"""A room of the till behind a management card and its PIN; what is behind it is the room's own. F: A7 C18"""

from abc import abstractmethod
from dataclasses import replace

from onecard.cards.management.document import Kind, Management
from onecard.errors import OneCardError, Refused
from onecard.terminal.look import Look
from onecard.terminal.upkeep import ManagementLook
from pos.area import Area, Way
from pos.sheets.setup import Gate, GatePresenter
from pos.task import Show, Task
from pos.till import Till


class Gated(Area):
    """``openers``: the cards that open it; ``screen`` is the gate's."""

    openers: tuple[Kind, ...] = ()
    screen = ""

    def __init__(self, till: Till, way: Way, gate: GatePresenter) -> None:
        self._till, self._way, self.gate = till, way, gate

    @abstractmethod
    def _passed(self, management: Management, operator: int) -> None:
        """The PIN was right: of whose card it is, or of a supervisor where it is nobody's."""

    def _open(self) -> None:
        self.gate.gate = Gate()
        self._way.go(self.screen)

    def rest(self) -> None:
        wants_card = self._way.screen == self.screen and self.gate.gate.management is None
        if wants_card and not self._way.is_waiting:
            self._way.want(Show())

    def told(self, screen: str, task: Task, look: Look) -> bool:
        if screen != self.screen:
            return False
        if isinstance(look, ManagementLook) and look.management.kind in self.openers:
            self.gate.shown(look.management)
        else:
            self.gate.gate = Gate(error=Refused("management.wanted"))
            self._till.port.play("refused")
        return True

    def refused(self, screen: str, task: Task, error: OneCardError) -> None:
        if screen == self.screen:
            self.gate.gate = Gate(error=error)

    def _on_gate(self, action: str) -> None:
        gate = self.gate.gate
        if action == "escape":
            self.gate.gate = Gate()
            if self._way.is_waiting:
                self._way.unwant()
            self._way.go("back")
        elif action == "enter" and gate.management is not None:
            self._check(gate.management, gate.pin)
        elif gate.management is not None:
            self.gate.press(action)

    def _check(self, management: Management, pin: str) -> None:
        try:
            one = self._till.sign_on.by_pin(self.gate.holder.login, pin)
        except OneCardError as error:
            self.gate.gate = replace(self.gate.gate, pin="", error=error)
            self._till.port.play("refused")
            return
        self.gate.gate = Gate()
        self._passed(management, one.operator)
