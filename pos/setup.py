"""Settings at the station, behind a management card and a PIN, with or without a server. F: C18 A7

What a settings card carries is taken over by showing it; each change is on disk and recorded for the office.
"""

from datetime import datetime

from onecard.cards.management.document import Kind, Management
from onecard.clock import CHINA
from onecard.devices import fitted
from onecard.errors import OneCardError, Refused
from onecard.rules.periods import parse_meals
from onecard.settings import POS, STATION, Settings
from onecard.terminal.look import Look
from onecard.terminal.upkeep import ManagementLook
from pos.area import Area, Door, Way
from pos.mode import is_kind
from pos.sheets.setup import (
    TIME,
    EditPresenter,
    Gate,
    GatePresenter,
    SetupPresenter,
    holder_of,
    is_of_office,
    setting,
)
from pos.task import Show, Task
from pos.till import Till

#: Cards that open the settings.
_OPENERS = (Kind.SETTINGS, Kind.ADMINISTRATOR)


class Setup(Area):
    """Gate, list, one setting."""

    asks = frozenset({"setup_gate"})

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self.gate = GatePresenter(till)
        self.setup = SetupPresenter(till)
        self.edit = EditPresenter(till)
        self._card = self._by = 0
        self.screens = {
            "setup_gate": self._on_gate,
            "setup": self._on_setup,
            "setup_edit": self._on_edit,
        }
        self.presenters = {"setup_gate": self.gate, "setup": self.setup, "setup_edit": self.edit}
        self.rooms = (Door(name="setup", icon="cog-outline", open=self._open),)

    # -- the gate ----------------------------------------------------------------------------------------

    def _open(self) -> None:
        self.gate.gate = Gate()
        self._way.go("setup_gate")

    def rest(self) -> None:
        wants_card = self._way.screen == "setup_gate" and self.gate.gate.management is None
        if wants_card and not self._way.is_waiting:
            self._way.want(Show())

    def told(self, screen: str, task: Task, look: Look) -> bool:
        if screen != "setup_gate":
            return False
        if isinstance(look, ManagementLook) and look.management.kind in _OPENERS:
            self.gate.gate = Gate(management=look.management)
        else:
            self.gate.gate = Gate(error=Refused("management.wanted"))
            self._till.port.play("refused")
        return True

    def refused(self, screen: str, task: Task, error: OneCardError) -> None:
        if screen == "setup_gate":
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
        """The PIN of whose card it is; of a card of nobody's, that of a supervisor who works here."""
        till = self._till
        try:
            holder = holder_of(till, management)
            one = till.sign_on.by_pin(holder.login, pin)
        except OneCardError as error:
            self.gate.gate = Gate(management=management, error=error)
            till.port.play("refused")
            return
        self.gate.gate = Gate()
        self._card, self._by = management.number, one.operator
        if management.settings:
            self._take(management.settings)
        self.setup.enter()
        self._way.go("setup")

    def _take(self, brought: dict[str, str]) -> None:
        """What a settings card carries, as far as it can be used here."""
        values = dict(self._till.station.upkeep.own.values)
        for name, text in brought.items():
            try:
                self._checked(name, text)
            except (OneCardError, KeyError) as error:
                self._till.say(f"{name}: {error}", "refuse")
                continue
            values[name] = text
        self._keep(values)

    # -- the list ----------------------------------------------------------------------------------------

    def _on_setup(self, action: str) -> None:
        if action == "escape":
            self._way.go("back")
        elif action == "enter":
            self.edit.enter(self.setup.chosen)
            self._way.go("setup_edit")
        elif action == "f4":
            self._follow(self.setup.chosen)
        elif action == "f6" and self.setup.wants_restart:
            if self._till.aside_count or self._way.is_waiting:
                self._till.refuse(Refused("setup.busy"))
            else:
                self._till.restart()
        else:
            self.setup.act(action)

    def _follow(self, name: str) -> None:
        """Give a setting back to office or file."""
        values = dict(self._till.station.upkeep.own.values)
        if values.pop(name, None) is not None:
            self._keep(values)
            self._changed(name)

    # -- one setting -------------------------------------------------------------------------------------

    def typed(self, screen: str, field: str, text: str) -> None:
        if screen == "setup_edit":
            self.edit.text, self.edit.error = text, None

    def _on_edit(self, action: str) -> None:
        if action == "escape":
            self._way.go("setup")
        elif action == "enter":
            self._save()
        else:
            self.edit.act(action)

    def _save(self) -> None:
        edit, till = self.edit, self._till
        try:
            if edit.key == TIME:
                self._set_time(edit.text)
            else:
                text = edit.text.strip()
                self._checked(edit.key, text)
                self._keep({**till.station.upkeep.own.values, edit.key: text})
                self._changed(edit.key)
        except OneCardError as error:
            edit.error = error
            till.port.play("refused")
            return
        self._way.go("setup")

    def _checked(self, name: str, text: str) -> None:
        """Raises ``SettingError`` or ``Refused`` for what could not be used; ``KeyError`` for no setting."""
        row = setting(name)
        value = row.parse(text)
        if name == "meals":
            parse_meals(text)
        elif name == "count_kind" and text and not is_kind(text):
            raise Refused("count.malformed")
        elif not is_of_office(name):
            values = {**self._till.settings.values, name: value}
            fitted.check(Settings({one.key: one for one in (*STATION, *POS)}, values))

    def _keep(self, values: dict[str, str]) -> None:
        till = self._till
        try:
            till.station.upkeep.set_own(values, self._card, self._by)
        except OneCardError as error:
            till.refuse(error)
            return
        till.port.wake()
        till.say(till.tr("pos.setup.saved"), "done")

    def _changed(self, name: str) -> None:
        if name == "screen.language":
            self._till.speak(self._till.station.upkeep.own.values.get(name, self._till.home_language))
        elif not is_of_office(name):
            self.setup.wants_restart = True

    def _set_time(self, text: str) -> None:
        try:
            at = int(datetime.strptime(text.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=CHINA).timestamp())
        except ValueError:
            raise Refused("date.malformed") from None
        self._till.station.upkeep.set_time(at, self._card, self._by)
        try:
            self._till.set_clock(at)
        except OSError:
            # Not allowed to set the machine's clock: the station's own idea of the time counts all the same.
            self._till.say(self._till.tr("pos.setup.time_here"), "wait")
        else:
            self._till.say(self._till.tr("pos.setup.saved"), "done")
        self._till.port.wake()
