"""A virtual PSAM: the master of purchases locked in a chip that orders debits and checks their answers."""

from typing import Final

import msgspec

from onecard.cards.cpu import crypto
from onecard.devices.readers.virtual.chip import VirtualChip

OK: Final = b"\x90\x00"
NO_FILE: Final = b"\x6a\x82"
NO_CONDITION: Final = b"\x69\x85"
LOCKED: Final = b"\x69\x83"
MAC_WRONG: Final = b"\x93\x02"
#: So many wrong MAC2 in a row, and it locks itself.
_TRIES: Final = 10


class SamMemory(msgspec.Struct):
    """Everything that survives without power."""

    number: bytes
    master: bytes
    sequence: int = 1
    tries: int = _TRIES


class VirtualPsam(VirtualChip):
    """One PSAM; its reader knows no UID for it."""

    def __init__(self, memory: SamMemory) -> None:
        super().__init__(b"", msgspec.msgpack.encode(memory), historical=b"PSAM")
        self.wake()

    @property
    def atr(self) -> bytes:
        """A contact card that speaks T=0."""
        return bytes([0x3B, 0x60 | len(self.historical), 0x00, 0x00]) + self.historical

    @property
    def memory(self) -> SamMemory:
        """A copy of what is stored."""
        return msgspec.msgpack.decode(self.stored, type=SamMemory)

    def wake(self) -> None:
        self._memory = self.memory
        self._expected = b""

    def run(self, apdu: bytes) -> bytes:
        if len(apdu) < 5:
            return b"\x67\x00"
        expected, self._expected = self._expected, b""
        if apdu[:4] == b"\x00\xb0\x96\x00":
            self._expected = expected
            return self._memory.number + OK
        if apdu[:4] == b"\x80\x70\x00\x00":
            return self._order(apdu[5 : 5 + apdu[4]])
        if apdu[:4] == b"\x80\x72\x00\x00":
            return self._confirm(expected, apdu[5:9])
        return NO_FILE

    def _order(self, data: bytes) -> bytes:
        if len(data) < 28 or (len(data) - 20) % 8:
            return b"\x67\x00"
        if self._memory.tries == 0:
            return LOCKED
        challenge, sequence, fen, kind = data[:4], data[4:6], data[6:10], data[10:11]
        moment, key = data[11:18], self._memory.master
        for level in range(20, len(data), 8):
            factor = data[level : level + 8]
            key = crypto.encrypt(key, factor + bytes(byte ^ 0xFF for byte in factor))
        own = self._memory.sequence.to_bytes(4, "big")
        session = crypto.encrypt(key, challenge + sequence + own[2:])
        self._expected = crypto.mac(session, fen)
        self._memory.sequence += 1
        self.commit(msgspec.msgpack.encode(self._memory))
        return own + crypto.mac(session, fen + kind + self._memory.number + moment) + OK

    def _confirm(self, expected: bytes, mac2: bytes) -> bytes:
        if not expected:
            return NO_CONDITION
        self._memory.tries = _TRIES if mac2 == expected else self._memory.tries - 1
        self.commit(msgspec.msgpack.encode(self._memory))
        return OK if mac2 == expected else MAC_WRONG
