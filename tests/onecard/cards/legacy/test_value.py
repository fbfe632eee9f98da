"""Old purses as value blocks: the format by its vectors, and an adapter that only reads and empties. F: H8"""

import pytest

from onecard.cards.legacy import OldCard
from onecard.cards.legacy.value import ValuePurse, decode_value, encode_value, of_options
from onecard.cards.medium import Key
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardError

OLD_KEY = b"OLDKEY"
UID = bytes.fromhex("04A1B2C3")
LAYOUT = ValuePurse("old", OLD_KEY, Key.A, value_block=21, backup_block=22, number_block=20)


def old_card(fen: int = 12_345, number: str = "20190042", layout: ValuePurse = LAYOUT) -> VirtualM1:
    """As the old system left it: one sector under its key."""
    card = VirtualM1(UID)
    card.blocks[layout.number_block] = bytes.fromhex(number.rjust(16, "0")) + bytes(8)
    card.blocks[layout.value_block] = encode_value(fen, layout.value_block)
    card.blocks[layout.backup_block] = encode_value(fen, layout.value_block)
    trailer = layout.number_block // 4 * 4 + 3
    card.blocks[trailer] = OLD_KEY + card.blocks[trailer][6:]
    return card


@pytest.mark.parametrize(
    ("value", "block"),
    [(100, "640000009BFFFFFF6400000005FA05FA"), (101, "650000009AFFFFFF6500000005FA05FA")],
)
def test_vectors(value, block):
    assert encode_value(value, 5) == bytes.fromhex(block)
    assert decode_value(bytes.fromhex(block)) == (value, 5)


def test_any_changed_bit_is_no_value():
    block = encode_value(-7, 9)
    assert decode_value(block) == (-7, 9)
    for bit in range(128):
        changed = (int.from_bytes(block, "big") ^ 1 << bit).to_bytes(16, "big")
        assert decode_value(changed) is None


def test_reads_number_and_purse():
    assert LAYOUT.read(DirectStorage(old_card())) == OldCard("20190042", 12_345)


def test_a_torn_value_is_read_from_its_backup():
    card = old_card()
    card.blocks[21] = card.blocks[21][:7] + bytes(9)
    assert LAYOUT.read(DirectStorage(card)) == OldCard("20190042", 12_345)
    card.blocks[22] = bytes(16)
    assert LAYOUT.read(DirectStorage(card)) is None


def test_another_card_is_none_and_stays_usable():
    storage = DirectStorage(VirtualM1(UID))
    assert LAYOUT.read(storage) is None
    storage.authenticate(4, Key.A, b"\xff" * 6)


@pytest.mark.parametrize(
    ("form", "block", "number"),
    [
        ("bcd", "0000000020190042", "20190042"),
        ("ascii", b"A-77\x00".hex(), "A-77"),
        ("little", "2a000000", "42"),
    ],
)
def test_numbers_as_makers_write_them(form, block, number):
    card = old_card()
    card.blocks[20] = bytes.fromhex(block).ljust(16, b"\x00")
    layout = ValuePurse("old", OLD_KEY, Key.A, 21, 22, 20, number=form, fen=10)
    assert layout.read(DirectStorage(card)) == OldCard(number, 123_450)


def test_emptied_anywhere_torn_it_is_never_worth_more():
    whole = old_card()
    storage = DirectStorage(whole)
    LAYOUT.empty(storage)
    assert LAYOUT.read(DirectStorage(whole)) == OldCard("20190042", 0)
    for index in range(whole.commands):
        for byte in (None, 3, 9, 16):
            card = old_card()
            storage = DirectStorage(card)
            card.tear_at(index, byte)
            with pytest.raises(CardError):
                LAYOUT.empty(storage)
            left = LAYOUT.read(DirectStorage(card))
            assert left is not None
            assert left.fen in (0, 12_345)
            LAYOUT.empty(DirectStorage(card))
            assert LAYOUT.read(DirectStorage(card)) == OldCard("20190042", 0), (index, byte)


def test_a_layout_is_a_setting():
    found = of_options("value=21 backup=22 number=20", OLD_KEY)
    assert found.read(DirectStorage(old_card())) == OldCard("20190042", 12_345)
    other = of_options("value=21 backup=22 number=20 key=b form=ascii fen=100", OLD_KEY)
    assert (other.which, other.number, other.fen) == (Key.B, "ascii", 100)


@pytest.mark.parametrize(
    "text",
    [
        "value=21", "value=21 backup=21 number=20", "value=23 backup=22 number=20",
        "value=21 backup=22 number=0", "value=21 backup=22 number=20 key=c",
        "value=21 backup=22 number=20 form=hex", "blocks=3", "value=21 backup=22 number=20 fen=0",
        "value=21 value=22 backup=22 number=20", "value=999 backup=1 number=2",
    ],
)  # fmt: skip
def test_a_layout_that_cannot_be_meant_is_said_before_anything_is_read(text):
    with pytest.raises(ValueError, match=r"=|1 to"):
        of_options(text, OLD_KEY)
