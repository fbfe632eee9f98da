"""A driver outside finds what is on the screen: where to press, and which words are seen."""

import json

import pytest

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window")]


@pytest.fixture
def screen(stage):
    from onecard.ui.widgets import Ground, Money, Text, TouchButton

    ground = Ground()
    ground.add_widget(Text(text="一食堂", size_hint=(None, None), size=(200, 40), pos=(0, 700)))
    ground.add_widget(Money(text="￥12.50", size_hint=(None, None), size=(200, 80), pos=(0, 500)))
    pay = TouchButton(tag="pay", text="收款", size_hint=(None, None), size=(200, 80), pos=(40, 100))
    ground.add_widget(pay)
    ground.add_widget(TouchButton(tag="hidden", text="藏", opacity=0))
    ground.pay = pay
    return stage.put(ground)


def test_rectangle_counts_from_the_top_left(screen) -> None:
    from onecard.ui.uimap import snapshot

    state = snapshot(screen, "sell", screen, 800)
    assert state["widgets"]["pay"] == {"rect": (40, 800 - 100 - 80, 200, 80), "text": "收款", "enabled": True}
    assert "hidden" not in state["widgets"]


def test_words_are_told_from_top_to_bottom(screen) -> None:
    from onecard.ui.uimap import snapshot

    assert snapshot(screen, "sell", screen, 800)["texts"] == ["一食堂", "￥12.50", "收款"]


def test_only_what_is_in_front_can_be_pressed(stage, screen) -> None:
    from onecard.ui.uimap import snapshot
    from onecard.ui.widgets import Choice, Dialog

    dialog = Dialog(title="?", choices=[Choice("是", lambda: None, "yes")])
    stage.root.add_widget(dialog)
    stage.settle()
    assert list(snapshot(stage.root, "sell", dialog, 800)["widgets"]) == ["yes"]


def test_secret_is_never_written(stage) -> None:
    from onecard.ui.uimap import snapshot
    from onecard.ui.widgets import TextField

    field = stage.put(TextField(tag="pin", label="密码", secret=True))
    field.ids.box.text = "123456"
    stage.settle()
    assert "123456" not in json.dumps(snapshot(field, "x", field, 800))


@pytest.fixture
def told(tmp_path, stage, screen):
    """A writer, and what its file says."""
    from onecard.ui.uimap import UiMap

    path = tmp_path / "map.json"
    writer = UiMap(path, stage.root, lambda: ("sell", screen))
    return writer, lambda: json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def test_file_tells_a_frame_once_it_is_shown(told, screen) -> None:
    from kivy.core.window import Window

    writer, read = told
    Window.dispatch("on_flip")
    screen.pay.enabled = False  # the next frame's news
    assert read() is None
    writer._turn()
    assert read()["widgets"]["pay"]["enabled"] is True
    assert not read()["still"]


def test_a_turn_without_a_frame_is_stillness(told, screen) -> None:
    from kivy.core.window import Window

    writer, read = told
    Window.dispatch("on_flip")
    writer._turn()
    writer._turn()
    assert read()["still"]
    screen.pay.text = "付款"
    Window.dispatch("on_flip")
    writer._turn()
    assert not read()["still"]


def test_what_changes_without_a_frame_is_told_in_the_end(tmp_path, told, screen) -> None:
    from onecard.ui.uimap import _UNASKED

    writer, read = told
    screen.pay.enabled = False
    for _ in range(_UNASKED):
        writer._turn()
    assert read()["widgets"]["pay"]["enabled"] is False
    assert [entry.name for entry in tmp_path.iterdir()] == ["map.json"]
