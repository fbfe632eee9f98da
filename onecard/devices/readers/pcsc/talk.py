"""What passes between us and a card, for a capture: without keys and without PINs.

What a command carries is shown only where it is known to be no secret; of any other only its head, its length
and the status word are. A capture that leaves something out can be made again, a key that is out cannot be
taken back. Knows heads of commands, and nothing of what they do.
"""

from typing import Final

from onecard.devices.line import Line, tapped
from onecard.errors import DeviceGone

#: (class, instruction) of what carries neither key nor PIN, in either direction. Of storage cards: UID,
#: authentication by slot, reading, writing; of chips: selecting, reading, challenges, the purse, a PSAM.
_SHOWN: Final = frozenset(
    bytes.fromhex(head)
    for head in (
        *("FFCA", "FF86", "FF88", "FFB0", "FFD6"),
        *("00A4", "00B0", "00B2", "0084", "805C", "8050", "8052", "8054", "805A", "80DC", "841E"),
        *("8070", "8072"),
    )
)
_GET_RESPONSE: Final = bytes.fromhex("00C0")
_READ, _WRITE = bytes.fromhex("FFB0"), bytes.fromhex("FFD6")
#: Command head with its length byte, and where a sector trailer keeps what opens the sector.
_HEAD: Final = 5
_KEY_A, _KEY_B = slice(0, 6), slice(10, 16)


class Talk:
    """The ear of one reader. Costs nothing while no capture is made."""

    def __init__(self, url: str) -> None:
        self._ear = _Ear()
        self._line: Line = tapped(url, self._ear)
        self._is_heard = self._line is not self._ear
        self._shows = self._is_trailer = False

    def sent(self, apdu: bytes) -> None:
        """We say this."""
        if not self._is_heard:
            return
        head = apdu[:2]
        if head != _GET_RESPONSE:
            self._shows = head in _SHOWN
            self._is_trailer = head in (_READ, _WRITE) and _is_trailer(apdu[3])
        body = apdu[_HEAD:]
        if not self._shows and head != _GET_RESPONSE:
            body = bytes(len(body))
        elif self._is_trailer:
            body = _keyless(body)
        self._line.write(apdu[:_HEAD] + body)

    def heard(self, answer: bytes) -> None:
        """The card, or the reader, says this."""
        if not self._is_heard:
            return
        data, status = answer[:-2], answer[-2:]
        if not self._shows:
            data = bytes(len(data))
        elif self._is_trailer:
            data = _keyless(data)
        self._ear.said = data + status
        self._line.read_available()

    def gone(self, why: str) -> None:
        """Nothing answers any more."""
        self._ear.lost = why
        try:
            self._line.read_available()
        except DeviceGone:
            self._ear.lost = ""


class _Ear:
    """A ``Line`` that hands back what it was told, so that what writes captures writes this one too."""

    def __init__(self) -> None:
        self.said = b""
        self.lost = ""

    def read_available(self) -> bytes:
        if self.lost:
            raise DeviceGone(why=self.lost)
        said, self.said = self.said, b""
        return said

    def write(self, data: bytes) -> None:
        pass

    def close(self) -> None:
        pass


def _is_trailer(block: int) -> bool:
    """Of a 4K card the upper sectors have sixteen blocks."""
    return block % 16 == 15 if block >= 128 else block % 4 == 3


def _keyless(trailer: bytes) -> bytes:
    kept = bytearray(trailer)
    for key in (_KEY_A, _KEY_B):
        kept[key] = bytes(len(kept[key]))
    return bytes(kept)
