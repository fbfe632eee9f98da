"""Goal: a frame of fields comes through whole or not at all. Method: shapes by hypothesis, every
wrong bit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.devices import fields
from onecard.devices.fields import Parser, encode, number

names = st.sampled_from(["ref", "fen", "is", "do", "card"])
values = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=40)


def test_a_frame_is_these_bytes():
    assert encode({"do": "sale", "fen": "1"}).hex(" ") == "02 64 6f 3d 73 61 6c 65 1c 66 65 6e 3d 31 03 53"


@given(st.dictionaries(names, values, min_size=1), st.binary(max_size=20), st.integers(1, 9))
def test_what_is_sent_arrives_behind_noise_and_in_pieces(told, noise, piece):
    parser, found = Parser(), []
    data = noise.replace(b"\x02", b"") + encode(told)
    for at in range(0, len(data), piece):
        found += parser.feed(data[at : at + piece])
    assert found == [told]


@pytest.mark.parametrize("body", [b"ref\x03", b"=1\x03", b"a=1\x1ca=2\x03", b"\x03", b"a=\xe4\x03"])
def test_fields_that_are_none_are_no_frame(body):
    assert Parser().feed(b"\x02" + body + bytes((fields.lrc(body),))) == []


@pytest.mark.parametrize("text", ["", "-1", "1.5", "１", "1" * 13, " 1"])
def test_what_is_no_number(text):
    with pytest.raises(ValueError):
        number({"fen": text}, "fen")


def test_no_single_wrong_bit_passes():
    whole = encode({"do": "sale", "ref": "1-1-1", "fen": "1250"})
    for at in range(len(whole)):
        for bit in range(8):
            data = bytearray(whole)
            data[at] ^= 1 << bit
            assert Parser().feed(bytes(data)) == []
