"""A CPU card that leaves at any command and any byte: as a whole or not at all. F: reliability, I4

And the standard's trap: after a lost answer nobody begins the same debit again before the card was asked.
"""

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.cards.image import CardImage, Purse
from onecard.devices.readers.virtual import VirtualPurse
from onecard.errors import CardDoubtful, CardError, CardGone, NotWritten

from .desk import FIRST, after, plastic, session, tac_key

SPEND = {"debit": 1_250, "load": -4_000, "lock": 0}
HISTORY = {"fresh": (), "debited": (10, 20), "loaded": (10, -30), "loaded twice": (10, -30, -40)}


@functools.cache
def _used(history: str) -> VirtualPurse:
    card = plastic()
    for spend in HISTORY[history]:
        tap = session(card)
        tap.write(after(tap.read().newest, spend=spend))
    return card


def used(history: str) -> VirtualPurse:
    return _used(history).copy()


def target_of(before: Purse, kind: str) -> Purse:
    return after(before, spend=SPEND[kind], seq=5_000 + before.counter, locked=kind == "lock")


def tap(card: VirtualPurse, kind: str) -> tuple[CardImage | None, CardError | None]:
    """One read and one write: the image it gave, or how it ended."""
    try:
        begun = session(card)
        return begun.write(target_of(begun.read().newest, kind)), None
    except CardError as error:
        return None, error


def commands_of(history: str, kind: str) -> tuple[int, list[int]]:
    """How many commands a tap takes, and which of them commit."""
    card = used(history)
    committing = []
    commit = card.commit

    def noted(state):
        committing.append(card.commands - 1)
        commit(state)

    card.commit = noted
    assert tap(card, kind)[1] is None
    return card.commands, committing


def shows(image: CardImage, purse: Purse) -> bool:
    newest = image.newest
    return (newest.last, newest.counter, newest.main_fen) == (purse.last, purse.counter, purse.main_fen)


def tears(card: VirtualPurse, total: int, committing: list[int]):
    """Before each command, after each command without its answer, and inside each commit byte by byte."""
    for index in range(total):
        yield index, None
        yield index, 1 << 20
        if index in committing:
            yield from ((index, byte) for byte in range(card.page_bytes + 40))


@pytest.mark.parametrize("leaves", [True, False], ids=["leaves", "answers-no"])
@pytest.mark.parametrize("kind", SPEND)
@pytest.mark.parametrize("history", HISTORY)
def test_any_command_any_byte_then_the_same_card_again(history, kind, leaves):
    before = session(used(history)).read().newest
    wanted = target_of(before, kind)
    total, committing = commands_of(history, kind)
    assert len(committing) == 1, "balance, log, record and proof are one commit"
    seen = {"old": 0, "new": 0}
    places = list(tears(used(history), total, committing))
    if (history, kind, leaves) != ("debited", "debit", True):
        # Every byte once is enough; the others take every command, and each 41st byte of the commit.
        places = [place for place in places if place[1] is None or place[1] % 41 == 0 or place[1] > 1 << 19]
    for index, byte in places:
        card = used(history)
        (card.tear_at if leaves else card.glitch_at)(index, byte)
        done, error = tap(card, kind)
        where = f"command {index}, byte {byte}: {error!r}"
        image = session(card).read()
        is_new = shows(image, wanted)
        assert is_new or image.newest == before, where
        if done is not None:
            assert is_new, where
        if isinstance(error, NotWritten):
            assert not is_new, where
        if leaves:
            assert isinstance(error, CardGone), where
        else:
            assert error is None or isinstance(error, NotWritten), where
        seen["new" if is_new else "old"] += 1
        if is_new:
            again = session(card)
            proof = again.proof(wanted.last)
            assert proof.holds(tac_key(card)), where
            assert (again.read().older.last, proof.fen) == (before.last, abs(SPEND[kind])), where
        else:
            assert session(card).proof(wanted.last) is None, where
            # The check came first: now it may be begun again, and happens once.
            assert tap(card, kind)[1] is None, where
            assert shows(session(card).read(), wanted), where
        assert tap(card, "debit")[1] is None, where
    assert seen["old"] > 5
    assert seen["new"] > 1


