"""A management card made blank: whatever keys its sectors have, cut anywhere, and never money. F: A7 H5"""

import contextlib
import functools
from collections.abc import Iterator

import pytest

from onecard.cards.keys import KeySet, make_test_keys
from onecard.cards.layout import MANAGEMENT
from onecard.cards.m1 import M1Card
from onecard.cards.m1.sector import access_bits
from onecard.cards.management.plastic import Plastic
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardError, CardForeign
from tests.onecard.cards.m1.test_card import FIRST, IDENTITY, UID, UNIT, after

OLD = make_test_keys(1)
KEYS = make_test_keys(3, previous=(2, 1))
BETWEEN = make_test_keys(2, previous=(1,))
CONTENT = bytes(range(1, 61))  # two sectors
BLANK = VirtualM1(UID).blocks


def put(card: VirtualM1, keys: KeySet = KEYS) -> Plastic:
    return Plastic(DirectStorage(card), keys, UNIT)


@functools.cache
def _written(*versions: KeySet) -> bytes:
    card = VirtualM1(UID)
    for keys in versions:
        put(card, keys).write(CONTENT)
    return card.to_bytes()


def written(*versions: KeySet) -> VirtualM1:
    return VirtualM1.from_bytes(_written(*versions))


def mixed() -> VirtualM1:
    """Its second sector has newer keys than its first: cut while it was written anew."""
    card, newer = written(OLD), written(OLD, BETWEEN)
    card.blocks[8:12] = newer.blocks[8:12]
    return card


def dead(card: VirtualM1) -> list[int]:
    return [s for s in range(1, 16) if access_bits(card.blocks[s * 4 + 3][6:9]) is None]


def tears(card: VirtualM1, act) -> Iterator[tuple[int, int | None]]:
    """Every command up to the last write and some of those that only look at the rest of the card; every byte
    of a trailer, and of other blocks early, late and between."""
    trailers, blocks, write = set(), set(), card.write

    def noted(block: int, data: bytes) -> bool:
        (trailers if block % 4 == 3 else blocks).add(card.commands)
        return write(block, data)

    card.write = noted  # type: ignore[method-assign]
    act(card)
    end = max(trailers | blocks) + 8
    for index in (*range(end), *range(end, card.commands, 13)):
        yield index, None
        some = range(17) if index in trailers else (1, 9, 16) if index in blocks else ()
        yield from ((index, byte) for byte in some)


def cut(card: VirtualM1, place: tuple[int, int | None], act) -> None:
    card.tear_at(*place)
    with contextlib.suppress(CardError):
        act(card)
    card.tear_at(100_000)


def left_by_a_wipe(card: VirtualM1) -> list[int]:
    """Sectors that are not blank after it, but for those that the tear has killed; a dead first sector means
    that nothing is touched."""
    died = dead(card)
    if 1 in died:
        memory = card.to_bytes()
        with pytest.raises(CardForeign):
            put(card).wipe()
        return [] if card.to_bytes() == memory else [1]
    put(card).wipe()
    alive = (sector for sector in range(1, 16) if sector not in died)
    return [sector for sector in alive if card.blocks[sector * 4 : sector * 4 + 4] != BLANK[4:8]]


@pytest.mark.parametrize("versions", [(OLD,), (BETWEEN,), (KEYS,), (OLD, KEYS), (OLD, BETWEEN, KEYS)])
def test_whichever_keys_a_card_was_made_with_it_becomes_blank(versions: tuple[KeySet, ...]) -> None:
    card = written(*versions)
    assert put(card).read() == CONTENT
    put(card).wipe()
    assert card.blocks == BLANK
    assert put(card).is_empty()


def test_sectors_of_different_key_versions_become_blank() -> None:
    card = mixed()
    assert put(card).read() == CONTENT
    put(card).wipe()
    assert card.blocks == BLANK


@pytest.mark.parametrize(
    "make", [lambda: written(OLD), mixed, lambda: written(KEYS)], ids=["old", "mixed", "new"]
)
def test_cut_while_it_is_wiped_it_is_no_card_and_the_next_wipe_ends_it(make) -> None:
    whole = 0
    for place in tears(make(), lambda card: put(card).wipe()):
        card = make()
        cut(card, place, lambda card: put(card).wipe())
        try:
            assert put(card).read() == CONTENT
            whole += 1
            assert card.blocks[4:8] == make().blocks[4:8], place  # nothing had been changed yet
        except CardError:
            assert not card.blocks[4].startswith(MANAGEMENT) or card.blocks[4:8] != make().blocks[4:8], place
        assert left_by_a_wipe(card) == [], place
    assert 3 < whole < 40


