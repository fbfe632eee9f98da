"""Everything can be done with the keyboard, and a keystroke reaches what is in front and nothing else."""

import pytest

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window")]

F1, F9, ENTER, ESCAPE, TAB, DIGIT_5, DIGIT_8, EQUALS = 282, 290, 13, 27, 9, 53, 56, 61
KEYPAD_5, KEYPAD_ENTER, KEYPAD_TIMES, KEYPAD_PLUS = 261, 271, 268, 270


@pytest.fixture
def taken():
    return []


@pytest.fixture
def till(stage, taken):
    """A navigator with one screen of two buttons and a text field, and its router."""
    from onecard.ui.keys import KeyRouter
    from onecard.ui.navigator import Navigator
    from onecard.ui.screen import Screen
    from onecard.ui.widgets import TextField, TouchButton

    class Till(Screen):
        def keys(self):
            names = ("f1", "f9", "enter", "escape", "5", "*", "+")
            return {name: (lambda name=name: taken.append(name)) for name in names}

    screen = Till()
    for place, tag in enumerate(("left", "right")):
        button = TouchButton(tag=tag, text=tag, action=lambda tag=tag: taken.append(tag))
        button.size_hint, button.size, button.pos = (None, None), (100, 60), (200 * place, 0)
        screen.add_widget(button)
    screen.field = TextField(label="name", size_hint=(None, None), width=300, pos=(0, 300))
    screen.add_widget(screen.field)
    navigator = Navigator()
    navigator.add(screen, "till")
    navigator.show("till")
    router = KeyRouter(navigator.top)
    stage.put(navigator)
    yield navigator
    stage.window.unbind(on_key_down=router._on_key_down)


@pytest.mark.parametrize(
    ("code", "modifiers", "name"),
    [
        *((F1, (), "f1"), (F9, (), "f9"), (ENTER, (), "enter"), (KEYPAD_ENTER, (), "enter")),
        *((ESCAPE, (), "escape"), (DIGIT_5, (), "5"), (KEYPAD_5, (), "5")),
        *((DIGIT_8, ("shift",), "*"), (KEYPAD_TIMES, (), "*")),
        *((EQUALS, ("shift",), "+"), (KEYPAD_PLUS, (), "+")),
    ],
)
def test_key_reaches_the_screen_by_its_name(stage, till, taken, code, modifiers, name) -> None:  # F: C14
    stage.key(code, modifiers)
    assert taken == [name]


def test_key_with_control_is_not_ours(stage, till, taken) -> None:
    stage.key(DIGIT_5, ("ctrl",))
    assert taken == []


def test_dialog_takes_the_keyboard(stage, till, taken) -> None:
    from onecard.ui.widgets import Dialog

    till.cover(Dialog(title="?"), lambda: {"escape": lambda: taken.append("close")})
    stage.key(F1)
    stage.key(ESCAPE)
    assert taken == ["close"]
    till.uncover()
    stage.key(F1)
    assert taken == ["close", "f1"]


def test_tab_walks_over_buttons_and_enter_presses_the_marked_one(stage, till, taken) -> None:  # F: C14
    stage.key(TAB)
    stage.key(TAB)
    stage.key(ENTER)
    stage.key(TAB, ("shift",))
    stage.key(ENTER)
    assert taken == ["right", "left"]


def test_other_key_forgets_the_mark(stage, till, taken) -> None:
    stage.key(TAB)
    stage.key(DIGIT_5)
    stage.key(ENTER)
    assert taken == ["5", "enter"]


def test_button_that_is_off_is_stepped_over(stage, till, taken) -> None:
    till.current.children[-1].enabled = False
    stage.settle()
    stage.key(TAB)
    stage.key(ENTER)
    assert taken == ["right"]


def test_typing_stays_in_the_field_but_function_keys_work(stage, till, taken) -> None:
    till.current.field.focus = True
    stage.settle()
    stage.key(DIGIT_5)
    stage.key(F1)
    till.current.field.focus = False
    assert taken == ["f1"]


def test_tab_leads_out_of_a_field_to_the_buttons(stage, till, taken) -> None:  # F: C14
    from onecard.ui.widgets import TextField

    second = TextField(label="number", size_hint=(None, None), width=300, pos=(0, 150))
    till.current.add_widget(second)
    till.current.field.focus = True
    stage.settle()
    stage.key(TAB)
    assert (till.current.field.focus, second.focus) == (False, True)
    stage.key(TAB)
    stage.key(ENTER)
    assert (taken, second.focus) == (["left"], False)
    stage.key(DIGIT_5)  # outside the fields a figure is the screen's
    assert taken == ["left", "5"]
    stage.key(TAB)
    stage.key(TAB, ("shift",))
    assert second.focus
    second.focus = False


def test_function_key_row_gives_its_keys_to_the_screen(stage, taken) -> None:
    from onecard.ui.widgets import KeyHint, KeyHints

    row = stage.put(
        KeyHints(
            hints=[
                KeyHint("f1", "查询", lambda: taken.append("query")),
                KeyHint("f2", "撤销", lambda: taken.append("void"), enabled=False, reason="没有交易"),
            ]
        )
    )
    assert list(row.actions()) == ["f1"]
    first = row.children[-1]
    row.hints = [KeyHint("f1", "余额", lambda: taken.append("balance")), row.hints[1]]
    assert row.children[-1] is first
    stage.tap(first)
    assert taken == ["balance"]
