"""New keys on a card in use: cut at every command and byte, used in between, never a record lost. F: H5"""

import contextlib
import functools

import msgspec
import pytest

from onecard.cards.keys import make_test_keys
from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardBroken, CardError, CardForeign

from .test_card import FIRST, IDENTITY, KEYS, UID, UNIT, after

NEWER = make_test_keys(2, previous=(1,))


def on_reader(card: VirtualM1, keys=NEWER) -> M1Card:
    return M1Card(DirectStorage(card), keys, UNIT)


@functools.cache
def _used(writes: int) -> bytes:
    card = VirtualM1(UID)
    on_reader(card, KEYS).personalise(IDENTITY, FIRST)
    for _ in range(writes):
        session = on_reader(card, KEYS)
        session.write(after(session.read().newest))
    return card.to_bytes()


def used(writes: int) -> VirtualM1:
    return VirtualM1.from_bytes(_used(writes))


def is_renewed(card: VirtualM1) -> bool:
    image = M1Card(DirectStorage(card), make_test_keys(2), UNIT).read()  # no older version at hand
    return image.identity.key_version == 2


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_the_record_stays_and_only_the_keys_change(writes):
    card = used(writes)
    before = on_reader(card).read()
    image = on_reader(card).rekey()
    assert image.newest == before.newest
    assert image.identity == msgspec.structs.replace(before.identity, key_version=2)
    assert is_renewed(card)
    with pytest.raises(CardForeign):
        on_reader(card, KEYS).read()
    session = on_reader(card)
    assert session.write(after(session.read().newest)).older == image.newest


def test_a_card_with_the_newest_keys_is_left_alone():
    card = used(1)
    on_reader(card).rekey()
    memory = card.to_bytes()
    on_reader(card).rekey()
    assert card.to_bytes() == memory


def tears(card: VirtualM1, some: tuple[int, ...]):
    written = set()
    write = card.write

    def noted(block, data):
        written.add(card.commands)
        return write(block, data)

    card.write = noted
    on_reader(card).rekey()
    for index in range(card.commands):
        yield index, None
        if index in written:
            yield from ((index, byte) for byte in some)


@pytest.mark.parametrize("writes", [1, 2])
def test_torn_anywhere_it_goes_on_where_it_was(writes):
    newest = on_reader(used(writes)).read().newest
    readable = 0
    some = tuple(range(17)) if writes == 2 else (0, 7, 16)
    for index, byte in tears(used(writes), some):
        card = used(writes)
        card.tear_at(index, byte)
        where = f"command {index}, byte {byte}"
        with pytest.raises(CardError):
            on_reader(card).rekey()
        with contextlib.suppress(CardForeign, CardBroken):
            assert on_reader(card).read().newest == newest, where
            readable += 1
        assert on_reader(card).rekey().newest == newest, where
        assert is_renewed(card), where
    assert readable > 40


def test_torn_anywhere_neither_another_card_nor_a_till_without_the_new_keys_is_misled():
    """Other card, other terminal, never: a half-renewed card says its newest record, or nothing."""
    newest = on_reader(used(2)).read().newest
    other, read, unread = used(1), 0, 0
    for index, byte in tears(used(2), (0, 7, 16)):
        card = used(2)
        card.tear_at(index, byte)
        with pytest.raises(CardError):
            on_reader(card).rekey()
        memory = card.to_bytes()
        on_reader(other).rekey()
        assert card.to_bytes() == memory
        try:
            assert on_reader(card, KEYS).read().newest == newest, (index, byte)
            read += 1
        except (CardForeign, CardBroken):
            unread += 1
    assert min(read, unread) > 20


@pytest.mark.parametrize("writes", [1, 2])
def test_used_between_two_tries_no_later_record_is_lost(writes):
    """A till that knows both versions sells to a card that is half-way; then the renewal is torn again."""
    commands = used(writes)
    on_reader(commands).rekey()
    sold = 0
    # Only the MAC of a record differs from version to version: the second tear is inside one.
    for first in range(3, commands.commands, 8):
        for second in range(8, commands.commands):
            card = used(writes)
            card.tear_at(first, 9)
            with pytest.raises(CardError):
                on_reader(card).rekey()
            try:
                session = on_reader(card)
                newest = session.write(after(session.read().newest)).newest
                sold += 1
            except CardError:
                continue
            card.tear_at(second, 12)
            with contextlib.suppress(CardError):
                on_reader(card).rekey()
            card.tear_at(10_000)
            assert on_reader(card).rekey().newest == newest, (first, second)
    assert sold > 20


def test_a_mixture_that_no_tear_makes_is_not_taken_for_ours():
    card = used(1)
    for flip in (0, 3, 7, 12, 20, 24, 31):
        bad = VirtualM1.from_bytes(card.to_bytes())
        block, at = divmod(flip, 16)
        data = bytearray(bad.blocks[4 + block])
        data[at] ^= 0x40
        bad.blocks[4 + block] = bytes(data)
        with pytest.raises((CardBroken, CardForeign)):
            on_reader(bad).rekey()


def test_cards_of_another_unit_are_not_renewed():
    card = VirtualM1(UID)
    M1Card(DirectStorage(card), KEYS, UNIT + 1).personalise(
        msgspec.structs.replace(IDENTITY, unit=UNIT + 1), FIRST
    )
    with pytest.raises(CardForeign):
        on_reader(card).rekey()


@pytest.mark.parametrize("first", [1, 13, 29, 31, 32, 37])
def test_a_4k_card_may_carry_it_anywhere(first):
    """Also where its sectors have sixteen blocks."""
    card = VirtualM1(bytes.fromhex("04782E21801D80"), "4K")

    def session(keys=NEWER):
        return M1Card(DirectStorage(card), keys, UNIT, first)

    session(KEYS).personalise(IDENTITY, FIRST)
    written = session().write(after(FIRST))
    assert session().read().newest == written.newest
    assert session().rekey().newest == written.newest
    session().wipe()
    assert card.blocks == VirtualM1(card.uid, "4K").blocks


def test_on_a_1k_card_the_upper_sectors_are_simply_not_there():
    with pytest.raises(CardForeign):
        M1Card(DirectStorage(VirtualM1(UID)), KEYS, UNIT, 30).read()
