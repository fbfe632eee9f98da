"""Reading and writing an M1 card on a virtual chip, through the driver's own APDUs."""

import msgspec
import pytest

from onecard.cards.image import Identity, Purse, Slot
from onecard.cards.keys import TRANSPORT_KEY, make_test_keys
from onecard.cards.layout import MAX_COUNTER
from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import (
    CardBroken,
    CardDenied,
    CardForeign,
    CardGone,
    NotWritten,
    Refused,
)

UNIT = 1
UID = bytes.fromhex("04A1B2C3")
KEYS = make_test_keys()
IDENTITY = Identity(unit=UNIT, card=88_001, issue=1, type=1, key_version=1, until_day=4_000)
FIRST = Purse(main_fen=10_000, slots=(Slot(500, 3_000), Slot(), Slot()), last_terminal=9, last_seq=1)


def on_reader(card: VirtualM1, keys=KEYS, unit=UNIT) -> M1Card:
    return M1Card(DirectStorage(card), keys, unit)


@pytest.fixture
def card() -> VirtualM1:
    plastic = VirtualM1(UID)
    on_reader(plastic).personalise(IDENTITY, FIRST)
    return plastic


def after(purse: Purse, spend: int = 100) -> Purse:
    return msgspec.structs.replace(
        purse,
        main_fen=purse.main_fen - spend,
        counter=purse.counter + 1,
        last_terminal=7,
        last_epoch=1,
        last_seq=purse.last_seq + 1,
    )


def test_a_new_card_says_what_was_put_on_it(card):
    image = on_reader(card).read()
    assert (image.uid, image.identity, image.newest) == (UID, IDENTITY, FIRST)
    assert image.older is None


def test_writes_alternate_between_the_copies_and_keep_the_one_before(card):
    expected, copies = FIRST, []
    for _ in range(5):
        session = on_reader(card)
        before = session.read().newest
        assert before == expected
        expected = after(before)
        written = session.write(expected)
        assert (written.newest, written.older) == (expected, before)
        assert on_reader(card).read() == written
        copies.append(written.copy)
    assert copies == [1, 0, 1, 0, 1]


def test_several_writes_in_one_session(card):
    session = on_reader(card)
    image = session.read()
    for _ in range(3):
        image = session.write(after(image.newest))
    assert on_reader(card).read() == image
    assert image.newest.main_fen == 9_700
    assert image.last_amount_fen == -100


def test_a_write_without_a_read_reads_first(card):
    assert on_reader(card).write(after(FIRST)).newest == after(FIRST)


def test_a_good_tap_needs_at_most_20_commands(card):  # F: P1
    counts = []
    for _ in range(4):
        session = on_reader(card)
        session.write(after(session.read().newest))
        counts.append(session.commands)
    print(f"commands on a good tap, UID and LOAD KEY included: {counts}")
    assert max(counts) <= 20


def test_an_older_key_version_costs_a_few_commands_more(card):
    session = on_reader(card)
    session.read()
    newest_only = session.commands
    session = on_reader(card, make_test_keys(2, previous=(1,)))
    assert session.read().newest == FIRST
    # The wrong LOAD KEY and AUTHENTICATE, and the UID once more after waking the card up.
    assert session.commands == newest_only + 3


def test_a_card_of_the_newest_version_beside_an_older_one():
    plastic = VirtualM1(UID)
    keys = make_test_keys(2, previous=(1,))
    identity = msgspec.structs.replace(IDENTITY, key_version=2)
    on_reader(plastic, keys).personalise(identity, FIRST)
    assert on_reader(plastic, keys).read().identity == identity
    with pytest.raises(CardForeign):
        on_reader(plastic, KEYS).read()


@pytest.mark.parametrize("first_sector", [1, 10, 29])
def test_the_first_sector_is_a_setting(first_sector):
    plastic = VirtualM1(bytes.fromhex("04782E21801D80"), "4K")
    M1Card(DirectStorage(plastic), KEYS, UNIT, first_sector).personalise(IDENTITY, FIRST)
    session = M1Card(DirectStorage(plastic), KEYS, UNIT, first_sector)
    assert session.write(after(session.read().newest)).newest.main_fen == 9_900


def code_of(card, keys=KEYS, unit=UNIT) -> str:
    with pytest.raises(CardForeign) as refused:
        on_reader(card, keys, unit).read()
    return refused.value.code


def test_a_factory_fresh_card_is_blank():
    assert code_of(VirtualM1(UID)) == "card.blank"


def test_cards_whose_keys_we_do_not_have_are_foreign(card):
    assert code_of(card, make_test_keys(2)) == "card.foreign"
    assert code_of(card, unit=2) == "card.foreign"


