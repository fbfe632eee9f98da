"""What terminals say about themselves, and what they are told to do: each command once. F: E6 E7

A command is a row of a signed document until its result is here; asking or hearing twice changes nothing.
Knows no money and no window.
"""

import hashlib
import re
from pathlib import Path
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.wire import fleet as f
from server.cards.stops import count_of, take_number
from server.db import write_rows
from server.operators import log
from server.operators.rights import Rights
from server.runtime import Known, Runtime
from server.terminals import backup, result, version
from server.terminals.contact import acknowledge
from server.terminals.document import COMMANDS, NOTICES
from server.terminals.tables import beat, command, command_part, notice, traffic

#: A command that no terminal has taken up by then is void.
GOOD_FOR_S: Final = 86_400
#: A command's number is the books' life above this many bits, and how many it is of that life below them.
LIFE_BITS: Final = 32
#: Days of traffic that a heartbeat may bring.
_DAYS_MAX: Final = 16
_PACKAGE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,62}", re.ASCII)
PART: Final = 512 << 10


# ---- what terminals say


async def take_beat(runtime: Runtime, who: Known, question: f.Beat) -> f.Beaten:
    """Keep the figures; the answer says what backups hold."""
    demand_bounded(question)
    now = runtime.clock.now()

    def write(connection: Connection) -> tuple[tuple[int, int], ...]:
        keep_beat(connection, runtime.unit, who.terminal, question, now)
        acknowledge(connection, runtime.unit, {who.terminal: question.versions}, now)
        return backup.durable(connection, runtime.unit, who.terminal)

    return f.Beaten(now=now, durable=await runtime.db.write(write))


def demand_bounded(said: f.Beat) -> None:
    """Raises ``Refused("request.malformed")`` for figures of more things than a station has."""
    if len(said.traffic) > _DAYS_MAX or len(said.devices) > 64 or len(said.versions) > 64:
        raise Refused("request.malformed")


def keep_beat(connection: Connection, unit: int, terminal: int, said: f.Beat, at: int) -> None:
    """The figures of a moment (writes)."""
    figures = msgspec.json.encode(said).decode()
    write_rows(connection, beat, [(unit, terminal, at, figures)], replace=True)
    days = [(unit, terminal, day.day, day.up, day.down) for day in said.traffic]
    if days:
        write_rows(connection, traffic, days, replace=True)


async def take_report(runtime: Runtime, who: Known, question: f.Report) -> f.Reported:
    """What became of a command. Parts may come twice and in any order."""

    def write(connection: Connection) -> None:
        report(connection, runtime.unit, who.terminal, question)

    await runtime.db.write(write)
    return f.Reported(command=question.command, part=question.part)


def report(connection: Connection, unit: int, terminal: int, said: f.Report) -> None:
    """Write a result down; the first one stands, and nothing is kept of another one's (writes).

    Raises ``Refused("command.unknown")``, also for what another result brings.
    """
    if not result.end(connection, unit, terminal, said.command, said.state, said.said, said.digest, said.at):
        raise Refused("command.unknown")
    kept = sa.select(command.c.digest).where(command.c.unit_id == unit, command.c.command == said.command)
    if said.content and connection.execute(kept).scalar() != said.digest:
        raise Refused("command.unknown")
    if said.content and said.part < said.parts:
        write_rows(connection, command_part, [(unit, said.command, said.part, said.content)], replace=True)


async def give_package(runtime: Runtime, _: Known, question: f.AskPackage) -> f.PackagePart:
    """A piece of a package that the office laid into its folder."""
    path = package_path(runtime.folder, question.name)
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(question.offset)
        return f.PackagePart(size=size, content=file.read(PART))


QUESTIONS: dict[str, Any] = {
    "/t/beat": (f.Beat, take_beat),
    "/t/report": (f.Report, take_report),
    "/t/package": (f.AskPackage, give_package),
}


# ---- what they are told


def tell(
    connection: Connection,
    unit: int,
    terminals: list[int],
    kind: str,
    given: dict[str, str],
    now: int,
    by: int,
    good_for_s: int = GOOD_FOR_S,
) -> list[int]:
    """A command for each of these terminals → its numbers (writes). Raises ``Refused("command.kind")``,
    ``command.given``."""
    if kind not in f.COMMANDS:
        raise Refused("command.kind")
    missing = {"version", "name", "size", "sha256"} - given.keys() if kind == "update" else set()
    if missing:
        raise Refused("command.given", what=", ".join(sorted(missing)))
    # A terminal does each number once, for ever: restored books use none of the lost days again.
    first = (max(1, count_of(connection, unit, "books_epoch")) << LIFE_BITS) + 1
    made = []
    for terminal in sorted(set(terminals)):
        number = take_number(connection, unit, "command", first)
        text = msgspec.json.encode(given).decode()
        row = (unit, number, terminal, kind, text, now, by, now + good_for_s, "asked", "", "", 0)
        write_rows(connection, command, [row])
        log.write(connection, unit, now, by, "terminal.command", str(terminal), kind=kind, command=number)
        made.append(number)
    version.touch(connection, unit, COMMANDS, now)
    return made


