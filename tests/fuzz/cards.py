"""What stands on cards, and what cards, readers and PSAMs answer: layouts, logs, whole conversations."""

import contextlib
from collections.abc import Callable
from types import SimpleNamespace

from onecard.cards.cpu import command, dialogue
from onecard.cards.cpu.card import CpuCard
from onecard.cards.cpu.host import LoadOrder
from onecard.cards.cpu.psam import CardPsam, KeyPsam, Wanted
from onecard.cards.cpu.record import (
    Record,
    decode_public,
    decode_record,
    encode_public,
    encode_record,
    id_of,
    terminal_of,
)
from onecard.cards.layout import CardMac, decode_identity, decode_purse, encode_identity, encode_purse
from onecard.cards.legacy.value import ValuePurse, decode_value, encode_value
from onecard.cards.m1.card import M1Card
from onecard.cards.m1.sector import access_bits, make_trailer
from onecard.cards.management import document as management
from onecard.cards.medium import Key
from onecard.devices.readers.pcsc.cpu import ApduCpu
from onecard.devices.readers.pcsc.dialect import ACR122U, medium_of
from onecard.devices.readers.pcsc.storage import ApduStorage
from onecard.devices.readers.virtual import CardLeft, VirtualM1
from onecard.devices.readers.virtual.field import CardField, ChipField
from onecard.errors import CardError, CardGone, DeviceError, OneCardError
from onecard.ids import RecordId, SeededEntropy
from onecard.wire import messages as m
from onecard.wire.signing import SigningKey, sign_document
from tests.fuzz.target import Feed, Target
from tests.onecard.cards.cpu.desk import FIRST, IDENTITY, KEYS, MOMENT, UID, UNIT, plastic
from tests.onecard.cards.m1 import test_card as storage_card

MAC: CardMac = KEYS.card(UID, UNIT).mac
OFFICE = SigningKey.make(SeededEntropy(5))
_PURSE = encode_purse(FIRST, IDENTITY, MAC)
_IDENTITY = encode_identity(IDENTITY, MAC)
_RECORD = encode_record(Record(FIRST, 3, 4, 5), IDENTITY, MAC, 0x30)
_LOG = command.log_bytes(command.LogRecord(1, 0, 5, 9, bytes(6), MOMENT))
_STOPS = m.StopsDocument(base=3, stops=(m.Stop(10_001, 1, "lost", 7), m.Stop(10_002, 2, "frozen@3", 8)))
_PACKED = management.pack_stops(sign_document(OFFICE, "stops", 8, 0, m.encode(_STOPS)), _STOPS)
_MANAGEMENT = management.Management(UNIT, 9, management.Kind.LOSS, 0, 1, 2, b"abc")
_SETTINGS = management.Management(UNIT, 9, management.Kind.SETTINGS, 0, 1, 2, b"\x81\xa1a\xa1b")


def _plain(parse: Callable[[bytes], object], again: Callable[..., bytes] | None = None) -> Callable[[], Feed]:
    """A layout without a seal; where there is an encoder the same bytes come back."""

    def feed(data: bytes) -> bool:
        found = parse(data)
        if found is None:
            return False
        assert again is None or again(found) == data, f"{found} is not written as {data.hex()}"
        return True

    return lambda: feed


def _sealed(parse: Callable[[bytes], object], size: int, truth: bytes) -> Callable[[], Feed]:
    """Under a MAC: either as it was, or nothing."""

    def feed(data: bytes) -> bool:
        whole = data[:size].ljust(size, b"\0")
        found = parse(whole)
        assert found is None or whole == truth, "a changed record passed for a true one"
        return found is not None

    return lambda: feed


def _purse_sealed_again() -> Feed:
    """Any 40 bytes under a good MAC: a purse that is written as it was read, or a later release's."""

    def feed(data: bytes) -> bool:
        body = data[:40].ljust(40, b"\0")
        whole = body + MAC.purse(IDENTITY, body)
        purse = decode_purse(whole, IDENTITY, MAC)
        assert purse is not None
        assert encode_purse(purse, IDENTITY, MAC) == whole
        return True

    return feed


def _identity_sealed_again() -> Feed:
    def feed(data: bytes) -> bool:
        body = data[:19].ljust(24, b"\0")
        whole = body + MAC.identity(body)
        identity = decode_identity(whole, MAC)
        assert identity is not None
        assert encode_identity(identity, MAC) == whole
        return True

    return feed


def _trailers() -> Feed:
    """No access bytes that contradict their complements ever become a trailer."""

    def feed(data: bytes) -> bool:
        access = data[:3].ljust(3, b"\0")
        if access_bits(access) is None:
            try:
                make_trailer(bytes(6), access, bytes(6))
            except ValueError:
                return False
            raise AssertionError("this trailer closes its sector for ever")
        return make_trailer(bytes(6), access, bytes(6))[6:9] == access

    return feed


