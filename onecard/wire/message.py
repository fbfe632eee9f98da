"""The ground under all messages: the root class, number ranges, and the bytes.

Unknown fields are refused; a changed message is a new tag, and the old one is still accepted. JSON was taken
over msgpack because finance and support read it; msgspec makes it fast enough.
"""

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Raw

Amount = Annotated[int, Meta(ge=0, le=(1 << 24) - 1)]
Signed = Annotated[int, Meta(ge=-(1 << 24), le=1 << 24)]
CardNo = Annotated[int, Meta(ge=1, lt=1 << 40)]
IssueNo = Annotated[int, Meta(ge=1, le=255)]
Hex = Annotated[str, Meta(pattern="^([0-9a-f]{2})*$", max_length=4096)]
Short = Annotated[str, Meta(max_length=64)]


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="t"):
    """Root of all messages."""


M = TypeVar("M", bound=msgspec.Struct)
_ENCODER = msgspec.json.Encoder(order="deterministic")


def encode(message: msgspec.Struct) -> bytes:
    """The bytes of a message; for an intent's body these are its bytes for ever."""
    return _ENCODER.encode(message)


def decode(raw: bytes | Raw, kind: type[M]) -> M:
    """Strict: raises ``msgspec.ValidationError`` (wrong shape) or ``msgspec.DecodeError`` (not JSON)."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error
