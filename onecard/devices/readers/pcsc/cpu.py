"""A CPU card behind a reader: whole commands, and the way T=0 hands over long answers. Knows no command.

Contact cards without a UID (a PSAM) have an empty one. Storage commands find no sector here.
"""

from collections.abc import Callable
from typing import Final, NoReturn

from onecard.cards.medium import Key
from onecard.devices.readers.pcsc.dialect import is_uid
from onecard.errors import CardForeign, CardGone

_GET_UID: Final = bytes.fromhex("FFCA000000")
#: A card that asked for more than so many rounds of one answer is no card.
_ROUNDS: Final = 8


class ApduCpu:
    """An ``ApduCard``. ``carry`` and ``reselect`` raise ``CardGone`` when nothing answers."""

    def __init__(self, carry: Callable[[bytes], bytes], reselect: Callable[[], None]) -> None:
        self.uid = b""
        #: Everything sent since the card was put on, GET UID included.
        self.commands = 0
        self._carry_apdu = carry
        self._reselect_card = reselect

    def fetch_uid(self) -> bytes:
        """Ask the reader for the UID and keep it; a reader that knows none is not asked again."""
        self.uid = self._asked_uid()
        return self.uid

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """See ``ApduCard.transmit``. ``61xx`` and ``6Cxx`` are the transport's and answered here."""
        data, status = self._once(command)
        if status >> 8 == 0x6C:
            data, status = self._once(command[:-1] + bytes([status & 0xFF]))
        for _ in range(_ROUNDS):
            if status >> 8 != 0x61:
                break
            more, status = self._once(bytes([0x00, 0xC0, 0x00, 0x00, status & 0xFF]))
            data += more
        return data, status

    def select(self) -> None:
        """Reactivate the card; another one in its place is ``CardGone``."""
        self._reselect_card()
        if self._asked_uid() != self.uid:
            raise CardGone

    def authenticate(self, block: int, which: Key, key: bytes) -> None:
        self._refuse()

    def read(self, block: int) -> bytes:
        self._refuse()

    def write(self, block: int, data: bytes) -> None:
        self._refuse()

    def _asked_uid(self) -> bytes:
        data, status = self._once(_GET_UID)
        return data if status == 0x9000 and is_uid(data) else b""

    def _once(self, apdu: bytes) -> tuple[bytes, int]:
        self.commands += 1
        answer = self._carry_apdu(apdu)
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def _refuse(self) -> NoReturn:
        raise CardForeign("card.foreign", medium="cpu")
