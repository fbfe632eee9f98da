"""A button does what a finger means: inside counts, outside does not, and one that is off says why."""

import pytest

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window")]


@pytest.fixture
def pressed():
    return []


@pytest.fixture
def button(stage, pressed):
    from onecard.ui.widgets import TouchButton

    return stage.put(
        TouchButton(
            text="收款",
            tag="pay",
            kind="primary",
            action=lambda: pressed.append("pay"),
            size_hint=(None, None),
            size=(200, 80),
            pos=(100, 100),
        )
    )


def test_lifting_the_finger_inside_acts(stage, button, pressed) -> None:
    touch = stage.finger(150, 140)
    touch.touch_down()
    assert pressed == []
    touch.touch_up()
    assert pressed == ["pay"]


def test_sliding_off_before_lifting_does_nothing(stage, button, pressed) -> None:
    touch = stage.finger(150, 140)
    touch.touch_down()
    touch.touch_move(600, 600)
    touch.touch_up()
    assert pressed == []


def test_touch_is_seen_at_once(stage, button) -> None:
    before = tuple(button.fill)
    touch = stage.finger(150, 140)
    touch.touch_down()
    assert tuple(button.fill) != before
    touch.touch_up()


def test_button_that_is_off_swallows_the_touch_and_says_why(stage, button, pressed) -> None:
    from onecard.ui.widgets import TouchButton

    button.enabled, button.reason = False, "需要联网"
    below = TouchButton(action=lambda: pressed.append("below"), size_hint=(None, None), size=(900, 900))
    stage.root.add_widget(below, index=1)
    stage.settle()
    stage.tap(button)
    button.press()
    assert pressed == []
    assert "需要联网" in [label.text for label in button.children]


def test_words_that_are_too_long_take_a_smaller_role_and_stay_inside(stage, button) -> None:
    button.text = "Cancellation of the whole purchase"
    stage.settle()
    label = next(child for child in button.children if child.text == button.text)
    assert label.role != "label"
    assert label.width <= button.width
    assert label.height <= button.height


def test_key_does_the_same_as_a_touch(stage, button, pressed) -> None:
    button.press()
    assert pressed == ["pay"]
