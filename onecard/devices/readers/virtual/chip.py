"""A microcontroller card as a thing: in the field or not, powered, torn away at any byte, its memory safe.

A commit writes the whole state into the page that is not in use and seals it; on power-up the newest sealed
page counts. So power may fail after any byte of it, as the standard asks of these cards. Knows no command.
"""

import functools
import operator
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from onecard.devices.readers.virtual.card import CardLeft

_HEAD = 8


@dataclass(frozen=True)
class _Fault:
    index: int
    byte: int | None
    leaves: bool


class VirtualChip(ABC):
    """What every virtual CPU card shares; ``run`` is its operating system."""

    def __init__(self, uid: bytes, state: bytes, historical: bytes = b"ONECARD") -> None:
        self.uid = uid
        self.historical = historical
        self._pages = [self._page(1, state), b""]
        #: Commands since it was put into the field.
        self.commands = 0
        self.in_field = False
        #: Called when the card leaves by ``pull`` or by a tear.
        self.on_leave: Callable[[], None] | None = None
        self._fault: _Fault | None = None
        self._now: _Fault | None = None

    @property
    def atr(self) -> bytes:
        """What a contactless reader makes up for an ISO 14443-4 card."""
        body = bytes([0x80 | len(self.historical), 0x80, 0x01]) + self.historical
        return b"\x3b" + body + bytes([functools.reduce(operator.xor, body)])

    # -- what a person does with the plastic ------------------------------------------------------------

    def place(self) -> None:
        """Lay the card on a reader: the count of commands starts again."""
        self.commands = 0
        self.in_field = True
        self.select()

    def pull(self) -> None:
        """Take it away, now."""
        self.in_field = False
        if self.on_leave is not None:
            self.on_leave()

    def tear_at(self, command_index: int, byte: int | None = None) -> None:
        """Leave the field during command number ``command_index`` since it was put on.

        ``None``: before it was carried out. A number: after so many bytes of what it commits were stored; at
        the end of them the commit counts and only the answer is lost. Happens once.
        """
        self._fault = _Fault(command_index, byte, leaves=True)

    def glitch_at(self, command_index: int, byte: int | None = None) -> None:
        """As ``tear_at``, but the card stays, without power for a moment, and answers "no"."""
        self._fault = _Fault(command_index, byte, leaves=False)

    # -- what the reader does ---------------------------------------------------------------------------

    def select(self) -> None:
        """Power: what was not sealed never was."""
        if not self.in_field:
            raise CardLeft
        self.wake()

    def transmit(self, apdu: bytes) -> bytes:
        """One command. Raises ``CardLeft`` when the card is gone."""
        if not self.in_field:
            raise CardLeft
        index, self.commands = self.commands, self.commands + 1
        fault, self._now = self._fault, None
        if fault is not None and fault.index == index:
            self._fault, self._now = None, fault
        answer = b"" if self._now is not None and self._now.byte is None else self.run(apdu)
        happened, self._now = self._now, None
        if happened is None:
            return answer
        if happened.leaves:
            self.pull()
            raise CardLeft
        self.wake()
        return b"\x6f\x00"

    # -- memory -----------------------------------------------------------------------------------------

    @property
    def stored(self) -> bytes:
        """The state that counts."""
        return max(filter(None, map(self._opened, self._pages)))[1]

    def commit(self, state: bytes) -> None:
        """Store the state as one, or a part of it when the power goes meanwhile."""
        newest = max((0, 1), key=lambda place: (self._opened(self._pages[place]) or (0, b""))[0])
        opened = self._opened(self._pages[newest])
        assert opened is not None
        page = self._page(opened[0] + 1, state)
        if self._now is not None and self._now.byte is not None:
            # The seal is the last thing that is stored: one byte short of it is nothing.
            page = page[: self._now.byte]
        self._pages[1 - newest] = page

    @property
    def page_bytes(self) -> int:
        """How many bytes a commit of the state as it is takes."""
        return _HEAD + len(self.stored)

    @staticmethod
    def _page(generation: int, state: bytes) -> bytes:
        body = generation.to_bytes(4, "big") + state
        return body + zlib.crc32(body).to_bytes(4, "big")

    @staticmethod
    def _opened(page: bytes) -> tuple[int, bytes] | None:
        body, seal = page[:-4], page[-4:]
        if len(page) <= _HEAD or zlib.crc32(body).to_bytes(4, "big") != seal:
            return None
        return int.from_bytes(body[:4], "big"), body[4:]

    # -- the operating system ---------------------------------------------------------------------------

    @abstractmethod
    def wake(self) -> None:
        """Power came: forget everything that was not committed."""

    @abstractmethod
    def run(self, apdu: bytes) -> bytes:
        """Carry out one command; the answer with its status word."""
