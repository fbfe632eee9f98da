"""How the bill is paid. Draws ``TenderView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from pos.presenters.tender import TenderView
from pos.screens.frame import PosScreen, fill_rows

Builder.load_file(kv(__file__))

_SHARES = (1.25, -1.0, -0.8)


class TenderScreen(PosScreen):
    """The bill and the ways on the left; what is given, the pad and the change on the right."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids.pad.press = self.send
        self.ids.take.action = partial(self.send, "enter")
        self.ids.back.action = partial(self.send, "escape")

    def draw(self, view: TenderView) -> None:
        ids = self.ids
        ids.title.text, ids.member.text = view.title, view.member
        ids.due_label.text, ids.due.text = view.due_label, view.due
        ids.given_label.text, ids.given.text, ids.given.tone = view.given_label, view.given, view.given_tone
        ids.change_label.text, ids.change.text = view.change_label, view.change
        ids.change.tone = view.change_tone
        ids.notice.draw(view.notice)
        fill_rows(ids.rows, view.titles, _SHARES, view.rows, self.send)
        ids.ways.draw(view.ways, self.send)
        ids.notes.draw(view.notes, self.send)
        ids.take.text, ids.back.text = view.take, view.back
