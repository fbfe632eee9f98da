"""A reader of the ACR122U class with one virtual card in its field: PC/SC storage-card APDUs in, answers out.

Speaks exactly what the real box speaks, "6300" for everything that went wrong included. Knows no pcscd.
"""

from dataclasses import dataclass
from typing import Final

from onecard.cards.medium import Key
from onecard.devices.readers.virtual.card import VirtualM1
from onecard.devices.readers.virtual.chip import VirtualChip

OK: Final = b"\x90\x00"
FAILED: Final = b"\x63\x00"
WRONG_LENGTH: Final = b"\x67\x00"
NO_KEY: Final = b"\x69\x86"
UNSUPPORTED: Final = b"\x6a\x81"
UNKNOWN_CLASS: Final = b"\x6e\x00"
UNKNOWN_COMMAND: Final = b"\x6d\x00"

_KEY_TYPE: Final = {0x60: Key.A, 0x61: Key.B}


@dataclass(frozen=True)
class Manners:
    """How a family of readers talks. [?] The SCM row follows public reports."""

    refused: bytes = FAILED
    new_authenticate: bool = True
    old_authenticate: bool = True


ACR: Final = Manners()
SCM: Final = Manners(refused=b"\x69\x82", new_authenticate=False)


class CardField:
    """The reader's end: two volatile key slots, and commands turned into what the chip understands."""

    def __init__(self, card: VirtualM1, manners: Manners = ACR) -> None:
        self.card = card
        self._manners = manners
        self._slots: dict[int, bytes] = {}

    def reset(self) -> None:
        """Power the field off and on: the card wakes up, nobody is authenticated."""
        self.card.select()

    def transmit(self, apdu: bytes) -> bytes:
        """One APDU → answer with status word. Raises ``CardLeft`` when the card is gone for good."""
        if len(apdu) < 5:
            return WRONG_LENGTH
        if apdu[0] != 0xFF:
            return UNKNOWN_CLASS
        handler = {
            0xCA: self._get_data,
            0x82: self._load_key,
            0x86: self._authenticate if self._manners.new_authenticate else None,
            0x88: self._authenticate_old if self._manners.old_authenticate else None,
            0xB0: self._read,
            0xD6: self._write,
        }.get(apdu[1])
        return UNKNOWN_COMMAND if handler is None else handler(apdu)

    def _get_data(self, apdu: bytes) -> bytes:
        if apdu[2:4] != b"\x00\x00":
            return UNSUPPORTED
        return self.card.uid + OK

    def _load_key(self, apdu: bytes) -> bytes:
        slot, key = apdu[3], apdu[5:]
        if apdu[4] != 6 or len(key) != 6:
            return WRONG_LENGTH
        if apdu[2] != 0 or slot > 1:
            return FAILED
        self._slots[slot] = key
        return OK

    def _authenticate(self, apdu: bytes) -> bytes:
        data = apdu[5:]
        if apdu[4] != 5 or len(data) != 5 or data[0] != 1:
            return WRONG_LENGTH
        return self._open(block=data[2], key_type=data[3], slot=data[4])

    def _authenticate_old(self, apdu: bytes) -> bytes:
        if len(apdu) != 6:
            return WRONG_LENGTH
        return self._open(block=apdu[3], key_type=apdu[4], slot=apdu[5])

    def _open(self, block: int, key_type: int, slot: int) -> bytes:
        which = _KEY_TYPE.get(key_type)
        key = self._slots.get(slot)
        if which is None or key is None:
            return NO_KEY if which is not None else FAILED
        return OK if self.card.authenticate(block, which, key) else self._manners.refused

    def _read(self, apdu: bytes) -> bytes:
        if apdu[4] != 16:
            return b"\x6c\x10"
        data = self.card.read(apdu[3])
        return self._manners.refused if data is None else data + OK

    def _write(self, apdu: bytes) -> bytes:
        if apdu[4] != 16 or len(apdu) != 21:
            return WRONG_LENGTH
        return OK if self.card.write(apdu[3], apdu[5:]) else self._manners.refused


class ChipField:
    """The same reader with a CPU card: it answers for the UID, everything else is the card's."""

    def __init__(self, card: VirtualChip) -> None:
        self.card = card

    def reset(self) -> None:
        """Power off and on."""
        self.card.select()

    def transmit(self, apdu: bytes) -> bytes:
        """One APDU → answer with status word. Raises ``CardLeft`` when the card is gone for good."""
        if apdu[:2] == b"\xff\xca":
            return self.card.uid + OK if self.card.uid and apdu[2:4] == b"\x00\x00" else UNSUPPORTED
        return UNKNOWN_CLASS if apdu[:1] == b"\xff" else self.card.transmit(apdu)


Plastic = VirtualM1 | VirtualChip


def field_of(card: Plastic) -> CardField | ChipField:
    """A reader with this card in its field."""
    return CardField(card) if isinstance(card, VirtualM1) else ChipField(card)
