"""The same messages as a file: what goes up and down by stick or handheld where there is no network. F: E4

Sealed to the one who may read it (X25519) and signed by who made it (Ed25519), under the keys that both have
known of each other since enrolment: nothing new has to be exchanged first. A file that lost a byte is told
apart from one that somebody else made, or that is for somebody else. Knows no journal and no books.
"""

import hashlib
import zlib
from typing import Annotated, Final, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Meta

from onecard.errors import Refused
from onecard.ids import Entropy
from onecard.wire.documents import Fetched
from onecard.wire.fleet import Beat, Number, Report
from onecard.wire.journal import Upload
from onecard.wire.message import Hex, Message, Short, encode
from onecard.wire.signing import SigningKey, transcript, verifies

M = TypeVar("M", bound=Message)

MAGIC: Final = b"ONECARD1"
HEAD_MAX: Final = 4_096
#: A file, and what it holds once unpacked.
FILE_MAX: Final = 64 << 20
CONTENT_MAX: Final = 256 << 20
_SIGNATURE: Final = 64
_P: Final = 2**255 - 19
#: Each bundle has a key of its own, so one nonce is enough.
_NONCE: Final = bytes(12)


class BundleHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What anybody may read of a file. ``number`` grows per terminal and way; up it is where the journal
    stands: epoch × 2²⁴ + seq. ``digest`` covers the sealed part."""

    way: Short  # up | down
    unit: Annotated[int, Meta(ge=0, lt=1 << 32)]
    terminal: Annotated[int, Meta(ge=0, le=0xFFFF)]
    number: Number
    made_at: Number
    share: Hex
    size: Annotated[int, Meta(ge=0, le=FILE_MAX)]
    digest: Hex


class BundleUp(Message, frozen=True, kw_only=True, tag="bundle_up/1"):
    """From a terminal: its records, what it holds, how it is, what became of commands."""

    uploads: tuple[Upload, ...]
    have: dict[str, int]
    app: Short = ""
    beat: Beat | None = None
    reports: tuple[Report, ...] = ()


class BundleDown(Message, frozen=True, kw_only=True, tag="bundle_down/1"):
    """To a terminal: what a fetch would have brought, and what backups hold of its journal."""

    fetched: Fetched
    durable: tuple[tuple[int, int], ...] = ()


def seal(
    way: str,
    content: Message,
    *,
    unit: int,
    terminal: int,
    number: int,
    made_at: int,
    key: SigningKey,
    to: bytes,
    entropy: Entropy,
) -> bytes:
    """The file. ``to``: the reader's public Ed25519 key. Raises ``Refused("bundle.too_large")``."""
    packed = zlib.compress(encode(content), 6)
    private = X25519PrivateKey.from_private_bytes(entropy.bytes(32))
    share = private.public_key().public_bytes_raw()
    secret = private.exchange(X25519PublicKey.from_public_bytes(_montgomery(to)))
    size = len(packed) + 16
    if size > FILE_MAX:
        raise Refused("bundle.too_large")
    about = transcript("onecard/bundle/1/about", way, unit, terminal, number, made_at, share, size)
    sealed = AESGCM(_key(secret, share, to)).encrypt(_NONCE, packed, about)
    head = encode(
        BundleHead(
            way=way,
            unit=unit,
            terminal=terminal,
            number=number,
            made_at=made_at,
            share=share.hex(),
            size=size,
            digest=hashlib.sha256(sealed).hexdigest(),
        )
    )
    signature = key.sign(transcript("onecard/bundle/1", head))
    return b"".join((MAGIC, len(head).to_bytes(4, "little"), head, sealed, signature))


def read_head(raw: bytes) -> BundleHead:
    """Whether this is a whole bundle, and what it says of itself; proves nothing about who made it.

    Raises ``Refused("bundle.damaged")``, ``bundle.unknown`` for a file of another kind.
    """
    return _parts(raw)[0]


def unseal(raw: bytes, *, made_by: bytes, key: SigningKey, kind: type[M]) -> M:
    """What a file holds. ``made_by``: the maker's public key, ``key``: the reader's own.

    Raises ``Refused``: ``bundle.damaged``, ``bundle.unknown``, ``bundle.signature``, ``bundle.sealed``.
    """
    head, said, sealed, signature = _parts(raw)
    if not verifies(made_by, transcript("onecard/bundle/1", said), signature):
        raise Refused("bundle.signature")
    share = bytes.fromhex(head.share)
    about = transcript(
        "onecard/bundle/1/about",
        head.way, head.unit, head.terminal, head.number, head.made_at, share, head.size,
    )  # fmt: skip
    try:
        private = X25519PrivateKey.from_private_bytes(hashlib.sha512(key.seed).digest()[:32])
        secret = private.exchange(X25519PublicKey.from_public_bytes(share))
        packed = AESGCM(_key(secret, share, key.public)).decrypt(_NONCE, sealed, about)
    except (InvalidTag, ValueError):
        raise Refused("bundle.sealed") from None
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(packed, CONTENT_MAX)
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise Refused("bundle.too_large")
        return msgspec.json.decode(content, type=kind)
    except (zlib.error, msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        # Its maker signed it: a newer program than this one.
        raise Refused("bundle.unknown") from error


def _parts(raw: bytes) -> tuple[BundleHead, bytes, bytes, bytes]:
    if raw[: len(MAGIC)] != MAGIC:
        raise Refused("bundle.damaged" if raw[:4] == MAGIC[:4] else "bundle.unknown")
    start = len(MAGIC) + 4
    length = int.from_bytes(raw[len(MAGIC) : start], "little")
    if len(raw) < start or length > HEAD_MAX or len(raw) < start + length:
        raise Refused("bundle.damaged")
    said = raw[start : start + length]
    try:
        head = msgspec.json.decode(said, type=BundleHead)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise Refused("bundle.damaged") from None
    sealed = raw[start + length : start + length + head.size]
    signature = raw[start + length + head.size :]
    whole = len(sealed) == head.size and len(signature) == _SIGNATURE and len(head.share) == 64
    if not whole or hashlib.sha256(sealed).hexdigest() != head.digest:
        raise Refused("bundle.damaged")
    return head, said, sealed, signature


def _key(secret: bytes, share: bytes, to: bytes) -> bytes:
    salt = hashlib.sha256(share + to).digest()
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"onecard/bundle/1/key").derive(secret)


def _montgomery(public: bytes) -> bytes:
    """An Ed25519 public key as the X25519 key of the same secret: u = (1 + y) ÷ (1 − y) (RFC 7748 §4.1)."""
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    if len(public) != 32 or y >= _P or y == 1:
        raise Refused("bundle.sealed")
    return ((1 + y) * pow(1 - y, -1, _P) % _P).to_bytes(32, "little")
