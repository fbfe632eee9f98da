"""The only door to randomness, and the identity of a fact.

A fact is named by its intent's ``(terminal, epoch, seq)``: made where the event happens, gap-free per
terminal, never drawn at random, so that a repeat is recognised on any road (online, upload, stick).
"""

import random
import re
import secrets
import string
from typing import Annotated, Protocol

import msgspec

_TEXT = re.compile(r"(0|[1-9][0-9]{0,4})-(0|[1-9][0-9]{0,2})-(0|[1-9][0-9]{0,7})", re.ASCII)


class RecordId(msgspec.Struct, frozen=True, order=True, array_like=True):
    """``[terminal u16, epoch u8, seq u24]``; the three fit the card's last-transaction fields."""

    terminal: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
    epoch: Annotated[int, msgspec.Meta(ge=0, le=0xFF)]
    seq: Annotated[int, msgspec.Meta(ge=0, le=0xFF_FFFF)]

    def __str__(self) -> str:
        return f"{self.terminal}-{self.epoch}-{self.seq}"

    @classmethod
    def parse(cls, text: str) -> "RecordId":
        """``"1001-1-42"`` → id; the one way to write it. Raises ``ValueError`` for anything else."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise ValueError(f"not a record id: {text!r}")
        terminal, epoch, seq = (int(part) for part in match.groups())
        if terminal > 0xFFFF or epoch > 0xFF or seq > 0xFF_FFFF:
            raise ValueError(f"record id out of range: {text}")
        return cls(terminal, epoch, seq)


#: Terminal numbers from here on are the server's own (server-made entries).
SERVER_TERMINAL = 65_000


class Entropy(Protocol):
    """Where secrets and random choices come from."""

    def bytes(self, count: int) -> bytes: ...

    def below(self, bound: int) -> int: ...


class SystemEntropy:
    """The operating system's generator."""

    def bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)

    def below(self, bound: int) -> int:
        return secrets.randbelow(bound)


class SeededEntropy:
    """Repeatable; for simulations and tests only."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def below(self, bound: int) -> int:
        return self._random.randrange(bound)


# No 0/O, 1/I/L: codes are read aloud and typed on touch screens.
_CODE_ALPHABET = "".join(c for c in string.ascii_uppercase + string.digits if c not in "0O1IL")


def one_time_code(entropy: Entropy, length: int = 8) -> str:
    """A code that a person can read to another; 31⁸ ≈ 2⁴⁰ possibilities."""
    return "".join(_CODE_ALPHABET[entropy.below(len(_CODE_ALPHABET))] for _ in range(length))
