"""The virtual chip and its reader obey the data sheet: a bench kinder than a card proves nothing."""

import pytest

from onecard.cards.medium import Key
from onecard.devices.readers.virtual import CardLeft, VirtualM1
from onecard.devices.readers.virtual.field import CardField

UID = bytes.fromhex("04A1B2C3")
FF = b"\xff" * 6
OK, NO = b"\x90\x00", b"\x63\x00"


def placed(card: VirtualM1 | None = None) -> tuple[VirtualM1, CardField]:
    card = card or VirtualM1(UID)
    card.place()
    return card, CardField(card)


def ask(field: CardField, apdu: str) -> bytes:
    return field.transmit(bytes.fromhex(apdu))


def test_atr_of_1k_and_4k():
    assert VirtualM1(UID).atr.hex().upper() == "3B8F8001804F0CA000000306030001000000006A"
    assert VirtualM1(UID, "4K").atr.hex().upper() == "3B8F8001804F0CA0000003060300020000000069"


def test_a_fresh_card_opens_with_the_transport_key_and_hides_key_a():
    _, field = placed()
    assert ask(field, "FFCA000000") == UID + OK
    assert ask(field, "FF82000006 FFFFFFFFFFFF") == OK
    assert ask(field, "FF86000005 0100046000") == OK
    assert ask(field, "FFB0000710") == bytes.fromhex("000000000000 FF078069 FFFFFFFFFFFF") + OK
    assert ask(field, "FFB0000410") == bytes(16) + OK


def test_both_forms_of_authenticate():
    for apdu in ("FF86000005 0100046000", "FF8800046000"):
        _, field = placed()
        ask(field, "FF82000006 FFFFFFFFFFFF")
        assert ask(field, apdu) == OK
        assert ask(field, "FFD6000410" + "AB" * 16) == OK
        assert ask(field, "FFB0000410") == b"\xab" * 16 + OK


def test_what_a_reader_answers_to_nonsense():
    _, field = placed()
    answers = {
        "FF86000005 0100046000": b"\x69\x86",  # no key loaded
        "FF82000005 FFFFFFFFFF": b"\x67\x00",
        "FF82000206 FFFFFFFFFFFF": NO,  # no such slot
        "FFCA010000": b"\x6a\x81",
        "FFB0000408": b"\x6c\x10",
        "FF12345678": b"\x6d\x00",
        "00A4040000": b"\x6e\x00",
        "FFB0": b"\x67\x00",
        "FFB0000410": NO,  # not authenticated
        "FFD6000410" + "00" * 16: NO,
    }
    assert {apdu: ask(field, apdu) for apdu in answers} == answers


def test_a_wrong_key_puts_the_card_to_sleep_until_it_is_selected():
    card, field = placed()
    ask(field, "FF82000006 A0A1A2A3A4A5")
    assert ask(field, "FF86000005 0100046000") == NO
    ask(field, "FF82000006 FFFFFFFFFFFF")
    assert ask(field, "FF86000005 0100046000") == NO
    field.reset()
    assert ask(field, "FF86000005 0100046000") == OK
    assert ask(field, "FFB0000810") == NO  # another sector
    assert card.commands == 4


def test_block_0_is_fixed():
    card, _ = placed()
    maker = card.blocks[0]
    assert card.authenticate(0, Key.A, FF)
    assert card.read(0) == maker
    assert maker[:5] == UID + bytes([0x04 ^ 0xA1 ^ 0xB2 ^ 0xC3])
    assert card.write(0, bytes(16)) is False
    assert card.blocks[0] == maker


def test_a_readable_key_b_opens_nothing():
    card, _ = placed()
    assert card.authenticate(4, Key.B, FF)
    assert card.read(4) is None


