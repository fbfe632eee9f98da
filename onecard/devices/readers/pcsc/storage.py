"""The five commands of a storage card as PC/SC pseudo-APDUs, over whatever carries an APDU to the reader.

Knows no pcscd and no card content. Every status word but 9000 is "no": readers answer 6300 for a wrong key, a
closed sector and a card that just left alike, so nothing more is read out of it here.
"""

from collections.abc import Callable

from onecard.cards.medium import Key
from onecard.devices.readers.pcsc.dialect import Dialect, is_uid
from onecard.errors import CardDenied, CardGone


class ApduStorage:
    """A ``StorageCard``. ``transmit`` and ``reselect`` raise ``CardGone`` when nothing answers."""

    def __init__(
        self,
        dialect: Dialect,
        transmit: Callable[[bytes], bytes],
        reselect: Callable[[], None],
    ) -> None:
        self.uid = b""
        #: Everything sent since the card was put on, LOAD KEY and GET UID included.
        self.commands = 0
        self._dialect = dialect
        self._transmit_apdu = transmit
        self._reselect_card = reselect
        self._loaded: bytes | None = None

    def fetch_uid(self) -> bytes:
        """Ask for the UID and keep it; an answer that is none is a refusal."""
        uid = self._send(self._dialect.get_uid())
        if not is_uid(uid):
            raise CardDenied(sw="9000", length=len(uid))
        self.uid = uid
        return uid

    def authenticate(self, block: int, which: Key, key: bytes) -> None:
        if self._loaded != key:
            self._loaded = None
            self._send(self._dialect.load_key(key))
            self._loaded = key
        self._send(self._dialect.authenticate(block, which))

    def read(self, block: int) -> bytes:
        data = self._send(self._dialect.read(block))
        if len(data) != 16:
            raise CardDenied(sw="9000", length=len(data))
        return data

    def write(self, block: int, data: bytes) -> None:
        assert len(data) == 16
        self._send(self._dialect.write(block, data))

    def select(self) -> None:
        """Reactivate the card; another one in its place is ``CardGone``."""
        self._loaded = None  # some readers lose their volatile keys together with the field
        self._reselect_card()
        if self._send(self._dialect.get_uid()) != self.uid:
            raise CardGone

    def _send(self, apdu: bytes) -> bytes:
        self.commands += 1
        answer = self._transmit_apdu(apdu)
        if answer[-2:] != b"\x90\x00":
            raise CardDenied(sw=answer[-2:].hex().upper())
        return answer[:-2]
