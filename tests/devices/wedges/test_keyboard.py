"""Goal: the kernel's events become exactly what was typed.  # F: A9

Method: events as literal hex, hands that type oddly, descriptors that fail, and a seeded mutator.
"""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.devices.wedges import Scanned, Spoilt
from onecard.devices.wedges.keyboard import open as open_keyboard
from onecard.devices.wedges.keyboard.decoder import Decoder
from onecard.devices.wedges.keyboard.driver import Keyboard
from onecard.devices.wedges.keyboard.frames import Parser, Stroke, encode
from onecard.devices.wedges.keyboard.keys import CHARACTERS, CODES
from onecard.devices.wedges.keyboard.port import InputLine, matches, open_input
from onecard.devices.wedges.keyboard.simulator import strokes
from onecard.errors import DeviceGone

DOWN, REPEAT, UP = 1, 2, 0


def typed(*events: tuple[int, int, int], **options) -> list:
    """(code, value, milliseconds) of key events through parser and decoder."""
    data = b"".join(encode(1, code, value, at * 1000) for code, value, at in events)
    return Decoder(**options).feed(Parser().feed(data))


def test_events_as_the_kernel_writes_them():
    data = bytes.fromhex(
        "A0860100000000000A00000000000000 0400 0400 1E000700"  # scan code, no meaning for us
        "A0860100000000000A00000000000000 0100 1E00 01000000"  # A down
        "A0860100000000000A00000000000000 0000 0000 00000000"  # report
        "A0860100000000000B00000000000000 0100 1E00 02000000"  # held: repeated
        "A0860100000000000B00000000000000 0100 1E00 00000000"  # A up
        "A0860100000000000C00000000000000 0000 0300 00000000"  # events were dropped
    )
    assert Parser().feed(data) == [
        Stroke("down", 30, 100_000_000_010),
        Stroke("up", 30, 100_000_000_011),
        Stroke("dropped", 0, 100_000_000_012),
    ]


def test_shift_holds_from_down_to_up_on_either_side():
    left = [(42, DOWN, 0), (30, DOWN, 1), (30, UP, 2), (42, UP, 3), (30, DOWN, 4), (28, DOWN, 5)]
    assert typed(*left) == [Scanned("Aa")]
    assert typed(*[(54 if code == 42 else code, value, at) for code, value, at in left]) == [Scanned("Aa")]


def test_a_held_key_is_typed_once():
    assert typed((30, DOWN, 0), (30, REPEAT, 1), (30, REPEAT, 2), (30, UP, 3), (96, DOWN, 4)) == [
        Scanned("a")
    ]


def test_the_keypad_types_digits():
    codes = (82, 79, 80, 81, 75, 76, 77, 71, 72, 73)
    assert typed(*[(code, DOWN, at) for at, code in enumerate(codes)], (96, DOWN, 11)) == [
        Scanned("0123456789")
    ]


def test_locks_change_nothing():
    assert typed((58, DOWN, 0), (69, DOWN, 0), (30, DOWN, 1), (28, DOWN, 2)) == [Scanned("a")]


@pytest.mark.parametrize("held", [29, 56, 97, 100])
def test_combinations_that_mean_other_characters_spoil_the_scan(held):
    assert typed(
        (30, DOWN, 0), (held, DOWN, 1), (79, DOWN, 2), (held, UP, 3), (30, DOWN, 4), (28, DOWN, 5)
    ) == [Spoilt("foreign")]


def test_an_unknown_key_spoils_the_scan_and_not_the_next():
    assert typed((30, DOWN, 0), (240, DOWN, 1), (28, DOWN, 2), (30, DOWN, 3), (28, DOWN, 4)) == [
        Spoilt("foreign"),
        Scanned("a"),
    ]


def test_events_that_the_kernel_dropped_spoil_the_scan():
    decoder = Decoder()
    data = strokes("12", end=False) + encode(0, 3, 0, 3000) + strokes("34", 4000)
    assert decoder.feed(Parser().feed(data)) == [Spoilt("lost")]


