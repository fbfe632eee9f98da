"""What can still be read of a journal whose box is dead: every record up to the first bad one. F: E8

Works on a copy, opens nothing for writing, and believes no record whose hash does not fit. Knows SQL and
chains.
"""

import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from onecard.errors import Refused, StoreError
from onecard.journal import chain
from onecard.journal.index import record_id
from onecard.journal.schema import store_errors
from onecard.wire.chain import record_hash
from onecard.wire.journal import Record


class Found(NamedTuple):
    """Whole records per epoch, in order; ``whole``: nothing was missing or broken after them."""

    terminal: int
    epochs: dict[int, list[Record]]
    whole: bool


def read(path: Path) -> Found:
    """Raises ``Refused("rescue.none")`` when it is no journal, ``StoreError`` when the disk gives nothing."""
    if not path.is_file():
        raise Refused("rescue.none", path=str(path))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "journal.db"
        try:
            shutil.copyfile(path, copy)
            log = path.with_name(path.name + "-wal")
            if log.exists():
                shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
        except OSError as error:
            raise StoreError("store.failed", path=str(path), detail=str(error)) from error
        with store_errors(), closing(sqlite3.connect(copy, isolation_level=None)) as db:
            return _records(db, path)


def _records(db: sqlite3.Connection, path: Path) -> Found:
    terminal, cuts = _about(db, path)
    epochs: dict[int, list[Record]] = {}
    broken: set[int] = set()
    whole = True
    try:
        for row in db.execute(f"SELECT {chain.COLUMNS} FROM record ORDER BY n"):  # noqa: S608 - our own words
            epoch = record_id(terminal, row[0]).epoch
            if epoch in broken:
                continue
            records = epochs.setdefault(epoch, [])
            try:
                record = chain.as_record(terminal, row)
                good = _fits(terminal, epoch, record, records, cuts.get(epoch, 0))
            except (ValueError, TypeError, msgspec.MsgspecError):
                good = False
            if good:
                records.append(record)
            else:
                broken.add(epoch)
                whole = False
    except sqlite3.DatabaseError:
        whole = False  # the rest of the file is not readable; what came before is
    return Found(terminal, {epoch: found for epoch, found in epochs.items() if found}, whole)


def _about(db: sqlite3.Connection, path: Path) -> tuple[int, dict[int, int]]:
    try:
        rows = dict(db.execute("SELECT key, value FROM meta").fetchall())
        terminal = int(rows["terminal"])
    except (sqlite3.DatabaseError, KeyError, ValueError) as error:
        raise Refused("rescue.none", path=str(path)) from error
    cuts = {}
    for key, value in rows.items():
        if key.startswith("cut:"):
            with suppress(ValueError):
                cuts[int(key[4:])] = int(str(value).partition(":")[0])
    return terminal, cuts


def _fits(terminal: int, epoch: int, record: Record, before: list[Record], cut: int) -> bool:
    follows = (
        (record.seq, record.prev) == (before[-1].seq + 1, before[-1].hash)
        if before
        else record.seq == cut + 1
    )
    own = record_hash(
        record.prev,
        terminal,
        epoch,
        record.seq,
        record.at,
        record.mono_ms,
        record.offset_s,
        bytes(record.body),
    )
    return follows and own == record.hash