def test_a_card_that_names_another_unit(card):
    """Our own keys open it and its MAC holds, and still it says unit 2: made by a wrong station."""
    from onecard.cards.layout import encode_identity

    lie = msgspec.structs.replace(IDENTITY, unit=2)
    data = encode_identity(lie, KEYS.card(UID, UNIT).mac)
    card.blocks[4], card.blocks[5] = data[:16], data[16:]
    assert code_of(card) == "card.wrong_unit"


@pytest.mark.parametrize("half", [0, 1])
def test_one_damaged_copy_leaves_the_other(card, half):
    session = on_reader(card)
    second = session.write(after(session.read().newest)).newest
    card.blocks[(2 + half) * 4 + 1] = bytes(16)
    image = on_reader(card).read()
    assert image.newest == (second if half == 0 else FIRST)
    assert image.older is None
    assert image.copy == 1 - half
    assert image.last_amount_fen is None


def test_both_copies_damaged_is_broken(card):
    card.blocks[2 * 4] = bytes(16)
    with pytest.raises(CardBroken) as broken:
        on_reader(card).read()
    assert broken.value.params["card"] == 88_001


def test_a_damaged_identity_is_broken(card):
    card.blocks[4] = bytes(16)
    with pytest.raises(CardBroken):
        on_reader(card).read()


def test_a_record_copied_from_another_card_is_not_money(card):
    rich = VirtualM1(bytes.fromhex("04A1B2C4"))
    on_reader(rich).personalise(IDENTITY, msgspec.structs.replace(FIRST, main_fen=5_000_000))
    for block in (8, 9, 10):
        card.blocks[block] = rich.blocks[block]
    with pytest.raises(CardBroken):
        on_reader(card).read()


def test_a_worn_out_counter_refuses_and_does_not_wrap():
    plastic = VirtualM1(UID)
    last = msgspec.structs.replace(FIRST, counter=MAX_COUNTER)
    on_reader(plastic).personalise(IDENTITY, last)
    with pytest.raises(Refused) as refused:
        on_reader(plastic).write(msgspec.structs.replace(last, counter=0))
    assert refused.value.code == "card.worn"
    assert on_reader(plastic).read().newest == last


def test_a_read_only_box_reads_and_cannot_write(card):
    session = on_reader(card, KEYS.reading_only())
    image = session.read()
    with pytest.raises(CardDenied):
        session.write(after(image.newest))
    assert on_reader(card).read() == image


def test_a_write_over_a_skipped_counter_is_a_programming_error(card):
    session = on_reader(card)
    newest = session.read().newest
    with pytest.raises(AssertionError):
        session.write(newest)


def test_one_refusal_in_the_middle_of_a_read_is_tried_again(card):
    for index in range(11):
        session = on_reader(card)
        card.glitch_at(index)
        assert session.read().newest == FIRST


def test_gone_before_the_read_and_gone_before_the_write(card):
    session = on_reader(card)
    card.pull()
    with pytest.raises(CardGone):
        session.read()
    session = on_reader(card)
    newest = session.read().newest
    card.pull()
    with pytest.raises(CardGone):
        session.write(after(newest))
    assert on_reader(card).read().newest == newest


def test_a_chip_that_takes_writes_and_keeps_nothing_is_found_out(card):
    """Worn EEPROM answers 9000; only reading back shows it."""

    class Worn(DirectStorage):
        def write(self, block, data):
            super().write(block, data if block % 4 != 1 else bytes(16))

    session = M1Card(Worn(card), KEYS, UNIT)
    before = session.read()
    with pytest.raises(NotWritten) as doubtful:
        session.write(after(before.newest))
    assert doubtful.value.image.newest == before.newest


def test_another_card_on_the_reader_is_not_read_for_this_one(card):
    """The customer swaps cards between read and write; the reader wakes up whatever lies there."""
    session = on_reader(card)
    session.read()
    card.uid = bytes.fromhex("04FFFFFF")
    with pytest.raises(CardGone):
        session._sectors.select()


def test_key_a_reads_and_cannot_write(card):
    storage = DirectStorage(card)
    keys = KEYS.card(UID, UNIT)
    storage.authenticate(8, "A", keys.a)
    content = storage.read(8)
    with pytest.raises(CardDenied):
        storage.write(8, bytes(16))
    storage.select()
    storage.authenticate(8, "A", keys.a)
    assert storage.read(8) == content


def test_transport_keys_open_nothing_on_a_finished_card(card):
    for which in ("A", "B"):
        for block in (4, 8, 12):
            storage = DirectStorage(card)
            with pytest.raises(CardDenied):
                storage.authenticate(block, which, TRANSPORT_KEY)
