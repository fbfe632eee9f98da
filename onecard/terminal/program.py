"""The command line of every station: settings, enrolment by the office's one-time code, then the window.

Says in both languages what is wrong before a window opens. Knows no window.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from onecard.clock import SystemClock
from onecard.errors import OneCardError, Refused
from onecard.ids import SystemEntropy
from onecard.settings import SettingError, Settings, template
from onecard.terminal import enrol, logbook
from onecard.terminal.setup import Kind, Setup, set_up
from onecard.terminal.starter import AGAIN, running
from onecard.text import LANGUAGES, Translator


def main(
    kind: Kind,
    run: Callable[[Setup], int],
    arguments: Sequence[str] | None = None,
    again: Callable[[Path | None], None] | None = None,
) -> int:
    """Returns the exit code: of ``run``, or 2 for a wrong setting, 1 for what else keeps it shut.

    A station that wants to be started anew (``AGAIN``) gets that from whoever watches over it; where nobody
    does it begins ``again`` by itself.
    """
    options = _options(kind, arguments)
    if options.template:
        print(template(kind.rows))
        return 0
    try:
        settings = kind.settings(options.config)
        if enrol.load(kind.identity_file(settings)) is None:
            _enrol(kind, settings, options)
        elif options.enrol is not None:
            raise Refused("enrol.done_already", terminal=options.terminal)
        logbook.begin(kind.folder(settings), settings.text("log.level"))
        code = run(set_up(kind, settings))
    except OneCardError as error:
        for language in LANGUAGES:
            print(_words(kind, error, language), file=sys.stderr)
        return 2 if isinstance(error, SettingError) else 1
    if code == AGAIN and running() is None:
        (again or begin_again)(options.config)
    return code


def begin_again(config: Path | None) -> None:
    """This very program from its beginning, in this process's place: nobody else would start it again."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *_command(config)])  # noqa: S606 - the command that we are


def _command(config: Path | None) -> list[str]:
    """What came behind Python, without a one-time code: it is used up."""
    ours = len(sys.argv) - 1
    settings = [] if config is None else ["--config", str(config)]
    return sys.orig_argv[1 : len(sys.orig_argv) - ours] + settings


def _options(kind: Kind, arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"onecard-{kind.name}", description=f"OneCard 一卡通: {kind.title}")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings 设置文件 (TOML)")
    parser.add_argument("--template", action="store_true", help="print all settings 打印设置模板")
    parser.add_argument("--enrol", metavar="CODE", help="one-time code of the office 一次性代码")
    parser.add_argument("--server", metavar="URL", help="server for the enrolment 服务器地址")
    parser.add_argument("--terminal", type=int, metavar="N", help="terminal number 终端编号")
    options = parser.parse_args(arguments)
    if options.enrol is not None and options.terminal is None:
        parser.error("--enrol needs --terminal")
    return options


def _enrol(kind: Kind, settings: Settings, options: argparse.Namespace) -> None:
    """With the code given, or asked for where somebody sits at a keyboard."""
    tr = Translator(settings.text("screen.language"))
    server = options.server or kind.server_url(settings)
    code, terminal = options.enrol, options.terminal
    if code is None:
        if not sys.stdin.isatty():
            raise Refused("terminal.not_enrolled")
        print(tr("enrol.title"), tr("enrol.body"), sep="\n")
        server = input(f"{tr('enrol.server')} [{server}]: ").strip() or server
        number = input(f"{tr('enrol.terminal')}: ").strip()
        if not (number.isascii() and number.isdigit()):
            raise Refused("number.malformed")
        terminal, code = int(number), input(f"{tr('enrol.code')}: ").strip().upper()
    identity = enrol.enrol(
        kind.identity_file(settings), server, code, terminal, SystemClock(), SystemEntropy()
    )
    print(tr("enrol.done", terminal=identity.terminal, unit=identity.unit), flush=True)


def _words(kind: Kind, error: OneCardError, language: str) -> str:
    tr = Translator(language, strict=False)
    if error.code == "terminal.not_enrolled":
        return tr("enrol.missing", program=kind.name)
    return tr.refusal(error)
