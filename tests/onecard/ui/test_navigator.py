"""Screens are built once and changed at once; what lies over them takes every touch."""

import pytest

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window")]


@pytest.fixture
def navigator(stage):
    from onecard.ui.navigator import Navigator
    from onecard.ui.screen import Screen

    class Page(Screen):
        def __init__(self, **kwargs) -> None:
            super().__init__(**kwargs)
            self.seen = []

        def show(self, view) -> None:
            self.seen.append(view)

        def entered(self) -> None:
            self.seen.append("entered")

        def left(self) -> None:
            self.seen.append("left")

    made = Navigator()
    made.pages = {name: Page() for name in ("home", "pay")}
    for name, page in made.pages.items():
        made.add(page, name)
    stage.put(made)
    return made


def test_only_the_shown_screen_is_there(navigator) -> None:
    navigator.show("home", 1)
    navigator.show("pay", 2)
    assert navigator.children == [navigator.pages["pay"]]
    assert navigator.pages["home"].seen == [1, "entered", "left"]


def test_showing_the_same_screen_again_only_draws(navigator) -> None:
    for view in (1, 2, 3):
        navigator.show("home", view)
    assert navigator.pages["home"].seen == [1, "entered", 2, 3]


def test_change_is_told_once(navigator) -> None:
    told = []
    navigator.changed = told.append
    navigator.show("home", 1)
    navigator.show("home", 2)
    navigator.show("pay", 1)
    assert told == ["home", "pay"]


def test_overlay_stays_above_when_the_screen_below_changes(stage, navigator) -> None:
    from onecard.ui.widgets import TapOverlay

    overlay = TapOverlay(title="请刷卡")
    navigator.show("home", 1)
    navigator.cover(overlay)
    navigator.show("pay", 1)
    assert navigator.children[0] is overlay
    navigator.uncover()
    assert navigator.overlay is None
    assert navigator.children == [navigator.pages["pay"]]


def test_touch_beside_a_dialog_reaches_nothing(stage, navigator) -> None:
    from onecard.ui.widgets import Choice, Dialog, TouchButton

    pressed = []
    navigator.show("home", 1)
    navigator.pages["home"].add_widget(TouchButton(action=lambda: pressed.append("below")))
    dialog = Dialog(title="?", choices=[Choice("是", lambda: pressed.append("yes"), "yes")])
    navigator.cover(dialog)
    stage.settle()
    touch = stage.finger(5, 5)
    touch.touch_down()
    touch.touch_up()
    assert pressed == []
    answer = next(widget for widget in dialog.walk() if getattr(widget, "tag", "") == "yes")
    stage.tap(answer)
    assert pressed == ["yes"]


def test_one_screen_under_two_names_forgets_the_first(stage, navigator) -> None:
    """What was typed or scrolled under one name is no business of the other."""
    from onecard.ui.screen import Screen

    told = []
    made = []

    class Sheet(Screen):
        def __init__(self, **kwargs) -> None:
            super().__init__(**kwargs)
            made.append(self)

        def show(self, view) -> None:
            told.append(view)

        def entered(self) -> None:
            told.append("entered")

        def left(self) -> None:
            told.append("left")

    navigator.offer(Sheet, "list", "notes")
    navigator.show("list", 1)
    navigator.show("list", 2)
    navigator.changed = told.append
    navigator.show("notes", 3)
    assert told == [1, "entered", 2, "left", 3, "entered", "notes"]
    assert navigator.children == made
    assert not navigator.build_one()
