"""The hash that ties each journal record to the one before it; the same on terminals and server.

Knows bytes and numbers only: no meaning of a body, no signature (``signing.py``).
"""

import hashlib
import struct

#: What the first record of an epoch names as the one before it.
GENESIS = "0" * 64
#: Stands in the place of a body that a disk has changed: its hash is known, what it said is not any more.
DAMAGED = b"null"
_HEAD = struct.Struct(">HBIqqi")


def record_hash(
    prev: str, terminal: int, epoch: int, seq: int, at: int, mono_ms: int, offset_s: int, body: bytes
) -> str:
    """SHA-256 over the previous hash, where and when the record stands, and its body; as hex."""
    head = _HEAD.pack(terminal, epoch, seq, at, mono_ms, offset_s)
    return hashlib.sha256(bytes.fromhex(prev) + head + body).hexdigest()
