"""Front desk: reporting a loss. Draws ``LossView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from onecard.ui.style import style
from onecard.ui.widgets import Dialog
from onecard.ui.widgets.dialog import Choice
from onecard.ui.widgets.text import Text
from pos.presenters.loss import LossView, StopView
from pos.screens.field import fill_field
from pos.screens.frame import PosScreen, Send, fill_rows

Builder.load_file(kv(__file__))

_SHARES = (1.1, 1.0, 1.1, 1.0, -0.7)


class LossScreen(PosScreen):
    """Search, and the cards found."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids.go.action = partial(self.send, "enter")
        self.ids.back.action = partial(self.send, "escape")
        self.bind_field(self.ids.search, "search")

    def draw(self, view: LossView) -> None:
        ids = self.ids
        ids.title.text, ids.body.text = view.title, view.body
        fill_field(ids.search, view.search)
        ids.rows.empty = view.empty
        fill_rows(ids.rows, view.titles, _SHARES, view.rows, self.send)
        ids.go.text, ids.back.text = view.go, view.back
        ids.search.focus = view.stop is None

    def entered(self) -> None:
        self.ids.search.focus = True

    def left(self) -> None:
        super().left()
        self.ids.search.focus = False


class StopDialog(Dialog):
    """The last look before a card is dead; afterwards, that it is."""

    def __init__(self, send: Send, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._send = send
        self._who = Text(role="title", bold=True, align="center", size_hint_y=None, height=style.px(12))
        self.content.add_widget(self._who)

    def draw(self, view: StopView) -> None:
        """One card."""
        self.title, self.body, self.tone = view.title, view.body, view.tone
        self.icon = "check-circle" if view.done else view.icon
        self._who.text = view.who
        kind = "primary" if view.done else "secondary"
        choices = [Choice(view.no, partial(self._send, "escape"), "loss-no", kind=kind, hint="Esc")]
        if view.yes:
            choices.insert(
                0, Choice(view.yes, partial(self._send, "f4"), "loss-yes", kind=view.kind, hint="F4")
            )
        self.choices = choices
