"""Which devices a station's settings name, and whether they can be meant: driver, line and options.

Says what is wrong before anything is opened; whether a device is there, only its worker finds out.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from onecard.devices.kinds import open_driver
from onecard.devices.line import SERIAL_OPTIONS
from onecard.errors import DeviceError
from onecard.settings import SettingError, Settings

#: Prefix of the settings → kind, the driver where no setting names one, and options by driver.
_ROWS: Final[dict[str, tuple[str, str, Mapping[str, tuple[str, ...]]]]] = {
    "scanner": ("wedge", "scanner", {"keyboard": ("end", "gap_ms")}),
    "stripe": ("wedge", "keyboard", {"keyboard": ("end", "gap_ms")}),
    "encoder": ("encoder", "msr", {"msr": ("coercivity",)}),
    "pinpad": ("pinpad", "plain", {}),
    "scale": (
        *("scale", "cas"),
        {
            "cas": ("min_g", "bcc_range"),
            "pinnacle": ("min_g", "mode"),
            "toledo": ("min_g",),
            "adam": ("min_g",),
            "dibal": ("min_g",),
            "ascii": ("min_g", "form"),
        },
    ),
    "display": ("display", "vfd", {"vfd": ("brightness", "selects")}),
    "bank": ("bank", "plain", {}),
    "city": ("city", "plain", {}),
}
#: Nothing is ever behind this one: opening it gets as far as the options and no farther.
_NOWHERE: Final = "mem:nowhere"
#: This driver has no line: what it reads comes in by the window's keyboard.
TYPED: Final = "typed"
_SCHEMES: Final = ("serial", "tcp", "mem", "pty", "evdev")


class Fitted(msgspec.Struct, frozen=True):
    """One device of this station; ``name`` is the settings' prefix and what people call it."""

    name: str
    kind: str
    driver: str
    section: dict[str, str]

    def open(self) -> Any:
        """The driver. Raises ``DeviceGone``, or ``ValueError`` for a wrong setting."""
        return open_driver(self.kind, self.driver, self.section)


def types(settings: Settings) -> bool:
    """Whether a scanner or stripe reader types into the station's window."""
    return any(
        f"{name}.driver" in settings.rows and settings.text(f"{name}.driver") == TYPED
        for name, (kind, _, _) in _ROWS.items()
        if kind == "wedge"
    )


def fitted(settings: Settings, name: str) -> Fitted | None:
    """The device that the settings call ``name``; ``None`` when there is none. Raises ``SettingError``."""
    if f"{name}.line" not in settings.rows:
        return None
    kind, usual, known = _ROWS[name]
    driver = settings.text(f"{name}.driver") if f"{name}.driver" in settings.rows else usual
    if driver == TYPED:
        for row in ("line", "options"):
            if settings.text(f"{name}.{row}"):
                raise _wrong(f"{name}.{row}", f"{driver}: -")
    if driver == TYPED or not settings.text(f"{name}.line"):
        return None
    line = settings.text(f"{name}.line")
    options: dict[str, str] = {}
    for part in _options(settings, name).split():
        key, is_given, value = part.partition("=")
        names = (*known.get(driver, ()), "record")
        if not is_given or key not in names:
            raise _wrong(f"{name}.options", f"{part!r}: {', '.join(names) or '-'}")
        options[key] = value
    return Fitted(name, kind, driver, {"line": line, **options})


def printer(settings: Settings) -> Fitted | None:
    """The receipt printer; ``None`` when the station has none."""
    line = settings.text("printer.line") if "printer.line" in settings.rows else ""
    if not line:
        return None
    paper = "58" if settings.number("printer.columns") <= 32 else "80"
    said = {name: settings.text(f"printer.{name}") for name in ("status", "qr", "cut", "logo")}
    return Fitted("printer", "printer", "escpos", {"line": line, "paper": paper, **said})


def power(settings: Settings) -> Fitted | None:
    """What feeds the station; no folder is looked at when none is named."""
    folder = settings.text("power.folder") if "power.folder" in settings.rows else ""
    if not folder:
        return None
    limits = {name: str(settings.number(f"power.{name}")) for name in ("low_percent", "low_minutes")}
    return Fitted("power", "power", "sysfs", {"line": folder, **limits})


def check(settings: Settings, names: Iterable[str] = tuple(_ROWS)) -> None:
    """Nothing is opened. Raises ``SettingError`` for what never could be: ``settings.line``,
    ``settings.device``."""
    for name in names:
        device = fitted(settings, name)
        if device is None:
            continue
        try:
            _check_line(device.section["line"])
        except ValueError as error:
            raise _wrong(f"{name}.line", str(error), "settings.line") from error
        try:
            tried = {**device.section, "line": _NOWHERE}
            tried.pop("record", None)
            device_open = open_driver(device.kind, device.driver, tried)
            device_open.close()
        except DeviceError:
            continue
        except (ValueError, KeyError) as error:
            raise _wrong(f"{name}.options", str(error)) from error
    paper = printer(settings)
    if paper is not None:
        try:
            paper.open().close()  # connects to nothing before it is asked for something
        except ValueError as error:
            raise _wrong("printer.logo", str(error)) from error


def _options(settings: Settings, name: str) -> str:
    return settings.text(f"{name}.options") if f"{name}.options" in settings.rows else ""


def _check_line(url: str) -> None:
    scheme, _, rest = url.partition(":")
    address, _, query = rest.partition("?")
    if scheme not in _SCHEMES:
        raise ValueError(f"{scheme}: {', '.join(_SCHEMES)}")
    if not address:
        raise ValueError(url)
    if scheme == "tcp" and not address.rpartition(":")[2].isdigit():
        raise ValueError(f"{address}: tcp:HOST:PORT")
    if scheme == "serial":
        options = dict(parse_qsl(query, strict_parsing=True)) if query else {}
        if unknown := set(options) - set(SERIAL_OPTIONS):
            raise ValueError(f"{', '.join(sorted(unknown))}: {', '.join(SERIAL_OPTIONS)}")


def _wrong(setting: str, why: str, code: str = "settings.device") -> SettingError:
    return SettingError(code, setting=setting, why=why)
