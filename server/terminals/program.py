"""Commands of the server's shell about terminals: files by stick, and what backups hold. Decides nothing.

Every refusal is said in both languages.
"""

import argparse
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from onecard.clock import Clock
from onecard.errors import OneCardError, Refused
from onecard.ids import Entropy
from onecard.text import LANGUAGES, Translator
from onecard.whole_file import write_whole
from onecard.wire.bundle import FILE_MAX


def add(what: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words that follow ``python -m server``."""
    bundle = what.add_parser("bundle", help="exchange with a terminal by file 用文件与终端交换")
    bundle.add_argument("way", choices=("import", "export"))
    bundle.add_argument("file", type=Path)
    bundle.add_argument("--terminal", type=int, help="export: for which terminal 终端编号")
    bundle.add_argument("--whole", action="store_true", help="export: everything, not what is new 完整导出")
    bundle.add_argument("--answer", type=Path, help="import: write the file that goes back 同时导出回程文件")
    bundle.add_argument(
        "--rescue", action="store_true", help="import: of a box replaced meanwhile 已更换的旧终端"
    )
    backup = what.add_parser("backup", help="what a copy outside this machine holds 异地备份登记")
    backup.add_argument("deed", choices=("begin", "complete"))
    backup.add_argument("--number", type=int, help="complete: which one 备份编号")
    backup.add_argument("--note", default="", help="begin: where it goes 备份去向")
    restored = what.add_parser("restored", help="the books were put back from a copy 账本已从备份恢复")
    restored.add_argument("--yes", action="store_true", help="do not ask 不再询问")
    restored.add_argument(
        "--epoch", type=int, default=0, help="the highest life of the books on any paper 纸面上最大的账本代次"
    )


async def bundle(options: argparse.Namespace, clock: Clock, entropy: Entropy) -> int:
    """``bundle import | export``."""
    from server.bootstrap import opened
    from server.terminals import courier

    if options.way == "export" and options.terminal is None:
        print("onecard-server: bundle export needs --terminal", file=sys.stderr)
        return 2
    runtime, _ = await opened(options.data, options.db, clock, entropy)
    try:
        await runtime.look()
        if options.way == "export":
            raw = await courier.depart(runtime, options.terminal, whole=options.whole)
            _write(options.file, raw)
            _say("terminal.office.exported", terminal=options.terminal)
            return 0
        arrived = await courier.arrive(runtime, _read(options.file), rescue=options.rescue)
        _say(
            "terminal.office.imported",
            terminal=arrived.terminal,
            count=arrived.records,
            epoch=arrived.epoch,
            received=arrived.received,
        )
        for one in arrived.results:
            print(f"{one.id} {one.status} {one.reason}")
        if options.answer is not None:
            _write(options.answer, await courier.depart(runtime, arrived.terminal))
        return 0
    except OneCardError as error:
        _refuse(error)
        return 1
    finally:
        await runtime.db.close()


async def backup(options: argparse.Namespace, clock: Clock, entropy: Entropy) -> int:
    """``backup begin`` before the copy is made, ``backup complete`` when it lies somewhere else, whole."""
    from server.bootstrap import opened
    from server.terminals import backup as backups

    runtime, _ = await opened(options.data, options.db, clock, entropy)
    unit, now = runtime.unit, clock.now()
    try:
        if options.deed == "begin":
            number = await runtime.db.write(lambda c: backups.begin(c, unit, now, options.note))
            _say("terminal.office.backup_begun", number=number)
        else:
            number = options.number or 0
            count = await runtime.db.write(lambda c: backups.complete(c, unit, number, now))
            _say("terminal.office.backup_complete", number=number, count=count)
        return 0
    except OneCardError as error:
        _refuse(error)
        return 1
    finally:
        await runtime.db.close()


async def restored(options: argparse.Namespace, clock: Clock, entropy: Entropy) -> int:
    """``restored``: after the database was put back from a copy, before terminals are answered again."""
    from server.bootstrap import opened
    from server.terminals import restored as lives

    runtime, _ = await opened(options.data, options.db, clock, entropy)
    unit, now = runtime.unit, clock.now()
    try:
        here, before = await runtime.db.read(lambda c: lives.of(c, unit)), lives.known(options.data)
        highest = max(options.epoch, 0 if before is None else before.epoch)
        _say("terminal.office.restored_what", epoch=here.epoch, next=max(here.epoch, highest) + 1)
        if not options.yes and not _agreed():
            _say("terminal.office.restored_not")
            return 1
        seen = before if options.epoch <= here.epoch else None
        number = await runtime.db.write(lambda c: lives.begin(c, unit, now, known_epoch=highest, seen=seen))
        lives.keep(options.data, await runtime.db.read(lambda c: lives.of(c, unit)))
        _say("terminal.office.restored", epoch=number)
        return 0
    except OneCardError as error:
        _refuse(error)
        return 1
    finally:
        await runtime.db.close()


def _agreed() -> bool:
    """A person's own word; nobody's where nobody is asked."""
    try:
        return input("restored / 已恢复: ").strip() in ("restored", "已恢复")
    except EOFError:
        return False


Command = Callable[[argparse.Namespace, Clock, Entropy], Coroutine[Any, Any, int]]
COMMANDS: dict[str, Command] = {"bundle": bundle, "backup": backup, "restored": restored}


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_MAX:
            raise Refused("bundle.too_large")
        return path.read_bytes()
    except OSError as error:
        raise Refused("bundle.file", path=str(path), detail=error.strerror or "") from error


def _write(path: Path, raw: bytes) -> None:
    """Whole or not at all, and on the stick before it is said."""
    try:
        write_whole(path, raw)
    except OSError as error:
        raise Refused("bundle.file", path=str(path), detail=error.strerror or "") from error


def _say(key: str, **given: object) -> None:
    for language in LANGUAGES:
        print(Translator(language, strict=False)(key, **given))


def _refuse(error: OneCardError) -> None:
    for language in LANGUAGES:
        print(Translator(language, strict=False).refusal(error), file=sys.stderr)
