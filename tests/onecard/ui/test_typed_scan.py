"""Goal: a scanner that types into the window reaches no key of it, and a person's keys reach all of them.

Method: key events and what the system wrote, as SDL reports both, over a screen with keys and a field. F: A9
"""

import pytest

from onecard.clock import FalseClock
from onecard.devices.wedges import Scanned, Spoilt

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window")]

ENTER, ESCAPE, SHIFT = 13, 27, 304


class Till:
    """A screen that notes its keys, and what was read."""

    def __init__(self, stage) -> None:
        from onecard.ui.keys import KeyRouter
        from onecard.ui.navigator import Navigator
        from onecard.ui.screen import Screen
        from onecard.ui.typed_scan import TypedScans
        from onecard.ui.widgets import TextField

        self.keys, self.heard, self.written = [], [], []
        names = (*"0123456789abc*", "enter", "escape", "space")
        pressed = {name: (lambda name=name: self.keys.append(name)) for name in names}
        screen = type("Noting", (Screen,), {"keys": lambda _: pressed})()
        self.field = TextField(label="name", size_hint=(None, None), width=300)
        screen.add_widget(self.field)
        navigator = Navigator()
        navigator.add(screen, "till")
        navigator.show("till")
        self.stage, self.clock = stage, FalseClock(1_000)
        self.router = KeyRouter(navigator.top)
        self.scans = TypedScans(self.router, self.clock, self.heard.append, self.written.append)
        stage.put(navigator)

    def type(self, text: str) -> None:
        """Keys and what was written, in one frame."""
        for letter in text:
            code, modifiers = (ord("8"), ["shift"]) if letter == "*" else (ord(letter.lower()), [])
            if letter.isupper():
                self.stage.window.dispatch("on_key_down", SHIFT, 0, "", ["shift"])
            self.stage.window.dispatch("on_key_down", code, 0, "", modifiers)
            self.stage.window.dispatch("on_textinput", letter)

    def key(self, code: int) -> None:
        self.stage.window.dispatch("on_key_down", code, 0, "", [])

    def wait(self, seconds: float = 0.1) -> None:
        self.clock.advance(seconds)
        self.stage.settle()


@pytest.fixture
def till(stage):
    till = Till(stage)
    yield till
    till.scans.close()
    stage.window.unbind(on_key_down=till.router._on_key_down)


def test_a_scan_is_heard_and_no_key_of_it_is_pressed(till) -> None:
    till.type("6901234567892")
    till.key(ENTER)
    till.type("%Bc10 a?")
    till.key(ENTER)
    till.wait()
    assert till.heard == [Scanned("6901234567892"), Scanned("%Bc10 a?")]
    assert till.keys == []


def test_keys_of_a_person_come_late_and_in_order(till) -> None:
    for letter in "12*":
        till.type(letter)
        assert letter not in till.keys
        till.wait()
    till.type("5")
    till.key(ENTER)
    assert till.keys == ["1", "2", "*", "5", "enter"]
    till.type("7")
    till.key(ESCAPE)
    assert till.keys[-2:] == ["7", "escape"], "nothing overtakes what was typed before it"
    assert till.heard == []


def test_a_scan_that_broke_off_is_said_and_typed_nowhere(till) -> None:
    till.type("690123456")
    till.wait()
    assert (till.heard, till.keys) == ([Spoilt("cut")], [])


def test_what_an_input_method_wrote_goes_its_own_way(till, stage) -> None:
    stage.window.dispatch("on_textinput", "１")
    till.wait()
    assert (till.written, till.keys) == (["１"], [])


def test_a_field_that_is_typed_in_keeps_everything(till, stage) -> None:
    from onecard.ui.keys import fields

    (inner,) = fields(till.field)
    inner.focus = True
    stage.settle()
    till.type("690123")
    till.key(ENTER)
    till.wait()
    assert (till.heard, inner.text) == ([], "690123")
    inner.focus = False
