"""What the parts show and report: amounts, pads, lists, taps, texts."""

import pytest

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window")]


def labels(widget):
    from kivy.uix.label import Label

    return [child for child in widget.walk() if isinstance(child, Label)]


def test_amount_that_is_too_wide_takes_a_smaller_role(stage) -> None:
    from onecard.ui.style import style
    from onecard.ui.widgets import Money

    amount = stage.put(Money(text="￥12.50", role="amount", size_hint=(None, None), size=(300, 80)))
    assert amount.children[0].font_size == style.font_px("amount")
    amount.text = "￥167,772.15"
    stage.settle()
    figures = next(label for label in labels(amount) if label.text == "167,772.15")
    assert figures.role == "figure"
    assert figures.right == pytest.approx(amount.right, abs=1)
    assert min(label.x for label in labels(amount)) >= amount.x


def test_minus_stands_before_the_sign(stage) -> None:
    from onecard.ui.widgets import Money

    amount = stage.put(Money(text="-￥6.00", size_hint=(None, None), size=(300, 80)))
    assert [label.text for label in sorted(labels(amount), key=lambda label: label.x)] == ["-¥", "6.00"]


@pytest.mark.parametrize(
    ("order", "top_row", "bottom_left"),
    [("sale", "7 8 9 clear", "0"), ("phone", "1 2 3", "clear"), ("phone_amount", "1 2 3", "clear")],
)
def test_pad_has_the_order_of_its_place(stage, order, top_row, bottom_left) -> None:
    from onecard.ui.widgets import NumberPad

    pressed = []
    pad = stage.put(NumberPad(order=order, press=pressed.append, size_hint=(None, None), size=(400, 500)))
    for button in sorted(
        pad.keys.values(), key=lambda key: (-round(key.to_window(0, key.top)[1]), key.to_window(key.x, 0)[0])
    ):
        stage.tap(button)
    assert pressed[: len(top_row.split())] == top_row.split()
    assert bottom_left in pressed
    assert set("0123456789") <= set(pressed)


def test_keys_of_a_shorter_row_leave_no_place_empty(stage) -> None:
    from onecard.ui.widgets import NumberPad

    pad = stage.put(NumberPad(order="amount", size_hint=(None, None), size=(400, 500)))
    stage.settle()
    wide, narrow = pad.keys["clear"], pad.keys["0"]
    assert wide.width > narrow.width * 1.4
    assert pad.keys["backspace"].right == pad.keys["."].right


def test_pad_that_is_off_reports_nothing(stage) -> None:
    from onecard.ui.widgets import NumberPad

    pressed = []
    pad = stage.put(NumberPad(press=pressed.append, enabled=False))
    stage.tap(pad.keys["7"])
    assert pressed == []


def test_label_is_drawn_anew_only_when_its_words_change(stage) -> None:
    from onecard.ui.widgets import Text

    text = stage.put(Text(text="午餐", hug=True))
    drawn = []
    text.bind(texture=lambda _text, texture: drawn.append(texture))
    text.text = "午餐"
    stage.settle()
    assert drawn == []
    text.text = "晚餐"
    stage.settle()
    assert drawn


def test_missing_character_is_drawn_as_a_mark_and_kept_in_the_text(stage) -> None:  # F: A12
    from onecard.ui.widgets import Text

    text = stage.put(Text(text="𠮷田", hug=True))
    assert (text.text, text._label.text) == ("𠮷田", "〓田")


def test_list_shows_its_empty_state_and_then_its_rows(stage) -> None:
    from onecard.ui.widgets import Column, Row, Rows

    picked = []
    rows = stage.put(
        Rows(columns=[Column("时间"), Column("金额", 1, "right")], empty="暂无记录", pick=picked.append)
    )
    assert "暂无记录" in [label.text for label in labels(rows) if label.parent.opacity]
    rows.rows = [Row(("11:42", "-12.50"), tag="row-1"), Row(("11:43", "-6.00"), tag="row-2")]
    stage.settle()
    line = next(widget for widget in rows.walk() if getattr(widget, "tag", "") == "row-2")
    assert [cell.text for cell in reversed(line.children)] == ["11:43", "-6.00"]
    stage.tap(line)
    assert picked == [1]


def test_long_list_builds_only_what_is_seen(stage) -> None:
    from onecard.ui.widgets import Column, Row, Rows
    from onecard.ui.widgets.rows import RowLine

    rows = stage.put(Rows(columns=[Column("号"), Column("姓名")]))
    rows.rows = [Row((str(number), "张敏")) for number in range(5_000)]
    stage.settle()
    assert 5 < sum(isinstance(widget, RowLine) for widget in rows.walk()) < 60


