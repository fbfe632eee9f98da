"""A PC/SC reader: which card lies on it, and its APDUs. Knows nothing of what stands on a card.

Uses pyscard's thin layer: its comfortable one keeps one context for the whole process, which a restarted
pcscd makes useless. Cards are opened exclusively, so that no other program talks between a write and its
proof. Any failure to carry an APDU means that the card left: whether it was executed is then unknown.
"""

from collections.abc import Callable
from typing import Any, Final

from smartcard import scard

from onecard.cards.medium import Key, StorageCard
from onecard.devices.readers.pcsc.cpu import ApduCpu
from onecard.devices.readers.pcsc.dialect import Dialect, Medium, dialect_for, medium_of
from onecard.devices.readers.pcsc.storage import ApduStorage
from onecard.devices.readers.pcsc.talk import Talk
from onecard.errors import CardDenied, CardForeign, CardGone, DeviceFault, DeviceGone, Refused

_OK: Final = scard.SCARD_S_SUCCESS
_PROTOCOLS: Final = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
_AWAY: Final = scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_IGNORE
_UNPLUGGED: Final = frozenset({scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE})
_SILENT: Final = frozenset({scard.SCARD_W_UNRESPONSIVE_CARD, scard.SCARD_W_UNPOWERED_CARD})
_PCI: Final = {
    scard.SCARD_PROTOCOL_T0: scard.SCARD_PCI_T0,
    scard.SCARD_PROTOCOL_T1: scard.SCARD_PCI_T1,
}


def list_readers() -> list[str]:
    """Names of all readers now. Raises ``DeviceGone("reader.no_service")``."""
    context = _establish()
    try:
        return _names(context)
    finally:
        scard.SCardReleaseContext(context)


class _Calls:
    """Each call into the service, which has no bound of its own; whoever has a clock looks at the number."""

    def __init__(self) -> None:
        self._count = 0
        self.under_way: int | None = None

    def __call__(self, call: Callable[..., Any], *arguments: object) -> Any:
        self._count += 1
        self.under_way = self._count
        try:
            return call(*arguments)
        finally:
            self.under_way = None


class PcscReader:
    """A ``Reader``. One object lives as long as the station: it finds its reader again by itself."""

    def __init__(self, name: str, dialect: Dialect | None = None) -> None:
        self._wanted = name
        self._dialect = dialect
        self._context: int | None = None
        #: The full PC/SC name while the reader is there; what was asked for before that.
        self.name = name
        self._found = False
        self._card: _Connection | None = None
        self._event = -1
        self._mute = False
        self._talk = Talk(f"pcsc:{name}")
        self._calls = _Calls()
        #: The state word of the last poll; ``wait`` is for anything else.
        self._known: int | None = None

    def poll(self) -> StorageCard | None:
        """See ``Reader.poll``; never waits. Also ``DeviceFault("reader.busy")``, ``("reader.ambiguous")``."""
        state, atr = self._state()
        event = state >> 16  # counts every laying down and taking off
        if not state & scard.SCARD_STATE_PRESENT:
            self._drop()
            self._mute = False
            return None
        if state & scard.SCARD_STATE_MUTE:
            self._drop()
            self._note_silence()
            return None
        card = self._card
        if card is not None and not card.gone and event == self._event:
            return card.storage
        self._drop()
        self._event = event
        self._card = self._connect(atr)
        if self._card is None:
            return None
        self._mute = False
        return self._card.storage

    def wait(self, seconds: float) -> bool:
        """See ``Reader.wait``: the service wakes us, so that no card is found late by a clock of ours."""
        context, known = self._context, self._known
        if context is None or known is None or not self._found:
            return False
        result, _ = scard.SCardGetStatusChange(context, max(0, round(seconds * 1000)), [(self.name, known)])
        return bool(result != scard.SCARD_E_TIMEOUT)

    def wake(self) -> None:
        """See ``Reader.wake``."""
        context = self._context
        if context is not None:
            scard.SCardCancel(context)

    @property
    def call_under_way(self) -> int | None:
        """See ``Worker.look_after``. A ``wait`` ends by itself and is none."""
        return self._calls.under_way

    def close(self) -> None:
        """Let go of the card and of the service."""
        self._drop()
        self._known = None
        if self._context is not None:
            self._calls(scard.SCardReleaseContext, self._context)
            self._context = None
        self._found = False

    def _state(self) -> tuple[int, bytes]:
        """State word and ATR of the reader now; a lost service or reader is looked for once more."""
        for _ in range(2):
            context = self._ready()
            asked = [(self.name, scard.SCARD_STATE_UNAWARE)]
            result, states = self._calls(scard.SCardGetStatusChange, context, 0, asked)
            if result == _OK:
                _, state, atr = states[0]
                if not state & _AWAY:
                    self._known = state & ~scard.SCARD_STATE_CHANGED
                    return state, bytes(atr)
            elif result not in _UNPLUGGED:
                # pcscd was stopped or restarted: contexts of the old one are worth nothing.
                self.close()
            self._found, self._known = False, None
            self._drop()
        raise DeviceGone("reader.gone", name=self._wanted)

    def _ready(self) -> int:
        """A context in which the reader was found by its name."""
        if self._context is None:
            self._context = self._calls(_establish)
        if not self._found:
            try:
                listed = self._calls(_names, self._context)
            except DeviceGone:
                self.close()
                raise
            names = [name for name in listed if self._wanted.lower() in name.lower()]
            if not names:
                raise DeviceGone("reader.gone", name=self._wanted)
            if len(names) > 1:
                raise DeviceFault("reader.ambiguous", name=self._wanted, names=names)
            self.name, self._found = names[0], True
        return self._context

    def _connect(self, atr: bytes) -> "_Connection | None":
        assert self._context is not None
        result, handle, protocol = self._calls(
            scard.SCardConnect, self._context, self.name, scard.SCARD_SHARE_EXCLUSIVE, _PROTOCOLS
        )
        if result in _SILENT:
            self._note_silence()
            return None
        if result == scard.SCARD_E_SHARING_VIOLATION:
            raise DeviceFault("reader.busy", name=self.name)
        if result != _OK:
            return None
        card = _Connection(handle, protocol, self._talk, self._calls)
        try:
            card.identify(atr, self._dialect or dialect_for(self.name))
        except CardGone:
            card.close()
            return None
        return card

    def _note_silence(self) -> None:
        """Something is in the field and cannot be woken: two cards in one purse, or one just coming near.

        Said at the second poll in a row only, so that a slow hand is not told about two cards.
        """
        if self._mute:
            raise Refused("card.two")
        self._mute = True

    def _drop(self) -> None:
        if self._card is not None:
            self._card.close()
            self._card = None


