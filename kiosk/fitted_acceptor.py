"""Which acceptors the settings name: one for notes, one for coins, or both side by side. Opens none."""

from dataclasses import dataclass

from kiosk.cash_box import CashBox
from onecard.devices.acceptors import Acceptor
from onecard.devices.acceptors.choice import CHOICES, open_chosen
from onecard.settings import SettingError, Settings

#: Prefixes of the settings. The first is also that of a kiosk with coins alone.
NAMES = ("acceptor", "coins")


@dataclass(frozen=True, kw_only=True)
class FittedAcceptor:
    """One of them, as the settings have it."""

    box: CashBox
    driver: str
    line: str
    options: str

    def open(self) -> Acceptor:
        """Its driver on its line. Raises ``DeviceGone``."""
        section = {"line": self.line, "serial": self.box.serial}
        return open_chosen(self.driver, section, self.options)


def fitted_acceptors(settings: Settings) -> tuple[FittedAcceptor, ...]:
    """Those with a line. Raises ``SettingError`` for two of one serial number: their money would be one's."""
    found = tuple(_fitted(settings, name) for name in NAMES if settings.text(f"{name}.line"))
    for key in ("serial", "line"):
        said = [one.box.serial if key == "serial" else one.line for one in found]
        if len(set(said)) < len(said):
            raise SettingError("settings.same_acceptor", setting=f"coins.{key}", value=said[0])
    return found


def _fitted(settings: Settings, name: str) -> FittedAcceptor:
    driver = settings.text(f"{name}.driver")
    box = CashBox(name=name, serial=settings.text(f"{name}.serial"), values_fen=CHOICES[driver].values_fen)
    return FittedAcceptor(
        box=box, driver=driver, line=settings.text(f"{name}.line"), options=settings.text(f"{name}.options")
    )
