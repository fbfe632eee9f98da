"""Real databases for tests: SQLite in a file, PostgreSQL of our own in a temporary directory.

PostgreSQL is skipped only where its binaries are absent.
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, select

import server.books.tables
import server.cards.tables
import server.exceptions.tables
from onecard.clock import FalseClock
from onecard.ids import RecordId
from onecard.wire.messages import Answer, Uploaded
from server.books import intake
from server.books.lane import Lane
from server.books.posting import Command
from server.books.reconcile import Problem, reconcile
from server.db import Database
from server.exceptions.tables import exception
from server.migrations import whole_metadata
from server.settlement import close
from tests.server.books.station import NOW, UNIT, Station

T = TypeVar("T")
_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


class Books:
    """A database with a lane, and an event loop to run it on."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.clock = FalseClock(NOW)
        self.db = Database.open(url)
        self.lane = Lane(self.db, self.clock)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        # The runner's own ``run`` sets a signal handler each time, which takes longer than a short question.
        return self.runner.get_loop().run_until_complete(work)

    def create(self) -> None:
        whole_metadata()
        self.run(self.db.create_all())

    def again(self) -> None:
        """The same database with other content, at the first moment."""
        self.clock = FalseClock(NOW)
        self.lane = Lane(self.db, self.clock)

    def close(self) -> None:
        self.run(self.db.close())
        self.runner.close()

    def read(self, work: Any) -> Any:
        return self.run(self.db.read(work))

    def write(self, work: Any) -> Any:
        return self.run(self.db.write(work))

    def do(self, command: Command[T]) -> T:
        return self.run(self.lane.do(command))

    def upload(self, station: Station, start: int | None = None, stop: int | None = None) -> Uploaded:
        """What is new at a station, or records[start:stop]."""
        fresh = start is None
        message = station.upload(station.sent if start is None else start, stop)
        answer = self.run(intake.upload(self.lane, station.sender, message))
        if fresh:
            station.sent = answer.received
        return answer

    def sell(self, terminal: int, body: bytes) -> Answer:
        return self.run(intake.account_sale(self.lane, UNIT, terminal, body))

    def cancel(self, of: RecordId) -> Answer:
        return self.run(intake.cancel(self.lane, UNIT, of))

    def balance(self, account: str) -> int:
        """Credit − debit by the postings alone."""
        return self.accounts().get(account, 0)

    def accounts(self) -> dict[str, int]:
        table = server.books.tables.posting

        def sums(connection: Connection) -> dict[str, int]:
            found: dict[str, int] = {}
            for row in connection.execute(select(table)):
                found[row.credit] = found.get(row.credit, 0) + row.fen
                found[row.debit] = found.get(row.debit, 0) - row.fen
            return {account: fen for account, fen in sorted(found.items()) if fen}

        return self.read(sums)

    def rows(self, table: Any) -> list[Any]:
        return self.read(lambda connection: connection.execute(select(table)).all())

    def kinds(self) -> list[str]:
        """What landed in the inbox."""
        return sorted(row.kind for row in self.rows(exception))

    def problems(self) -> list[Problem]:
        return self.read(lambda connection: reconcile(connection, UNIT))

    def tie_out(self) -> None:
        """By the check of everything, and by the one that a close of the day makes."""
        assert self.problems() == []
        assert self.read(lambda connection: close.check(connection, UNIT)).problems == ()


class Cluster:
    """A PostgreSQL server of this test process alone."""

    def __init__(self) -> None:
        self._bin = _BINARIES[0]
        self._home = Path(tempfile.mkdtemp(prefix="onecard-pg-"))
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(self._home, "postgres", "postgres")
        data = self._home / "data"
        self._call("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-N")
        options = f"-k {self._home} -c listen_addresses= -c fsync=off -c max_connections=40"
        self._data = data
        self._call("pg_ctl", "-D", str(data), "-o", options, "-w", "-l", str(self._home / "log"), "start")
        self._made = 0
        self._kept = ""

    def _call(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self._as, str(self._bin / program), *arguments],
            check=True, cwd=self._home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def new(self) -> str:
        """The URL of an empty database."""
        return self._new()

    def copy(self, url: str) -> str:
        """The URL of a copy of a database to which nobody is connected."""
        return self._new("-T", url.partition("?")[0].rpartition("/")[2])

    def one_copy(self, url: str) -> str:
        """The same, in the place of the one before."""
        self._call("dropdb", "--if-exists", "-h", str(self._home), "-U", "postgres", "copied")
        # Its files are copied: through the log it takes three times as long.
        how = ("--strategy=file_copy",) if int(self._bin.parent.name.partition(".")[0]) >= 15 else ()
        return self._named("copied", "-T", url.partition("?")[0].rpartition("/")[2], *how)

    def with_tables(self) -> str:
        """The URL of a database with all tables and nothing in them: one for all tests, emptied between."""
        if not self._kept:
            self._kept = self._new()
            books = Books(self._kept)
            books.create()
            books.close()
        else:
            names = ", ".join(f'"{name}"' for name in whole_metadata().tables)
            # As a replica no trigger fires, so that even the append-only tables can be emptied here.
            emptied = f"SET session_replication_role = replica; TRUNCATE {names}"
            name = self._kept.partition("?")[0].rpartition("/")[2]
            self._call("psql", "-q", "-h", str(self._home), "-U", "postgres", "-d", name, "-c", emptied)
        return self._kept

    def _new(self, *more: str) -> str:
        self._made += 1
        return self._named(f"books{self._made}", *more)

    def _named(self, name: str, *more: str) -> str:
        self._call("createdb", "-h", str(self._home), "-U", "postgres", *more, name)
        return f"postgresql://postgres@/{name}?host={self._home}"

    def stop(self) -> None:
        self._call("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._home, ignore_errors=True)


class _Shared:
    """Starting one takes seconds, so that all tests of a process which only ask it share one."""

    cluster: Cluster | None = None
    users = 0


def shared() -> Iterator[Cluster]:
    """The process's; the last one that lets go of it stops it."""
    if _Shared.cluster is None:
        skip_without()
        _Shared.cluster = Cluster()
    _Shared.users += 1
    try:
        yield _Shared.cluster
    finally:
        _Shared.users -= 1
        if not _Shared.users:
            _Shared.cluster.stop()
            _Shared.cluster = None


def cluster() -> Iterator[Cluster]:
    """One of the caller's own, to be stopped and killed."""
    skip_without()
    running = Cluster()
    yield running
    running.stop()


def skip_without() -> None:
    """Where it cannot be started."""
    if not _BINARIES:
        pytest.skip("no PostgreSQL binaries on this machine")
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        pytest.skip("PostgreSQL refuses root and there is no runuser")
