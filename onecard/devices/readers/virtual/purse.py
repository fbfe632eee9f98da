"""A virtual CPU card with a PBOC purse, byte by byte as the standard has it, and strict where chips are.

Written from the standard's side, with ``cards/cpu/crypto.py`` as its only shared part (the vectors hold that
down): what the terminal's code believes about the order of bytes is not asked here.
"""

from typing import Final, Self

import msgspec

from onecard.cards.cpu import crypto
from onecard.devices.readers.virtual.chip import VirtualChip

OK: Final = b"\x90\x00"
WRONG_LENGTH: Final = b"\x67\x00"
NO_SECURITY: Final = b"\x69\x82"
NO_CONDITION: Final = b"\x69\x85"
NO_FILE: Final = b"\x6a\x82"
NO_RECORD: Final = b"\x6a\x83"
WRONG_PLACE: Final = b"\x6a\x86"
MAC_WRONG: Final = b"\x93\x02"
BLOCKED: Final = b"\x93\x03"
SHORT: Final = b"\x94\x01"
NO_KEY: Final = b"\x94\x03"
NO_PROOF: Final = b"\x94\x06"
UNKNOWN: Final = b"\x6d\x00"
_LOGGED: Final = 10
_MOST: Final = (1 << 32) - 1


class Keys(msgspec.Struct):
    """The card's own keys, already diversified."""

    purchase: bytes
    load: bytes
    tac: bytes
    maintain: bytes


class Memory(msgspec.Struct):
    """Everything that survives without power."""

    application: bytes
    public: bytes
    keys: Keys
    records: list[bytes]
    balance: int = 0
    online: int = 0
    offline: int = 0
    log: list[bytes] = []
    #: Kind, sequence, MAC and TAC of the last transaction.
    proof: tuple[int, int, bytes, bytes] = (0, 0, bytes(4), bytes(4))
    blocked: int = 0
    pin: bytes = b""
    tries: int = 3


class _Started(msgspec.Struct):
    """What an INIT left in working memory."""

    kind: int
    fen: int
    terminal: bytes
    challenge: bytes


