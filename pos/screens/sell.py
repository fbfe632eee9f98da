"""P2: pad, bill, product keys. Draws ``SellView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder
from kivy.properties import NumericProperty

from onecard.ui.kivy_setup import kv
from onecard.ui.style import style
from onecard.ui.widgets import Dialog
from onecard.ui.widgets.dialog import Choice
from onecard.ui.widgets.money import Money
from onecard.ui.widgets.text import Text
from pos.presenters.frame import NoticeView
from pos.presenters.sell import ConfirmView, SellView
from pos.presenters.tap import TapView
from pos.screens.frame import PosScreen, Send, fill_rows
from pos.screens.tap import DonePanel

Builder.load_file(kv(__file__))

#: What product, pieces and sum take of a line; negative: against the right.
_SHARES = (1.25, -1.0, -0.8)


class SellScreen(PosScreen):
    """``columns`` × ``lines`` product keys."""

    columns = NumericProperty(4)
    lines = NumericProperty(3)
    key_mm = NumericProperty(15.5)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids.pad.press = self.send
        self.ids.sell.action = partial(self.send, "enter")
        self.ids.tiles.places = self.columns * self.lines
        # ``__self__``: ids are weak, and what is taken off the screen must live on.
        self._bill, self._last = self.ids.bill.__self__, self.ids.last.__self__
        self.ids.paper.clear_widgets()
        self._done, self._is_done = DonePanel(self.send), False
        self._part: Any = self._last
        self._notice: NoticeView | None = None

    def draw(self, view: SellView) -> None:
        ids, frame = self.ids, view.frame
        ids.amount.text, ids.amount.tone = view.amount, view.amount_tone
        ids.typed.text, ids.typed.tone = view.typed, "refuse" if view.amount_tone == "refuse" else "ink"
        ids.hint.text = view.hint
        ids.hint.tone = "refuse" if view.amount_tone == "refuse" else "muted"
        ids.sell.text = view.sell
        self._notice = frame.notices[0] if frame.notices else None
        ids.notice.draw(None if self._is_done else self._notice)
        fill_rows(ids.rows, view.row_titles, _SHARES, view.rows, self.send)
        has_bill = bool(view.rows)
        self._part = self._bill if has_bill else self._last
        self._stand()
        ids.last_text.text, ids.last_detail.text = view.last, view.last_detail
        ids.last_icon.icon = "check-circle-outline" if view.has_last else "contactless-payment"
        ids.last_icon.tone = "done" if view.has_last else "muted"
        ids.last_text.tone = "ink" if view.has_last else "muted"
        ids.categories.draw(view.categories, self.send)
        ids.tiles.draw(view.tiles, self.send)
        ids.none.text = "" if view.tiles else view.no_products

    def draw_done(self, view: TapView | None) -> None:
        """A sale that was just paid stands where the bill was, until the next key."""
        if view is not None:
            self._done.draw(view)
        if self._is_done != (view is not None):
            self._is_done = view is not None
            self.ids.notice.draw(None if self._is_done else self._notice)
            self._stand()

    def _stand(self) -> None:
        """The paid sale, the bill, or the last sale. What is not seen is not drawn either."""
        part = self._done if self._is_done else self._part
        if part.parent is None:
            self.ids.paper.clear_widgets()
            self.ids.paper.add_widget(part)


class ConfirmDialog(Dialog):
    """The second look: the amount in figures and in words."""

    def __init__(self, send: Send, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._send = send
        self._money = Money(role="hero", align="center", size_hint_y=None, height=style.px(26))
        self._words = Text(role="title", align="center", wrap=True, size_hint_y=None)
        self.content.add_widget(self._money)
        self.content.add_widget(self._words)
        self.tone, self.icon = "wait", "alert-circle-outline"

    def draw(self, view: ConfirmView) -> None:
        """One amount."""
        self.title, self.body = view.title, view.body
        self._money.text, self._words.text = view.amount, view.words
        self.choices = [
            Choice(view.no, partial(self._send, "escape"), "confirm-no", hint="Esc"),
            Choice(view.yes, partial(self._send, "enter"), "confirm-yes", kind="primary", hint="Enter"),
        ]
