"""An amount as a customer reads it: figures of one width, the sign smaller and raised. Calculates nothing."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, OptionProperty, StringProperty
from kivy.uix.widget import Widget

from onecard.ui.style import style
from onecard.ui.theme import CAP_SHARE, ROLES
from onecard.ui.widgets.text import Text

_SIGN_SHARE = 0.56
#: The base line above the bottom of a line of text, in em (the font's descent, see build_fonts.py).
_BASE_EM = 0.29


class Money(Widget):
    """Shows ``text`` as ``money.show`` writes it; takes a smaller role when its width is too small."""

    text = StringProperty("")
    role = OptionProperty("amount", options=ROLES)
    tone = StringProperty("ink")
    align = OptionProperty("right", options=("left", "center", "right"))
    bold = BooleanProperty(True)

    def __init__(self, **kwargs: Any) -> None:
        self._sign = Text(hug=True)
        self._figures = Text(hug=True)
        super().__init__(**kwargs)
        self.add_widget(self._sign)
        self.add_widget(self._figures)
        self._arrange_soon = Clock.create_trigger(self._arrange, -1)
        for name in ("text", "role", "tone", "align", "bold", "pos", "size"):
            self.fbind(name, self._arrange_soon)
        style.follow(self)
        self._arrange_soon()

    def restyle(self) -> None:
        """The look changed."""
        self._arrange_soon()

    def _draw(self, role: str) -> float:
        minus, mark, figures = self.text.partition("￥")
        if not mark:
            minus, figures = "", self.text
        for label, words in ((self._sign, minus + ("¥" if mark else "")), (self._figures, figures)):
            label.text, label.tone, label.bold, label.role = words, self.tone, self.bold, role
        # The sign that fills one Chinese character would leave a hole before the figures; the narrow one is
        # the same sign.
        self._sign.font_size = style.font_px(role) * _SIGN_SHARE
        for label in (self._sign, self._figures):
            label.texture_update()
        return float(self._sign.width + self._gap(role) + self._figures.width)

    def _gap(self, role: str) -> float:
        return style.font_px(role) * 0.10 if self._sign.text else 0.0

    def _arrange(self, *_: Any) -> None:
        smaller = list(reversed(ROLES[: ROLES.index(self.role) + 1]))
        for role in smaller:
            total = self._draw(role)
            if total <= self.width:
                break
        left = {
            "left": self.x,
            "center": self.center_x - total / 2,
            "right": self.right - total,
        }[self.align]
        font = style.font_px(role)
        bottom = self.center_y - self._figures.height / 2
        self._sign.x = round(left)
        self._figures.pos = (round(left + self._sign.width + self._gap(role)), round(bottom))
        # Tops of the capitals of both sizes meet.
        cap_top = bottom + (_BASE_EM + CAP_SHARE) * font
        self._sign.y = round(cap_top - (_BASE_EM + CAP_SHARE) * font * _SIGN_SHARE)
