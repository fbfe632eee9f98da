"""Everything that is pressed: a button says what it does, which key does the same, and why it cannot.

Acts when the finger is lifted inside it, and shows at once that it was pressed. Knows no effects.
"""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.widget import Widget

from onecard.ui.kivy_setup import kv
from onecard.ui.style import Rgba, blend, style
from onecard.ui.theme import ROLES
from onecard.ui.widgets.text import Icon, Text

Builder.load_file(kv(__file__))

KINDS = ("primary", "secondary", "destructive", "quiet", "key")
#: Tone of the words, of the fill and of the outline; "" draws none.
_LOOK = {
    "primary": ("accent_ink", "accent", "accent"),
    "secondary": ("ink", "surface", "edge"),
    "destructive": ("refuse", "surface", "refuse"),
    "quiet": ("accent", "", ""),
    "key": ("ink", "key", ""),
}


class TouchButton(ButtonBehavior, Widget):
    """A touch target.

    ``text`` and ``icon`` say what it does, ``detail`` is a second, smaller line, ``hint`` names the key that
    does the same. ``enabled=False`` greys it and shows ``reason`` in place of the detail. ``action`` takes
    no arguments. ``tag`` is its name for drivers and tests. ``stack`` puts the icon above the words.
    """

    text = StringProperty("")
    detail = StringProperty("")
    icon = StringProperty("")
    hint = StringProperty("")
    reason = StringProperty("")
    tag = StringProperty("")
    kind = OptionProperty("secondary", options=KINDS)
    role = OptionProperty("label", options=ROLES)
    #: Size of the second line and of the reason; larger where people stand.
    detail_role = OptionProperty("caption", options=ROLES)
    bold = BooleanProperty(False)
    stack = BooleanProperty(False)
    align = OptionProperty("center", options=("left", "center"))
    selected = BooleanProperty(False)
    enabled = BooleanProperty(True)
    focused = BooleanProperty(False)
    action = ObjectProperty(None, allownone=True)
    pad_mm = NumericProperty(2.0)
    fill = ColorProperty((1, 1, 1, 1))
    outline = ColorProperty((0, 0, 0, 0))

    def __init__(self, **kwargs: Any) -> None:
        self._icon = Icon()
        self._text = Text(align="center")
        self._detail = Text(role="caption", align="center")
        self._hint = Text(role="caption", hug=True)
        super().__init__(**kwargs)
        self._arrange_soon = Clock.create_trigger(self._arrange, -1)
        for name in (
            *(
                "text",
                "detail",
                "icon",
                "hint",
                "reason",
                "kind",
                "role",
                "detail_role",
                "bold",
                "stack",
                "align",
                "selected",
            ),
            *("enabled", "focused", "pad_mm", "pos", "size"),
        ):
            self.fbind(name, self._arrange_soon)
        self.fbind("state", self._paint)
        style.bind(version=self._restyle)
        self._arrange_soon()

    def _restyle(self, *_: Any) -> None:
        # A method of its own, because ``bind`` keeps methods weakly: a widget that is gone is not styled.
        self._arrange_soon()

    def on_touch_down(self, touch: Any) -> bool:
        """A button that is off swallows the touch, so that nothing below it is pressed by mistake."""
        if not self.enabled:
            return bool(self.collide_point(*touch.pos))
        return bool(super().on_touch_down(touch))

    def on_release(self) -> None:
        """The finger was lifted inside."""
        self.press()

    def press(self) -> None:
        """Does what a touch does; keys and drivers come in here."""
        action: Callable[[], object] | None = self.action
        if self.enabled and action is not None:
            action()

    # --- how it looks

    def _tones(self) -> tuple[str, str, str]:
        if not self.enabled:
            return ("muted", "" if self.kind == "quiet" else "ground", "" if self.kind == "quiet" else "line")
        if self.selected:
            return ("accent", "accent_soft", "accent")
        return _LOOK[self.kind]

    def _paint(self, *_: Any) -> None:
        words, fill, outline = self._tones()
        base: Rgba = style.color(fill or "ground")
        if self.state == "down" and self.enabled:
            strong = {"primary": style.color("ink"), "destructive": style.color("refuse")}
            base = blend(base, strong.get(self.kind, style.color("accent")), 0.22)
        self.fill = (*base[:3], 1.0 if fill or self.state == "down" else 0.0)
        self.outline = style.color(outline) if outline else (0, 0, 0, 0)
        muted = words if self.kind == "primary" and self.enabled else "muted"
        self._text.tone = self._icon.tone = words
        self._detail.tone = "refuse" if not self.enabled and self.reason else muted
        self._hint.tone = muted

    def _show(self, child: Widget, wanted: bool) -> None:
        if wanted and child.parent is None:
            self.add_widget(child)
        elif not wanted and child.parent is self:
            self.remove_widget(child)

    def _arrange(self, *_: Any) -> None:
        detail = self.reason if not self.enabled and self.reason else self.detail
        for child, words in ((self._text, self.text), (self._detail, detail), (self._hint, self.hint)):
            child.text = words
            self._show(child, bool(words))
        self._icon.icon = self.icon
        self._show(self._icon, bool(self.icon))
        self._text.bold = self.bold or self.kind == "primary" or self.selected
        self._text.align = self._detail.align = self.align
        self._paint()
        if self.stack:
            self._arrange_stacked()
        else:
            self._arrange_in_line()

    def _fit(self, label: Text, role: str, width: float, height: float) -> None:
        """On one line when it fits; else on two that break between words; else in a smaller role."""
        label.size_hint = (None, None)
        for smaller in reversed(ROLES[: ROLES.index(role) + 1]):
            label.role = smaller
            label.wrap, label.hug = False, True
            label.texture_update()
            label.size = label.texture_size
            if label.width <= width:
                return
            longest = max(label.text.split(), key=len, default="")
            whole = label.width * len(longest) / max(1, len(label.text)) <= width * 0.92
            if not (whole or not label.text.isascii()):
                continue
            label.hug, label.wrap, label.width = False, True, width
            label.texture_update()
            label.height = label.texture_size[1]
            if label.height <= height:
                return

    def _fit_words(self, width: float, height: float) -> None:
        self._fit(self._detail, self.detail_role, width, height)
        below = self._detail.height if self._detail.parent is self else 0
        self._fit(self._text, self.role, width, height - below)

    def _words_height(self) -> float:
        return sum(float(label.height) for label in (self._text, self._detail) if label.parent is self)

    def _place_words(self, left: float, width: float, middle: float) -> None:
        top = middle + self._words_height() / 2
        for label in (self._text, self._detail):
            if label.parent is not self:
                continue
            top -= label.height
            label.x = round(left if self.align == "left" else left + (width - label.width) / 2)
            label.y = round(top)

    def _arrange_in_line(self) -> None:
        pad, gap = style.px(self.pad_mm), style.px(2)
        side = round(style.font_px(self.role) * 1.25)
        self._icon.side = side
        self._hint.texture_update()
        icon = side + gap if self.icon and (self.text or self.detail) else 0
        hint = self._hint.texture_size[0] + gap if self.hint else 0
        room = max(1.0, self.width - 2 * pad - icon - hint)
        self._fit_words(room, self.height - style.px(2))
        widest = max([label.width for label in (self._text, self._detail) if label.parent is self], default=0)
        if self.align == "left":
            start = self.x + pad
        else:
            # The words stay in the middle of the button while the hint leaves them room on both sides.
            start = self.center_x - (widest + icon) / 2
            start = min(start, self.right - pad - hint - widest - icon)
        if self.icon and not icon:
            self._icon.center = (round(self.center_x), round(self.center_y))
        else:
            self._icon.pos = (round(start), round(self.center_y - side / 2))
        self._place_words(start + icon, widest, self.center_y)
        self._hint.right = round(self.right - pad)
        self._hint.center_y = round(self.center_y)

    def _arrange_stacked(self) -> None:
        pad, gap = style.px(self.pad_mm), style.px(2)
        side = round(style.font_px(self.role) * 2.0) if self.icon else 0
        self._icon.side = side
        room = max(1.0, self.width - 2 * pad)
        self._fit_words(room, self.height - side - style.px(4))
        height = side + (gap if side else 0) + self._words_height()
        top = self.center_y + height / 2
        left = self.x + pad if self.align == "left" else self.center_x - side / 2
        self._icon.pos = (round(left), round(top - side))
        self._place_words(self.x + pad, room, top - height + self._words_height() / 2)
        self._hint.texture_update()
        self._hint.right = round(self.right - pad)
        self._hint.top = round(self.top - pad / 2)