def _management() -> Feed:
    def feed(data: bytes) -> bool:
        found = management.unseal(OFFICE.public, data, UID)
        assert found in (_MANAGEMENT, _SETTINGS), "a changed card passed for the office's"
        return True

    return feed


def _management_content() -> Feed:
    """Behind the signature: what a later or a foolish release of the office might sign."""

    def feed(data: bytes) -> bool:
        found = management.read(data)
        assert isinstance(found.settings, dict)
        return True

    return feed


def _stop_list() -> Feed:
    def feed(data: bytes) -> bool:
        found = management.unpack_stops(data)
        body = m.decode_document_body(found.body)
        return isinstance(body, m.StopsDocument)

    return feed


def _moments() -> Feed:
    def feed(data: bytes) -> bool:
        data = data[:7].ljust(7, b"\0")
        seconds = dialogue.seconds_of(data)
        return seconds > 0 and dialogue.moment_of(seconds) == data

    return feed


class _Liar:
    """A true card whose reader changes one answer of the conversation."""

    def __init__(self, field: CardField | ChipField) -> None:
        self._field = field
        self.turn, self.at, self.lie = 0, -1, b""
        self.heard: list[bytes] = []

    def transmit(self, apdu: bytes) -> bytes:
        self.turn += 1
        assert self.turn < 400, "asks for ever"
        try:
            answer = self._field.transmit(apdu)
        except CardLeft:
            raise CardGone from None
        self.heard.append(answer)
        if self.turn != self.at:
            return answer
        if len(self.lie) < 2:
            raise CardGone
        return self.lie

    def reset(self) -> None:
        self._field.reset()


def _storage_session(liar: _Liar) -> M1Card:
    storage = ApduStorage(ACR122U, liar.transmit, liar.reset)
    storage.fetch_uid()
    return M1Card(storage, storage_card.KEYS, storage_card.UNIT)


def _cpu_session(liar: _Liar) -> CpuCard:
    card = ApduCpu(liar.transmit, liar.reset)
    card.fetch_uid()
    return CpuCard(card, KEYS, UNIT, KeyPsam(KEYS), lambda wanted: LoadOrder(MOMENT, bytes(4)))


def _conversation(
    card: VirtualM1 | object, field: Callable[[], CardField | ChipField], session: Callable[[_Liar], object]
) -> Callable[[], Feed]:
    """Read a whole card of which one answer is wrong: never an image that the card does not hold."""

    def fresh() -> Feed:
        true = _Liar(field())
        image = session(true).read()  # type: ignore[attr-defined]
        total, fed = true.turn, 0

        def feed(data: bytes) -> bool:
            nonlocal fed
            fed += 1
            liar = _Liar(field())
            liar.at, liar.lie = 1 + fed % total, data
            read = session(liar).read()  # type: ignore[attr-defined]
            if read == image:
                return True
            # A refused copy leaves the other one, a torn log leaves no older record; the money is a card's.
            assert read.newest in (image.newest, image.older), read
            return True

        return feed

    return fresh


def _storage_field() -> Callable[[], CardField]:
    card = VirtualM1(storage_card.UID)
    storage_card.on_reader(card).personalise(storage_card.IDENTITY, storage_card.FIRST)
    session = storage_card.on_reader(card)
    session.write(storage_card.after(session.read().newest))
    memory = card.to_bytes()

    def lay() -> CardField:
        copy = VirtualM1.from_bytes(memory)
        copy.place()
        return CardField(copy)

    return lay


def _cpu_field() -> Callable[[], ChipField]:
    card = plastic()

    def lay() -> ChipField:
        card.place()
        return ChipField(card)

    return lay


def _answers_of(
    field: Callable[[], CardField | ChipField], session: Callable[[_Liar], object]
) -> list[bytes]:
    liar = _Liar(field())
    session(liar).read()  # type: ignore[attr-defined]
    return sorted(set(liar.heard))


_START = command.PurchaseStart(100_000, 7, 0, 1, 0, bytes(4))
_WANTED = Wanted(
    start=_START, fen=1_250, kind=9, moment=MOMENT, factor=bytes(8), key_version=1, id=RecordId(31, 2, 70)
)


def _psam() -> Feed:
    """A PSAM that answers anything: an order of the right shape, or a fault."""
    answer = b""
    card = ApduCpu(lambda apdu: answer, lambda: None)

    def feed(data: bytes) -> bool:
        nonlocal answer
        answer = data if len(data) >= 2 else b"\x6f\x00"
        psam = CardPsam(lambda: card)
        if answer[-2:] == b"\x90\x00":
            psam.confirms(bytes(4))
        with contextlib.suppress(DeviceError):
            assert len(psam.terminal(_WANTED.id)) == command.TERMINAL
        order = psam.order(_WANTED)
        return len(order.mac1) == 4

    return feed