@pytest.mark.parametrize("keys", [OLD, BETWEEN], ids=["old", "between"])
def test_cut_while_it_was_written_before_the_keys_changed_it_becomes_blank(keys: KeySet) -> None:
    """A half-written card of an older version: its torn trailers have the older keys in them."""
    for place in tears(VirtualM1(UID), lambda card: put(card, keys).write(CONTENT)):
        card = VirtualM1(UID)
        cut(card, place, lambda card: put(card, keys).write(CONTENT))
        assert left_by_a_wipe(card) == [], place


@pytest.mark.parametrize("newer", [BETWEEN, KEYS], ids=["between", "new"])
def test_cut_while_it_got_newer_keys_it_becomes_blank(newer: KeySet) -> None:
    """Also when there are newer ones again by the time it is wiped."""
    for place in tears(written(OLD), lambda card: put(card, newer).write(CONTENT)):
        card = written(OLD)
        cut(card, place, lambda card: put(card, newer).write(CONTENT))
        assert left_by_a_wipe(card) == [], place


def test_cut_twice_it_becomes_blank_all_the_same() -> None:
    places = list(tears(mixed(), lambda card: put(card).wipe()))
    for one in places[3:70:11]:
        for other in places[1:60:7]:
            card = mixed()
            for place in (one, other):
                cut(card, place, lambda card: put(card).wipe())
            assert left_by_a_wipe(card) == [], (one, other)


def test_on_a_large_card_all_of_a_long_content_goes() -> None:
    content = bytes(1_000) + b"\x01"
    card = VirtualM1(UID, "4K")
    put(card, OLD).write(content)
    torn = VirtualM1.from_bytes(card.to_bytes())
    put(card).wipe()
    assert card.blocks == VirtualM1(UID, "4K").blocks
    cut(torn, (40, 12), lambda card: put(card, BETWEEN).write(content))
    put(torn).wipe()
    assert torn.blocks == card.blocks


def test_money_stays_also_where_its_keys_are_half_renewed() -> None:
    """A purse cut while it got newer keys is the front desk's to finish, never a blank to be made."""
    purse = VirtualM1(UID)
    M1Card(DirectStorage(purse), OLD, UNIT).personalise(IDENTITY, FIRST)
    drawer, refused = purse.to_bytes(), 0

    def rekey(card: VirtualM1) -> None:
        M1Card(DirectStorage(card), BETWEEN, UNIT).rekey()

    for place in tears(purse, rekey):
        card = VirtualM1.from_bytes(drawer)
        cut(card, place, rekey)
        memory = card.to_bytes()
        for act in (lambda plastic: plastic.wipe(), lambda plastic: plastic.write(CONTENT)):
            with pytest.raises(CardForeign):
                act(put(card))
            assert card.to_bytes() == memory, place
        refused += 1
    assert refused > 60


def test_a_purse_whose_keys_are_half_renewed_is_wiped_by_whoever_wipes_purses() -> None:
    """F: A4: cut at every command of its renewal, then wiped; and never its older record in between."""
    purse = VirtualM1(UID)
    session = M1Card(DirectStorage(purse), OLD, UNIT)
    session.personalise(IDENTITY, FIRST)
    newest = session.write(after(FIRST)).newest
    drawer = purse.to_bytes()

    def rekey(card: VirtualM1) -> None:
        M1Card(DirectStorage(card), BETWEEN, UNIT).rekey()

    def wiped(card: VirtualM1) -> None:
        M1Card(DirectStorage(card), KEYS, UNIT).wipe()

    for at, place in enumerate(list(tears(purse, rekey))[::2]):
        card = VirtualM1.from_bytes(drawer)
        cut(card, place, rekey)
        if dead(card):
            continue
        cut(card, (20 + 7 * at % 90, at % 17), wiped)
        with contextlib.suppress(CardError):
            assert M1Card(DirectStorage(card), KEYS, UNIT).read().newest == newest, place
        if not dead(card):
            wiped(card)
            assert card.blocks == BLANK, place
