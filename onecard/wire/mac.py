"""MACs of one session as its server computes them, thousands of times a second.

The same bytes as ``session.request_mac`` and ``session.response_mac``: HMAC-SHA256 with the key and all that
never changes taken in once. ``hmac.digest`` costs twice as much and lets go of the interpreter's lock.
"""

import hashlib

from onecard.wire.session import SessionKeys
from onecard.wire.signing import transcript

_BLOCK = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))
_DIGEST_LENGTH = (32).to_bytes(4, "little")


class _Mac:
    """HMAC-SHA256 (RFC 2104) under one key, over texts that all begin with ``beginning``."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes, beginning: bytes) -> None:
        assert len(key) <= _BLOCK
        padded = key.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(padded.translate(_INNER) + beginning)
        self._outer = hashlib.sha256(padded.translate(_OUTER))

    def hex(self, rest: bytes) -> bytes:
        """The MAC over beginning and rest."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(rest)
        outer.update(inner.digest())
        return outer.hexdigest().encode()


class Macs:
    """Of one session: what a request must carry, and what an answer will."""

    __slots__ = ("_request", "_response")

    def __init__(self, keys: SessionKeys, ticket: str) -> None:
        self._request = _Mac(keys.request_key, transcript("onecard/request/1", ticket))
        self._response = _Mac(keys.response_key, transcript("onecard/response/1"))

    def request(self, number: int, place: bytes, body: bytes) -> bytes:
        """Of request ``number``; ``place``: see ``place``."""
        return self._request.hex(_part(b"%d" % number) + place + _digest(body))

    def response(self, number: int, status: int, body: bytes) -> bytes:
        """Of the answer to request ``number``."""
        return self._response.hex(_part(b"%d" % number) + _part(b"%d" % status) + _digest(body))


def place(method: str, path: str) -> bytes:
    """Where a request goes, as its MAC takes it in."""
    return transcript(method, path)


def _part(raw: bytes) -> bytes:
    return len(raw).to_bytes(4, "little") + raw


def _digest(body: bytes) -> bytes:
    return _DIGEST_LENGTH + hashlib.sha256(body).digest()
