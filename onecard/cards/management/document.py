"""What a management card says, signed by the office for one UID; and a stop list small enough to carry.

Knows no plastic and no terminal.
"""

import zlib
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Raw

from onecard.errors import CardBroken, Refused
from onecard.wire.documents import Document, StopsDocument
from onecard.wire.message import encode
from onecard.wire.signing import SigningKey, transcript, verifies

SIGNATURE: Final = 64


class Kind(StrEnum):
    """What a card is for."""

    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"  # logs an operator in, with the PIN
    COLLECTOR = "collector"  # fetches the journal of a terminal without network
    PAYEE = "payee"  # has to be shown before cash is taken for a recharge
    LOSS = "loss"  # carries the stop list to a terminal without network
    SETTINGS = "settings"  # opens the settings of a station, and may bring some


class Management(msgspec.Struct, frozen=True, array_like=True):
    """``number`` is a card's, so that one list stops them all; days are card days, inclusive.

    ``operator``: whose it is, 0 = whoever has its PIN. ``payload``: a packed document, or settings.
    """

    unit: int
    number: Annotated[int, Meta(ge=1, lt=1 << 40)]
    kind: Kind
    operator: int
    from_day: int
    until_day: int
    payload: bytes = b""

    @property
    def settings(self) -> dict[str, str]:
        """Of a settings card; other cards have none."""
        if self.kind is not Kind.SETTINGS or not self.payload:
            return {}
        return msgspec.msgpack.decode(self.payload, type=dict[str, str])


_DECODER: Final = msgspec.msgpack.Decoder(Management)


def seal(key: SigningKey, management: Management, uid: bytes) -> bytes:
    """What goes onto the plastic with this UID."""
    body = msgspec.msgpack.encode(management)
    return body + key.sign(_said(uid, body))


def unseal(public: bytes, content: bytes, uid: bytes) -> Management:
    """Raises ``Refused("management.signature")`` unless the office signed exactly this for this plastic."""
    body, signature = content[:-SIGNATURE], content[-SIGNATURE:]
    if not verifies(public, _said(uid, body), signature):
        raise Refused("management.signature")
    return read(body)


def read(body: bytes) -> Management:
    """What was signed. Raises ``CardBroken``: a newer office's kind of card, settings that are no texts."""
    try:
        found = _DECODER.decode(body)
        _ = found.settings
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CardBroken(part="management") from error
    return found


def _said(uid: bytes, body: bytes) -> bytes:
    return transcript("onecard/management/1", uid, body)


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    version: int
    effective_from: int
    signature: bytes
    base: int
    stops: list[tuple[int, int, str, int]]


def pack_stops(document: Document, body: StopsDocument) -> bytes:
    """A signed list as a payload: its numbers without its JSON. ``body`` is what ``document`` holds.

    The bytes that were signed are made again from the numbers, so the office's own signature stays good.
    """
    assert encode(body) == bytes(document.body), "the list was not encoded as it is now"
    stops = [(one.card, one.issue, one.reason, one.version) for one in body.stops]
    packed = _Packed(
        document.version, document.effective_from, bytes.fromhex(document.signature), body.base, stops
    )
    return zlib.compress(msgspec.msgpack.encode(packed), 9, wbits=-15)


def base_of(payload: bytes) -> int:
    """The version from which a packed list goes on; 0: it is whole. Raises ``CardBroken``."""
    return _opened(payload).base


def unpack_stops(payload: bytes) -> Document:
    """The signed list again; whether the signature holds is for whoever takes it. Raises ``CardBroken``."""
    packed = _opened(payload)
    stops = [list(stop) for stop in packed.stops]
    try:
        body = msgspec.convert({"t": "stops/1", "base": packed.base, "stops": stops}, StopsDocument)
    except msgspec.ValidationError as error:
        raise CardBroken(part="management") from error
    return Document(
        name="stops",
        version=packed.version,
        effective_from=packed.effective_from,
        body=Raw(encode(body)),
        signature=packed.signature.hex(),
    )


def _opened(payload: bytes) -> _Packed:
    try:
        return msgspec.msgpack.decode(_inflated(payload), type=_Packed)
    except (zlib.error, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CardBroken(part="management") from error


def _inflated(payload: bytes) -> bytes:
    """At most what a card could hold of a list: nothing on a plastic may ask for a gigabyte."""
    inflater = zlib.decompressobj(wbits=-15)
    data = inflater.decompress(payload, 1 << 16)
    if inflater.unconsumed_tail:
        raise zlib.error("too long")
    return data
