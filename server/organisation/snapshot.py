"""Everything the database holds as one sealed file, taken before something that cannot be undone. F: H4 H6

The same on both engines: a line of JSON per row, packed, under a key of the server's own.
"""

import base64
import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, MetaData

from onecard.ids import Entropy
from server.db import write_rows

_NONCE = 12
_ABOUT = b"onecard/snapshot/1"
_BYTES = "base64:"


def _cell(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return _BYTES + base64.b64encode(bytes(value)).decode()
    return value


def _back(value: Any, column: "sa.Column[Any]") -> Any:
    if isinstance(column.type, sa.LargeBinary) and isinstance(value, str):
        return base64.b64decode(value.removeprefix(_BYTES))
    return value


def _lines(connection: Connection, metadata: MetaData) -> Iterator[bytes]:
    for table in metadata.sorted_tables:
        for row in connection.execute(sa.select(table)):
            yield msgspec.json.encode([str(table.name), [_cell(value) for value in row]]) + b"\n"


def taken(connection: Connection, metadata: MetaData, secret: bytes, entropy: Entropy) -> bytes:
    """Reads everything on one consistent view."""
    packed = gzip.compress(b"".join(_lines(connection, metadata)), compresslevel=6, mtime=0)
    nonce = entropy.bytes(_NONCE)
    return nonce + AESGCM(secret).encrypt(nonce, packed, _ABOUT)


def opened(raw: bytes, secret: bytes) -> list[tuple[str, list[Any]]]:
    """(table, row) of each row. Raises ``cryptography.exceptions.InvalidTag`` for another server's file."""
    packed = AESGCM(secret).decrypt(raw[:_NONCE], raw[_NONCE:], _ABOUT)
    return [
        msgspec.json.decode(line, type=tuple[str, list[Any]]) for line in gzip.decompress(packed).splitlines()
    ]


def put_back(connection: Connection, metadata: MetaData, rows: list[tuple[str, list[Any]]]) -> int:
    """Into a database whose tables are empty (writes) → how many rows."""
    by_table: dict[str, list[list[Any]]] = {}
    for name, row in rows:
        by_table.setdefault(name, []).append(row)
    for table in metadata.sorted_tables:
        columns = list(table.c)
        write_rows(
            connection,
            table,
            [
                tuple(_back(value, column) for value, column in zip(row, columns, strict=True))
                for row in by_table.get(table.name, ())
            ],
        )
    return len(rows)


def keep(folder: Path, name: str, raw: bytes) -> Path:
    """On the disk when this returns, for this user only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    return path
