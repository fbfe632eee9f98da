"""Goal: whatever a printer says, its answers are sorted and nobody stops.  # F: C6

Method: seeded answers and damaged receipts; the sorting of bytes stands in tests/fuzz.
"""

import random

from onecard.devices.printers import DrawerState, PrinterState
from onecard.devices.printers.escpos import answers, encode, frames
from onecard.devices.printers.escpos.encode import Paper
from tests.devices.printers.escpos.rig import receipt


def test_every_combination_of_answers_has_a_word():
    dice = random.Random(22)
    for _ in range(20_000):
        four = [dice.randrange(256) for _ in range(4)]
        assert isinstance(answers.state(*four), PrinterState)
        assert isinstance(answers.automatic_state(bytes(four)), PrinterState)
        assert isinstance(answers.drawer(four[0], dice.choice(("high", "low", "none"))), DrawerState)


def test_a_damaged_receipt_is_read_to_its_end():
    dice, whole = random.Random(23), encode.encode(receipt(), Paper())
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(dice.randrange(1, 5)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        found, end = frames.tokens(bytes(data))
        assert end <= len(data)
        assert [token.end for token in found] == sorted({token.end for token in found})
