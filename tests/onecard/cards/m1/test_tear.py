"""Every way a card can leave during a tap: after each command and each byte of each write. F: reliability, I4

The promise: whatever happens, a later read shows exactly the record from before or exactly the one written,
and what ``write`` said about it was true.
"""

import functools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.cards.image import CardImage, Purse
from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardDoubtful, CardError, CardGone, NotWritten

from .test_card import IDENTITY, KEYS, UID, UNIT, after, on_reader

FIRST = Purse(main_fen=16_777_215, last_terminal=9, last_epoch=1, last_seq=1)


@functools.cache
def prepared(writes: int) -> bytes:
    """A card in use, the newest record in copy A or B; made once, copied per case."""
    card = VirtualM1(UID)
    on_reader(card).personalise(IDENTITY, FIRST)
    session = on_reader(card)
    image = session.read()
    for _ in range(writes):
        image = session.write(after(image.newest, spend=4_000_001))
    return card.to_bytes()


def tap(card: VirtualM1) -> tuple[CardImage | None, Purse | None, CardError | None]:
    """One read and one write: the image before, what was written, how it ended."""
    before: CardImage | None = None
    target: Purse | None = None
    try:
        session = M1Card(DirectStorage(card), KEYS, UNIT)
        before = session.read()
        target = after(before.newest)
        session.write(target)
    except CardError as error:
        return before, target, error
    return before, target, None


def commands_of_a_tap(writes: int) -> int:
    card = VirtualM1.from_bytes(prepared(writes))
    tap(card)
    return card.commands


@pytest.mark.parametrize("writes", [1, 2, 3], ids=["in-B", "in-A", "in-B-again"])
@pytest.mark.parametrize("leaves", [True, False], ids=["leaves", "answers-no"])
def test_any_command_any_byte_then_the_same_card_again(writes, leaves):
    old = on_reader(VirtualM1.from_bytes(prepared(writes))).read().newest
    new = after(old)
    seen = {"old": 0, "new": 0}
    for index in range(commands_of_a_tap(writes)):
        for byte in (None, *range(17)):
            card = VirtualM1.from_bytes(prepared(writes))
            (card.tear_at if leaves else card.glitch_at)(index, byte)
            _, _, error = tap(card)
            image = on_reader(card).read()
            where = f"command {index}, byte {byte}: {error!r}"
            assert image.newest in (old, new), where
            if error is None:
                assert image.newest == new, where
            if isinstance(error, NotWritten):
                assert image.newest == old, where
                assert error.image.newest == old, where
            if leaves:
                assert isinstance(error, CardGone), where
            else:
                assert error is None or isinstance(error, NotWritten), where
            seen["new" if image.newest == new else "old"] += 1
            # Life goes on: the same card takes the next tap, and the tap after it.
            for _ in range(2):
                _, target, again = tap(card)
                assert again is None, where
                assert on_reader(card).read().newest == target, where
    assert seen["old"] > 50
    assert seen["new"] > 0
    print(seen)


def test_torn_again_and_again_never_loses_the_last_good_record():
    """The customer keeps pulling: every retry of the same record is torn at another byte."""
    card = VirtualM1.from_bytes(prepared(2))
    old = on_reader(card).read().newest
    for index in range(11, commands_of_a_tap(2)):
        for byte in range(0, 16, 5):
            card.tear_at(index, byte)
            _, target, error = tap(card)
            assert isinstance(error, CardGone)
            image = on_reader(card).read()
            assert image.newest in (old, target)
            old = image.newest
    assert old.main_fen > 0


def test_torn_while_finding_out():
    """A refusal to a write, and the card leaves during the read that should settle it: outcome unknown."""
    total = commands_of_a_tap(2)
    for refused in range(12, total):
        for later in range(1, 12):
            card = VirtualM1.from_bytes(prepared(2))
            old = on_reader(card).read().newest

            class Unlucky(DirectStorage):
                def select(self, card=card, at=refused + later):
                    card.tear_at(at)
                    super().select()

            session = M1Card(Unlucky(card), KEYS, UNIT)
            session.read()
            card.glitch_at(refused, 16)
            with pytest.raises(CardGone):
                session.write(after(old))
            assert on_reader(card).read().newest in (old, after(old))


def test_refused_again_while_finding_out_is_doubtful_and_says_nothing():
    card = VirtualM1.from_bytes(prepared(2))
    old = on_reader(card).read().newest

    class Deaf(DirectStorage):
        deaf = False

        def authenticate(self, block, which, key):
            super().authenticate(block, which, bytes(6) if self.deaf else key)

    storage = Deaf(card)
    session = M1Card(storage, KEYS, UNIT)
    session.read()
    card.glitch_at(13, 16)
    storage.deaf = True
    with pytest.raises(CardDoubtful) as doubtful:
        session.write(after(old))
    assert not isinstance(doubtful.value, NotWritten)
    assert doubtful.value.image is None


def test_a_third_record_on_the_card_is_doubtful():
    """Between our write and our read somebody else wrote: neither old nor new may be claimed."""
    card = VirtualM1.from_bytes(prepared(2))
    old = on_reader(card).read().newest
    foreign = msgspec.structs.replace(after(old), last_terminal=4_321)

    class Crossed(DirectStorage):
        def select(self):
            M1Card(DirectStorage(card), KEYS, UNIT).write(foreign)
            super().select()

    session = M1Card(Crossed(card), KEYS, UNIT)
    session.read()
    card.glitch_at(12)
    with pytest.raises(CardDoubtful) as doubtful:
        session.write(after(old))
    assert not isinstance(doubtful.value, NotWritten)
    assert doubtful.value.image is not None
    assert doubtful.value.image.newest == foreign


# When a card command goes wrong, after how many bytes, and whether the card leaves or only says "no".
_trouble = st.tuples(st.integers(0, 40), st.none() | st.integers(0, 16), st.booleans())


@given(st.lists(st.none() | _trouble, min_size=1, max_size=30))
def test_a_long_unlucky_life(life):
    """Any number of taps in any trouble: each either happened as a whole or not at all, and nothing forks."""
    card = VirtualM1.from_bytes(prepared(1))
    newest = on_reader(card).read().newest
    for trouble in life:
        if trouble is not None:
            index, byte, leaves = trouble
            (card.tear_at if leaves else card.glitch_at)(index, byte)
        _, target, error = tap(card)
        card.tear_at(10_000)  # what did not happen during this tap never will
        found = on_reader(card).read().newest
        if error is None:
            assert found == target
        elif isinstance(error, NotWritten):
            assert found == newest
        assert found in (newest, target)
        newest = found
