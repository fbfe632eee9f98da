"""Goal: ccTalk bytes, names and the ring of events are read exactly.  # F: D3

Method: published checks as literal bytes; the counter's whole circle; then properties.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.devices.acceptors.cctalk import meaning
from onecard.devices.acceptors.cctalk.bus import Bus
from onecard.devices.acceptors.cctalk.frames import Frame, Parser, crc, encode
from onecard.devices.acceptors.cctalk.simulator import Ring

KNOWN = {
    "ack": ([1, 0, 2, 0, 253], Frame(1, 0, source=2)),
    "read bills": ([40, 0, 1, 159, 56], Frame(40, 159)),
    "category": ([2, 0, 1, 245, 8], Frame(2, 245)),
    "read coins": ([2, 0, 1, 229, 24], Frame(2, 229)),
    "simple poll": ([2, 0, 1, 254, 255], Frame(2, 254)),
    "route bill": ([40, 1, 1, 154, 1, 59], Frame(40, 154, b"\x01")),
}


def test_the_crc_has_its_published_check_value():
    assert crc(b"123456789") == 0x31C3


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_known_frames_both_ways(name):
    data, frame = KNOWN[name]
    assert encode(frame, "sum") == bytes(data)
    assert Parser(frame.to, "sum").feed(bytes(data)) == [frame]


@given(st.integers(1, 255), st.integers(0, 255), st.binary(max_size=64), st.sampled_from(["sum", "crc"]))
def test_any_frame_survives_the_wire_byte_by_byte(to, header, data, check):
    parser = Parser(to, check)
    frame = Frame(to, header, data, 40 if check == "sum" else 0)
    assert [f for byte in encode(frame, check) for f in parser.feed(bytes((byte,)))] == [frame]
    assert not parser.is_partial


@pytest.mark.parametrize("check", ["sum", "crc"])
@pytest.mark.parametrize("cut", range(1, 8))
def test_the_echo_is_dropped_and_nothing_else(check, cut):
    bus = Bus(40, check)
    sent = bus.question(meaning.Header.READ_BILLS)
    answer = encode(Frame(1, 0, bytes(11), 40), check)
    heard = sent + answer
    frames = [frame for at in range(0, len(heard), cut) for frame in bus.answers(heard[at : at + cut])]
    assert [frame.data for frame in frames] == [bytes(11)]
    bus.question(meaning.Header.READ_BILLS)
    assert len(bus.answers(answer)) == 1, "an adapter without echo"


# -- the ring ----------------------------------------------------------------------------------------------


def test_the_counter_runs_round_without_nought():
    # F: bad pattern: a distance that is not held to the ring, and a wrong turn from 255 to 1
    for before in range(256):
        ring = Ring()
        ring.counter = before
        for count in range(1, 12):
            ring.put(count, 0)
            news = meaning.news(before, ring.answer())
            assert not news.is_restarted
            assert news.is_lost == (count > 5)
            assert news.events == tuple((n, 0) for n in range(max(1, count - 4), count + 1))
        assert ring.counter != 0


@pytest.mark.parametrize("before", [1, 7, 255])
def test_a_counter_of_nought_is_a_restart(before):
    assert meaning.news(before, bytes(11)).is_restarted
    assert not meaning.news(0, bytes(11)).is_restarted


@pytest.mark.parametrize("size", [0, 1, 10, 12])
def test_an_answer_of_another_size_is_none(size):
    with pytest.raises(ValueError, match="event buffer"):
        meaning.news(1, bytes(size))


# -- names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fen"),
    [("CN0010A", 1_000), ("CN0100A", 10_000), ("EU0010A", None), ("CN00X0A", None), ("......", None)],
)
def test_a_bill_is_worth_what_its_name_says(name, fen):
    assert meaning.bill_value(name.encode(), 100, 2) == fen


@pytest.mark.parametrize(
    ("name", "unit", "fen"),
    [
        ("CN100A", 1, 100),
        ("CN001A", 100, 100),
        ("CN010A", 1, 10),
        ("CN.50A", 1, 50),
        ("CN.50A", 100, 50),
        ("CN2.5A", 1, 250),
        ("CN1K0A", 1, 100_000),
        ("CN10mA", 1, 1),
        ("CN1m0A", 1, None),
        ("GB100A", 1, None),
        ("CN000A", 1, None),
        ("......", 1, None),
    ],
)
def test_a_coin_is_worth_what_its_name_says(name, unit, fen):
    assert meaning.coin_value(name.encode(), unit) == fen
