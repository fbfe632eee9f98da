"""A conversation that both sides can trust for an hour without signing each message (domain.md §6, Security).

Two X25519 shares, each signed over everything said so far, give two MAC keys: one for requests, one for
answers. The server keeps nothing: what it needs travels in a sealed ticket that any of its processes opens.
The terminal needs no wall clock; it learns the server's time from the signed grant and counts by its
monotonic time.
Cookies or bearer tokens were not taken: whoever reads one on the way owns it, a MAC key never travels.
"""

import base64
import binascii
import hashlib
import hmac

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from onecard.errors import Refused
from onecard.ids import Entropy
from onecard.wire.message import encode
from onecard.wire.requests import SessionGrant, SessionRequest
from onecard.wire.signing import SigningKey, transcript, verifies

#: Seconds that a ticket is good for.
LIFETIME_S = 3600
NONCE_BYTES = 16
#: A body as it travels; the server refuses more before it reads on.
MAX_BODY = 1 << 20
#: A body once unpacked. A thousand journal records stay far below; a gzip bomb does not.
MAX_UNPACKED = 4 << 20

TICKET_HEADER = "x-onecard-ticket"
NUMBER_HEADER = "x-onecard-number"
MAC_HEADER = "x-onecard-mac"
SIGNATURE_HEADER = "x-onecard-signature"

_TICKET_AAD = b"onecard/ticket/1"


class SessionKeys(msgspec.Struct, frozen=True, array_like=True):
    """What both ends hold. ``request_key`` guards what goes up, ``response_key`` what comes down."""

    unit: int
    terminal: int
    expires: int
    request_key: bytes
    response_key: bytes

    def __repr__(self) -> str:
        return f"SessionKeys(terminal={self.terminal}, expires={self.expires})"


def _derive(secret: bytes, said: bytes) -> tuple[bytes, bytes]:
    """HKDF-SHA256 salted with everything that was said: other words, other keys."""
    salt = hashlib.sha256(said).digest()
    both = HKDF(algorithm=SHA256(), length=64, salt=salt, info=b"onecard/session/1/keys").derive(secret)
    return both[:32], both[32:]


def _exchange(private: X25519PrivateKey, share: str) -> bytes:
    try:
        return private.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(share)))
    except ValueError:
        # Wrong length, or a low-order point that would make the secret known to everybody.
        raise Refused("session.share") from None


def _asked(request: SessionRequest) -> bytes:
    return transcript(
        "onecard/session/1/request",
        request.unit,
        request.terminal,
        bytes.fromhex(request.share),
        bytes.fromhex(request.nonce),
    )


def _granted(asked: bytes, terminal_public: bytes, share: str, expires: int, now: int) -> bytes:
    """All that both sides know before the ticket exists; the keys hang on this."""
    return transcript("onecard/session/1/grant", asked, terminal_public, bytes.fromhex(share), expires, now)


class Offer:
    """The terminal's half of a handshake: a fresh share and nonce, and what only this terminal can sign."""

    def __init__(self, unit: int, terminal: int, key: SigningKey, entropy: Entropy) -> None:
        self._key = key
        self._private = X25519PrivateKey.from_private_bytes(entropy.bytes(32))
        unsigned = SessionRequest(
            unit=unit,
            terminal=terminal,
            share=self._private.public_key().public_bytes_raw().hex(),
            nonce=entropy.bytes(NONCE_BYTES).hex(),
            signature="",
        )
        self.request = msgspec.structs.replace(unsigned, signature=key.sign(_asked(unsigned)).hex())

    def accept(self, grant: SessionGrant, server_public: bytes) -> SessionKeys:
        """Answer → keys. Raises ``Refused("session.server")`` unless the pinned server signed it."""
        said = _granted(_asked(self.request), self._key.public, grant.share, grant.expires, grant.now)
        signed = transcript("onecard/session/1/ticket", said, grant.ticket)
        if not verifies(server_public, signed, bytes.fromhex(grant.signature)):
            raise Refused("session.server")
        request_key, response_key = _derive(_exchange(self._private, grant.share), said)
        return SessionKeys(self.request.unit, self.request.terminal, grant.expires, request_key, response_key)


class TicketBox:
    """Seals session keys into tickets and opens them again; the key is the same in every server process."""

    def __init__(self, key: bytes, entropy: Entropy) -> None:
        self._aead = AESGCM(key)
        self._entropy = entropy

    def seal(self, keys: SessionKeys) -> str:
        """Keys → ticket, URL-safe text."""
        nonce = self._entropy.bytes(12)
        sealed = self._aead.encrypt(nonce, msgspec.msgpack.encode(keys), _TICKET_AAD)
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, ticket: str) -> SessionKeys:
        """Ticket → keys. Raises ``Refused("session.unknown")`` for anything that we did not seal."""
        try:
            raw = base64.b64decode(ticket.encode("ascii"), altchars=b"-_", validate=True)
            opened = self._aead.decrypt(raw[:12], raw[12:], _TICKET_AAD)
            return msgspec.msgpack.decode(opened, type=SessionKeys)
        except (InvalidTag, UnicodeEncodeError, binascii.Error, ValueError, msgspec.MsgspecError):
            raise Refused("session.unknown") from None


def grant(
    request: SessionRequest,
    terminal_public: bytes,
    server_key: SigningKey,
    box: TicketBox,
    entropy: Entropy,
    now: int,
) -> SessionGrant:
    """The server's half. Raises ``Refused("session.signature")`` unless the terminal itself is asking."""
    if len(request.share) != 64 or len(request.nonce) != 2 * NONCE_BYTES:
        raise Refused("session.share")
    asked = _asked(request)
    if not verifies(terminal_public, asked, bytes.fromhex(request.signature)):
        raise Refused("session.signature")
    private = X25519PrivateKey.from_private_bytes(entropy.bytes(32))
    share = private.public_key().public_bytes_raw().hex()
    expires = now + LIFETIME_S
    said = _granted(asked, terminal_public, share, expires, now)
    request_key, response_key = _derive(_exchange(private, request.share), said)
    ticket = box.seal(SessionKeys(request.unit, request.terminal, expires, request_key, response_key))
    signature = server_key.sign(transcript("onecard/session/1/ticket", said, ticket))
    return SessionGrant(share=share, ticket=ticket, expires=expires, now=now, signature=signature.hex())


def request_mac(keys: SessionKeys, ticket: str, number: int, method: str, path: str, body: bytes) -> str:
    """MAC of a request. The body counts as it travels, so it is checked before anything unpacks it."""
    said = transcript("onecard/request/1", ticket, number, method, path, hashlib.sha256(body).digest())
    return hmac.digest(keys.request_key, said, "sha256").hex()


def response_mac(keys: SessionKeys, number: int, status: int, body: bytes) -> str:
    """MAC of the answer to request ``number``: an answer to another question does not fit."""
    said = transcript("onecard/response/1", number, status, hashlib.sha256(body).digest())
    return hmac.digest(keys.response_key, said, "sha256").hex()


def same_mac(expected: str, given: str) -> bool:
    """Compares without telling by its duration where the difference is; text of any kind may be given."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogateescape"))


def refusal_message(request: msgspec.Struct, body: bytes) -> bytes:
    """What the server signs when it refuses an enrolment or a session: the question and the answer.

    There is no MAC key yet, and a captive portal must not be able to tell a terminal that it was revoked.
    """
    return transcript("onecard/problem/1", hashlib.sha256(encode(request)).digest(), body)
