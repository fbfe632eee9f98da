"""Goal: a stripe is called written only when the encoder says so, and read again it says the same.  # F: A9

Method: the driver against a simulated encoder and a person who draws cards; the maker's own example as bytes.
"""

import pytest

from onecard.devices import cable
from onecard.devices.encoders import Failed, Read, Waiting, Written, is_same, msr
from onecard.devices.encoders.msr import frames
from onecard.devices.encoders.msr.frames import Answer, Parser
from onecard.devices.encoders.msr.simulator import Simulator
from tests.devices.rig import Rig


@pytest.fixture
def rig() -> Rig:
    return Rig(msr, Simulator)


def write(rig: Rig, tracks: dict[int, str]) -> list:
    rig.order(lambda encoder: encoder.write(tracks))
    return rig.take()


def read(rig: Rig, card: dict[int, str]) -> list:
    rig.order(lambda encoder: encoder.read())
    assert rig.take() == [Waiting()]
    rig.simulator.swipe(card)
    return rig.take()


def test_a_stripe_is_written_and_read_again(rig):
    card: dict[int, str] = {2: "999"}
    assert write(rig, {2: "100234"}) == [Waiting()]
    rig.simulator.swipe(card)
    assert rig.take() == [Written()]
    assert card == {2: "100234"}
    (told,) = read(rig, card)
    assert told == Read({2: "100234"})
    assert is_same({2: "100234"}, told)
    assert not is_same({2: "100235"}, told)
    assert rig.simulator.coercivity == frames.HIGH_COERCIVITY


def test_a_clumsy_hand_writes_nothing(rig):
    card = {2: "999"}
    write(rig, {2: "100234"})
    rig.simulator.is_clumsy = True
    rig.simulator.swipe(card)
    assert rig.take() == [Failed("swipe")]
    assert card == {2: "999"}
    rig.simulator.swipe(card)
    assert rig.take(70) == [], "the order is over: the next card is not written by surprise"


def test_a_worn_stripe_is_a_failure(rig):
    write(rig, {2: "1"})
    rig.simulator.is_worn = True
    rig.simulator.swipe({})
    assert rig.take() == [Failed("write")]


def test_an_order_given_up_writes_nothing(rig):
    card = {2: "999"}
    write(rig, {2: "100234"})
    rig.order(lambda encoder: encoder.stop())
    rig.simulator.swipe(card)
    assert rig.take() == []
    assert card == {2: "999"}


def test_nobody_draws_a_card(rig):
    write(rig, {2: "1"})
    assert rig.take(70) == [Failed("timeout")]
    card = {2: "999"}
    rig.simulator.swipe(card)
    assert card == {2: "999"}


def test_a_silent_encoder_is_told(rig):
    rig.simulator.is_on = False
    assert write(rig, {2: "1"}) + rig.take(2) == [Failed("timeout")]


def test_an_answer_that_was_lost_is_not_written(rig):
    card = {2: "999"}
    write(rig, {2: "100234"})
    rig.cable.to_host.damage = cable.drop
    rig.simulator.swipe(card)
    assert rig.take(70) == [Failed("timeout")], "nobody knows: the card is to be read again"
    rig.cable.heal()
    assert read(rig, card) == [Read({2: "100234"})]


@pytest.mark.parametrize(
    "tracks", [{2: "12A"}, {2: ""}, {4: "1"}, {2: "1" * 38}, {1: "a"}, {1: "A?"}, {1: "A%"}]
)
def test_what_a_track_cannot_hold_is_refused(rig, tracks):
    with pytest.raises(ValueError):
        rig.order(lambda encoder: encoder.write(tracks))
    assert rig.take() == []


def test_the_example_of_the_manual():
    tracks = {1: "ABC123", 2: "12345", 3: "12345"}
    told = bytes.fromhex("1B77 1B73 1B01 414243313233 1B02 3132333435 1B03 3132333435 3F1C")
    assert frames.write(tracks) == told
    answer = bytes.fromhex("1B73 1B01 25414243313233 3F 1B02 3B31323334353F 1B03 3B31323334353F 3F1C 1B30")
    assert Parser().feed(answer) == [Answer(0x30, tracks)]
    assert Parser().feed(bytes.fromhex("1B73 1B011B2B 1B02 3B313F 1B031B2A 3F1C 1B30")) == [
        Answer(0x30, {2: "1"})
    ]
    assert Parser().feed(bytes.fromhex("1B39")) == [Answer(0x39)]
