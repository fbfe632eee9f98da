"""What stands on the counter of a till under test: real drivers and simulators on cables of this process.

``run`` lets time pass for all of it, as the app's threads would. Asserts nothing.
"""

from pathlib import Path
from typing import Any

from onecard.devices.bank_terminals.plain.simulator import Simulator as Bank
from onecard.devices.cable import Cable
from onecard.devices.city_terminals.plain.simulator import Simulator as City
from onecard.devices.displays.vfd.simulator import Simulator as Pole
from onecard.devices.pinpads.plain.simulator import Simulator as Pad
from onecard.devices.power.sysfs.simulator import Simulator as Battery
from onecard.devices.scales.cas.simulator import Simulator as Scale
from onecard.devices.wedges.keyboard.simulator import Simulator as Stripe
from onecard.devices.wedges.scanner.simulator import Simulator as Scanner
from onecard.settings import POS, STATION, Settings
from onecard.terminal.counter import Counter
from pos import devices, terminals
from tests.pos.rig import Rig

KINDS: dict[str, Any] = {
    "scale": Scale,
    "display": Pole,
    "pinpad": Pad,
    "scanner": Scanner,
    "stripe": Stripe,
    "bank": Bank,
    "city": City,
}
TURN_S = 0.05
_numbers = iter(range(1_000_000))


class Bench:
    """``at`` are the simulators by name; only those that are named stand there."""

    def __init__(
        self, rig: Rig, *names: str, folder: Path | None = None, scale: str = "cas", make_scale: Any = Scale
    ) -> None:
        self.rig, self.clock = rig, rig.clock
        self.cables = {name: Cable(f"bench-{name}-{next(_numbers)}") for name in names}
        kinds = {**KINDS, "scale": make_scale}
        self.at = {name: kinds[name](self.clock, self.cables[name].device) for name in names}
        values: dict[str, object] = {f"{name}.line": f"mem:{one.name}" for name, one in self.cables.items()}
        values["scale.driver"] = scale
        self.battery = Battery(folder) if folder is not None else None
        lights = "" if folder is None else str(folder / "lights")
        values["power.backlight"] = lights
        values["power.folder"] = str(folder) if folder is not None else ""
        self.settings = Settings.of((*STATION, *POS), values)
        self.plug()

    def plug(self) -> None:
        """The app starts with these devices; also after ``rig.boot``."""
        till = self.rig.till
        till.settings = self.settings
        till.counter = Counter(self.settings, self.clock)
        terminals.put(till, self.settings, self.clock, lambda call: call())
        till.devices = till.counter.views
        devices.hear(till, self.rig.flow)
        self.run(1)

    def run(self, seconds: float, turn_s: float = TURN_S) -> None:
        """Longer turns for waits in which nothing is said."""
        for _ in range(round(seconds / turn_s)):
            for one in self.at.values():
                one.tick()
            self.rig.till.counter.turn()
            for one in self.at.values():
                one.tick()
            self.clock.advance(turn_s)
            self.rig.flow.tick()
            self.rig._pump()
