"""Lays virtual cards on pcscd's virtual reader (vpcd): to connect is to lay down, to close is to take off.

Two cards at once make the reader see something that does not answer, as a collision in a real field does.
Runs one thread per slot; this is the side of the bench, never of a station.

vpcd's frames are a big-endian u16 length and the data; one byte is a control (0 off, 1 on, 2 reset, 4 ask for
the ATR), anything longer an APDU. Without TCP_NODELAY, and TCP_QUICKACK set again before every receive, each
command waits 44 ms for a delayed acknowledgement.
"""

import contextlib
import socket
import threading
from typing import Final

from onecard.devices.readers.virtual.card import CardLeft
from onecard.devices.readers.virtual.field import Plastic, field_of
from onecard.errors import DeviceGone

#: Ports of the two readers "Virtual PCD 00 00" and "Virtual PCD 00 01".
PORTS: Final = (35963, 35964)

_OFF, _ON, _RESET, _ATR = 0, 1, 2, 4
# Longer than any ATR may be: the reader notes "something is there" and cannot wake it.
_NOISE: Final = bytes([0x3B]) + bytes(39)
_CONNECT_TIMEOUT_S: Final = 3.0


class VpcdSlot:
    """The place on one virtual reader where cards lie. Safe to call from any thread."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.port = port
        self._host = host
        self._cards: list[Plastic] = []
        self._lock = threading.RLock()
        self._link: _Link | None = None

    @property
    def cards(self) -> tuple[Plastic, ...]:
        """What lies on the reader, in the order it was put there."""
        with self._lock:
            return tuple(self._cards)

    def insert(self, card: Plastic) -> None:
        """Put a card on. Raises ``DeviceGone`` when nothing listens on the port."""
        with self._lock:
            assert card not in self._cards
            self._cards.append(card)
            try:
                self._renew()
            except DeviceGone:
                self._cards.remove(card)
                raise

    def remove(self, card: Plastic | None = None) -> None:
        """Take a card off, or all of them; whatever is being said to it stays without an answer."""
        with self._lock:
            gone = [c for c in self._cards if card is None or c is card]
            self._cards = [c for c in self._cards if c not in gone]
            for leaving in gone:
                leaving.on_leave = None
                leaving.pull()
            self._renew()

    def _left(self, card: Plastic) -> None:
        """The card tore itself out of the field."""
        with self._lock:
            if card in self._cards:
                self._cards.remove(card)
                self._renew()

    def _renew(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None
        if not self._cards:
            return
        try:
            peer = socket.create_connection((self._host, self.port), _CONNECT_TIMEOUT_S)
        except OSError as error:
            raise DeviceGone("reader.gone", port=self.port, reason=str(error)) from error
        alone = self._cards[0] if len(self._cards) == 1 else None
        if alone is not None:
            alone.place()
            alone.on_leave = lambda: self._left(alone)
        self._link = _Link(peer, alone)


class _Link:
    """One connection to vpcd and the thread that answers on it."""

    def __init__(self, peer: socket.socket, card: Plastic | None) -> None:
        self._peer = peer
        self._field = None if card is None else field_of(card)
        self._atr = _NOISE if card is None else card.atr
        peer.settimeout(None)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=self._serve, name="virtual card", daemon=True).start()

    def close(self) -> None:
        """Hang up; the other side sees the card leave."""
        with contextlib.suppress(OSError):
            self._peer.shutdown(socket.SHUT_RDWR)
        self._peer.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError, CardLeft, EOFError):
            while True:
                answer = self._answer(self._frame())
                if answer is not None:
                    self._peer.sendall(len(answer).to_bytes(2, "big") + answer)
        self.close()

    def _answer(self, frame: bytes) -> bytes | None:
        if len(frame) > 1:
            return b"\x6f\x00" if self._field is None else self._field.transmit(frame)
        if frame == bytes([_ATR]):
            return self._atr
        if frame in (bytes([_ON]), bytes([_RESET])) and self._field is not None:
            self._field.reset()
        return None

    def _frame(self) -> bytes:
        return self._exactly(int.from_bytes(self._exactly(2), "big"))

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            if hasattr(socket, "TCP_QUICKACK"):  # Linux only; it falls back to "off" by itself
                self._peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            part = self._peer.recv(count - len(data))
            if part == b"":
                raise EOFError
            data += part
        return data