def test_a_debit_begun_again_without_the_check_would_take_the_money_twice():
    """Why ``write`` reads before it says anything: the chip itself lets it happen."""
    card = plastic()
    begun = session(card)
    wanted = target_of(begun.read().newest, "debit")
    total, committing = commands_of("fresh", "debit")
    card.tear_at(committing[0], 1 << 20)
    with pytest.raises(CardGone):
        begun.write(wanted)
    assert card.memory.balance == FIRST.main_fen - 1_250
    # A new session knows nothing and asks first: it finds the transaction, and proves it.
    again = session(card)
    image = again.read()
    assert shows(image, wanted)
    assert again.proof(wanted.last).fen == 1_250
    with pytest.raises(AssertionError):
        again.write(wanted)  # the counter has moved on: the same record cannot come twice
    assert card.memory.balance == FIRST.main_fen - 1_250
    assert total > committing[0]


def test_two_cards_of_the_same_number_are_told_apart_by_the_chain():
    """A rolled-back copy continues from an older counter: the records of both name the same one before."""
    card = used("debited")
    clone = card.copy()
    left, right = session(card), session(clone)
    one = left.write(target_of(left.read().newest, "debit")).newest
    two = right.write(after(right.read().newest, spend=7, seq=9_999)).newest
    assert (one.counter, one.last) != (two.counter, two.last)
    assert one.counter == two.counter


def test_torn_while_finding_out():
    """A refusal to the debit, and the card leaves during the read that should settle it: outcome unknown."""
    _, committing = commands_of("debited", "debit")
    for later in range(1, 7):
        card = used("debited")
        begun = session(card)
        before = begun.read().newest
        wanted = target_of(before, "debit")
        card.glitch_at(committing[0], 1 << 20)
        run = card.run

        def unlucky(apdu, card=card, run=run, at=committing[0] + later):
            card.tear_at(at)
            return run(apdu)

        card.run = unlucky
        with pytest.raises(CardGone):
            begun.write(wanted)
        card.run = run
        assert shows(session(card).read(), wanted)


def test_a_third_record_is_doubtful():
    """Between our debit and our read somebody else wrote."""
    card = used("debited")
    begun = session(card)
    before = begun.read().newest
    _, committing = commands_of("debited", "debit")
    card.glitch_at(committing[0])
    wake = card.wake

    def crossed():
        card.wake = wake
        wake()
        other = session(card)
        other.write(after(other.read().newest, spend=3, seq=77))

    card.wake = crossed
    with pytest.raises(CardDoubtful) as doubtful:
        begun.write(target_of(before, "debit"))
    assert not isinstance(doubtful.value, NotWritten)
    assert doubtful.value.image.newest.last_seq == 77


_trouble = st.tuples(st.integers(0, 14), st.none() | st.integers(0, 700), st.booleans())


@given(st.lists(st.tuples(st.sampled_from(sorted(SPEND)), st.none() | _trouble), min_size=1, max_size=20))
def test_a_long_unlucky_life(life):
    """Any number of debits and loads in any trouble: each happened as a whole or not at all."""
    card = plastic()
    newest = FIRST
    for kind, trouble in life:
        if trouble is not None:
            index, byte, leaves = trouble
            (card.tear_at if leaves else card.glitch_at)(index, byte)
        wanted = target_of(newest, kind)
        done, error = tap(card, kind)
        card.tear_at(10_000)  # what did not happen during this tap never will
        found = session(card).read()
        assert shows(found, wanted) or found.newest == newest
        if done is not None:
            assert shows(found, wanted)
        elif isinstance(error, NotWritten):
            assert found.newest == newest
        newest = found.newest
