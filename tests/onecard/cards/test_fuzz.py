"""Whatever a card answers: a value that was said, or a refusal from the tree of errors; nothing else.

Parsers alone stand in tests/fuzz; here a chip whose answers are changed is written.
``ONECARD_FUZZ_EXAMPLES``: more.
"""

import os
import random

from onecard.cards.cpu.card import CpuCard
from onecard.cards.cpu.host import LoadOrder
from onecard.cards.cpu.psam import KeyPsam
from onecard.devices.readers.pcsc.cpu import ApduCpu
from onecard.devices.readers.virtual.field import ChipField
from onecard.errors import CardError
from tests.onecard.cards.cpu.desk import KEYS, MOMENT, UNIT, after, plastic

EXAMPLES = int(os.environ.get("ONECARD_FUZZ_EXAMPLES", "0")) or 4_000


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
