"""Personal values in places that must never be edited: sealed under a key of the member's own. F: A12 H5

The member's key lies in the database, itself sealed under the server's key, so a copy of the database alone
opens nothing. Destroying the member's key makes all that was sealed under it unreadable for ever, while every
hash over the sealed text still fits. Rejected: one key for all, under which nobody could be forgotten.
"""

import base64
import binascii

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, insert, select

from onecard.ids import Entropy
from server.members.tables import member_key

_NONCE = 12
_KEY = 32
_ENCODER = msgspec.json.Encoder(order="deterministic")


class Seals:
    """``secret``: 32 bytes of the server's own, beside the database and never in it."""

    def __init__(self, secret: bytes, entropy: Entropy) -> None:
        self._box = AESGCM(secret)
        self._entropy = entropy

    def seal(self, connection: Connection, unit: int, member: int, values: dict[str, str]) -> str:
        """Values about one member → ``"<member>:<base64>"`` (writes the member's key the first time)."""
        key = self._key(connection, unit, member) or self._new_key(connection, unit, member)
        nonce = self._entropy.bytes(_NONCE)
        sealed = AESGCM(key).encrypt(nonce, _ENCODER.encode(values), _about(unit, member))
        return f"{member}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, connection: Connection, unit: int, text: str) -> dict[str, str] | None:
        """What ``seal`` was given; ``None`` when the member was erased, or the text is no seal of ours."""
        number, _, coded = text.partition(":")
        if not (number.isascii() and number.isdigit() and len(number) < 11):
            return None
        key = self._key(connection, unit, int(number))
        if key is None:
            return None
        try:
            raw = base64.b64decode(coded, validate=True)
            plain = AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], _about(unit, int(number)))
        except (InvalidTag, ValueError, binascii.Error):
            return None
        return msgspec.json.decode(plain, type=dict[str, str])

    def _key(self, connection: Connection, unit: int, member: int) -> bytes | None:
        mine = (member_key.c.unit_id == unit, member_key.c.member == member)
        kept = connection.execute(select(member_key.c.key).where(*mine)).scalar()
        if kept is None:
            return None
        raw = bytes(kept)
        return self._box.decrypt(raw[:_NONCE], raw[_NONCE:], _about(unit, member))

    def _new_key(self, connection: Connection, unit: int, member: int) -> bytes:
        key, nonce = self._entropy.bytes(_KEY), self._entropy.bytes(_NONCE)
        kept = nonce + self._box.encrypt(nonce, key, _about(unit, member))
        connection.execute(insert(member_key).values(unit_id=unit, member=member, key=kept))
        return key


def _about(unit: int, member: int) -> bytes:
    """Bound into every seal: one of another member's is no seal."""
    return f"onecard/member/{unit}/{member}".encode()


def destroy(connection: Connection, unit: int, member: int) -> None:
    """Nobody reads what was sealed about this member any more (writes)."""
    connection.execute(delete(member_key).where(member_key.c.unit_id == unit, member_key.c.member == member))
