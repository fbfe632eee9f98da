"""Making a card ours and blank again: cut at every command and byte, taken up again, never another's card."""

import functools

import msgspec
import pytest

from onecard.cards.image import Purse
from onecard.cards.keys import TRANSPORT_KEY, make_test_keys
from onecard.cards.m1 import M1Card
from onecard.cards.m1.sector import (
    OUR_ACCESS,
    TRANSPORT_ACCESS,
    TRANSPORT_TRAILER,
    access_bits,
    make_trailer,
)
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardBroken, CardError, CardForeign

from .test_card import FIRST, IDENTITY, KEYS, UID, UNIT, after, on_reader

OTHER = msgspec.structs.replace(IDENTITY, card=88_002)


def issue(card: VirtualM1, identity=IDENTITY, first: Purse = FIRST) -> CardError | None:
    try:
        image = on_reader(card).personalise(identity, first)
    except CardError as error:
        return error
    assert (image.identity, image.newest, image.older) == (identity, first, None)
    return None


def test_access_bytes():
    assert access_bits(OUR_ACCESS) == (4, 4, 4, 3)
    assert access_bits(TRANSPORT_ACCESS) == (0, 0, 0, 1)
    assert access_bits(bytes.fromhex("08778F")) == (6, 6, 6, 3)
    assert access_bits(bytes.fromhex("7F0788")) == (0, 0, 0, 3)


def test_wrong_access_bytes_never_become_a_trailer():
    right = int.from_bytes(OUR_ACCESS, "big")
    for bit in range(24):
        wrong = (right ^ 1 << bit).to_bytes(3, "big")
        with pytest.raises(ValueError):
            make_trailer(TRANSPORT_KEY, wrong, TRANSPORT_KEY)


def test_trailer_vector():
    trailer = make_trailer(TRANSPORT_KEY, bytes.fromhex("FF0780"), bytes.fromhex("DEADBEEFFFFF"))
    assert trailer.hex().upper() == "FFFFFFFFFFFFFF078069DEADBEEFFFFF"


def test_keys_and_rights_of_a_finished_card():
    card = VirtualM1(UID)
    assert issue(card) is None
    keys = KEYS.card(UID, UNIT)
    for sector in (1, 2, 3):
        assert card.blocks[sector * 4 + 3] == keys.a + OUR_ACCESS + b"\x69" + keys.b
    for sector in (0, 4, 15):
        assert card.blocks[sector * 4 + 3] == TRANSPORT_TRAILER


def test_issuing_the_same_again_changes_nothing():
    card = VirtualM1(UID)
    assert issue(card) is None
    memory = card.to_bytes()
    assert issue(card) is None
    assert card.to_bytes() == memory


@pytest.mark.parametrize(
    ("identity", "first"),
    [(OTHER, FIRST), (IDENTITY, msgspec.structs.replace(FIRST, main_fen=1))],
    ids=["other number", "other money"],
)
def test_a_finished_card_is_never_overwritten(identity, first):
    card = VirtualM1(UID)
    assert issue(card) is None
    session = on_reader(card)
    session.write(after(session.read().newest))
    memory = card.to_bytes()
    error = issue(card, identity, first)
    assert isinstance(error, CardForeign)
    assert (error.code, error.params["card"]) == ("card.taken", 88_001)
    assert card.to_bytes() == memory


def test_a_finished_card_with_a_damaged_identity_is_not_overwritten_either():
    card = VirtualM1(UID)
    assert issue(card) is None
    card.blocks[4] = bytes(16)
    assert isinstance(issue(card), CardBroken)


def test_a_card_with_other_keys_is_left_alone():
    card = VirtualM1(UID)
    M1Card(DirectStorage(card), make_test_keys(9), UNIT).personalise(
        msgspec.structs.replace(IDENTITY, key_version=9), FIRST
    )
    memory = card.to_bytes()
    error = issue(card)
    assert isinstance(error, CardForeign)
    assert error.code == "card.foreign"
    assert card.to_bytes() == memory


def dead_sectors(card: VirtualM1) -> list[int]:
    return [s for s in range(16) if access_bits(card.blocks[s * 4 + 3][6:9]) is None]


@functools.cache
def commands_of(action: str) -> int:
    card = VirtualM1(UID)
    issue(card)
    if action == "wipe":
        on_reader(card).wipe()
    return card.commands


