"""A MIFARE Classic chip as memory: keys, access conditions, and a field that can be torn away at any byte.

Obeys the data sheet where software can notice: key A reads as zeros, a readable key B opens nothing, wrong
access bits close a sector for ever, block 0 is fixed, a refused card sleeps until it is selected.
"""

import functools
import json
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from onecard.cards.m1.sector import TRANSPORT_TRAILER, access_bits
from onecard.cards.medium import Key

_A, _B, _AB, _NONE = frozenset({Key.A}), frozenset({Key.B}), frozenset({Key.A, Key.B}), frozenset[Key]()

#: C1C2C3 of a data block → who may read, who may write.
_DATA: Final = (
    (_AB, _AB),  # 0: as delivered
    (_AB, _NONE),  # 1: value block, decrement only
    (_AB, _NONE),  # 2: read only
    (_B, _B),  # 3
    (_AB, _B),  # 4: ours
    (_B, _NONE),  # 5
    (_AB, _B),  # 6: value block, B recharges
    (_NONE, _NONE),  # 7: closed
)


@dataclass(frozen=True)
class _TrailerRight:
    write_a: frozenset[Key]
    read_access: frozenset[Key]
    write_access: frozenset[Key]
    read_b: frozenset[Key]
    write_b: frozenset[Key]


#: C1C2C3 of a trailer → who may touch which part of it. Key A is never readable.
_TRAILER: Final = (
    _TrailerRight(_A, _A, _NONE, _A, _A),  # 0
    _TrailerRight(_A, _A, _A, _A, _A),  # 1: as delivered
    _TrailerRight(_NONE, _A, _NONE, _A, _NONE),  # 2
    _TrailerRight(_B, _AB, _B, _NONE, _B),  # 3: ours
    _TrailerRight(_B, _AB, _NONE, _NONE, _B),  # 4
    _TrailerRight(_NONE, _AB, _B, _NONE, _NONE),  # 5
    _TrailerRight(_NONE, _AB, _NONE, _NONE, _NONE),  # 6
    _TrailerRight(_NONE, _AB, _NONE, _NONE, _NONE),  # 7
)


class CardLeft(Exception):
    """The card is out of the field; no answer will come."""


@dataclass(frozen=True)
class _Fault:
    index: int
    byte: int | None
    leaves: bool