# The condition bits C1C2C3 of data blocks, as bytes 6-8 with the trailer at 011, and who may read and write.
@pytest.mark.parametrize(
    ("access", "read", "write"),
    [
        ("7F0788", "AB", "AB"),  # 000
        ("0F07 8F", "AB", ""),  # 010
        ("787788", "AB", "B"),  # 100
        ("08778F", "AB", "B"),  # 110
        ("7F00F8", "AB", ""),  # 001
        ("0F00FF", "B", "B"),  # 011
        ("7870F8", "B", ""),  # 101
        ("0870FF", "", ""),  # 111
    ],
)
def test_conditions_of_data_blocks(access, read, write):
    key_a, key_b = b"AAAAAA", b"BBBBBB"
    trailer = key_a + bytes.fromhex(access) + b"\x69" + key_b
    for which, key in ((Key.A, key_a), (Key.B, key_b)):
        card, _ = placed()
        card.blocks[7] = trailer
        assert card.authenticate(4, which, key)
        assert (card.read(4) is not None) == (which in read)
        card.select()
        assert card.authenticate(4, which, key)
        assert card.write(5, b"\x01" * 16) == (which in write)


def test_trailer_of_ours_is_changed_by_key_b_only():
    key_a, key_b = b"AAAAAA", b"BBBBBB"
    ours = key_a + bytes.fromhex("78778869") + key_b
    for which, key, may in ((Key.A, key_a, False), (Key.B, key_b, True)):
        card, _ = placed()
        card.blocks[7] = ours
        assert card.authenticate(4, which, key)
        assert card.read(7) == bytes(6) + ours[6:10] + bytes(6)
        assert card.write(7, FF + bytes.fromhex("FF078069") + FF) is may
        assert (card.blocks[7] == ours) is not may


def test_contradicting_access_bytes_close_the_sector_for_ever():
    card, _ = placed()
    assert card.authenticate(4, Key.A, FF)
    assert card.write(7, FF + bytes.fromhex("FF078169") + FF)
    card.select()
    for which in Key:
        assert not card.authenticate(4, which, FF)
        card.select()
    assert card.authenticate(8, Key.A, FF)


def test_big_sectors_of_a_4k_card():
    card, _ = placed(VirtualM1(UID, "4K"))
    assert card.authenticate(128, Key.A, FF)
    assert card.write(142, b"\x07" * 16)
    assert card.read(142) == b"\x07" * 16
    assert card.read(144) is None
    card.select()
    assert card.authenticate(255, Key.A, FF)
    assert not card.authenticate(256, Key.A, FF)


@pytest.mark.parametrize("byte", [None, 0, 1, 7, 15, 16])
def test_a_torn_write_keeps_the_first_bytes(byte):
    card, field = placed()
    card.tear_at(1, byte)
    ask(field, "FF82000006 FFFFFFFFFFFF")
    assert ask(field, "FF86000005 0100046000") == OK
    with pytest.raises(CardLeft):
        ask(field, "FFD6000410" + "EE" * 16)
    stored = byte or 0
    assert card.blocks[4] == b"\xee" * stored + bytes(16 - stored)
    with pytest.raises(CardLeft):
        ask(field, "FFCA000000"), ask(field, "FFB0000410")
    card.place()
    assert card.authenticate(4, Key.A, FF)


def test_a_tear_happens_once_and_counts_from_the_laying_down():
    card, _ = placed()
    card.tear_at(0)
    with pytest.raises(CardLeft):
        card.authenticate(4, Key.A, FF)
    card.place()
    assert card.commands == 0
    assert card.authenticate(4, Key.A, FF)


def test_a_refused_write_stores_nothing_even_when_torn():
    card, _ = placed()
    assert card.authenticate(4, Key.A, FF)
    card.tear_at(1, 9)
    with pytest.raises(CardLeft):
        card.write(9, b"\xee" * 16)
    assert card.blocks[9] == bytes(16)


def test_kept_in_a_drawer():
    card, _ = placed(VirtualM1(bytes.fromhex("04782E21801D80"), "4K"))
    assert card.authenticate(4, Key.A, FF)
    assert card.write(5, bytes(range(16)))
    again = VirtualM1.from_bytes(card.to_bytes())
    assert (again.uid, again.size, again.blocks) == (card.uid, card.size, card.blocks)
    assert not again.in_field
