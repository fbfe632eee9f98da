"""The yardstick: pgbench's TPC-B, itself a debit-credit transaction, on our own PostgreSQL with fsync on."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 10


class Postgres:
    """One running server, on a socket in its own folder."""

    def __init__(self, home: Path) -> None:
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        if not binaries:
            raise FileNotFoundError("PostgreSQL's programs are missing; packaging/dev-setup.sh installs them")
        self._bin = binaries[0]
        self.home = home
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(home, "postgres", "postgres")
        self._call("initdb", "-D", str(home / "data"), "-U", "postgres", "-A", "trust")
        options = f"-k {home} -c listen_addresses= -c fsync=on -c max_connections=120"
        self._call("pg_ctl", "-D", str(home / "data"), "-o", options, "-w", "-l", str(home / "log"), "start")

    def _call(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [*self._as, str(self._bin / program), *arguments],
            cwd=self.home, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")
        return done.stdout

    def tpcb(self, clients: int, seconds: int = SECONDS) -> float:
        """Transactions per second of TPC-B at so many clients; its tables are made at the first call."""
        where = ["-h", str(self.home), "-U", "postgres"]
        if not (self.home / "filled").exists():
            # As many branches as clients: a smaller scale measures row locks instead.
            self._call("pgbench", *where, "-i", "-q", "-s", "64", "postgres")
            (self.home / "filled").touch()
        said = self._call(
            "pgbench",
            *where,
            "-c",
            str(clients),
            "-j",
            "2",
            "-T",
            str(seconds),
            "-n",
            "-M",
            "prepared",
            "postgres",
        )
        found = re.search(r"tps = ([0-9.]+)", said)
        assert found is not None, said
        return float(found[1])

    def database(self, name: str) -> str:
        """The URL of a new, empty database."""
        self._call("createdb", "-h", str(self.home), "-U", "postgres", name)
        return f"postgresql://postgres@/{name}?host={self.home}"

    def settle(self) -> None:
        """Write what is still in memory, so that nobody pays for it later."""
        self.sql("postgres", "CHECKPOINT")
        os.sync()

    def sql(self, database: str, statement: str) -> None:
        """Run one statement."""
        self._call("psql", "-q", "-h", str(self.home), "-U", "postgres", "-d", database, "-c", statement)

    def stop(self) -> None:
        self._call("pg_ctl", "-D", str(self.home / "data"), "-m", "fast", "-w", "stop")


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """A PostgreSQL that lives as long as the block, on the same disk as the measured thing."""
    home = folder / "pg"
    home.mkdir()
    folder.chmod(0o755)
    running = Postgres(home)
    try:
        yield running
    finally:
        running.stop()
