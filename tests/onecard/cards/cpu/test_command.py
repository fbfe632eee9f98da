"""The purse's commands and files, literally as published: what we send is what cards expect. F: A9"""

import pytest

from onecard.cards.cpu import command
from onecard.cards.cpu.record import decode_public
from onecard.errors import CardForeign

TERMINAL = bytes.fromhex("001122334455")
MOMENT = bytes.fromhex("20111221214822")
START = command.PurchaseStart(0x1000, 0, 0, 1, 0, bytes.fromhex("11223344"))


@pytest.mark.parametrize(
    ("made", "published"),
    [
        (command.balance(), "805C000204"),
        (command.start_load(1, 0x1000, TERMINAL), "805000020B 01 00001000 001122334455 10"),
        (command.credit(MOMENT, bytes.fromhex("3A845BF0")), "805200000B 20111221214822 3A845BF0 04"),
        (command.start_compound(1, 0x1000, TERMINAL), "805003020B 01 00001000 001122334455 0F"),
        (
            command.debit(1, MOMENT, bytes.fromhex("F15CAB75")),
            "805401000F 00000001 20111221214822 F15CAB75 08",
        ),
        (command.prove(command.LOAD, 7), "805A000202 0007 08"),
        (command.read_binary(0x15, 30), "00B095001E"),
        (command.read_record(0x18, 1, 23), "00B201C417"),
        (command.challenge(), "0084000004"),
        (command.verify_pin(b"\x12\x34\x56"), "0020000003 123456"),
        (command.block_application(), "841E000004"),
        (command.sam_terminal(), "00B0960006"),
        (
            command.sam_start(START, 0x1000, command.PURCHASE, MOMENT, (bytes(8),)),
            "807000001C 11223344 0000 00001000 06 20111221214822 01 00 0000000000000000 08",
        ),
        (command.sam_credit(bytes.fromhex("56988A13")), "8072000004 56988A13"),
    ],
    ids=lambda value: value.split()[0] if isinstance(value, str) else "made",
)
def test_a_command_is_the_published_one(made, published):
    assert made.hex().upper() == published.replace(" ", "")


def test_a_real_cards_log_is_read():
    raw = bytes.fromhex("0001 000000 00001C37 02 000001000050 20140825 103100")
    line = command.log_record(raw)
    assert line == command.LogRecord(
        1, 0, 0x1C37, command.LOAD, bytes.fromhex("000001000050"), bytes.fromhex("20140825103100")
    )
    assert command.log_bytes(line) == raw


def test_a_real_cards_public_file_is_not_taken_for_ours():
    city = bytes.fromhex("0731410000000000 01 01 00004100000089999985 20150605 20380808 0000")
    with pytest.raises(CardForeign):
        decode_public(city)
