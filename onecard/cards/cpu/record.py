"""What OneCard keeps in a CPU card's files: whose card it is, and the record beside the purse.

The record holds the purse record of every card (``cards/layout.py``) and what the chip counts: so limits,
dates and the id of the last transaction are written in the same commit as the debit. Two of them are used in
turn, the one before stays readable. Loads do not touch it: the chip's own log says what came after.

    public    zero 4, unit 4 | application 1, key version 1 | unit 4, card 5, issue 1 | from 4, until 4 |
              type 1, class 1; big-endian, days as BCD dates
    record    mark, length | purse record 48 | online u16, offline u16, terminal sequence u32 | MAC 8;
              big-endian; the MAC covers the purse record's MAC too
"""

import hmac
from datetime import date
from typing import Final

import msgspec

from onecard.cards.image import Identity, Purse
from onecard.cards.layout import CardMac, decode_purse, encode_purse
from onecard.clock import card_day, day_of_card
from onecard.errors import CardForeign
from onecard.ids import RecordId

PUBLIC: Final = 30
RECORD: Final = 66
_PURSE: Final = 48
#: Both wallets of the standard's application types are 1 (deposit and purse) or 2 (purse only).
_PURSE_ONLY: Final = 0x02


class Record(msgspec.Struct, frozen=True):
    """One record. ``online``, ``offline``: the chip's sequences once it was written."""

    purse: Purse
    online: int
    offline: int
    terminal_sequence: int


def factor(public: bytes) -> bytes:
    """What a card's keys are made from: the right 8 bytes of its serial number."""
    return public[12:20]


def factor_of(unit: int, card: int, issue: int) -> bytes:
    """The same, for who has no card at hand."""
    return _serial(unit, card, issue)[2:]


def _serial(unit: int, card: int, issue: int) -> bytes:
    return unit.to_bytes(4, "big") + card.to_bytes(5, "big") + bytes([issue])


def encode_public(identity: Identity) -> bytes:
    """30 bytes for the public file."""
    return b"".join(
        (
            bytes(4) + identity.unit.to_bytes(4, "big"),
            bytes([_PURSE_ONLY, identity.key_version]),
            _serial(identity.unit, identity.card, identity.issue),
            _bcd(identity.from_day),
            _bcd(identity.until_day),
            bytes([identity.type, identity.class_]),
        )
    )


def decode_public(data: bytes) -> Identity:
    """Whose card it is. Raises ``CardForeign`` for another system's public file."""
    if len(data) != PUBLIC or data[:4] != bytes(4) or data[8] != _PURSE_ONLY or data[4:8] != data[10:14]:
        raise CardForeign("card.foreign")
    try:
        from_day, until_day = _day(data[20:24]), _day(data[24:28])
    except ValueError:
        raise CardForeign("card.foreign") from None
    return Identity(
        unit=int.from_bytes(data[4:8], "big"),
        card=int.from_bytes(data[14:19], "big"),
        issue=data[19],
        type=data[28],
        key_version=data[9],
        until_day=until_day,
        class_=data[29],
        from_day=from_day,
    )


def encode_record(record: Record, identity: Identity, mac: CardMac, mark: int) -> bytes:
    """66 bytes of one record."""
    purse = encode_purse(record.purse, identity, mac)
    counts = (
        record.online.to_bytes(2, "big")
        + record.offline.to_bytes(2, "big")
        + record.terminal_sequence.to_bytes(4, "big")
    )
    return bytes([mark, RECORD - 2]) + purse + counts + mac.beside(purse, counts)


def decode_record(data: bytes, identity: Identity, mac: CardMac, mark: int) -> Record | None:
    """The record, or ``None`` if it is blank or its MACs do not hold."""
    if len(data) != RECORD or data[:2] != bytes([mark, RECORD - 2]):
        return None
    purse_bytes, counts, seal = data[2 : 2 + _PURSE], data[50:58], data[58:]
    if not hmac.compare_digest(mac.beside(purse_bytes, counts), seal):
        return None
    purse = decode_purse(purse_bytes, identity, mac)
    if purse is None:
        return None
    online, offline = int.from_bytes(counts[:2], "big"), int.from_bytes(counts[2:4], "big")
    return Record(purse, online, offline, int.from_bytes(counts[4:], "big"))


def terminal_of(id: RecordId) -> bytes:
    """Six bytes that name a load's intent in the chip's log and in its TAC."""
    return id.terminal.to_bytes(2, "big") + bytes([id.epoch]) + id.seq.to_bytes(3, "big")


def id_of(terminal: bytes) -> RecordId:
    """The intent that ``terminal_of`` named."""
    return RecordId(int.from_bytes(terminal[:2], "big"), terminal[2], int.from_bytes(terminal[3:], "big"))


def _bcd(day: int) -> bytes:
    return bytes.fromhex(day_of_card(day).strftime("%Y%m%d"))


def _day(data: bytes) -> int:
    digits = data.hex()
    day = card_day(date(int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    if _bcd(day) != data:
        raise ValueError(digits)  # before or beyond what a card of ours can say
    return day
