"""Card image ↔ the bytes of an M1 card: three blocks of a purse copy, two of the identity, and their MACs.

Knows neither keys' origin nor readers. Every number is unsigned little-endian; ``x:4 y:4`` in one byte puts
``x`` into the high nibble. The layout is fixed for good: a card in a pocket outlives every release.

    identity 0   format u8 | unit u32 | card u40 | issue u8 | type u8 | key version u8 | until u16 | class u8
    identity 1   from u16 | flags u8 | spare 5 | MAC 8
    purse 0      main u24 | amount1 u24, expiry1 u16 | amount2 u24, expiry2 u16 | amount3 u24
    purse 1      expiry3 u16 | epoch u8, seq u24 | time u32 | day u16, n u8 | meal u16, n:4 first:4
    purse 2      layout:4 flags:4 | counter u24 | last load u16 | last terminal u16 | MAC 8
"""

import hmac
from typing import Final

from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.cmac import CMAC

from onecard.cards.image import Identity, Purse, Slot
from onecard.errors import CardForeign

BLOCK: Final = 16
MAC: Final = 8
IDENTITY_FORMAT: Final = 1
PURSE_LAYOUT: Final = 1
MAX_COUNTER: Final = (1 << 24) - 1

#: First bytes of a management card in the place of an identity (its format never is 0x4F).
MANAGEMENT: Final = b"OCM1"

_IDENTITY_BODY: Final = 24
_PURSE_BODY: Final = 40
_FLAG_LOCKED: Final = 0x1


class CardMac:
    """Seals and checks the records of one card: AES-CMAC under the card's own key, bound to its UID."""

    def __init__(self, key: bytes, uid: bytes) -> None:
        assert len(key) == 16
        self._key = AES128(key)
        self._uid = bytes([len(uid)]) + uid

    def __repr__(self) -> str:
        return "CardMac(…)"

    def _mac(self, *parts: bytes) -> bytes:
        cmac = CMAC(self._key)
        cmac.update(b"".join((self._uid, *parts)))
        return cmac.finalize()[:MAC]

    def identity(self, body: bytes) -> bytes:
        """MAC over len UID ‖ UID ‖ the first 24 bytes of the identity."""
        assert len(body) == _IDENTITY_BODY
        return self._mac(body)

    def purse(self, identity: Identity, body: bytes) -> bytes:
        """MAC over len UID ‖ UID ‖ card no. ‖ issue no. ‖ the 40 bytes of the record."""
        assert len(body) == _PURSE_BODY
        return self._mac(_u(identity.card, 5), _u(identity.issue, 1), body)

    def beside(self, record: bytes, more: bytes) -> bytes:
        """MAC over len UID ‖ UID ‖ a whole purse record ‖ what a medium keeps beside it (CPU cards)."""
        assert len(record) == _PURSE_BODY + MAC
        return self._mac(record, more)


def _u(value: int, size: int) -> bytes:
    return value.to_bytes(size, "little")


def _n(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _nibbles(high: int, low: int) -> bytes:
    if not (0 <= high < 16 and 0 <= low < 16):
        raise OverflowError((high, low))
    return bytes([high << 4 | low])


def _slot(slot: Slot) -> bytes:
    return _u(slot.amount_fen, 3) + _u(slot.expiry_day, 2)


def encode_identity(identity: Identity, mac: CardMac) -> bytes:
    """32 bytes for blocks 0 and 1 of the identity sector. ``OverflowError`` if a number is too wide."""
    body = b"".join(
        (
            _u(IDENTITY_FORMAT, 1),
            _u(identity.unit, 4),
            _u(identity.card, 5),
            _u(identity.issue, 1),
            _u(identity.type, 1),
            _u(identity.key_version, 1),
            _u(identity.until_day, 2),
            _u(identity.class_, 1),
            _u(identity.from_day, 2),
            _u(identity.flags, 1),
            bytes(5),
        )
    )
    return body + mac.identity(body)


def decode_identity(data: bytes, mac: CardMac) -> Identity | None:
    """The identity, or ``None`` if its MAC does not hold.

    Raises ``CardForeign("card.newer")`` for a format of a later release: refusing beats misreading money.
    """
    assert len(data) == 2 * BLOCK
    body = data[:_IDENTITY_BODY]
    if not hmac.compare_digest(mac.identity(body), data[_IDENTITY_BODY:]):
        return None
    if body[0] != IDENTITY_FORMAT:
        raise CardForeign("card.newer", format=body[0])
    return Identity(
        unit=_n(body, 1, 4),
        card=_n(body, 5, 5),
        issue=body[10],
        type=body[11],
        key_version=body[12],
        until_day=_n(body, 13, 2),
        class_=body[15],
        from_day=_n(body, 16, 2),
        flags=body[18],
    )


def encode_purse(purse: Purse, identity: Identity, mac: CardMac) -> bytes:
    """48 bytes for the three data blocks of one copy. ``OverflowError`` if a number is too wide."""
    body = b"".join(
        (
            _u(purse.main_fen, 3),
            *(_slot(slot) for slot in purse.slots),
            _u(purse.last_epoch, 1),
            _u(purse.last_seq, 3),
            _u(purse.last_time, 4),
            _u(purse.day_total, 2),
            _u(purse.day_count, 1),
            _u(purse.meal_total, 2),
            _nibbles(purse.meal_count, purse.first_n),
            _nibbles(purse.layout, _FLAG_LOCKED if purse.locked else 0),
            _u(purse.counter, 3),
            _u(purse.last_load, 2),
            _u(purse.last_terminal, 2),
        )
    )
    return body + mac.purse(identity, body)


def decode_purse(data: bytes, identity: Identity, mac: CardMac) -> Purse | None:
    """The record of one copy, or ``None`` if its MAC does not hold (torn, blank, another card's).

    Raises ``CardForeign("card.newer")`` for a layout or flag of a later release.
    """
    assert len(data) == 3 * BLOCK
    body = data[:_PURSE_BODY]
    if not hmac.compare_digest(mac.purse(identity, body), data[_PURSE_BODY:]):
        return None
    layout, flags = divmod(body[32], 16)
    if layout != PURSE_LAYOUT or flags & ~_FLAG_LOCKED:
        raise CardForeign("card.newer", layout=layout, flags=flags)
    slot1, slot2, slot3 = (Slot(_n(body, at, 3), _n(body, at + 3, 2)) for at in (3, 8, 13))
    meal_count, first_n = divmod(body[31], 16)
    return Purse(
        main_fen=_n(body, 0, 3),
        slots=(slot1, slot2, slot3),
        last_epoch=body[18],
        last_seq=_n(body, 19, 3),
        last_time=_n(body, 22, 4),
        day_total=_n(body, 26, 2),
        day_count=body[28],
        meal_total=_n(body, 29, 2),
        meal_count=meal_count,
        first_n=first_n,
        layout=layout,
        locked=bool(flags & _FLAG_LOCKED),
        counter=_n(body, 33, 3),
        last_load=_n(body, 36, 2),
        last_terminal=_n(body, 38, 2),
    )
