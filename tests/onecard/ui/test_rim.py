"""A line around a button costs something only while it is seen."""

import pytest

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window")]


def lines(button):
    from kivy.graphics import InstructionGroup, SmoothLine

    groups = [one for one in button.canvas.before.children if type(one) is InstructionGroup]
    return [one for group in groups for one in group.children if isinstance(one, SmoothLine)]


def test_a_key_without_outline_has_no_line(stage) -> None:
    from onecard.ui.widgets import TouchButton

    assert not lines(stage.put(TouchButton(text="7", kind="key")))


def test_the_mark_of_the_keyboard_comes_and_goes_above_the_outline(stage) -> None:
    from onecard.ui.style import style
    from onecard.ui.widgets import TouchButton

    button = stage.put(TouchButton(text="余额", size_hint=(None, None), size=(200, 60)))
    assert len(lines(button)) == 1
    button.focused = True
    stage.settle()
    assert [round(line.width, 1) for line in lines(button)] == [1.1, 1.8]
    button.pos = (100, 50)
    stage.settle()
    assert [rim._as[2][:4] for rim in button._rims] == [(101, 51, 198, 58), (97, 47, 206, 66)]
    style.apply(theme="dark")
    button.focused, button.kind = False, "quiet"
    stage.settle()
    assert not lines(button)


def test_the_line_lies_on_the_fill_of_a_button_from_a_rule(stage) -> None:
    """Kivy gives such a button its fill after it was made."""
    from kivy.graphics import SmoothRoundedRectangle
    from kivy.lang import Builder

    import onecard.ui.widgets  # noqa: F401

    box = stage.put(Builder.load_string("BoxLayout:\n    TouchButton:\n        text: 'x'\n"))
    drawn = [type(one) for one in box.children[0].canvas.before.children]
    from kivy.graphics import InstructionGroup

    assert drawn.index(SmoothRoundedRectangle) < drawn.index(InstructionGroup)
    assert lines(box.children[0])
