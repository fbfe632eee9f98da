"""The only door to randomness, and the identity of a fact.

A fact is named by its intent's ``(terminal, epoch, seq)``: made where the event happens, gap-free per
terminal, never drawn at random, so that a repeat is recognised on any road (online, upload, stick).
"""

import random
import secrets
import string
from typing import Protocol

import msgspec


class RecordId(msgspec.Struct, frozen=True, order=True, array_like=True):
    """``[terminal u16, epoch u8, seq u24]``; the three fit the card's last-transaction fields."""

    terminal: int
    epoch: int
    seq: int

    def __str__(self) -> str:
        return f"{self.terminal}-{self.epoch}-{self.seq}"

    @classmethod
    def parse(cls, text: str) -> "RecordId":
        """``"1001-1-42"`` → id. Raises ``ValueError`` for anything else."""
        terminal, epoch, seq = text.split("-")
        return cls(int(terminal), int(epoch), int(seq))


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