def test_issue_torn_anywhere_resumes():
    died = 0
    for index in range(commands_of("issue")):
        for byte in (None, *range(17)):
            card = VirtualM1(UID)
            card.tear_at(index, byte)
            where = f"command {index}, byte {byte}"
            assert issue(card) is not None, where
            if dead_sectors(card):
                # Torn inside the access bytes: the chip is gone, and we say so instead of going on.
                assert byte in (7, 8), where
                assert isinstance(issue(card), CardForeign)
                died += 1
                continue
            assert issue(card) is None, where
            assert on_reader(card).read().newest == FIRST, where
            session = on_reader(card)
            assert session.write(after(session.read().newest)).newest == after(FIRST), where
    assert died == 6  # three trailers, two places each


def test_issue_torn_twice_resumes():
    for first_cut in range(8, commands_of("issue"), 5):
        for second_cut in range(0, 60, 3):
            card = VirtualM1(UID)
            card.tear_at(first_cut, 3)
            issue(card)
            card.tear_at(second_cut, 11)
            issue(card)
            card.tear_at(10_000)
            assert issue(card) is None, (first_cut, second_cut)


def test_a_half_made_card_names_its_number_and_takes_no_other():
    halves = 0
    for index in range(commands_of("issue")):
        card = VirtualM1(UID)
        card.tear_at(index, 16)
        issue(card)
        try:
            assert on_reader(card).read().newest == FIRST
            continue  # the last trailer was already there
        except CardForeign as refused:
            code, named = refused.code, refused.params
        assert code in ("card.blank", "card.half")
        if code == "card.half":
            halves += 1
            assert named == {"card": 88_001, "issue": 1}
            error = issue(card, OTHER)
            assert isinstance(error, CardForeign)
            assert (error.code, error.params["card"]) == ("card.half", 88_001)
            assert issue(card) is None
    assert halves > 10


def test_wiped_cards_are_blank_and_can_be_issued_again():
    card = VirtualM1(UID)
    assert issue(card) is None
    on_reader(card).wipe()
    fresh = VirtualM1(UID)
    assert card.blocks == fresh.blocks
    with pytest.raises(CardForeign) as refused:
        on_reader(card).read()
    assert refused.value.code == "card.blank"
    assert issue(card, OTHER) is None


def test_wipe_torn_anywhere_is_finished_by_the_next():
    issued = VirtualM1(UID)
    issue(issued)
    finished = VirtualM1(UID).blocks
    for index in range(commands_of("wipe")):
        for byte in (None, *range(17)):
            card = VirtualM1.from_bytes(issued.to_bytes())
            card.tear_at(index, byte)
            with pytest.raises(CardError):
                on_reader(card).wipe()
            if dead_sectors(card):
                assert byte in (7, 8)
                continue
            on_reader(card).wipe()
            assert card.blocks == finished, (index, byte)


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_a_half_wiped_card_never_shows_an_older_record_and_names_its_number_to_the_end(writes):
    """A returned card is locked by its newest record; pulled out of the wipe it must not come to life."""
    card = VirtualM1(UID)
    issue(card)
    session = on_reader(card)
    image = session.read()
    for number in range(writes):
        locked = msgspec.structs.replace(after(image.newest), locked=number == writes - 1)
        image = session.write(locked)
    memory, seen = card.to_bytes(), set()
    on_reader(card).wipe()
    for index in range(card.commands):
        for byte in (None, 8, 16):
            card = VirtualM1.from_bytes(memory)
            card.tear_at(index, byte)
            with pytest.raises(CardError):
                on_reader(card).wipe()
            if dead_sectors(card):
                continue
            try:
                code, named = "", on_reader(card).read().newest
            except CardError as refused:
                code, named = refused.code, refused.params
            seen.add(code)
            if code == "":
                assert named == image.newest
            elif code == "card.half":
                assert named == {"card": 88_001, "issue": 1}
            elif code == "card.blank":
                assert [card.blocks[s * 4 + 3] for s in (2, 3)] == [TRANSPORT_TRAILER] * 2
            else:
                assert code == "card.broken"
    assert seen >= {"", "card.half", "card.blank"}


def test_wiping_a_blank_card_and_a_foreign_one():
    card = VirtualM1(UID)
    on_reader(card).wipe()
    assert card.blocks == VirtualM1(UID).blocks
    issue(card)
    with pytest.raises(CardForeign):
        M1Card(DirectStorage(card), make_test_keys(5), UNIT).wipe()


def test_issue_under_a_newer_key_version_finishes_what_an_older_began():
    card = VirtualM1(UID)
    card.tear_at(commands_of("issue") // 2)
    assert issue(card) is not None
    newer = make_test_keys(2, previous=(1,))
    identity = msgspec.structs.replace(IDENTITY, key_version=2)
    M1Card(DirectStorage(card), newer, UNIT).personalise(identity, FIRST)
    assert M1Card(DirectStorage(card), newer, UNIT).read().identity == identity
