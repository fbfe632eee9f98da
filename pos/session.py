"""Who works at the till, and in which shift: the way in, the way out, and the drawer's day. F: C8"""

from onecard.cards.management.document import Kind
from onecard.errors import OneCardError, Refused
from onecard.terminal.look import Look
from onecard.terminal.upkeep import ManagementLook
from pos.area import Area, Door, Way
from pos.presenters.shift import ShiftPresenter
from pos.presenters.sign_on import SignOnPresenter
from pos.task import Show, Task
from pos.till import SHIFT, Till


class Session(Area):
    """Nobody gets past the sign-on screen without a name, nor sells without a shift."""

    asks = frozenset({"sign_on"})

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self.sign_on = SignOnPresenter(till)
        self.shift = ShiftPresenter(till)
        self.screens = {"sign_on": self._on_sign_on, "shift": self._on_shift}
        self.presenters = {"sign_on": self.sign_on, "shift": self.shift}
        self.doors = (
            Door(name="sign_out", key="f10", open=way.sign_out),
            Door(name="shift", key="f12", right=SHIFT, open=self._open_shift),
        )

    def rest(self) -> None:
        """On the sign-on screen the reader waits for an operator's card."""
        if self._way.screen == "sign_on" and not self._way.is_waiting and self._till.place is not None:
            self._way.want(Show())

    def told(self, screen: str, task: Task, look: Look) -> bool:
        if screen != "sign_on":
            return False
        try:
            if isinstance(look, ManagementLook):
                if look.management.kind is not Kind.OPERATOR:
                    raise Refused("signon.no_operator")
                self.sign_on.choose(look.management.operator)
                return True
            self._till.operator = self._till.sign_on.by_card(look)
        except OneCardError as error:
            self.sign_on.refused(error)
        else:
            self._signed_on()
        return True

    def refused(self, screen: str, task: Task, error: OneCardError) -> None:
        if screen == "sign_on":
            self.sign_on.refused(error)

    def _on_sign_on(self, action: str) -> None:
        if action == "f11":
            self._way.quit()
        elif self.sign_on.act(action):
            self._signed_on()

    def _signed_on(self) -> None:
        if self._way.is_waiting:
            self._way.unwant()
        self.sign_on.forget()
        self.shift.enter()
        self._way.go("shift" if self._till.shift is None or self.shift.is_foreign else "sell")

    def _open_shift(self) -> None:
        self.shift.enter()
        self._way.go("shift")

    def _on_shift(self, action: str) -> None:
        match self.shift.act(action, self._till.now()):
            case "opened" | "left":
                self._way.go("sell")
            case "signed_out":
                self._way.sign_out()
