"""``python -m pos --config FILE``: open the till; the first time it asks for the office's one-time code."""

import argparse
import signal
import sys
from pathlib import Path

from onecard.clock import SystemClock
from onecard.errors import OneCardError, Refused
from onecard.ids import SystemEntropy
from onecard.settings import SettingError, Settings, template
from onecard.terminal import enrol
from onecard.text import Translator
from onecard.ui.theme import Panel
from pos import setup as set_up


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code; what is wrong is said in both languages before a window opens."""
    options = _options(arguments)
    if options.template:
        print(template(set_up.ROWS))
        return 0
    try:
        settings = set_up.settings_of(options.config)
        if enrol.load(set_up.identity_file(settings)) is None:
            _enrol(settings, options)
        elif options.enrol is not None:
            raise Refused("enrol.done_already", terminal=options.terminal or 0)
        return _run(settings)
    except OneCardError as error:
        for language in ("zh", "en"):
            print(Translator(language, strict=False).refusal(error), file=sys.stderr)
        return 2 if isinstance(error, SettingError) else 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="onecard-pos", description="OneCard 一卡通: the till 收银机")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings 设置文件 (TOML)")
    parser.add_argument("--template", action="store_true", help="print all settings 打印设置模板")
    parser.add_argument("--enrol", metavar="CODE", help="one-time code of the office 一次性代码")
    parser.add_argument("--server", metavar="URL", help="server for the enrolment 服务器地址")
    parser.add_argument("--terminal", type=int, metavar="N", help="terminal number 终端编号")
    options = parser.parse_args(arguments)
    if options.enrol is not None and options.terminal is None:
        parser.error("--enrol needs --terminal")
    return options


def _enrol(settings: Settings, options: argparse.Namespace) -> None:
    """With the code given, or asked for where somebody sits at a keyboard."""
    tr = Translator(settings.text("screen.language"))
    server = options.server or set_up.server_of(settings)
    code, terminal = options.enrol, options.terminal
    if code is None:
        if not sys.stdin.isatty():
            raise Refused("terminal.not_enrolled")
        print(tr("pos.enrol.title"), tr("pos.enrol.body"), sep="\n")
        server = input(f"{tr('pos.enrol.server')} [{server}]: ").strip() or server
        number = input(f"{tr('pos.enrol.terminal')}: ").strip()
        if not (number.isascii() and number.isdigit()):
            raise Refused("number.malformed")
        terminal, code = int(number), input(f"{tr('pos.enrol.code')}: ").strip().upper()
    identity = enrol.enrol(
        set_up.identity_file(settings), server, code, terminal, SystemClock(), SystemEntropy()
    )
    print(tr("pos.enrol.done", terminal=identity.terminal, unit=identity.unit), flush=True)


def _run(settings: Settings) -> int:
    ready = set_up.set_up(settings)
    # A window opens with the first widget that is imported, so all that can fail without one comes before.
    from onecard.ui import kivy_setup

    panel = Panel(
        "pos",
        settings.number("screen.width"),
        settings.number("screen.height"),
        settings.number("screen.px_per_cm") / 10,
    )
    kivy_setup.prepare(panel, fullscreen=settings.flag("screen.full"))
    from pos.app import PosApp

    app = PosApp(panel, ready)
    signal.signal(signal.SIGTERM, lambda *_: app.later(app.stop))
    signal.signal(signal.SIGINT, lambda *_: app.later(app.stop))
    app.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
