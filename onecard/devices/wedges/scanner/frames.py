"""What a scanner on a serial line sends: text, and a carriage return or line feed behind it."""

import re

from onecard.devices.wedges import LONGEST, Scan, Scanned, Spoilt

_ENDS = re.compile(rb"[\r\n]")


def encode(text: str) -> bytes:
    """One scan on the wire."""
    return text.encode() + b"\r"


class Parser:
    """Takes bytes as they come. UTF-8, which ASCII is; of the control characters only tab and separator."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._is_overlong = False

    @property
    def is_partial(self) -> bool:
        """A scan has begun and its end has not come."""
        return bool(self._pending) or self._is_overlong

    def feed(self, data: bytes) -> list[Scan]:
        found: list[Scan] = []
        *whole, rest = _ENDS.split(data)
        for part in whole:
            self._keep(part)
            found += self._finish()
        self._keep(rest)
        return found

    def expire(self) -> list[Scan]:
        """Its end will not come."""
        if not self.is_partial:
            return []
        self._pending.clear()
        self._is_overlong = False
        return [Spoilt("cut")]

    def _keep(self, part: bytes) -> None:
        room = LONGEST - len(self._pending)
        self._is_overlong = self._is_overlong or len(part) > room
        self._pending += part[:room]

    def _finish(self) -> list[Scan]:
        if not self.is_partial:
            return []
        data, overlong = bytes(self._pending), self._is_overlong
        self._pending.clear()
        self._is_overlong = False
        if overlong:
            return [Spoilt("too_long")]
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return [Spoilt("foreign")]
        if any(not character.isprintable() and character not in "\t\x1d" for character in text):
            return [Spoilt("foreign")]
        return [Scanned(text)]