def test_a_pause_parts_two_readings_by_the_kernels_own_time():
    data = strokes("12", 0, end=False) + strokes("34", 2_000_000, end=False)
    decoder = Decoder(end="gap")
    assert decoder.feed(Parser().feed(data)) == [Scanned("12")]
    assert decoder.expire() == [Scanned("34")]
    assert decoder.expire() == []
    assert Decoder().feed(Parser().feed(data)) == [Spoilt("cut")]


def test_slow_typing_within_the_pause_is_one_scan():
    assert Decoder().feed(Parser().feed(strokes("123", step_us=90_000))) == [Scanned("123")]


def test_every_character_of_the_map_has_a_way_back():
    assert set(CODES) == {character for pair in CHARACTERS.values() for character in pair}
    assert set(map(chr, range(0x20, 0x7F))) <= set(CODES)


@given(st.text(st.sampled_from(sorted(CODES)), min_size=1, max_size=80), st.integers(1, 24))
def test_whatever_is_typed_comes_out(text, piece):
    data, parser, decoder, found = strokes(text), Parser(), Decoder(), []
    for at in range(0, len(data), piece):
        found += decoder.feed(parser.feed(data[at : at + piece]))
    assert found == [Scanned(text)]


# -- the device itself ------------------------------------------------------------------------------------


def test_a_descriptor_is_read_until_it_is_gone():
    read, write = os.pipe()
    os.set_blocking(read, False)
    released = []
    line = InputLine(read, "wedge", lambda: (released.append(True), os.close(read)))
    driver = Keyboard(line, Decoder())
    assert driver.poll() == []
    os.write(write, strokes(";1?"))
    assert driver.poll() == [Scanned(";1?")]
    os.close(write)
    with pytest.raises(DeviceGone):
        driver.poll()
    driver.close()
    driver.close()
    assert released == [True, True]
    with pytest.raises(DeviceGone):
        line.read_available()


@pytest.mark.parametrize("url", ["evdev:/dev/input/by-id/nobody", "evdev:vendor=ffff&product=ffff"])
def test_a_wedge_that_is_not_there_is_gone(url):
    with pytest.raises(DeviceGone):
        open_input(url)


@pytest.mark.parametrize("section", [{"line": "evdev:colour=red"}, {"line": "evdev:vendor"}])
def test_a_wrong_line_is_named(section):
    with pytest.raises(ValueError):
        open_keyboard(section)


@pytest.mark.parametrize("option", [{"end": "never"}, {"gap_ms": "5"}, {"gap_ms": "x"}])
def test_a_wrong_setting_is_named(option):
    with pytest.raises(ValueError):
        open_keyboard({"line": "mem:none", **option})


def test_a_device_is_known_by_what_was_named():
    is_it = {"vendor": "0c2e", "product": "0b61"}
    assert matches(is_it, 0x0C2E, 0x0B61, "Scanner", "usb-1")
    assert not matches(is_it, 0x0C2E, 0x0B62, "Scanner", "usb-1")
    assert matches({**is_it, "phys": "usb-1"}, 0x0C2E, 0x0B61, "Scanner", "usb-1")
    assert not matches({**is_it, "phys": "usb-2"}, 0x0C2E, 0x0B61, "Scanner", "usb-1")
    assert matches({}, 1, 2, "", "")


@pytest.mark.skipif(not os.access("/dev/uinput", os.W_OK), reason="no /dev/uinput here")
def test_a_grabbed_device_of_the_kernel():
    import evdev

    with evdev.UInput(name="onecard-test-wedge") as device:
        driver = open_keyboard({"line": "evdev:name=onecard-test-wedge"})
        for code in (2, 3, 4, 28):
            device.write(1, code, 1)
            device.write(1, code, 0)
            device.syn()
        found = []
        for _ in range(1000):
            found += driver.poll()
        driver.close()
        assert found == [Scanned("123")]


# -- noise ------------------------------------------------------------------------------------------------
