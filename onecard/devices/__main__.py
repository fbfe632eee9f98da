"""``python -m onecard.devices``: a technician tries one device, records what passes, or plays a record back.

Ends with 0 when the device passed, 1 when it did not, 2 for a wrong setting, 3 when only eyes can tell.
"""

import argparse
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from onecard.clock import Clock, SystemClock
from onecard.devices import capture, kinds, trial
from onecard.devices.line import open_line
from onecard.devices.trial import Said, Verdict
from onecard.errors import DeviceError
from onecard.text import LANGUAGES, Audience, Translator

_STEP_S = 0.05
_CODES: dict[Verdict, int] = {"passed": 0, "failed": 1, "waiting": 1, "look": 3}


def main(arguments: Sequence[str] | None = None, clock: Clock | None = None) -> int:
    """Returns the exit code."""
    options = _options(arguments)
    clock = clock or SystemClock()
    tr = Translator(options.language)
    if options.command == "list":
        for kind, names in kinds.KINDS.items():
            print(f"{kind:9} {', '.join(names)}")
        return 0
    try:
        return _play(options, clock, tr) if options.command == "play" else _test(options, clock, tr)
    except DeviceError as error:
        print(tr.refusal(error, Audience.CASHIER), file=sys.stderr)
        print(error, file=sys.stderr)
        return 1
    except (ValueError, FileExistsError, FileNotFoundError) as error:
        print(tr("device_test.setting", why=str(error)), file=sys.stderr)
        return 2


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m onecard.devices", description="OneCard 一卡通: try a device 测试设备"
    )
    parser.add_argument("--language", choices=LANGUAGES, default="zh", help="words 语言")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="kinds and drivers 设备种类与驱动")
    test = commands.add_parser(
        "test",
        help="try one device 测试一个设备",
        epilog="A record of a reader or scanner holds card numbers. 录制文件可能含有卡号，请妥善保管。",
    )
    test.add_argument("kind", metavar="KIND[/DRIVER]", help="scale, scale/toledo, printer, … 种类[/驱动]")
    test.add_argument(
        "line", metavar="LINE", help="serial:/dev/ttyUSB0, tcp:host:9100, evdev:/dev/input/… 连接"
    )
    test.add_argument(
        "-o", "--option", action="append", default=[], metavar="NAME=VALUE", help="setting 设置"
    )
    test.add_argument("--seconds", type=float, default=20.0, help="give up after 超时（秒）")
    test.add_argument("--record", type=Path, metavar="FILE", help="write what passes, with times 录制通信")
    play = commands.add_parser("play", help="be the recorded device on a pseudo-terminal 回放录制")
    play.add_argument("file", type=Path, metavar="FILE")
    play.add_argument("path", type=Path, metavar="PATH", help="drivers open serial:PATH 伪终端路径")
    play.add_argument("--seconds", type=float, default=60.0, help="give up after 超时（秒）")
    return parser.parse_args(arguments)


def _test(options: argparse.Namespace, clock: Clock, tr: Translator) -> int:
    kind, name = kinds.named(options.kind)
    section = {"line": options.line}
    for option in options.option:
        key, equals, value = option.partition("=")
        if not equals:
            raise ValueError(option)
        section[key] = value
    with contextlib.ExitStack() as stack:
        if options.record is not None:
            stack.enter_context(capture.recording(options.record, clock))
        driver = kinds.open_driver(kind, name, section)
        stack.callback(driver.close)
        print(tr(f"device_test.begin.{kind}"))
        verdict = _try(trial.begin(kind, driver), options.seconds, clock, tr)
    print(tr(f"device_test.verdict.{verdict}"))
    return _CODES[verdict]


def _try(step: trial.Step, seconds: float, clock: Clock, tr: Translator) -> Verdict:
    verdict: Verdict = "waiting"
    end = clock.monotonic() + seconds
    while clock.monotonic() < end:
        for said in step():
            print("  " + _words(said, tr))
            verdict = said.verdict if said.verdict != "waiting" else verdict
        if verdict == "passed":
            break
        clock.sleep(_STEP_S)
    return verdict


def _words(said: Said, tr: Translator) -> str:
    return tr(f"device_test.said.{said.key}", **said.params)


def _play(options: argparse.Namespace, clock: Clock, tr: Translator) -> int:
    moments = capture.load(options.file)
    if any(one.kind == "open" and one.text.startswith("pcsc:") for one in moments):
        # What passes there is no cable's: a reader's record is for reading.
        print(tr("device_test.no_cable"), file=sys.stderr)
        return 2
    player = capture.Player(moments, clock, open_line(f"pty:{options.path}"))
    end = clock.monotonic() + options.seconds
    try:
        while not player.is_over and clock.monotonic() < end:
            player.tick()
            clock.sleep(_STEP_S / 5)
    finally:
        player.close()
    if player.differs is not None:
        print(tr("device_test.differs", at=player.differs))
    return 0 if player.is_over and player.differs is None else 1


if __name__ == "__main__":
    sys.exit(main())
