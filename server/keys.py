"""The server's own secrets: files that only its user may read, beside the database and never inside it.

So a copy of the database alone lets nobody act as the server or open a ticket. F: H5
"""

import hmac
import os
from pathlib import Path

from onecard.errors import StoreError
from onecard.ids import Entropy
from onecard.wire.signing import SigningKey


class ServerKeys:
    """The Ed25519 key that terminals pin, and the key under which tickets are sealed."""

    def __init__(self, signing_seed: bytes, ticket_key: bytes) -> None:
        self.signing = SigningKey(signing_seed)
        self.ticket = ticket_key

    def derived(self, purpose: str) -> bytes:
        """A secret of its own for each further purpose (code hashes, form tokens)."""
        return hmac.digest(self.ticket, f"onecard/server/{purpose}".encode(), "sha256")


def load(folder: Path, entropy: Entropy) -> ServerKeys:
    """The keys in ``folder``, made on the first call.

    Raises ``StoreError("keys.readable")`` when others on this machine could read them: a secret that was
    open may be known, and only a person can say what to do about it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return ServerKeys(_secret(folder / "server.key", entropy), _secret(folder / "ticket.key", entropy))


def _secret(path: Path, entropy: Entropy) -> bytes:
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise StoreError("keys.readable", path=str(path)) from None
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    secret = entropy.bytes(32)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return secret
