"""The one place where a purchase is ordered from a CPU card: a PSAM in a reader, or keys in the key store.

Two answers of one interface: the order (MAC1) for a card that began a purchase, and the check of what the
card says afterwards (MAC2). Both follow each other at once; another order forgets the one before.
"""

import hmac
from typing import Protocol

import msgspec

from onecard.cards.cpu import command, crypto
from onecard.cards.cpu.command import PurchaseStart
from onecard.cards.keys import KeySet
from onecard.errors import CardGone, DeviceFault, DeviceGone
from onecard.ids import RecordId


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A purchase that a card has begun."""

    start: PurchaseStart
    fen: int
    kind: int
    moment: bytes
    #: Right 8 bytes of the card's serial number.
    factor: bytes
    #: Version of the master keys the card was issued under.
    key_version: int
    #: The intent it is for.
    id: RecordId


class Order(msgspec.Struct, frozen=True):
    """What the card is sent: the terminal's own sequence, and MAC1."""

    sequence: int
    mac1: bytes


class Psam(Protocol):
    """Raises ``DeviceGone`` or ``DeviceFault`` when it cannot work; no card was debited by then."""

    def terminal(self, id: RecordId) -> bytes:
        """Six bytes that stand for this terminal in the card's log and TAC."""
        ...

    def order(self, wanted: Wanted) -> Order: ...

    def confirms(self, mac2: bytes) -> bool:
        """Whether the card's MAC2 is the one of the order just given."""
        ...


class KeyPsam:
    """In the key store. Its sequence is the intent's own number, so the TAC names the intent."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys
        self._expected = b""

    def terminal(self, id: RecordId) -> bytes:
        return id.terminal.to_bytes(command.TERMINAL, "big")

    def order(self, wanted: Wanted) -> Order:
        self._expected = b""
        masters = next((one for one in self._keys.masters if one.version == wanted.key_version), None)
        key = None if masters is None else masters.cpu.card(wanted.factor).purchase
        if key is None:
            raise DeviceFault("psam.no_key", version=wanted.key_version)
        start, sequence = wanted.start, wanted.id.epoch << 24 | wanted.id.seq
        session = crypto.purchase_session(key, start.challenge, start.sequence, sequence)
        self._expected = crypto.purchase_mac2(session, wanted.fen)
        mac1 = crypto.purchase_mac1(session, wanted.fen, wanted.kind, self.terminal(wanted.id), wanted.moment)
        return Order(sequence, mac1)

    def confirms(self, mac2: bytes) -> bool:
        expected, self._expected = self._expected, b""
        return expected != b"" and hmac.compare_digest(expected, mac2)


class CardPsam:
    """A real one, or a virtual one, in a reader of its own. ``find`` looks for it afresh after a failure."""

    def __init__(self, find: "Finder", levels: tuple[bytes, ...] = ()) -> None:
        """``levels``: further diversification factors in the order this installation has them. [?]"""
        self._find = find
        self._levels = levels
        self._card: Answering | None = None
        self._number = b""

    def terminal(self, id: RecordId) -> bytes:
        if not self._number:
            data, status = self._ask(command.sam_terminal())
            if status != command.OK or len(data) != command.TERMINAL:
                raise DeviceFault("psam.refused", status=f"{status:04X}")
            self._number = data
        return self._number

    def order(self, wanted: Wanted) -> Order:
        factors = (wanted.factor, *self._levels)
        start = command.sam_start(wanted.start, wanted.fen, wanted.kind, wanted.moment, factors)
        data, status = self._ask(start)
        if status != command.OK or len(data) != 8:
            raise DeviceFault("psam.refused", status=f"{status:04X}")
        return Order(int.from_bytes(data[:4], "big"), data[4:])

    def confirms(self, mac2: bytes) -> bool:
        _, status = self._ask(command.sam_credit(mac2))
        return status == command.OK

    def _ask(self, apdu: bytes) -> tuple[bytes, int]:
        try:
            if self._card is None:
                self._number = b""
                self._card = self._find()
            if self._card is None:
                raise DeviceGone("psam.gone")
            return self._card.transmit(apdu)
        except CardGone as error:
            self._card = None
            raise DeviceGone("psam.gone") from error


class Answering(Protocol):
    """A PSAM as it is asked: whole commands in, whole answers out. Raises ``CardGone``, ``DeviceFault``."""

    def transmit(self, command: bytes, /) -> tuple[bytes, int]: ...


class Finder(Protocol):
    """Where the PSAM is now; ``None``: its reader is empty."""

    def __call__(self) -> Answering | None: ...
