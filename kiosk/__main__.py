"""``python -m kiosk --config FILE``: open the kiosk, or enrol it first with the office's one-time code."""

import argparse
import signal
import sys
from pathlib import Path

from kiosk import setup as set_up
from onecard.clock import SystemClock
from onecard.errors import OneCardError
from onecard.ids import SystemEntropy
from onecard.settings import KIOSK, STATION, SettingError, Settings, template
from onecard.terminal import enrol
from onecard.text import Translator
from onecard.ui.theme import Panel


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code; what is wrong is said in both languages' words before a window opens."""
    options = _options(arguments)
    if options.template:
        print(template((*STATION, *KIOSK)))
        return 0
    try:
        settings = set_up.settings_of(options.config)
        if options.enrol is not None:
            _enrol(settings, options)
        return _run(settings)
    except SettingError as error:
        print(_words(error, "zh"), _words(error, "en"), sep="\n", file=sys.stderr)
        return 2
    except OneCardError as error:
        print(_words(error, "zh"), _words(error, "en"), sep="\n", file=sys.stderr)
        return 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="onecard-kiosk", description="OneCard 一卡通: the kiosk 自助机")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings 设置文件 (TOML)")
    parser.add_argument("--template", action="store_true", help="print all settings 打印设置模板")
    parser.add_argument("--enrol", metavar="CODE", help="one-time code of the office 一次性注册码")
    parser.add_argument("--server", metavar="URL", help="server for --enrol 服务器地址")
    parser.add_argument("--terminal", type=int, metavar="N", help="terminal number for --enrol 终端号")
    options = parser.parse_args(arguments)
    if options.enrol is not None and options.terminal is None:
        parser.error("--enrol needs --terminal")
    return options


def _enrol(settings: Settings, options: argparse.Namespace) -> None:
    identity = enrol.enrol(
        set_up.identity_file(settings),
        options.server or settings.text("server.url"),
        options.enrol,
        options.terminal,
        SystemClock(),
        SystemEntropy(),
    )
    tr = Translator(settings.text("screen.language"))
    print(tr("kiosk.enrol.done", terminal=identity.terminal, unit=identity.unit), flush=True)


def _run(settings: Settings) -> int:
    ready = set_up.set_up(settings)
    # A window opens with the first widget that is imported, so all that can fail without one comes before.
    from onecard.ui import kivy_setup

    panel = Panel(
        "kiosk",
        settings.number("screen.width"),
        settings.number("screen.height"),
        settings.number("screen.px_per_cm") / 10,
    )
    kivy_setup.prepare(panel, fullscreen=settings.flag("screen.full"))
    from kiosk.app import KioskApp

    app = KioskApp(panel, ready)
    signal.signal(signal.SIGTERM, lambda *_: app.later(app.stop))
    signal.signal(signal.SIGINT, lambda *_: app.later(app.stop))
    app.run()
    return 0


def _words(error: OneCardError, language: str) -> str:
    tr = Translator(language, strict=False)
    if error.code == "terminal.not_enrolled":
        return tr("kiosk.enrol.missing")
    return tr.refusal(error)


if __name__ == "__main__":
    sys.exit(main())