class VirtualPurse(VirtualChip):
    """One card. ``logs_before``: makers differ in which sequence they log."""

    def __init__(self, uid: bytes, memory: Memory, *, logs_before: bool = True) -> None:
        self.logs_before = logs_before
        self._turn = 0
        super().__init__(uid, msgspec.msgpack.encode(memory))
        self.wake()

    @property
    def memory(self) -> Memory:
        """A copy of what is stored."""
        return msgspec.msgpack.decode(self.stored, type=Memory)

    def copy(self) -> Self:
        """The same plastic once more, as a clone would be."""
        return type(self)(self.uid, self.memory, logs_before=self.logs_before)

    def wake(self) -> None:
        self._memory = self.memory
        self._selected = False
        self._started: _Started | None = None
        self._waiting: tuple[int, bytes] | None = None
        self._nonce = b""
        self._proved_pin = False

    def run(self, apdu: bytes) -> bytes:
        if len(apdu) < 4:
            return WRONG_LENGTH
        if apdu[:2] == b"\x00\xa4":
            return self._select(apdu)
        if not self._selected:
            return NO_FILE
        handler = {
            (0x00, 0xB0): self._read_binary,
            (0x00, 0xB2): self._read_record,
            (0x00, 0x20): self._verify,
            (0x00, 0x84): self._challenge,
            (0x80, 0x5C): self._balance,
            (0x80, 0x50): self._start,
            (0x80, 0x52): self._credit,
            (0x80, 0xDC): self._update,
            (0x80, 0x54): self._debit,
            (0x80, 0x5A): self._prove,
            (0x84, 0x1E): self._block,
        }.get((apdu[0], apdu[1]))
        return UNKNOWN if handler is None else handler(apdu)

    # -- files ------------------------------------------------------------------------------------------

    def _select(self, apdu: bytes) -> bytes:
        self._selected, self._started = False, None
        if apdu[5 : 5 + apdu[4]] != self._memory.application:
            return NO_FILE
        if self._memory.blocked:
            return BLOCKED
        self._selected = True
        name = self._memory.application
        inner = bytes([0x84, len(name)]) + name
        return bytes([0x6F, len(inner)]) + inner + OK

    def _read_binary(self, apdu: bytes) -> bytes:
        if apdu[2] != 0x80 | 0x15:
            return NO_FILE
        return self._memory.public[apdu[3] : apdu[3] + apdu[4]] + OK

    def _read_record(self, apdu: bytes) -> bytes:
        number, file = apdu[2], apdu[3] >> 3
        rows = {0x17: self._memory.records, 0x18: self._memory.log}.get(file)
        if rows is None or apdu[3] & 7 != 4:
            return NO_FILE
        if not 1 <= number <= len(rows) or not rows[number - 1]:
            return NO_RECORD
        row = rows[number - 1]
        return b"\x6c" + bytes([len(row)]) if apdu[4] not in (0, len(row)) else row + OK

    def _verify(self, apdu: bytes) -> bytes:
        memory = self._memory
        if memory.tries == 0:
            return b"\x69\x83"
        self._proved_pin = apdu[5:] == memory.pin
        memory.tries = 3 if self._proved_pin else memory.tries - 1
        self._commit()
        return OK if self._proved_pin else b"\x63" + bytes([0xC0 | memory.tries])

    def _challenge(self, apdu: bytes) -> bytes:
        if apdu[4] not in (4, 8):
            return WRONG_LENGTH
        self._nonce = self._random() + bytes(4)
        return self._nonce[: apdu[4]] + OK

    def _balance(self, apdu: bytes) -> bytes:
        return self._memory.balance.to_bytes(4, "big") + OK if apdu[3] == 2 else WRONG_PLACE

    # -- transactions -----------------------------------------------------------------------------------

    def _start(self, apdu: bytes) -> bytes:
        self._started, self._waiting = None, None
        data, memory = apdu[5 : 5 + apdu[4]], self._memory
        if len(data) != 11 or apdu[3] != 2:
            return WRONG_LENGTH
        kind = {0: 2, 1: 6, 3: 9}.get(apdu[2])
        if kind is None:
            return WRONG_PLACE
        fen, terminal = int.from_bytes(data[1:5], "big"), data[5:]
        if data[0] != 1:
            return NO_KEY
        if kind == 2 and memory.pin and not self._proved_pin:
            return NO_SECURITY
        if kind != 2 and fen > memory.balance:
            return SHORT
        if kind == 2 and (fen == 0 or memory.balance + fen > _MOST):
            return NO_CONDITION
        challenge = self._random()
        self._started = _Started(kind, fen, terminal, challenge)
        balance = memory.balance.to_bytes(4, "big")
        if kind == 2:
            session = crypto.load_session(memory.keys.load, challenge, memory.online)
            mac1 = crypto.mac(session, balance + data[1:5] + b"\x02" + terminal)
            return balance + memory.online.to_bytes(2, "big") + b"\x01\x00" + challenge + mac1 + OK
        return balance + memory.offline.to_bytes(2, "big") + bytes(3) + b"\x01\x00" + challenge + OK

    def _credit(self, apdu: bytes) -> bytes:
        started, self._started = self._started, None
        if started is None or started.kind != 2:
            return NO_CONDITION
        if apdu[4] != 11 or len(apdu) < 16:
            return WRONG_LENGTH
        memory, moment, mac2 = self._memory, apdu[5:12], apdu[12:16]
        fen = started.fen.to_bytes(4, "big")
        session = crypto.load_session(memory.keys.load, started.challenge, memory.online)
        if crypto.mac(session, fen + b"\x02" + started.terminal + moment) != mac2:
            return MAC_WRONG
        memory.balance += started.fen
        sequence = memory.online.to_bytes(2, "big")
        said = memory.balance.to_bytes(4, "big") + sequence + fen + b"\x02" + started.terminal + moment
        tac = crypto.mac(crypto.tac_key(memory.keys.tac), said)
        memory.proof = (2, memory.online, mac2, tac)
        memory.online = (memory.online + 1) & 0xFFFF
        self._log(memory.online, started, moment)
        self._proved_pin = False
        self._commit()
        return tac + OK

    def _update(self, apdu: bytes) -> bytes:
        started, data = self._started, apdu[5 : 5 + apdu[4]]
        if started is None or started.kind != 9:
            return NO_CONDITION
        number = data[0]
        if apdu[3] != 0x17 << 3 | 4 or not 1 <= number <= len(self._memory.records):
            return NO_RECORD
        if data[1] != apdu[2] or data[2] != len(data) - 3:
            return WRONG_LENGTH
        self._waiting = (number, data[1:])
        return OK

    def _debit(self, apdu: bytes) -> bytes:
        started, self._started = self._started, None
        waiting, self._waiting = self._waiting, None
        if started is None or started.kind == 2 or (started.kind == 9 and waiting is None):
            return NO_CONDITION
        if apdu[4] != 15 or len(apdu) < 20:
            return WRONG_LENGTH
        memory, moment, mac1 = self._memory, apdu[9:16], apdu[16:20]
        session = crypto.encrypt(
            memory.keys.purchase, started.challenge + memory.offline.to_bytes(2, "big") + apdu[7:9]
        )
        fen = started.fen.to_bytes(4, "big")
        said = fen + bytes([started.kind]) + started.terminal
        if crypto.mac(session, said + moment) != mac1:
            return MAC_WRONG
        memory.balance -= started.fen
        tac = crypto.mac(crypto.tac_key(memory.keys.tac), said + apdu[5:9] + moment)
        mac2 = crypto.mac(session, fen)
        memory.proof = (started.kind, memory.offline, mac2, tac)
        memory.offline = (memory.offline + 1) & 0xFFFF
        self._log(memory.offline, started, moment)
        if waiting is not None:
            memory.records[waiting[0] - 1] = waiting[1]
        self._commit()
        return tac + mac2 + OK

    def _prove(self, apdu: bytes) -> bytes:
        kind, sequence, mac, tac = self._memory.proof
        if apdu[3] != kind or int.from_bytes(apdu[5:7], "big") != sequence:
            return NO_PROOF
        return mac + tac + OK

    def _block(self, apdu: bytes) -> bytes:
        nonce, self._nonce = self._nonce, b""
        if not nonce:
            return NO_CONDITION
        if crypto.long_mac(self._memory.keys.maintain, apdu[:5], nonce) != apdu[5:9]:
            return b"\x69\x88"
        self._memory.blocked = 2 if apdu[3] == 1 else 1
        self._commit()
        return OK

    # -- inside -----------------------------------------------------------------------------------------

    def _log(self, raised: int, started: _Started, moment: bytes) -> None:
        sequence = (raised - 1) & 0xFFFF if self.logs_before else raised
        row = sequence.to_bytes(2, "big") + bytes(3) + started.fen.to_bytes(4, "big")
        row += bytes([started.kind]) + started.terminal + moment
        self._memory.log = [row, *self._memory.log][:_LOGGED]

    def _commit(self) -> None:
        self.commit(msgspec.msgpack.encode(self._memory))

    def _random(self) -> bytes:
        """Never the same twice in the life of this plastic, and foreseen by nobody but its maker."""
        self._turn += 1
        seed = self._turn.to_bytes(4, "big") + self._memory.online.to_bytes(2, "big")
        seed += self._memory.offline.to_bytes(2, "big")
        return crypto.encrypt(self._memory.keys.tac, seed)[:4]
