"""The purse's commands as bytes, and their answers as values. Pure: no card, no key.

Big-endian throughout. ``EP`` only: the electronic deposit of the same standard (a PIN for each purchase) and
the overdraft are not used here.
"""

from typing import Final

import msgspec

LOAD, PURCHASE, COMPOUND = 0x02, 0x06, 0x09
TERMINAL: Final = 6
MOMENT: Final = 7

OK: Final = 0x9000
BLOCKED: Final = frozenset({0x6283, 0x9303})
NOT_FOUND: Final = frozenset({0x6A81, 0x6A82, 0x6A83})
SHORT: Final = 0x9401
MAC_WRONG: Final = 0x9302
NO_PROOF: Final = 0x9406
_EP: Final = 0x02


class LoadStart(msgspec.Struct, frozen=True):
    """The card's side of a load: what the host needs to answer, and its MAC1 over it."""

    balance: int
    sequence: int
    key_version: int
    algorithm: int
    challenge: bytes
    mac1: bytes


class PurchaseStart(msgspec.Struct, frozen=True):
    """The card's side of a purchase: what the PSAM needs."""

    balance: int
    sequence: int
    overdraft: int
    key_version: int
    algorithm: int
    challenge: bytes


class LogRecord(msgspec.Struct, frozen=True):
    """One line of the card's own log, 23 bytes."""

    sequence: int
    overdraft: int
    amount: int
    kind: int
    terminal: bytes
    moment: bytes


def select(application: bytes) -> bytes:
    return bytes([0x00, 0xA4, 0x04, 0x00, len(application)]) + application + b"\x00"


def read_binary(file: int, length: int) -> bytes:
    return bytes([0x00, 0xB0, 0x80 | file, 0x00, length])


def read_record(file: int, number: int, length: int) -> bytes:
    return bytes([0x00, 0xB2, number, file << 3 | 4, length])


def balance() -> bytes:
    return bytes([0x80, 0x5C, 0x00, _EP, 4])


def verify_pin(pin: bytes) -> bytes:
    return bytes([0x00, 0x20, 0x00, 0x00, len(pin)]) + pin


def challenge(length: int = 4) -> bytes:
    return bytes([0x00, 0x84, 0x00, 0x00, length])


def start_load(key: int, amount: int, terminal: bytes) -> bytes:
    assert len(terminal) == TERMINAL
    body = bytes([key]) + amount.to_bytes(4, "big") + terminal
    return bytes([0x80, 0x50, 0x00, _EP, len(body)]) + body + b"\x10"


def credit(moment: bytes, mac2: bytes) -> bytes:
    body = moment + mac2
    assert len(body) == 11
    return bytes([0x80, 0x52, 0x00, 0x00, len(body)]) + body + b"\x04"


def start_compound(key: int, amount: int, terminal: bytes) -> bytes:
    """A purchase that takes records along: the same with P1 = 3."""
    assert len(terminal) == TERMINAL
    body = bytes([key]) + amount.to_bytes(4, "big") + terminal
    return bytes([0x80, 0x50, 0x03, _EP, len(body)]) + body + b"\x0f"


def update_compound(mark: int, file: int, number: int, record: bytes) -> bytes:
    """Into the card's waiting room: it counts only together with the debit that follows.

    [?] P1 names the kind of record, the low bits of P2 stand for "by its number", which then leads the data.
    """
    body = bytes([number]) + record
    return bytes([0x80, 0xDC, mark, file << 3 | 4, len(body)]) + body


def debit(terminal_sequence: int, moment: bytes, mac1: bytes) -> bytes:
    body = terminal_sequence.to_bytes(4, "big") + moment + mac1
    assert len(body) == 15
    return bytes([0x80, 0x54, 0x01, 0x00, len(body)]) + body + b"\x08"


def prove(kind: int, sequence: int) -> bytes:
    """Give MAC and TAC of the last transaction again."""
    return bytes([0x80, 0x5A, 0x00, kind, 2]) + sequence.to_bytes(2, "big") + b"\x08"


def block_application(mac: bytes = b"", *, for_ever: bool = False) -> bytes:
    """The header alone is what its MAC is made over."""
    return bytes([0x84, 0x1E, 0x00, 0x01 if for_ever else 0x00, 4]) + mac


def sam_terminal() -> bytes:
    """A PSAM's number."""
    return bytes([0x00, 0xB0, 0x96, 0x00, TERMINAL])


def sam_start(
    start: PurchaseStart, amount: int, kind: int, moment: bytes, factors: tuple[bytes, ...]
) -> bytes:
    """INIT_SAM_FOR_PURCHASE. ``factors``: the card's serial, then what levels this installation has."""
    body = (
        start.challenge
        + start.sequence.to_bytes(2, "big")
        + amount.to_bytes(4, "big")
        + bytes([kind])
        + moment
        + bytes([start.key_version, start.algorithm])
        + b"".join(factors)
    )
    return bytes([0x80, 0x70, 0x00, 0x00, len(body)]) + body + b"\x08"


def sam_credit(mac2: bytes) -> bytes:
    return bytes([0x80, 0x72, 0x00, 0x00, 4]) + mac2


def load_start(data: bytes) -> LoadStart | None:
    """The answer to ``start_load``; ``None`` if it is none."""
    if len(data) != 16:
        return None
    return LoadStart(_n(data[:4]), _n(data[4:6]), data[6], data[7], data[8:12], data[12:16])


def purchase_start(data: bytes) -> PurchaseStart | None:
    """The answer to ``start_compound``; ``None`` if it is none."""
    if len(data) != 15:
        return None
    return PurchaseStart(_n(data[:4]), _n(data[4:6]), _n(data[6:9]), data[9], data[10], data[11:15])


def log_record(data: bytes) -> LogRecord | None:
    """A line of the log; ``None`` if it is none."""
    if len(data) != 23:
        return None
    return LogRecord(_n(data[:2]), _n(data[2:5]), _n(data[5:9]), data[9], data[10:16], data[16:23])


def log_bytes(record: LogRecord) -> bytes:
    """A line of the log as it stands on the card."""
    head = record.sequence.to_bytes(2, "big") + record.overdraft.to_bytes(3, "big")
    return head + record.amount.to_bytes(4, "big") + bytes([record.kind]) + record.terminal + record.moment


def _n(data: bytes) -> int:
    return int.from_bytes(data, "big")
