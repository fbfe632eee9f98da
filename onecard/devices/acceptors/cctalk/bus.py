"""One host and one device on a ccTalk wire: questions, their answers, and the host's own echo.

One question at a time. On a one-wire bus the host hears what it said; exactly those bytes are dropped, where
they come. Knows no header.
"""

from onecard.devices.acceptors.cctalk.frames import HOST, Check, Frame, Parser, encode


class Bus:
    """The wire as one device's driver sees it."""

    def __init__(self, address: int, check: Check) -> None:
        self.address, self.check = address, check
        self._parser = Parser(HOST, check)
        self._echo = b""

    def question(self, header: int, data: bytes = b"") -> bytes:
        """The bytes to write."""
        sent = encode(Frame(self.address, header, data), self.check)
        self._echo = sent
        return sent

    def answers(self, data: bytes) -> list[Frame]:
        """Frames from our device in what was heard."""
        while self._echo and data and data[0] == self._echo[0]:
            data, self._echo = data[1:], self._echo[1:]
        if data:
            self._echo = b""
        return self._ours(self._parser.feed(data))

    def expire(self) -> list[Frame]:
        """No more bytes will come for what has begun."""
        self._echo = b""
        return self._ours(self._parser.expire())

    def _ours(self, frames: list[Frame]) -> list[Frame]:
        return [frame for frame in frames if frame.source in (self.address, 0)]
