"""APDUs byte by byte, which reader speaks how, and what an ATR says."""

import msgspec
import pytest

from onecard.cards.keys import make_test_keys
from onecard.cards.m1 import M1Card
from onecard.cards.medium import Key
from onecard.devices.readers.pcsc.dialect import (
    ACR122U,
    GENERIC,
    SCM3712,
    Medium,
    dialect_for,
    medium_of,
)
from onecard.devices.readers.pcsc.storage import ApduStorage
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.devices.readers.virtual.field import SCM
from onecard.errors import CardDenied, CardForeign, CardGone, NotWritten
from tests.onecard.cards.m1.test_card import FIRST, IDENTITY, KEYS

KEY = bytes.fromhex("A0A1A2A3A4A5")


@pytest.mark.parametrize("dialect", [ACR122U, GENERIC])
def test_apdus_of_the_general_form(dialect):
    assert dialect.get_uid().hex() == "ffca000000"
    assert dialect.load_key(KEY).hex() == "ff82000006a0a1a2a3a4a5"
    assert dialect.authenticate(7, Key.A).hex() == "ff860000050100076000"
    assert dialect.authenticate(7, Key.B).hex() == "ff860000050100076100"
    assert dialect.read(7).hex() == "ffb0000710"
    assert dialect.write(7, bytes(range(16))).hex() == "ffd6000710" + bytes(range(16)).hex()


def test_the_old_form_of_authenticate():
    assert SCM3712.authenticate(7, Key.B).hex() == "ff8800076100"


@pytest.mark.parametrize(
    ("name", "dialect"),
    [
        ("ACS ACR122U PICC Interface 00 00", ACR122U),
        ("ACS ACR 122U 01 00", ACR122U),
        ("SCM Microsystems Inc. SCL3711 Reader & NFC device 00 00", SCM3712),
        ("Virtual PCD 00 00", GENERIC),
        ("OMNIKEY AG CardMan 5121 00 01", GENERIC),
        ("", GENERIC),
    ],
)
def test_families_by_name(name, dialect):
    assert dialect_for(name) is dialect


@pytest.mark.parametrize(
    ("atr", "medium"),
    [
        ("3B8F8001804F0CA000000306030001000000006A", Medium.M1),
        ("3B8F8001804F0CA0000003060300020000000069", Medium.M1),
        ("3B8F8001804F0CA0000003060300010000000068", Medium.M1),  # a wrong check byte is not the card's fault
        ("3B8F8001804F0CA000000306030003000000006B", Medium.OTHER_STORAGE),
        ("3B8F8001804F0CA00000030603", Medium.CPU),
        ("3B8880010073C8400000900062", Medium.CPU),
        ("", Medium.CPU),
    ],
)
def test_media_by_atr(atr, medium):
    assert medium_of(bytes.fromhex(atr)) is medium


class Script:
    """A reader that answers from a list, and remembers what it was asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = [bytes.fromhex(a) for a in answers]
        self.asked: list[str] = []
        self.selects = 0
        self.storage = ApduStorage(GENERIC, self.transmit, self.select)

    def transmit(self, apdu: bytes) -> bytes:
        self.asked.append(apdu.hex())
        return self.answers.pop(0)

    def select(self) -> None:
        self.selects += 1


@pytest.mark.parametrize("sw", ["6300", "6982", "6A81", "6282", "6C10", "6700", "9100", "90"])
def test_every_answer_but_9000_is_no(sw):
    script = Script(sw)
    with pytest.raises(CardDenied):
        script.storage.write(4, bytes(16))
    script = Script("00" * 16 + sw)
    with pytest.raises(CardDenied):
        script.storage.read(4)


@pytest.mark.parametrize("length", [0, 4, 15, 17])
def test_a_block_has_16_bytes(length):
    with pytest.raises(CardDenied):
        Script("00" * length + "9000").storage.read(4)


def test_after_select_the_key_is_loaded_again():
    script = Script("9000", "9000", "9000", "9000", "9000", "9000")
    script.storage.authenticate(4, Key.A, KEY)
    script.storage.authenticate(8, Key.A, KEY)
    script.storage.select()
    script.storage.authenticate(8, Key.A, KEY)
    loads = [apdu for apdu in script.asked if apdu.startswith("ff82")]
    assert len(loads) == 2
    assert script.selects == 1
    assert script.storage.commands == 6


def test_another_uid_after_select_is_another_card():
    script = Script("04A1B2C39000", "04A1B2C49000")
    script.storage.fetch_uid()
    with pytest.raises(CardGone):
        script.storage.select()


def test_no_key_and_no_money_in_what_an_error_says():
    script = Script("6300")
    with pytest.raises(CardDenied) as denied:
        script.storage.authenticate(4, Key.A, KEY)
    assert denied.value.params == {"sw": "6300"}


# -- the same card on readers with other manners --------------------------------------------------------


def scm(card: VirtualM1) -> DirectStorage:
    return DirectStorage(card, SCM3712, SCM)


def test_a_card_is_issued_sold_to_and_wiped_on_a_reader_that_knows_only_the_old_form():
    card = VirtualM1(bytes.fromhex("04A1B2C3"))
    M1Card(scm(card), KEYS, 1).personalise(IDENTITY, FIRST)
    session = M1Card(scm(card), KEYS, 1)
    sold = session.write(
        msgspec.structs.replace(FIRST, main_fen=FIRST.main_fen - 5, counter=1, last_seq=FIRST.last_seq + 1)
    )
    assert M1Card(DirectStorage(card), KEYS, 1).read().newest == sold.newest
    M1Card(scm(card), KEYS, 1).wipe()
    assert card.blocks == VirtualM1(card.uid).blocks


def test_its_other_word_for_no_is_no_and_a_blank_card_is_told_from_a_foreign_one():
    card = VirtualM1(bytes.fromhex("04A1B2C3"))
    with pytest.raises(CardDenied, match="6982"):
        scm(card).authenticate(4, Key.A, bytes(6))
    with pytest.raises(CardForeign, match=r"card\.blank"):
        M1Card(scm(card), KEYS, 1).read()
    M1Card(scm(card), make_test_keys(9), 1).personalise(
        msgspec.structs.replace(IDENTITY, key_version=9), FIRST
    )
    with pytest.raises(CardForeign, match=r"card\.foreign"):
        M1Card(scm(card), KEYS, 1).read()


@pytest.mark.parametrize("byte", [None, 0, 7, 16])
def test_its_refusal_of_a_write_is_as_ambiguous_as_any_other(byte):
    """6982 after a write says nothing about the write: the card is read before anybody says anything."""
    card = VirtualM1(bytes.fromhex("04A1B2C3"))
    M1Card(scm(card), KEYS, 1).personalise(IDENTITY, FIRST)
    session = M1Card(scm(card), KEYS, 1)
    after = msgspec.structs.replace(session.read().newest, main_fen=1, counter=1, last_seq=9)
    card.glitch_at(card.commands + 2, byte)
    if byte == 16:
        assert session.write(after).newest == after
        return
    with pytest.raises(NotWritten) as proved:
        session.write(after)
    assert proved.value.image.newest == FIRST


def test_the_new_form_means_nothing_to_it():
    card = VirtualM1(bytes.fromhex("04A1B2C3"))
    with pytest.raises(CardDenied, match="6D00"):
        DirectStorage(card, GENERIC, SCM).authenticate(4, Key.A, b"\xff" * 6)
