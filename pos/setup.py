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
from pos.area import Door, Way
from pos.gated import Gated
from pos.mode import is_kind
from pos.sheets.edit import EditPresenter
from pos.sheets.setup import (
    TIME,
    GatePresenter,
    SetupPresenter,
    is_of_office,
    setting,
)
from pos.till import Till


class Setup(Gated):
    """Gate, list, one setting."""

    asks = frozenset({"setup_gate"})

    openers = (Kind.SETTINGS, Kind.ADMINISTRATOR)
    screen = "setup_gate"

    def __init__(self, till: Till, way: Way) -> None:
        super().__init__(till, way, GatePresenter(till))
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

    def _passed(self, management: Management, operator: int) -> None:
        self._card, self._by = management.number, operator
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
