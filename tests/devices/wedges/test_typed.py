"""Goal: a window tells a machine's typing from a person's and loses neither.  # F: A9

Method: keys with their times.
"""

import pytest

from onecard.devices.wedges import LONGEST, Scanned
from onecard.devices.wedges.typed import FAST_MS, Typed


def fast(typed: Typed, text: str, at_ms: int = 0) -> int:
    for character in text:
        assert typed.text(character, at_ms) == ""
        at_ms += 2
    return at_ms


def test_a_machine_types_a_scan():
    typed = Typed()
    assert typed.enter(fast(typed, ";100234?")) == Scanned(";100234?")
    assert typed.expire(10_000) == ""


def test_a_person_types_into_the_field():
    typed, out = Typed(), ""
    for at, character in enumerate("1250"):
        out += typed.text(character, at * 150)
    out += typed.expire(600)
    assert out == "1250"
    assert typed.enter(900) is None


def test_quick_fingers_are_no_scan():
    typed = Typed()
    now = fast(typed, "12")
    assert typed.enter(now) is None
    assert typed.expire(now + FAST_MS + 1) == "12"


def test_a_person_then_a_machine():
    typed = Typed()
    assert typed.text("7", 0) == ""
    assert typed.text(";", 1_000) == "7", "the hand's digit is not part of the scan"
    assert typed.enter(fast(typed, "100234?", 1_001)) == Scanned(";100234?")


@pytest.mark.parametrize("count", [LONGEST + 1])
def test_no_flood_is_held_for_ever(count):
    typed = Typed()
    out = "".join(typed.text("1", at) for at in range(count))
    assert out + typed.expire(count + FAST_MS * 2) == "1" * count