class VirtualM1:
    """One plastic card. ``size`` is ``"1K"`` or ``"4K"``; the UID has 4 or 7 bytes."""

    def __init__(self, uid: bytes, size: str = "1K") -> None:
        assert len(uid) in (4, 7), uid
        self.uid = uid
        self.size = size
        self.blocks = [bytes(16) for _ in range({"1K": 64, "4K": 256}[size])]
        check = uid[0] ^ uid[1] ^ uid[2] ^ uid[3] if len(uid) == 4 else 0
        maker = uid + bytes([check]) if len(uid) == 4 else uid
        self.blocks[0] = (maker + bytes.fromhex("08040062636465666768")).ljust(16, b"\x69")[:16]
        for sector in range(self._sector_of(len(self.blocks) - 1) + 1):
            self.blocks[self._trailer_of(sector)] = TRANSPORT_TRAILER
        #: Card commands (authenticate, read, write) since it was put into the field.
        self.commands = 0
        self.in_field = False
        #: Called when the card leaves by ``pull`` or by a tear.
        self.on_leave: Callable[[], None] | None = None
        self._awake = False
        self._open: tuple[int, Key] | None = None
        self._fault: _Fault | None = None

    @property
    def atr(self) -> bytes:
        """What a PC/SC reader makes up for it: RID, standard 03 (14443 A part 3), card name, check byte."""
        name = {"1K": 1, "4K": 2}[self.size]
        body = bytes.fromhex("8F8001804F0CA00000030603") + name.to_bytes(2, "big") + bytes(4)
        return b"\x3b" + body + bytes([functools.reduce(operator.xor, body)])

    # -- what a person does with the plastic ------------------------------------------------------------

    def place(self) -> None:
        """Lay the card on a reader: the count of commands starts again."""
        self.commands = 0
        self.in_field = True
        self.select()

    def pull(self) -> None:
        """Take it away, now."""
        self.in_field, self._awake, self._open = False, False, None
        if self.on_leave is not None:
            self.on_leave()

    def tear_at(self, command_index: int, byte: int | None = None) -> None:
        """Leave the field during command number ``command_index`` (from 0) since it was put on.

        A write then has stored its first ``byte`` bytes only (``None``: nothing). Happens once.
        """
        self._fault = _Fault(command_index, byte, leaves=True)

    def glitch_at(self, command_index: int, byte: int | None = None) -> None:
        """As ``tear_at``, but the card stays and answers nothing but "no" until it is selected again."""
        self._fault = _Fault(command_index, byte, leaves=False)

    # -- what a reader does with the chip ---------------------------------------------------------------

    def select(self) -> None:
        """Wake up and forget who is authenticated."""
        if not self.in_field:
            raise CardLeft
        self._awake, self._open = True, None

    def authenticate(self, block: int, which: Key, key: bytes) -> bool:
        """Open the sector of ``block``; after ``False`` the card sleeps until selected."""
        if self._disturbed() is not None or not self._awake or block >= len(self.blocks):
            return False
        sector = self._sector_of(block)
        trailer = self.blocks[self._trailer_of(sector)]
        stored = trailer[:6] if which is Key.A else trailer[10:]
        if access_bits(trailer[6:9]) is None or stored != key:
            return self._refuse()
        self._open = (sector, which)
        return True

    def read(self, block: int) -> bytes | None:
        """16 bytes, or ``None`` for "no"."""
        rights = None if self._disturbed() is not None else self._rights(block)
        if rights is None:
            self._refuse()
            return None
        which, bits, is_trailer = rights
        if not is_trailer:
            if which in _DATA[bits][0]:
                return self.blocks[block]
            self._refuse()
            return None
        right, data = _TRAILER[bits], self.blocks[block]
        access = data[6:10] if which in right.read_access else bytes(4)
        key_b = data[10:] if which in right.read_b else bytes(6)
        return bytes(6) + access + key_b

    def write(self, block: int, data: bytes) -> bool:
        """16 bytes; ``False`` for "no"."""
        assert len(data) == 16
        fault = self._disturbed(raises=False)
        new = self._allowed(block, data)
        if new is not None:
            keep = 16 if fault is None else fault.byte or 0
            self.blocks[block] = new[:keep] + self.blocks[block][keep:]
        if fault is not None and fault.leaves:
            self.pull()
            raise CardLeft
        if new is None or fault is not None:
            return self._refuse()
        return True

    # -- keeping it in a drawer -------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """The whole memory as JSON."""
        blocks = [block.hex() for block in self.blocks]
        return json.dumps({"uid": self.uid.hex(), "size": self.size, "blocks": blocks}).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """A card from ``to_bytes``."""
        value = json.loads(data)
        card = cls(bytes.fromhex(value["uid"]), value["size"])
        card.blocks = [bytes.fromhex(block) for block in value["blocks"]]
        return card

    # -- inside -----------------------------------------------------------------------------------------

    def _disturbed(self, *, raises: bool = True) -> _Fault | None:
        """Count a command; what bad luck was ordered for it, if any."""
        if not self.in_field:
            raise CardLeft
        index, self.commands = self.commands, self.commands + 1
        fault = self._fault
        if fault is None or fault.index != index:
            return None
        self._fault = None
        if not raises:
            return fault
        if fault.leaves:
            self.pull()
            raise CardLeft
        self._refuse()
        return fault

    def _refuse(self) -> bool:
        self._awake, self._open = False, None
        return False

    def _rights(self, block: int) -> tuple[Key, int, bool] | None:
        """Who is authenticated for this block, its condition, and whether it is a trailer."""
        if not self._awake or self._open is None or block >= len(self.blocks):
            return None
        sector, which = self._open
        if self._sector_of(block) != sector:
            return None
        end = self._trailer_of(sector)
        bits = access_bits(self.blocks[end][6:9])
        if bits is None:
            return None
        if which is Key.B and Key.A in _TRAILER[bits[3]].read_b:
            return None  # a key that can be read opens nothing
        if block == end:
            return which, bits[3], True
        # Sectors of 16 blocks have three groups of five under one condition each.
        index = block % 4 if sector < 32 else (block - (end - 15)) // 5
        return which, bits[index], False

    def _allowed(self, block: int, data: bytes) -> bytes | None:
        """What the block holds if this write succeeds; ``None`` when it may not be written."""
        rights = self._rights(block)
        if rights is None or block == 0:
            return None
        which, bits, is_trailer = rights
        if not is_trailer:
            return data if which in _DATA[bits][1] else None
        right, old = _TRAILER[bits], self.blocks[block]
        if which not in right.write_a | right.write_access | right.write_b:
            return None
        key_a = data[:6] if which in right.write_a else old[:6]
        access = data[6:10] if which in right.write_access else old[6:10]
        key_b = data[10:] if which in right.write_b else old[10:]
        return key_a + access + key_b

    @staticmethod
    def _sector_of(block: int) -> int:
        return block // 4 if block < 128 else 32 + (block - 128) // 16

    @staticmethod
    def _trailer_of(sector: int) -> int:
        return sector * 4 + 3 if sector < 32 else 128 + (sector - 32) * 16 + 15
