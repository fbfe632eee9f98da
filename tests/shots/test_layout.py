"""The layout check finds each fault that is planted, and none where there is none."""

import pytest

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window")]


def place(widget, x, y, width, height):
    widget.size_hint, widget.pos, widget.size = (None, None), (x, y), (width, height)
    return widget


def faults(stage, *widgets, app="pos"):
    from tests.shots.layout import problems

    for widget in widgets:
        stage.root.add_widget(widget)
    stage.settle()
    return problems(stage.root, app, 1280, 800)


def button(x, y, width=80, height=80, tag="a", **kwargs):
    from onecard.ui.widgets import TouchButton

    return place(TouchButton(tag=tag, **kwargs), x, y, width, height)


def text(words, x, y, width, height, **kwargs):
    from onecard.ui.widgets import Text

    return place(Text(text=words, **kwargs), x, y, width, height)


def test_sound_layout_has_no_fault(stage) -> None:
    assert faults(stage, button(0, 0, tag="a"), button(100, 0, tag="b"), text("余额", 0, 200, 200, 40)) == []


def test_word_that_does_not_fit_its_width(stage) -> None:
    assert "px of width" in faults(stage, text("脱机 2 小时 14 分 · 37 笔待传", 0, 0, 80, 40))[0]


def test_sentence_that_does_not_fit_its_height(stage) -> None:
    words = text("请把卡放在读卡器上 " * 6, 0, 0, 120, 40, wrap=True)
    words.size_hint_y = 0.05
    assert "px of height" in faults(stage, words)[0]


def test_small_target(stage) -> None:
    assert "less than 15 mm" in faults(stage, button(0, 0, 80, 50))[0]


def test_kiosk_needs_larger_targets(stage) -> None:
    assert "less than 20 mm" in faults(stage, button(0, 0, 70, 70), app="kiosk")[0]


def test_crowded_targets(stage) -> None:
    assert "1.0 mm apart" in faults(stage, button(0, 0, tag="a"), button(84, 0, tag="b"))[0]


def test_word_over_a_button(stage) -> None:
    assert "lies over" in faults(stage, button(0, 0), text("余额", 10, 20, 60, 40))[0]


def test_word_over_a_word(stage) -> None:
    found = faults(stage, text("余额不足", 0, 0, 200, 40), text("请充值", 20, 0, 200, 40))
    assert "overlap" in found[0]


def test_button_outside_the_window(stage) -> None:
    assert "outside the window" in faults(stage, button(1250, 0))[0]


def test_button_without_a_name(stage) -> None:
    assert "no tag" in faults(stage, button(0, 0, tag="", text="收款"))[0]


def test_what_lies_below_an_overlay_does_not_count(stage) -> None:
    from onecard.ui.widgets import TapOverlay

    assert faults(stage, button(0, 0, 20, 20), TapOverlay(title="请刷卡", amount="￥12.50")) == []
