"""Which devices settings name: read, refused with a sentence when they could never be opened."""

import pytest
from PIL import Image

from onecard.devices.fitted import check, fitted, power, printer, types
from onecard.devices.printers.escpos.encode import Paper
from onecard.settings import POS, STATION, SettingError, Settings

ROWS = (*STATION, *POS)


def settings(**values: object) -> Settings:
    return Settings.of(ROWS, {key.replace("__", "."): value for key, value in values.items()})


def test_a_scale_is_named_by_line_driver_and_options():
    # F: C3
    device = fitted(
        settings(scale__line="mem:pan", scale__driver="toledo", scale__options="min_g=40"), "scale"
    )
    assert device is not None
    assert (device.kind, device.driver, device.section) == (
        "scale",
        "toledo",
        {"line": "mem:pan", "min_g": "40"},
    )


def test_what_has_no_line_is_not_there():
    assert all(fitted(settings(), name) is None for name in ("scale", "display", "pinpad", "bank", "city"))
    assert power(settings(power__folder="")) is None


@pytest.mark.parametrize("name", ["scanner", "stripe"])
def test_one_that_types_into_the_window_has_no_worker(name):
    # F: A9
    assert not types(settings(**{f"{name}__line": "mem:x"}))
    typing = settings(**{f"{name}__driver": "typed"})
    check(typing)
    assert types(typing)
    assert fitted(typing, name) is None


def test_the_printer_is_as_the_settings_say(tmp_path):
    # F: C15
    logo = tmp_path / "logo.png"
    Image.new("L", (90, 60), 0).save(logo)
    assert printer(settings()) is None
    said = settings(
        printer__line="tcp:127.0.0.1:9",
        printer__columns=48,
        printer__qr="raster",
        printer__cut="none",
        printer__logo=str(logo),
    )
    check(said)
    driver = printer(said).open()
    assert driver._paper == Paper.of(80, "none", "raster")
    assert driver._logo.size == (90, 60)
    plain = printer(settings(printer__line="tcp:127.0.0.1:9")).open()
    assert plain._paper == Paper.of(58)
    assert printer(settings(printer__line="tcp:x:9", printer__logo="none")).open()._logo is None


WRONG = {
    "a logo that is no picture": (
        {"printer__line": "tcp:127.0.0.1:9", "printer__logo": __file__},
        "printer.logo",
    ),
    "a line for what types into the window": (
        {"stripe__driver": "typed", "stripe__line": "mem:x"},
        "stripe.line",
    ),
    "options for what types into the window": (
        {"scanner__driver": "typed", "scanner__options": "end=gap"},
        "scanner.options",
    ),
    "an unknown option": ({"scale__line": "mem:x", "scale__options": "speed=3"}, "scale.options"),
    "a value it cannot use": ({"scale__line": "mem:x", "scale__options": "min_g=0"}, "scale.options"),
    "a word without a value": ({"display__line": "mem:x", "display__options": "bright"}, "display.options"),
    "brightness beyond four": (
        {"display__line": "mem:x", "display__options": "brightness=9"},
        "display.options",
    ),
    "an unknown kind of line": ({"bank__line": "usb:3"}, "bank.line"),
    "a line without an address": ({"pinpad__line": "serial:"}, "pinpad.line"),
    "a network line without a port": ({"city__line": "tcp:10.0.0.9"}, "city.line"),
    "an unknown serial option": ({"scale__line": "serial:/dev/ttyS0?speed=9600"}, "scale.line"),
    "a driver of another kind": (
        {"scanner__line": "mem:x", "scanner__options": "gap_ms=50"},
        "scanner.options",
    ),
}


def wrong_setting(**values: object) -> str:
    """Which setting a station refuses to start with, "" when it starts."""
    try:
        check(settings(**values))
    except SettingError as wrong:
        return str(wrong.params["setting"])
    return ""


@pytest.mark.parametrize("what", WRONG)
def test_what_could_never_be_opened_is_refused_by_name(what):
    values, setting = WRONG[what]
    assert wrong_setting(**values) == setting


def test_what_is_only_away_is_no_mistake():
    away = {"scale__line": "serial:/dev/ttyUSB9", "display__line": "tcp:10.9.9.9:4000"}
    assert wrong_setting(**away, bank__line="mem:no") == ""
