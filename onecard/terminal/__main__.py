"""``python -m onecard.terminal``: what a technician does with a station that has no network, or no life left.

Exchange by file, rescue of a dead box's disk, clearing of records, versions of the program. The station
itself is closed meanwhile: its journal is one process's. Says in both languages what went wrong.
"""

import argparse
import signal
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from onecard.clock import Clock, SystemClock
from onecard.errors import OneCardError, Refused
from onecard.ids import Entropy, SystemEntropy
from onecard.journal import prune, rescue
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.terminal import enrol
from onecard.terminal.courier import Courier, seal_up, signed
from onecard.terminal.figures import figures, for_file
from onecard.terminal.moment import Moment
from onecard.terminal.slot import Slots
from onecard.terminal.starter import keep_running
from onecard.text import LANGUAGES, Translator
from onecard.whole_file import write_whole
from onecard.wire.bundle import FILE_MAX, BundleUp
from onecard.wire.client import Identity
from onecard.wire.meter import Meter

Say = Callable[..., None]


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 done, 1 not done (and why), 2 wrong arguments."""
    options = _options(arguments)
    clock, entropy = SystemClock(), SystemEntropy()
    try:
        return _COMMANDS[options.what](options, clock, entropy)
    except OneCardError as error:
        for language in LANGUAGES:
            tr = Translator(language, strict=False)
            words = tr("enrol.missing", program="pos") if error.code == "terminal.not_enrolled" else ""
            print(words or tr.refusal(error), file=sys.stderr)
        return 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="onecard-terminal", description="OneCard 一卡通: a station's files 终端维护"
    )
    what = parser.add_subparsers(dest="what", required=True)
    bundle = what.add_parser("bundle", help="exchange with the office by file 用文件与管理中心交换")
    way = bundle.add_subparsers(dest="way", required=True)
    out = way.add_parser("export", help="records and figures into a file 导出流水")
    out.add_argument("file", type=Path)
    into = way.add_parser("import", help="the office's documents out of a file 导入管理中心的文件")
    into.add_argument("file", type=Path)
    saved = what.add_parser("rescue", help="a dead box's records into a file 抢救损坏终端的流水")
    saved.add_argument("old", type=Path, help="folder with its journal.db and identity.json 旧数据目录")
    saved.add_argument("file", type=Path)
    cleared = what.add_parser("clear", help="remove records that a backup holds 清除已备份的流水")
    for one in (out, into, cleared):
        one.add_argument("--data", type=Path, required=True, help="the station's data folder 终端数据目录")
    install = what.add_parser("install", help="a program package into the slots 安装程序包")
    install.add_argument("slots", type=Path)
    install.add_argument("package", type=Path)
    install.add_argument("version")
    install.add_argument("sha256")
    start = what.add_parser("start", help="keep a station running 启动并守护终端程序")
    start.add_argument("slots", type=Path)
    start.add_argument(
        "command", nargs=argparse.REMAINDER, help="after --: arguments of Python, as in -m pos"
    )
    return parser.parse_args(arguments)


def _bundle(options: argparse.Namespace, clock: Clock, entropy: Entropy) -> int:
    identity, journal, facts = _opened(options.data, clock)
    try:
        courier = Courier(identity, journal, facts, clock, entropy)
        if options.way == "export":
            beat = figures(
                journal,
                facts,
                Moment(clock, journal, facts.as_of),
                options.data,
                app=version("onecard"),
                traffic=Meter(clock, options.data / "traffic.json").days(),
            )
            _write(options.file, courier.export(beat, for_file(journal)))
            _say("terminal.file.exported", count=journal.pending)
            return 0
        taken = courier.take(_read(options.file))
        _say("terminal.file.imported", count=taken.documents, received=taken.received)
        for code in taken.problems:
            for language in LANGUAGES:
                print(Translator(language, strict=False).refusal(Refused(code)), file=sys.stderr)
        return 1 if taken.problems else 0
    finally:
        journal.close()
        facts.close()


def _rescue(options: argparse.Namespace, clock: Clock, entropy: Entropy) -> int:
    """The old key signs: only whoever has the old disk can do this, and the office has to agree."""
    identity = enrol.load(options.old / "identity.json")
    if identity is None:
        raise Refused("rescue.none", path=str(options.old / "identity.json"))
    found = rescue.read(options.old / "journal.db")
    if found.terminal != identity.terminal:
        raise Refused("rescue.none", path=str(options.old))
    uploads = tuple(
        piece for epoch, records in sorted(found.epochs.items()) for piece in signed(identity, epoch, records)
    )
    epoch = max(found.epochs, default=identity.epoch)
    last = found.epochs[epoch][-1].seq if epoch in found.epochs else 0
    content = BundleUp(uploads=uploads, have={}, app="rescue")
    _write(options.file, seal_up(identity, content, epoch, last, clock.now(), entropy))
    count = sum(len(records) for records in found.epochs.values())
    _say("terminal.file.rescued" if found.whole else "terminal.file.rescued_part", count=count)
    return 0


def _clear(options: argparse.Namespace, clock: Clock, _: Entropy) -> int:
    _who, journal, facts = _opened(options.data, clock)
    try:
        _say("terminal.file.cleared", count=prune.clear(journal, clock.now() + journal.offset_s))
    finally:
        journal.close()
        facts.close()
    return 0


def _install(options: argparse.Namespace, _: Clock, __: Entropy) -> int:
    slots = Slots(options.slots)
    slots.stage(options.package, options.version, options.sha256)
    if slots.state.current:
        slots.begin(options.version)
    else:
        slots.adopt(options.version)
    _say("terminal.file.installed", version=options.version)
    return 0


def _start(options: argparse.Namespace, clock: Clock, _: Entropy) -> int:
    def end(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    return keep_running(Slots(options.slots), command, clock)


def _opened(folder: Path, clock: Clock) -> tuple[Identity, Journal, Facts]:
    identity = enrol.load(folder / "identity.json")
    if identity is None:
        raise Refused("terminal.not_enrolled")
    journal = Journal(folder / "journal.db", identity.terminal, identity.epoch, clock)
    return identity, journal, Facts(folder / "facts.db", bytes.fromhex(identity.server_key), clock)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_MAX:
            raise Refused("bundle.too_large")
        return path.read_bytes()
    except OSError as error:
        raise Refused("bundle.file", path=str(path), detail=error.strerror or "") from error


def _write(path: Path, raw: bytes) -> None:
    """Whole or not at all: a stick is pulled out when somebody thinks that it is done."""
    try:
        write_whole(path, raw)
    except OSError as error:
        raise Refused("bundle.file", path=str(path), detail=error.strerror or "") from error


def _say(key: str, **given: object) -> None:
    for language in LANGUAGES:
        print(Translator(language, strict=False)(key, **given))


_COMMANDS = {
    "bundle": _bundle,
    "rescue": _rescue,
    "clear": _clear,
    "install": _install,
    "start": _start,
}

if __name__ == "__main__":
    sys.exit(main())