def _old_purse() -> Feed:
    blocks = SimpleNamespace(data=b"")

    class Old:
        uid, commands = bytes(4), 0

        def authenticate(self, block: int, which: Key, key: bytes) -> None: ...

        def read(self, block: int) -> bytes:
            return blocks.data[16 * block : 16 * block + 16].ljust(16, b"\0")

        def write(self, block: int, data: bytes) -> None: ...

        def select(self) -> None: ...

    forms = [
        ValuePurse("old", bytes(6), Key.A, 0, 1, 2, form)  # type: ignore[arg-type]
        for form in ("bcd", "ascii", "little")
    ]

    old = Old()

    def feed(data: bytes) -> bool:
        blocks.data = data
        return forms[len(data) % len(forms)].read(old) is not None

    return feed


_CARD = (CardError,)
_AGAIN = "the second view of one parser"
_M1_FIELD, _CPU_FIELD = _storage_field(), _cpu_field()
TARGETS = (
    Target("card identity", [_IDENTITY], _sealed(lambda data: decode_identity(data, MAC), 32, _IDENTITY)),
    Target("card identity, sealed again", [_IDENTITY[:19]], _identity_sealed_again, share=0.5, why=_AGAIN),
    Target("card purse", [_PURSE], _sealed(lambda data: decode_purse(data, IDENTITY, MAC), 48, _PURSE)),
    Target("card purse, sealed again", [_PURSE[:40]], _purse_sealed_again, share=0.5, why=_AGAIN),
    Target("card trailer", [bytes.fromhex(t) for t in ("787788", "ff0780", "08778f", "7f0788")], _trailers),
    Target(
        "card value block",
        [encode_value(5, 5), encode_value(-1, 6)],
        _plain(
            lambda data: decode_value(data[:16]) if len(data) == 16 else None,
            lambda value: encode_value(*value),
        ),
    ),
    Target(
        "card of an old system",
        [encode_value(100, 0) * 2 + b"\x12\x34\x56\x78\xff\xff\xff\xff" + bytes(8)],
        _old_purse,
        _CARD,
    ),
    Target("cpu public file", [encode_public(IDENTITY)], _plain(decode_public, encode_public), _CARD),
    Target(
        "cpu record", [_RECORD], _sealed(lambda data: decode_record(data, IDENTITY, MAC, 0x30), 66, _RECORD)
    ),
    Target("cpu log", [_LOG], _plain(command.log_record, command.log_bytes)),
    Target("cpu answer to load", [bytes(range(16))], _plain(command.load_start)),
    Target("cpu answer to purchase", [bytes(range(15))], _plain(command.purchase_start)),
    Target(
        "cpu terminal number",
        [terminal_of(RecordId(31, 2, 70))],
        _plain(lambda data: id_of(data[:6]) if len(data) == 6 else None, terminal_of),
    ),
    Target("cpu moments", [MOMENT, bytes.fromhex("20240229235959")], _moments),
    Target(
        "reader: atr",
        [
            bytes.fromhex("3B8F8001804F0CA000000306030001000000006A"),
            bytes.fromhex("3B878001C1052F2F01BCD6A9"),
        ],
        _plain(medium_of),
    ),
    Target(
        "reader: m1 conversation",
        _answers_of(_M1_FIELD, _storage_session),
        _conversation(None, _M1_FIELD, _storage_session),
        _CARD,
        share=0.02,
        why="an input is a whole card: about 20 answers and 0.8 ms",
    ),
    Target(
        "reader: cpu conversation",
        _answers_of(_CPU_FIELD, _cpu_session),
        _conversation(None, _CPU_FIELD, _cpu_session),
        _CARD,
        share=0.04,
        why="an input is a whole card: about 8 answers and 0.3 ms",
    ),
    Target(
        "psam answers",
        [b"\0\0\0\x07\xab\xcd\xef\x01\x90\0", b"\0\x01\x02\x03\x04\x05\x90\0", b"\x93\x02"],
        _psam,
        (DeviceError,),
    ),
    Target(
        "management card",
        [management.seal(OFFICE, one, UID) for one in (_MANAGEMENT, _SETTINGS)],
        _management,
        (OneCardError,),
        share=0.04,
        why="each input costs an Ed25519 verification",
    ),
    Target(
        "management card, content",
        [management.seal(OFFICE, one, UID)[:-64] for one in (_MANAGEMENT, _SETTINGS)],
        _management_content,
        _CARD,
    ),
    Target("management stop list", [_PACKED], _stop_list, _CARD),
)