@pytest.mark.parametrize("state", ["ready", "reading", "ok", "refused", "retap"])
def test_every_tap_state_differs_in_icon_or_motion_not_only_in_colour(stage, state) -> None:  # F: D6
    from onecard.ui.widgets import TapOverlay
    from onecard.ui.widgets.tap_overlay import Chase

    overlay = stage.put(TapOverlay(state=state, title="x"))
    chasing = any(isinstance(widget, Chase) for widget in overlay.walk())
    shapes = {
        ("contactless-payment", False): "ready",
        ("contactless-payment", True): "reading",
        ("check-circle", False): "ok",
        ("close-octagon", False): "refused",
        ("credit-card-refresh-outline", False): "retap",
    }
    assert shapes[overlay.icon, chasing] == state


def test_field_tells_what_was_typed_and_when_enter_was_pressed(stage) -> None:
    from onecard.ui.widgets import TextField

    told = []
    field = stage.put(
        TextField(
            changed=lambda text: told.append(("changed", text)),
            entered=lambda text: told.append(("entered", text)),
        )
    )
    field.ids.box.insert_text("张敏")
    field.ids.box.dispatch("on_text_validate")
    assert told == [("changed", "张敏"), ("entered", "张敏")]


def test_theme_and_large_print_reach_what_is_already_drawn(stage) -> None:  # F: D6
    from onecard.ui.style import style
    from onecard.ui.theme import DARK, rgb
    from onecard.ui.widgets import Text

    text = stage.put(Text(text="余额", role="body", hug=True))
    before = text.font_size
    style.apply(theme="dark", type_scale=1.5)
    stage.settle()
    assert tuple(text.color[:3]) == pytest.approx(rgb(DARK.ink))
    assert text.font_size == pytest.approx(before * 1.5, abs=1)


@pytest.mark.parametrize(
    ("text", "lines", "kept"),
    [
        ("余额不受影响，可以补卡。", ["余额不受影响", "，可以补卡。"], "余额不受影\n响，可以补卡。"),
        ("他说“好。”然后走了", ["他说“好", "。”然后走了"], "他说“\n好。”然后走了"),
        ("余额不受影响，可以补卡。", ["余额不受影响，", "可以补卡。"], None),
        ("好，", ["好", "，"], None),
        ("Put it back, please", ["Put it back,", "please"], None),
    ],
)
def test_no_line_begins_with_a_closing_mark(stage, text, lines, kept) -> None:
    from onecard.ui.widgets.text import pulled_down

    assert pulled_down(text, lines) == kept


def test_a_text_that_wraps_keeps_its_marks_at_every_width(stage) -> None:
    from onecard.ui.widgets import Text
    from onecard.ui.widgets.text import CLOSING

    words = "联网的终端几秒内拒收此卡；脱机的终端联网后生效。余额不受影响，可以办理补卡。"
    text = stage.put(Text(text=words, wrap=True, size_hint=(None, None), width=300))
    for width in range(150, 500, 7):
        text.width = width
        stage.settle()
        assert [line for line in text._lines() if line[:1] in CLOSING] == []
        assert "".join(text._lines()) == words


def test_a_list_that_changes_all_day_keeps_nothing_of_it(stage) -> None:
    from onecard.ui.widgets import Column, Row, Rows

    rows = stage.put(Rows(columns=[Column("名称")]))
    view = rows.ids.view

    def change() -> int:
        for count in range(10):
            rows.rows = [Row((f"{n}",)) for n in range(count)]
            stage.settle()
        return len(view.get_property_observers("bar_color"))

    # One at most, and none while the bar rests.
    assert change() <= 1
    assert change() <= 1


def test_the_chosen_line_of_a_long_list_is_in_sight(stage) -> None:  # F: C14
    from onecard.ui.widgets.rows import Column, Row, Rows

    rows = Rows(columns=[Column("what")], size_hint=(None, None), size=(400, 300))
    stage.put(rows)

    def chosen(at: int) -> float:
        rows.rows = [Row((str(number),), selected=number == at) for number in range(40)]
        stage.settle()
        return float(rows.ids.view.scroll_y)

    assert chosen(0) == 1
    assert chosen(39) == 0
    middle = chosen(20)
    assert 0 < middle < 1
    assert chosen(20) == middle
    rows.ids.view.scroll_y = 0.9  # a finger looks elsewhere, and the clock on the screen changes a word
    rows.rows = [Row((f"{number}!",), selected=number == 20) for number in range(40)]
    stage.settle()
    assert rows.ids.view.scroll_y == 0.9
    assert chosen(0) == 1
