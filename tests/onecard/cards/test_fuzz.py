"""Whatever a card answers: a value that was said, or a refusal from the tree of errors; nothing else.

A seeded byte mutator over good bytes of every parser of card content; ``ONECARD_FUZZ_EXAMPLES``: more.
"""

import os
import random
from collections.abc import Callable

import pytest

from onecard.cards.cpu import command
from onecard.cards.cpu.card import CpuCard
from onecard.cards.cpu.host import LoadOrder
from onecard.cards.cpu.psam import KeyPsam
from onecard.cards.cpu.record import Record, decode_public, decode_record, encode_public, encode_record
from onecard.cards.layout import decode_identity, decode_purse, encode_identity, encode_purse
from onecard.cards.legacy.value import decode_value, encode_value
from onecard.cards.management.document import Kind, Management, seal, unpack_stops, unseal
from onecard.devices.readers.pcsc.cpu import ApduCpu
from onecard.devices.readers.virtual.field import ChipField
from onecard.errors import CardError, OneCardError
from onecard.ids import SeededEntropy
from onecard.wire.signing import SigningKey
from tests.onecard.cards.cpu.desk import FIRST, IDENTITY, KEYS, MOMENT, UID, UNIT, after, plastic

EXAMPLES = int(os.environ.get("ONECARD_FUZZ_EXAMPLES", "0")) or 4_000
#: Where no key is in it an example costs next to nothing.
PLAIN = ("public", "log", "load start", "purchase start", "value block")
MAC = KEYS.card(UID, UNIT).mac
OFFICE = SigningKey.make(SeededEntropy(5))
LOAD = command.start_load(1, 100, bytes(6))

PARSERS: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "public": (encode_public(IDENTITY), decode_public),
    "record": (
        encode_record(Record(FIRST, 3, 4, 5), IDENTITY, MAC, 0x30),
        lambda data: decode_record(data, IDENTITY, MAC, 0x30),
    ),
    "log": (command.log_bytes(command.LogRecord(1, 0, 5, 9, bytes(6), MOMENT)), command.log_record),
    "load start": (bytes(range(16)), command.load_start),
    "purchase start": (bytes(range(15)), command.purchase_start),
    "identity": (
        encode_identity(IDENTITY, MAC),
        lambda data: decode_identity(data[:32].ljust(32, b"\x00"), MAC),
    ),
    "purse": (
        encode_purse(FIRST, IDENTITY, MAC),
        lambda data: decode_purse(data[:48].ljust(48, b"\x00"), IDENTITY, MAC),
    ),
    "value block": (encode_value(5, 5), lambda data: decode_value(data[:16].ljust(16, b"\x00"))),
    "management": (
        seal(OFFICE, Management(UNIT, 9, Kind.LOSS, 0, 1, 2, b"abc"), UID),
        lambda data: unseal(OFFICE.public, data, UID),
    ),
    "stop list": (bytes.fromhex("3bcbc0c0c0"), unpack_stops),
}


def mutated(random: random.Random, good: bytes) -> bytes:
    data = bytearray(good)
    for _ in range(random.randrange(1, 4)):
        match random.randrange(5):
            case 0 if data:
                data[random.randrange(len(data))] ^= 1 << random.randrange(8)
            case 1 if data:
                del data[random.randrange(len(data)) :]
            case 2:
                data += random.randbytes(random.randrange(1, 20))
            case 3 if data:
                data[random.randrange(len(data))] = random.randrange(256)
            case _:
                at = random.randrange(len(data) + 1)
                data[at:at] = random.randbytes(random.randrange(1, 4))
    return bytes(data)


@pytest.mark.parametrize("name", PARSERS)
def test_changed_bytes_are_a_value_or_a_refusal(name):
    good, parse = PARSERS[name]
    source = random.Random(f"card {name}")
    sealed = 0
    for _ in range(max(EXAMPLES, 50_000) if name in PLAIN else EXAMPLES):
        data = mutated(source, good)
        try:
            found = parse(data)
        except OneCardError:
            continue
        if data != good and name in ("record", "management"):
            # What is sealed is either as it was, or nothing.
            sealed += found is not None
    assert sealed == 0


class Liar(ChipField):
    """A reader, or a card, of which one answer in six is not what it should be."""

    def __init__(self, card, source: random.Random) -> None:
        super().__init__(card)
        self._source, self.lies = source, 0

    def transmit(self, apdu: bytes) -> bytes:
        answer = super().transmit(apdu)
        if apdu[:2] == b"\xff\xca" or self._source.random() > 1 / 6:
            return answer
        self.lies += 1
        return mutated(self._source, answer).ljust(2, b"\x00")


def _host(wanted) -> LoadOrder:
    return LoadOrder(MOMENT, bytes(4))


def test_a_card_that_answers_anything_is_refused_or_was_debited_as_said():
    """No lie makes a write that did not happen look done: the money on the chip is what was said."""
    source = random.Random("liar")
    done = refused = 0
    for _ in range(EXAMPLES // 10):
        card = plastic()
        card.place()
        field = Liar(card, source)
        storage = ApduCpu(field.transmit, field.reset)
        storage.fetch_uid()
        tap = CpuCard(storage, KEYS, UNIT, KeyPsam(KEYS), _host)
        try:
            wanted = after(tap.read().newest)
            image = tap.write(wanted)
        except CardError:
            refused += 1
            continue
        done += 1
        assert image.newest == wanted
        assert card.memory.balance == wanted.main_fen
    assert done > 10
    assert refused > 10
