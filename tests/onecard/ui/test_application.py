"""The window behaves as a terminal's must: no stray settings panel, no doubled touch, results come home."""

import pytest

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window")]


@pytest.fixture
def app(stage, monkeypatch):
    from onecard.ui.application import Application
    from onecard.ui.screen import Screen
    from onecard.ui.theme import PANELS

    class Till(Application):
        touched = 0

        def compose(self) -> None:
            self.navigator.add(Screen(), "home")
            self.navigator.show("home")

        def activity(self) -> None:
            self.touched += 1

    monkeypatch.delenv("ONECARD_UI_MAP", raising=False)
    made = Till(PANELS["1366x768"], theme="dark")
    stage.put(made.build())
    yield made
    stage.window.unbind(on_touch_down=made._touched, on_key_down=made._touched)
    stage.window.unbind(on_key_down=made.router._on_key_down)


def test_kivy_is_set_up_for_a_terminal(window) -> None:
    from kivy.config import Config

    assert Config.get("kivy", "exit_on_escape") == "0"
    assert Config.get("graphics", "maxfps") == "30"
    assert Config.get("graphics", "multisamples") == "0"
    assert Config.get("input", "mouse") == "mouse,disable_multitouch"
    assert not Config.has_option("input", "%(name)s")  # or every touch would count twice
    assert (window.width, window.height) == (1280, 800)


def test_f1_opens_no_settings_of_kivy(app) -> None:
    assert app.open_settings() is True


def test_panel_and_theme_are_taken(stage, app) -> None:
    from onecard.ui.style import style
    from onecard.ui.theme import DARK, rgb

    assert style.mm == 4.0
    assert tuple(style.ground[:3]) == pytest.approx(rgb(DARK.ground))


def test_touch_and_key_count_as_activity(stage, app) -> None:
    stage.window.dispatch("on_touch_down", stage.finger(5, 5))
    stage.key(27)
    assert app.touched == 2


def test_result_of_a_thread_comes_home_in_order(stage, app) -> None:
    from kivy.clock import Clock

    told = []
    for number in range(5):
        app.later(lambda number=number: told.append(number))
    assert told == []
    Clock.tick()
    assert told == [0, 1, 2, 3, 4]


def test_muted_terminal_makes_no_sound_and_no_error(window) -> None:
    from onecard.ui.sound import SOUNDS, Sound

    sound = Sound(muted=True)
    for name in SOUNDS:
        sound.play(name)
    sound.stop()
    with pytest.raises(AssertionError):
        sound.play("fanfare")


def test_every_sound_has_its_file(window) -> None:
    from onecard.resources import asset
    from onecard.ui.sound import SOUNDS

    assert all(asset("sounds", f"{name}.wav").is_file() for name in SOUNDS)
