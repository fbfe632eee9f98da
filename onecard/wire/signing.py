"""Who said it: Ed25519 keys, and signatures over documents, journal heads and refusals.

Every signature covers a label and length-prefixed parts, so that no signed thing can stand for another one.
Knows no storage of keys and no network.
"""

from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Raw

from onecard.errors import Refused
from onecard.ids import Entropy
from onecard.wire.documents import Document


def transcript(label: str, *parts: bytes | str | int) -> bytes:
    """Unambiguous bytes of parts: each as u32 little-endian length ‖ bytes; numbers in decimal digits."""
    out = bytearray()
    for part in (label, *parts):
        raw = part if isinstance(part, bytes) else str(part).encode()
        out += len(raw).to_bytes(4, "little") + raw
    return bytes(out)


class SigningKey:
    """A private Ed25519 key. ``seed`` is the whole secret; whoever stores it answers for it."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.seed = seed
        self.public: bytes = self._key.public_key().public_bytes_raw()

    @classmethod
    def make(cls, entropy: Entropy) -> Self:
        """A new key."""
        return cls(entropy.bytes(32))

    def __repr__(self) -> str:
        # A key in a log or a traceback would be a key lost.
        return f"SigningKey({self.public.hex()[:8]}…)"

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._key.sign(message)


def verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` over ``message`` was made by the owner of ``public``. Never raises."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _document(name: str, version: int, effective_from: int, body: bytes) -> bytes:
    return transcript("onecard/document/1", name, version, effective_from, body)


def sign_document(key: SigningKey, name: str, version: int, effective_from: int, body: bytes) -> Document:
    """A document as the office hands it out; ``body`` is encoded once and travels byte for byte."""
    signature = key.sign(_document(name, version, effective_from, body))
    return Document(
        name=name,
        version=version,
        effective_from=effective_from,
        body=Raw(body),
        signature=signature.hex(),
    )


def verify_document(public: bytes, document: Document) -> None:
    """Raises ``Refused("document.signature")`` unless the office behind ``public`` signed exactly this."""
    message = _document(document.name, document.version, document.effective_from, bytes(document.body))
    if not verifies(public, message, bytes.fromhex(document.signature)):
        raise Refused("document.signature", name=document.name)


def head_message(unit: int, terminal: int, epoch: int, seq: int, head: str) -> bytes:
    """What a terminal signs at each upload: up to where its journal goes, and the hash it ends at."""
    return transcript("onecard/head/1", unit, terminal, epoch, seq, bytes.fromhex(head))


def sign_head(key: SigningKey, unit: int, terminal: int, epoch: int, seq: int, head: str) -> str:
    """For ``Upload.signature``; ``seq`` and ``head`` (hex) are the last record's number and hash."""
    return key.sign(head_message(unit, terminal, epoch, seq, head)).hex()


def verify_head(
    public: bytes, signature: str, unit: int, terminal: int, epoch: int, seq: int, head: str
) -> bool:
    """Whether the terminal behind ``public`` signed this head."""
    return verifies(public, head_message(unit, terminal, epoch, seq, head), bytes.fromhex(signature))
