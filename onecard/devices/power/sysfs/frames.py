"""The texts of one ``/sys/class/power_supply`` entry → numbers. Knows units, reads no file."""

from collections.abc import Mapping

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """One supply. ``feeds`` off: the battery of a mouse or a scanner, which is not the station's."""

    kind: str
    feeds: bool
    is_online: bool | None
    is_discharging: bool | None
    percent: int | None
    minutes_left: int | None


#: The files that are read.
FILES = (
    *("type", "scope", "online", "present", "status", "capacity", "time_to_empty_now"),
    *("energy_now", "power_now", "charge_now", "current_now"),
)
_LONGEST_MINUTES = 60 * 24 * 14


def entry(texts: Mapping[str, str]) -> Entry:
    """Any text that is not what it should be counts as not told."""
    told = {name: text.strip() for name, text in texts.items()}
    percent = _number(told.get("capacity"))
    status = told.get("status", "")
    return Entry(
        kind=told.get("type", ""),
        feeds=told.get("scope", "System") != "Device" and told.get("present", "1") != "0",
        is_online={"0": False, "1": True, "2": True}.get(told.get("online", "")),
        is_discharging={"Discharging": True, "Charging": False, "Full": False, "Not charging": False}.get(
            status
        ),
        percent=percent if percent is not None and percent <= 100 else None,
        minutes_left=_minutes(told),
    )


def _minutes(told: Mapping[str, str]) -> int | None:
    seconds = _number(told.get("time_to_empty_now"))
    minutes = seconds // 60 if seconds else None
    if minutes is None:
        for have, use in (("energy_now", "power_now"), ("charge_now", "current_now")):
            left, rate = _number(told.get(have)), _number(told.get(use), signed=True)
            if left is not None and rate:
                minutes = left * 60 // abs(rate)
                break
    return minutes if minutes is not None and minutes <= _LONGEST_MINUTES else None


def _number(text: str | None, *, signed: bool = False) -> int | None:
    digits = (text or "").removeprefix("-") if signed else (text or "")
    return int(text or "") if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None
