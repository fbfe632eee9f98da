"""Becoming a terminal: the key it makes itself, the one-time code, and the file that keeps who it is.

The key is on the disk before the office is asked, so that a lost answer costs no second code: the same
question gets the same answer. Knows nothing of what a terminal does afterwards.
"""

from pathlib import Path
from typing import Protocol

import msgspec

from onecard.clock import Clock
from onecard.errors import Refused, StoreError
from onecard.ids import Entropy
from onecard.whole_file import write_whole
from onecard.wire.client import Identity, ServerClient
from onecard.wire.signing import SigningKey


class Enrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file. ``identity`` is ``None`` between making the key and the office's answer."""

    seed: str
    server_url: str
    terminal: int
    identity: Identity | None = None

    def __repr__(self) -> str:
        return f"Enrolment(terminal={self.terminal}, enrolled={self.identity is not None})"


class Asker(Protocol):
    """The part of ``ServerClient`` that enrolment needs."""

    def enrol(self, code: str, terminal: int, key: SigningKey) -> Identity: ...


def enrol(
    path: Path,
    server_url: str,
    code: str,
    terminal: int,
    clock: Clock,
    entropy: Entropy,
    *,
    asker: Asker | None = None,
) -> Identity:
    """Ask the office with a one-time code and keep the answer in ``path`` (0600). May be repeated.

    Raises ``Unreachable`` or ``Refused`` (the office's reason, or ``enrol.done_already``), ``StoreError``.
    """
    kept = _read(path)
    if kept is not None and kept.identity is not None:
        raise Refused("enrol.done_already", terminal=kept.identity.terminal)
    if kept is None or kept.terminal != terminal:
        kept = Enrolment(seed=entropy.bytes(32).hex(), server_url=server_url, terminal=terminal)
        _write(path, kept)
    key = SigningKey(bytes.fromhex(kept.seed))
    client = asker or ServerClient(server_url, None, clock, entropy)
    identity = client.enrol(code, terminal, key)
    _write(path, msgspec.structs.replace(kept, server_url=server_url, identity=identity))
    return identity


def load(path: Path) -> Identity | None:
    """Who this terminal is; ``None`` before enrolment. Raises ``StoreError("store.corrupt")``."""
    kept = _read(path)
    return None if kept is None else kept.identity


def server_of(path: Path) -> str:
    """The address that this terminal was enrolled at; "" before. A setting of its own goes before it."""
    kept = _read(path)
    return "" if kept is None else kept.server_url


def _read(path: Path) -> Enrolment | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Enrolment)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise StoreError("store.corrupt", path=str(path)) from error
    except OSError as error:
        raise StoreError("store.failed", path=str(path), detail=str(error)) from error


def _write(path: Path, enrolment: Enrolment) -> None:
    """Whole or not at all, readable by nobody else from its first byte on."""
    try:
        write_whole(path, msgspec.json.encode(enrolment), private=True)
    except OSError as error:
        raise StoreError("store.failed", path=str(path), detail=str(error)) from error
