"""Goal: a window tells a machine's typing from a person's and loses neither.  # F: A9

Method: keys with their times, and the looks of a window, also of one that was held up.
"""

import pytest

from onecard.devices.wedges import LONGEST, Scanned, Spoilt
from onecard.devices.wedges.typed import FAST_MS, LEAST, SURE, Stroke, Typed

FRAME_MS = 33


class Window:
    """What a window sees of a keyboard."""

    def __init__(self) -> None:
        self.typed, self.now = Typed(), 1_000
        self.done, self.heard = "", []

    def key(self, character: str) -> None:
        self.typed.key(character.lower(), self.now)
        self.typed.text(character, self.now)

    def machine(self, text: str) -> None:
        for at, character in enumerate(text):
            self.key(character)
            self.now += 2
            if at % 16 == 15:
                self.frame(0)

    def enter(self) -> None:
        found = self.typed.enter()
        if found is None:
            self.done += "".join(one.key for one in self.typed.let_go()) + "\n"
        else:
            self.heard.append(found)

    def frame(self, ms: int = FRAME_MS) -> None:
        self.now += ms
        found = self.typed.look(self.now)
        if isinstance(found, Spoilt):
            self.heard.append(found)
        else:
            self.done += "".join(one.key for one in found)

    def wait(self, ms: int) -> None:
        for _ in range(ms // FRAME_MS + 1):
            self.frame()


@pytest.fixture
def window():
    return Window()


def test_a_machine_types_a_scan_and_the_system_says_its_capitals(window):
    window.machine("%B10023/Abc?")
    window.enter()
    assert (window.heard, window.done) == ([Scanned("%B10023/Abc?")], "")


def test_a_persons_typing_stays_typing_however_slow(window):
    for character in "1250":
        window.key(character)
        window.wait(90)
    window.enter()
    assert (window.done, window.heard) == ("1250\n", [])


def test_quick_fingers_are_no_scan(window):
    window.machine("1" * (LEAST - 1))
    window.enter()
    window.machine("2" * (SURE - 1))
    window.wait(100)
    assert (window.done, window.heard) == ("1" * (LEAST - 1) + "\n" + "2" * (SURE - 1), [])


def test_a_person_then_a_machine(window):
    window.key("7")
    window.wait(80)
    window.machine(";100234?")
    window.enter()
    assert (window.done, window.heard) == ("7", [Scanned(";100234?")])


def test_two_scans_glued_are_two(window):
    window.machine("6901234567892")
    window.enter()
    window.machine("6909876543210")
    window.enter()
    assert window.heard == [Scanned("6901234567892"), Scanned("6909876543210")]
    assert window.done == ""


def test_a_scan_without_its_end_is_said_and_none_of_it_is_an_amount(window):
    window.machine("6901234567892")
    window.wait(100)
    window.key("5")
    window.wait(100)
    assert (window.heard, window.done) == ([Spoilt("cut")], "5")


@pytest.mark.parametrize(
    ("count", "heard"),
    [(500, Scanned("1" * 500)), (LONGEST, Scanned("1" * LONGEST)), (LONGEST + 1, Spoilt("too_long"))],
)
def test_a_code_of_five_hundred_comes_whole_and_a_flood_is_dropped_whole(window, count, heard):
    window.machine("1" * count)
    assert len(window.typed._held) <= LONGEST
    window.enter()
    window.machine("42")
    window.enter()
    assert (window.heard, window.done) == ([heard], "42\n")


def test_a_flood_without_end_is_dropped_too(window):
    window.machine("1" * (LONGEST + 9))
    window.wait(100)
    assert (window.heard, window.done) == ([Spoilt("too_long")], "")


def test_a_window_that_was_held_up_cuts_no_scan(window):
    """The first look behind a long pause comes before the keys that waited meanwhile are heard."""
    window.machine("690123")
    window.frame(400)
    window.machine("4567892")
    window.enter()
    assert window.heard == [Scanned("6901234567892")]


def test_letters_whose_writing_was_lost_spoil_a_scan_and_figures_do_not():
    typed = Typed()
    for name in "100234":
        typed.key(name, 0)
    assert typed.enter() == Scanned("100234")
    for name in "b234":
        typed.key(name, 0)
    assert typed.enter() == Spoilt("lost")


def test_what_an_input_method_wrote_without_a_key_is_kept_apart():
    typed = Typed()
    typed.text("１", 0)
    assert typed.look(FAST_MS + 1) == []
    assert typed.look(FAST_MS + 1) == [Stroke("", "１")]
    assert not typed.holds
