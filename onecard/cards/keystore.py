"""The encrypted file of a key set: AES-256-GCM under a passphrase (argon2id) or a machine's secret file.

The kind (live, test, training) stands outside in clear, is authenticated by the encryption, and whoever opens
a file says which kind is wanted; so a box set up for one can never take another. Knows no card.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onecard.cards.cpu.key import CpuMasters
from onecard.cards.keys import KeySet, Kind, Masters
from onecard.errors import StoreError
from onecard.ids import Entropy
from onecard.whole_file import write_whole

SECRET_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_SALT_BYTES: Final = 16
# Of format 1; others would be a new format, so no file can ask for a gigabyte of memory.
_ARGON2_TIME, _ARGON2_MEMORY_KIB, _ARGON2_LANES = 3, 64 * 1024, 4


@dataclass(frozen=True)
class Passphrase:
    """What a person types to open a key store."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class MachineSecret:
    """32 bytes that stay on one machine, so that it opens its key store without a person."""

    value: bytes = field(repr=False)

    @classmethod
    def make(cls, path: Path, entropy: Entropy) -> "MachineSecret":
        """A new secret in a new file that only its owner may read."""
        secret = cls(entropy.bytes(SECRET_BYTES))
        _write_private(path, secret.value, replace=False)
        return secret

    @classmethod
    def read(cls, path: Path) -> "MachineSecret":
        """Raises ``StoreError``: ``keys.no_secret``, ``keys.secret_exposed`` (others may read it)."""
        try:
            value = path.read_bytes()
            mode = path.stat().st_mode
        except OSError as error:
            raise StoreError("keys.no_secret", file=str(path)) from error
        if os.name == "posix" and mode & 0o077:
            raise StoreError("keys.secret_exposed", file=str(path))
        if len(value) != SECRET_BYTES:
            raise StoreError("keys.no_secret", file=str(path))
        return cls(value)


Unlock = Passphrase | MachineSecret


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is bound to the box as associated data; ``salt`` is empty under a machine's secret."""

    kind: Kind
    salt: bytes
    format: Literal["onecard-keys-1"] = "onecard-keys-1"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    header: _Header
    nonce: bytes
    box: bytes


class _Cpu(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    purchase: bytes | None = None
    load: bytes | None = None
    tac: bytes | None = None
    maintain: bytes | None = None


class _Master(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    version: int
    a: bytes
    b: bytes | None
    mac: bytes
    #: Not there in files from before CPU cards.
    cpu: _Cpu = _Cpu()

    @classmethod
    def of(cls, masters: Masters) -> "_Master":
        return cls(masters.version, masters.a, masters.b, masters.mac, _Cpu(**masters.cpu.all()))

    def masters(self) -> Masters:
        cpu = CpuMasters(**msgspec.structs.asdict(self.cpu))
        return Masters(self.version, self.a, self.b, self.mac, cpu)


class _Box(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    kind: Kind
    masters: list[_Master]
    #: The sector key of the system before; only while its cards come over.
    old: bytes = b""


def save(path: Path, keys: KeySet, unlock: Unlock, entropy: Entropy) -> None:
    """Write the whole set; replaces the file in one step or leaves it as it was.

    Raises ``StoreError``: ``keys.wrong_kind`` when a set of the other kind stands there.
    """
    kind = keys.kind
    if path.exists() and _parse(path).header.kind != kind:
        raise StoreError("keys.wrong_kind", file=str(path), wanted=kind)
    header = _Header(kind, entropy.bytes(_SALT_BYTES) if isinstance(unlock, Passphrase) else b"")
    masters = [_Master.of(one) for one in keys.masters]
    nonce = entropy.bytes(_NONCE_BYTES)
    plain = msgspec.json.encode(_Box(kind, masters, keys.old))
    box = AESGCM(_key(unlock, header)).encrypt(nonce, plain, msgspec.json.encode(header))
    _write_private(path, msgspec.json.encode(_File(header, nonce, box)), replace=True)


def load(path: Path, unlock: Unlock, *, test: bool, training: bool = False) -> KeySet:
    """The key set, if it is of the wanted kind.

    Raises ``StoreError``: ``keys.missing``, ``keys.malformed``, ``keys.wrong_kind``, ``keys.locked`` (wrong
    passphrase or secret, or a changed file: these cannot be told apart).
    """
    file = _parse(path)
    wanted: Kind = "training" if training else "test" if test else "live"
    if file.header.kind != wanted:
        raise StoreError("keys.wrong_kind", file=str(path), wanted=wanted)
    try:
        aead = AESGCM(_key(unlock, file.header))
        plain = aead.decrypt(file.nonce, file.box, msgspec.json.encode(file.header))
    except (InvalidTag, ValueError):
        raise StoreError("keys.locked", file=str(path)) from None
    box = msgspec.json.decode(plain, type=_Box)
    assert box.kind == wanted
    masters = [one.masters() for one in box.masters]
    return KeySet(masters, test=wanted != "live", training=training, old=box.old)


def kind_of(path: Path) -> Kind:
    """Which kind a file says it holds; nothing is opened."""
    return _parse(path).header.kind


def _parse(path: Path) -> _File:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_File)
    except FileNotFoundError:
        raise StoreError("keys.missing", file=str(path)) from None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError("keys.malformed", file=str(path)) from error


def _key(unlock: Unlock, header: _Header) -> bytes:
    if isinstance(unlock, MachineSecret):
        if header.salt:
            raise ValueError("sealed by a passphrase")
        return unlock.value
    if not header.salt:
        raise ValueError("sealed by a machine's secret")
    return hash_secret_raw(
        unlock.text.encode(),
        header.salt,
        time_cost=_ARGON2_TIME,
        memory_cost=_ARGON2_MEMORY_KIB,
        parallelism=_ARGON2_LANES,
        hash_len=32,
        type=Type.ID,
    )


def _write_private(path: Path, data: bytes, *, replace: bool) -> None:
    """On disk before it has its name; readable by its owner only."""
    try:
        if not replace and path.exists():
            raise FileExistsError(str(path))
        write_whole(path, data, private=True)
    except OSError as error:
        raise StoreError("keys.not_written", file=str(path)) from error
