"""Goal: what is typed into a field is in it, wherever a finger was in the meantime. F: C8

Method: keystrokes and touches in the orders in which a slow frame hands them over.
"""

import pytest

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window")]


@pytest.fixture
def field(stage):
    from onecard.ui.widgets import TextField

    made = stage.put(TextField(label="姓名", tag="search"))
    made.focus = True
    stage.settle()
    yield made
    made.focus = False


def typing(stage, letters: str) -> None:
    for letter in letters:
        stage.window.dispatch("on_textinput", letter)


def finger_on(stage, widget):
    return stage.finger(*widget.to_window(*widget.center))


@pytest.mark.parametrize("before", ["", "Li "])
def test_letters_that_come_before_the_finger_is_lifted_stay(stage, field, before) -> None:
    typing(stage, before)
    touch = finger_on(stage, field.ids.box)
    touch.touch_down()
    typing(stage, "Ch")
    touch.touch_up()
    typing(stage, "en")
    stage.settle()
    assert field.text == before + "Chen"
    assert field.focus


def test_the_first_backspace_after_a_touch_takes_a_letter(stage, field) -> None:
    typing(stage, "Chenn")
    stage.tap(field.ids.box)
    field.ids.box.keyboard_on_key_down(stage.window, (8, "backspace"), "", [])
    typing(stage, " Hao")
    assert field.text == "Chen Hao"


def test_a_touch_on_the_field_leaves_it_as_it_is(stage, field) -> None:
    typing(stage, "Chen")
    stage.tap(field.ids.box)
    typing(stage, " Hao")
    assert (field.text, field.focus) == ("Chen Hao", True)


def test_a_touch_beside_it_takes_the_keyboard_from_nobody(stage, field) -> None:
    typing(stage, "Chen")
    touch = stage.finger(1200, 700)
    touch.touch_down()
    touch.touch_up()
    stage.settle()
    typing(stage, " Hao")
    assert (field.text, field.focus) == ("Chen Hao", True)


def test_another_field_takes_it_by_a_touch(stage, field) -> None:
    from onecard.ui.widgets import TextField

    other = stage.put(TextField(label="编号", pos_hint={"top": 0.5}))
    typing(stage, "Chen")
    stage.tap(other.ids.box)
    typing(stage, "2024")
    assert (field.text, field.focus) == ("Chen", False)
    assert (other.text, other.focus) == ("2024", True)
    other.focus = False


def test_what_a_finger_marks_is_replaced(stage, field) -> None:
    """The keyboard's oldest habit still works: mark by drawing the finger over it, and type."""
    typing(stage, "Chen")
    box = field.ids.box
    y = box.to_window(*box.center)[1]
    touch = stage.finger(box.to_window(box.x + 1, 0)[0], y)
    touch.touch_down()
    touch.touch_move(box.to_window(box.right - 1, 0)[0], y)
    touch.touch_up()
    typing(stage, "Li")
    assert field.text == "Li"


def test_what_is_typed_before_its_first_frame_stands_in_it(stage) -> None:
    from onecard.ui.widgets import TextField

    made = TextField(label="姓名")
    stage.root.add_widget(made)
    made.focus = True
    box = made.ids.box
    box.keyboard_on_key_down(stage.window, (8, "backspace"), "", [])
    typing(stage, "Chenn")
    box.keyboard_on_key_down(stage.window, (8, "backspace"), "", [])
    stage.settle()
    assert made.text == "Chen"
    made.focus = False