class _Connection:
    """A handle to one card in the field, from laying down to taking off."""

    def __init__(self, handle: int, protocol: int, talk: Talk, calls: _Calls) -> None:
        self._handle, self._talk, self._calls = handle, talk, calls
        self._pci = _PCI.get(protocol, scard.SCARD_PCI_T1)
        self.gone = False
        self.storage: StorageCard

    def identify(self, atr: bytes, dialect: Dialect) -> None:
        """Learn UID and medium. ``CardGone`` when the card did not stay for that."""
        medium = medium_of(atr)
        if medium is Medium.CPU:
            card = ApduCpu(self._transmit, self._reselect)
            card.fetch_uid()
            self.storage = card
            return
        storage = ApduStorage(dialect, self._transmit, self._reselect)
        try:
            storage.fetch_uid()
        except CardDenied:
            if medium is Medium.M1:
                raise CardGone from None  # every M1 has a UID: this one is still coming, or leaving
        self.storage = storage if medium is Medium.M1 else _OtherCard(storage.uid, medium)

    def close(self) -> None:
        """The storage handed out answers ``CardGone`` from now on."""
        if self._handle:
            self._calls(scard.SCardDisconnect, self._handle, scard.SCARD_LEAVE_CARD)
        self._handle, self.gone = 0, True

    def _transmit(self, apdu: bytes) -> bytes:
        if self.gone:
            raise CardGone
        self._talk.sent(apdu)
        result, answer = self._calls(scard.SCardTransmit, self._handle, self._pci, list(apdu))
        if result == scard.SCARD_W_RESET_CARD:
            raise CardDenied("card.reset")  # was not sent; whoever asks wakes the card and starts again
        if result != _OK or len(answer) < 2:
            self.gone = True
            self._talk.gone(_hex(result))
            raise CardGone(result=_hex(result))
        self._talk.heard(bytes(answer))
        return bytes(answer)

    def _reselect(self) -> None:
        if self.gone:
            raise CardGone
        result, protocol = self._calls(
            scard.SCardReconnect,
            *(self._handle, scard.SCARD_SHARE_EXCLUSIVE, _PROTOCOLS, scard.SCARD_UNPOWER_CARD),
        )
        if result != _OK:
            self.gone = True
            raise CardGone(result=_hex(result))
        self._pci = _PCI.get(protocol, self._pci)


class _OtherCard:
    """A card of another medium: it has a UID at best, and each use says that it is not ours."""

    def __init__(self, uid: bytes, medium: Medium) -> None:
        self.uid = uid
        self.commands = 0
        self._medium = medium

    def _refuse(self) -> CardForeign:
        return CardForeign("card.foreign", medium=str(self._medium))

    def authenticate(self, block: int, which: Key, key: bytes) -> None:
        raise self._refuse()

    def read(self, block: int) -> bytes:
        raise self._refuse()

    def write(self, block: int, data: bytes) -> None:
        raise self._refuse()

    def select(self) -> None:
        raise self._refuse()


def _establish() -> int:
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if result != _OK:
        raise DeviceGone("reader.no_service", result=_hex(result))
    return int(context)


def _names(context: int) -> list[str]:
    result, names = scard.SCardListReaders(context, [])
    if result == scard.SCARD_E_NO_READERS_AVAILABLE:
        return []
    if result != _OK:
        raise DeviceGone("reader.no_service", result=_hex(result))
    return sorted(names)


def _hex(result: int) -> str:
    return f"{result & 0xFFFFFFFF:08X}"
