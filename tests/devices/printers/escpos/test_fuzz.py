"""Goal: whatever a printer says, its answers are sorted and nobody stops.  # F: C6

Method: a seeded mutator on answers and on receipts. ``ONECARD_FUZZ_EXAMPLES`` makes it long.
"""

import os
import random

import pytest

from onecard.devices.printers import DrawerState, PrinterState
from onecard.devices.printers.escpos import answers, encode, frames
from onecard.devices.printers.escpos.answers import Sorter
from onecard.devices.printers.escpos.encode import Paper
from tests.devices.printers.escpos.rig import receipt

EXAMPLES = max(100_000, int(os.environ.get("ONECARD_FUZZ_EXAMPLES", "0")))

pytestmark = pytest.mark.hypothesis


def test_answers_with_wrong_bits_are_sorted_or_dropped():
    dice, sorter = random.Random(21), Sorter()
    whole = bytes.fromhex("12161A72 18000F00 12 00 10080300 03")
    fed = told = 0
    for _ in range(EXAMPLES):
        data = bytearray(whole[dice.randrange(8) :])
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        heard = sorter.feed(data)
        fed += len(data)
        told += len(heard.realtime) + 4 * len(heard.automatic) + len(heard.done)
        assert all(byte & 0x93 == 0x12 for byte in heard.realtime)
        assert all(len(group) == 4 and group[0] & 0x93 == 0x10 for group in heard.automatic)
        assert len(sorter._group) < 4
    assert told <= fed, "no byte is two answers"


def test_every_combination_of_answers_has_a_word():
    dice = random.Random(22)
    for _ in range(EXAMPLES):
        four = [dice.randrange(256) for _ in range(4)]
        assert isinstance(answers.state(*four), PrinterState)
        assert isinstance(answers.automatic_state(bytes(four)), PrinterState)
        assert isinstance(answers.drawer(four[0], dice.choice(("high", "low", "none"))), DrawerState)


def test_a_damaged_receipt_is_read_to_its_end():
    dice, whole = random.Random(23), encode.encode(receipt(), Paper())
    for _ in range(EXAMPLES // 100):
        data = bytearray(whole)
        for _ in range(dice.randrange(1, 5)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        found, end = frames.tokens(bytes(data))
        assert end <= len(data)
        assert [token.end for token in found] == sorted({token.end for token in found})