def commands_of(connection: Connection, unit: int, terminal: int, limit: int = 20) -> list[dict[str, Any]]:
    """The newest first, each with how many bytes it brought."""
    query = sa.select(command).where(command.c.unit_id == unit, command.c.terminal == terminal)
    rows = connection.execute(query.order_by(command.c.command.desc()).limit(limit)).mappings().all()
    sizes = sa.select(command_part.c.command, sa.func.sum(sa.func.length(command_part.c.content))).where(
        command_part.c.unit_id == unit, command_part.c.command.in_([row["command"] for row in rows])
    )
    brought = {
        number: int(size) for number, size in connection.execute(sizes.group_by(command_part.c.command))
    }
    return [dict(row) | {"bytes": brought.get(row["command"], 0)} for row in rows]


def content_of(connection: Connection, unit: int, terminal: int, number: int) -> bytes:
    """What a command brought, whole. Raises ``Refused("command.unknown")``, also while parts are missing."""
    query = sa.select(command).where(command.c.unit_id == unit, command.c.command == number)
    row = connection.execute(query.where(command.c.terminal == terminal)).first()
    parts = sa.select(command_part.c.content).where(
        command_part.c.unit_id == unit, command_part.c.command == number
    )
    content = b"".join(connection.execute(parts.order_by(command_part.c.part)).scalars())
    if row is None or not content or hashlib.sha256(content).hexdigest() != row.digest:
        raise Refused("command.unknown")
    return content


def put_notice(
    connection: Connection, unit: int, text: str, text_en: str, since: int, until: int, now: int, by: int
) -> int:
    """Sentences for every terminal → the notice's number (writes)."""
    if not text.strip():
        raise Refused("notice.empty")
    last = connection.execute(
        sa.select(sa.func.max(notice.c.notice)).where(notice.c.unit_id == unit)
    ).scalar()
    number = int(last or 0) + 1
    row = (unit, number, text.strip()[:4_000], text_en.strip()[:4_000], since, until, by)
    write_rows(connection, notice, [row])
    version.touch(connection, unit, NOTICES, now)
    log.write(connection, unit, now, by, "terminal.notice", str(number))
    return number


def recent_notices(connection: Connection, who: Rights, most: int) -> list[dict[str, Any]]:
    """The newest of his unit first."""
    query = sa.select(notice).where(notice.c.unit_id == who.unit).order_by(notice.c.notice.desc()).limit(most)
    return [dict(row) for row in connection.execute(query).mappings()]


def end_notice(connection: Connection, unit: int, number: int, now: int, by: int) -> None:
    """Nobody shows it any more (writes)."""
    mine = (notice.c.unit_id == unit) & (notice.c.notice == number)
    connection.execute(notice.update().where(mine).values(until=now))
    version.touch(connection, unit, NOTICES, now)
    log.write(connection, unit, now, by, "terminal.notice_end", str(number))


# ---- packages


def package_path(folder: Path | None, name: str) -> Path:
    """A file of the packages folder and of nothing else. Raises ``Refused("package.unknown")``."""
    if folder is None or not _PACKAGE.fullmatch(name):
        raise Refused("package.unknown", name=name[:64])
    path = folder / "packages" / name
    if not path.is_file():
        raise Refused("package.unknown", name=name)
    return path


def package(folder: Path | None, name: str, number: str) -> dict[str, str]:
    """What an update command has to say of a package; the command's document is signed, so this is too."""
    path = package_path(folder, name)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"version": number, "name": name, "size": str(path.stat().st_size), "sha256": digest}


def last_beat(connection: Connection, unit: int, terminal: int) -> tuple[int, f.Beat] | None:
    """(server time, figures), ``None`` before the first."""
    query = sa.select(beat).where(beat.c.unit_id == unit, beat.c.terminal == terminal)
    row = connection.execute(query).first()
    return None if row is None else (row.at, msgspec.json.decode(row.said, type=f.Beat))


def traffic_of(
    connection: Connection, unit: int, terminal: int, days: int = 31
) -> list[tuple[int, int, int]]:
    """(card day, bytes up, bytes down), the newest first."""
    query = sa.select(traffic).where(traffic.c.unit_id == unit, traffic.c.terminal == terminal)
    rows = connection.execute(query.order_by(traffic.c.day.desc()).limit(days))
    return [(row.day, row.up, row.down) for row in rows]
