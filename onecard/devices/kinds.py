"""Every driver there is, by ``kind/name``, and how to open it. Imports none before it is asked for."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from onecard.clock import SystemClock
from onecard.devices import capture

#: kind → its drivers; the first one is meant when none is named.
KINDS: dict[str, tuple[str, ...]] = {
    "reader": ("pcsc",),
    "psam": ("pcsc",),
    "acceptor": ("id003", "ssp", "cctalk", "cctalk-coin", "ccnet", "ebds", "mdb", "ict"),
    "scale": ("cas", "pinnacle", "toledo", "adam", "dibal", "ascii"),
    "printer": ("escpos",),
    "display": ("vfd",),
    "pinpad": ("plain",),
    "wedge": ("keyboard", "scanner"),
    "encoder": ("msr",),
    "power": ("sysfs",),
    "bank": ("plain",),
    "city": ("plain",),
}
_FOLDERS = {"power": "power", "bank": "bank_terminals", "city": "city_terminals"}


def named(told: str) -> tuple[str, str]:
    """``scale`` or ``scale/toledo`` → kind and driver. Raises ``ValueError``."""
    kind, _, name = told.partition("/")
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r}: {', '.join(KINDS)}")
    name = name or KINDS[kind][0]
    if name not in KINDS[kind]:
        raise ValueError(f"{kind} {name!r}: {', '.join(KINDS[kind])}")
    return kind, name


def open_driver(kind: str, name: str, section: Mapping[str, str]) -> Any:
    """The driver, open; ``section["line"]`` is its line, a reader's name, or a folder. Raises ``DeviceGone``,
    or ``ValueError`` for a wrong setting. ``record``: a file to which all that passes is added."""
    if path := section.get("record"):
        rest = {key: value for key, value in section.items() if key != "record"}
        with capture.kept(Path(path), SystemClock()):
            return open_driver(kind, name, rest)
    if kind == "acceptor":
        return import_module("onecard.devices.acceptors.choice").CHOICES[name].open(section)
    if kind == "psam":
        return import_module("onecard.devices.readers.psam").open_slot(section["line"])
    module = import_module(f"onecard.devices.{_FOLDERS.get(kind, kind + 's')}.{name}")
    if kind == "reader":
        return module.open_reader(section["line"])
    if kind == "power":
        return module.open({**section, "folder": section["line"]} if section["line"] != "-" else section)
    return module.open(section)
