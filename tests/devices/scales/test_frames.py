"""Goal: the bytes of each scale are those of its description, and nothing else is a weight.  # F: C3

Method: published frames as literal hex; numbers at their edges; every wrong bit.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.devices.scales import Reading, State, adam, ascii, cas, dibal, pinnacle, toledo
from onecard.devices.scales.adam import frames as adam_frames
from onecard.devices.scales.ascii import frames as ascii_frames
from onecard.devices.scales.cas import frames as cas_frames
from onecard.devices.scales.cas.frames import Parser, bcc, encode
from onecard.devices.scales.dibal import frames as dibal_frames
from onecard.devices.scales.number import grams
from onecard.devices.scales.pinnacle import frames as pinnacle_frames
from onecard.devices.scales.text import Lines
from onecard.devices.scales.toledo import frames as toledo_frames
from onecard.devices.scales.toledo.driver import _Reader


def stable(weight_g: int) -> Reading:
    return Reading(State.STABLE, weight_g)


# -- AP-1 and Pinnacle ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "told", "whole"),
    [(b"S 00.000kg", 0x61, 0x62), (b"S 01.234kg", 0x65, 0x66), (b"S  1.234kg", 0x75, 0x76)],
)
def test_the_two_checks_of_ap1(body, told, whole):
    assert bcc(body) == told
    assert bcc(body, "whole") == whole


@pytest.mark.parametrize(
    ("frame", "reading"),
    [
        ("01 02 53 20 30 31 2E 32 33 34 6B 67 65 03 04", stable(1_234)),
        ("01 02 53 20 20 31 2E 32 33 34 6B 67 75 03 04", stable(1_234)),
        ("01 02 53 20 30 30 2E 30 30 30 6B 67 61 03 04", stable(0)),
        ("01 02 55 20 30 31 2E 32 33 34 6B 67 63 03 04", Reading(State.MOVING, 1_234)),
        ("01 02 53 2D 30 31 2E 32 33 34 6B 67 68 03 04", Reading(State.UNDER_ZERO)),
        ("01 02 53 46 30 31 2E 32 33 34 6B 67 03 03 04", Reading(State.OVER)),
        ("01 02 53 20 30 31 2E 32 33 34 6C 62 67 03 04", Reading(State.UNREADABLE)),
        ("01 02 53 20 31 2E 32 33 34 35 6B 67 60 03 04", Reading(State.UNREADABLE)),
    ],
)
def test_ap1_frames(frame, reading):
    assert Parser("body").feed(bytes.fromhex(frame)) == [reading]
    assert Parser("whole").feed(bytes.fromhex(frame)) == []


def test_the_handshake_of_ap1_is_these_bytes():
    assert (cas_frames.ENQ, cas_frames.ACK, cas_frames.NAK, cas_frames.DC1) == (
        b"\x05",
        b"\x06",
        b"\x15",
        b"\x11",
    )


@pytest.mark.parametrize("told", ["body", "whole"])
def test_the_range_of_the_check_shows_by_itself_and_stays(told):
    parser, other = Parser(), "whole" if told == "body" else "body"
    frame = encode(b"S 01.234kg", told)
    assert parser.feed(frame) == [], "one frame proves nothing"
    assert parser.feed(frame) == [stable(1_234)]
    assert parser.bcc_range == told
    assert parser.feed(encode(b"S 09.999kg", other)) == []
    assert parser.bad_bcc == 1
    assert parser.feed(frame) == [stable(1_234)]


def test_ranges_that_change_are_never_believed():
    parser = Parser()
    for _ in range(5):
        assert parser.feed(encode(b"S 01.234kg", "body") + encode(b"S 01.234kg", "whole")) == []
    assert parser.bcc_range is None


def test_a_check_of_neither_range_is_refused():
    frame = bytearray(encode(b"S 01.234kg"))
    frame[-3] ^= 0x10
    assert Parser().feed(bytes(frame) * 4) == []


def test_the_commands_of_pinnacle_are_these_bytes():
    assert pinnacle_frames.TARE.hex(" ") == "3c 54 4b 3e 09"
    assert pinnacle_frames.ZERO.hex(" ") == "3c 5a 4b 3e 09"


# -- Toledo ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reading"),
    [
        ("02 30 31 2E 32 33 34 0D", stable(1_234)),
        ("02 30 31 2E 32 33 34 4E 0D", stable(1_234)),
        ("02 30 30 2E 30 30 30 0D", stable(0)),
        ("02 20 31 2E 32 33 34 0D", stable(1_234)),
        ("82 30 B1 2E B2 33 B4 8D", stable(1_234)),
        ("02 3F 41 0D", Reading(State.MOVING)),
        ("02 3F 42 0D", Reading(State.OVER)),
        ("02 3F 44 0D", Reading(State.UNDER_ZERO)),
        ("02 3F 45 0D", Reading(State.UNDER_ZERO)),
        ("02 3F 48 0D", Reading(State.BUSY)),
        ("41 42 02 30 31 02 30 31 2E 32 33 34 0D", stable(1_234)),
    ],
)
def test_toledo_lines(line, reading):
    assert _Reader(toledo_frames.CR, toledo_frames.line_of).feed(bytes.fromhex(line)) == [reading]


@pytest.mark.parametrize(
    "line", [b"01.234\r", b"\x0201.23.4\r", b"\x02-1.234\r", b"\x0201.2", b"\x02E\rhello"]
)
def test_what_is_no_toledo_line(line):
    assert _Reader(toledo_frames.CR, toledo_frames.line_of).feed(line) == []


# -- lines of text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "line", "reading"),
    [
        (adam_frames.line_of, b"   1.234kg\r\n", stable(1_234)),
        (adam_frames.line_of, b"-  1.234kg\r\n", Reading(State.UNDER_ZERO)),
        (adam_frames.line_of, b"  ------\r\n", None),
        (adam_frames.line_of, b"1.234lb\r\n", None),
        (adam_frames.line_of, b"1.2345kg\r\n", Reading(State.UNREADABLE)),
        (dibal_frames.line_of, b"99 0 00316 0 000000 4\r\n", stable(316)),
        (dibal_frames.line_of, b"9900031600000004\r\n", stable(316)),
        (dibal_frames.line_of, b"99 1 00316 0 000000 4\r\n", Reading(State.MOVING, 316)),
        (dibal_frames.line_of, b"99 3 00316 0 000000 4\r\n", Reading(State.BUSY)),
        (dibal_frames.line_of, b"98 0 00316 0 000000 4\r\n", None),
        (ascii_frames.line_of, b"ST,GS,+  1.234kg\r\n", stable(1_234)),
        (ascii_frames.line_of, b"ST,NT,+  1.234kg\r\n", stable(1_234)),
        (ascii_frames.line_of, b"ST,GS,1!,   1.234 kg\r\n", stable(1_234)),
        (ascii_frames.line_of, b"US,GS,+  1.234kg\r\n", Reading(State.MOVING, 1_234)),
        (ascii_frames.line_of, b"OL,GS,+ 99.999kg\r\n", Reading(State.OVER)),
        (ascii_frames.line_of, b"ST,GS,-  1.234kg\r\n", Reading(State.UNDER_ZERO)),
        (ascii_frames.line_of, b",GS,+  1.234kg\r\n", None),
        (ascii_frames.line_of, b"ST,GS,+  1.234lb\r\n", None),
    ],
)
def test_lines_of_text(read, line, reading):
    assert read(line) == reading


@pytest.mark.parametrize(
    ("box", "reading"),
    [
        ("02 2B 30 30 31 32 33 34 33 31 43 03", stable(1_234)),
        ("02 2B 30 30 30 30 30 30 33 31 38 03", stable(0)),
        ("02 2D 30 30 31 32 33 34 33 31 41 03", Reading(State.UNDER_ZERO)),
    ],
)
def test_boxed_weights(box, reading):
    assert ascii_frames.Boxes().feed(bytes.fromhex(box)) == [reading]
    assert ascii_frames.Boxes().feed(bytes.fromhex(box.replace("33 31", "34 31", 1))) == []


# -- numbers --------------------------------------------------------------------------------------------


@given(st.integers(0, 99_999))
def test_every_weight_survives_the_way_through_each_format(weight_g):
    parsers = [
        (Parser("body"), encode(cas_frames.body(State.STABLE, weight_g % 100_000))),
        (_Reader(toledo_frames.CR, toledo_frames.line_of), toledo_frames.weight(weight_g)),
        (Lines(adam_frames.END, adam_frames.line_of), adam_frames.encode(weight_g)),
        (Lines(dibal_frames.END, dibal_frames.line_of), dibal_frames.encode(weight_g)),
        (Lines(ascii_frames.END, ascii_frames.line_of), ascii_frames.line(State.STABLE, weight_g)),
        (ascii_frames.Boxes(), ascii_frames.box(weight_g)),
    ]
    for parser, data in parsers:
        assert parser.feed(data) == [stable(weight_g)], data


@pytest.mark.parametrize(
    ("text", "unit", "weight_g"),
    [
        ("01.234", "kg", 1_234),
        ("1.2340", "kg", 1_234),
        ("1.2345", "kg", None),
        ("  1.234", "KG", 1_234),
        ("1 .234", "kg", None),
        ("1.2.3", "kg", None),
        ("1234", "g", 1_234),
        ("1234.5", "g", None),
        ("1234.0", " g", 1_234),
        ("", "kg", None),
        (".5", "kg", None),
        ("-1", "kg", None),
        ("１", "kg", None),
        ("1e3", "kg", None),
        ("1.234", "lb", None),
    ],
)
def test_numbers_as_scales_write_them(text, unit, weight_g):
    assert grams(text, unit) == weight_g


# -- settings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "section"),
    [
        (cas, {"bcc_range": "some"}),
        (cas, {"min_g": "0"}),
        (pinnacle, {"mode": "loud"}),
        (ascii, {"form": "round"}),
        (toledo, {"min_g": "many"}),
        (adam, {"line": "adam"}),
        (dibal, {"line": "serial:"}),
    ],
)
def test_a_wrong_setting_is_named(module, section):
    with pytest.raises(ValueError):
        module.open({"line": "mem:none", **section})


# -- noise ----------------------------------------------------------------------------------------------

PARSERS = {
    "cas": (lambda: Parser("body"), encode(b"S 01.234kg")),
    "boxed": (ascii_frames.Boxes, ascii_frames.box(1_234)),
}


@pytest.mark.parametrize("name", ["cas", "boxed"])
def test_a_single_wrong_bit_never_passes_the_check(name):
    make, frame = PARSERS[name]
    for at in range(len(frame)):
        for bit in range(8):
            data = bytearray(frame)
            data[at] ^= 1 << bit
            assert make().feed(bytes(data)) == [], (at, bit)
