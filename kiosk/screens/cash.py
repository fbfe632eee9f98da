"""K4: notes and coins go in; the inserted total is the largest thing there is. Draws ``CashView``."""

from collections.abc import Sequence
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.presenters.cash import CashView, NoteView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv
from onecard.ui.widgets import Column, Row

Builder.load_file(kv(__file__))


class NoteChip(BoxLayout):
    """One kind of note; crossed words would be read as a price, so one that does not fit is only pale."""

    text = StringProperty("")
    on = BooleanProperty(True)
    #: Round, as a coin is.
    is_coin = BooleanProperty(False)


class NoteLine(BoxLayout):
    """What one acceptor takes now."""

    def draw(self, notes: Sequence[NoteView]) -> None:
        """One chip per kind; they stay and change their look."""
        _fill(self, NoteChip, len(notes))
        for chip, note in zip(reversed(self.children), notes, strict=True):
            chip.text, chip.on, chip.is_coin = note.text, note.on, note.is_coin


class NoteChips(BoxLayout):
    """Which notes and coins are taken now, a line for each acceptor."""

    def draw(self, lines: Sequence[Sequence[NoteView]]) -> None:
        """They stay and change their look."""
        _fill(self, NoteLine, len(lines))
        for line, notes in zip(reversed(self.children), lines, strict=True):
            line.draw(notes)


def _fill(box: BoxLayout, kind: type[Widget], count: int) -> None:
    while len(box.children) < count:
        box.add_widget(kind())
    while len(box.children) > count:
        box.remove_widget(box.children[0])


class CashScreen(KioskScreen):
    """The running total, what it makes of the balance, and the way out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ids.inserted.columns = [Column("", 1.0), Column("", 2.0, "right")]

    def draw(self, view: CashView) -> None:
        ids = self.ids
        ids.title.text, ids.total.text = view.title, view.total
        ids.before_label.text, ids.before.text = view.before_label, view.before
        ids.after_label.text, ids.after.text = view.after_label, view.after
        ids.state.draw(view.state)
        ids.takes.text = view.takes
        ids.chips.draw(view.notes)
        ids.inserted_title.text, ids.inserted.empty = view.inserted_title, view.empty
        rows = [Row(cells) for cells in view.inserted]
        if list(ids.inserted.rows) != rows:
            ids.inserted.rows = rows
        ids.no_change.text, ids.room.text = view.no_change, view.room
        ids.partly.draw(view.partly)
        ids.paper.draw(view.paper)
        self.fill_key(ids.finish, view.finish)
        self.fill_key(ids.back, view.back)

    def forget(self) -> None:
        ids = self.ids
        ids.total.text = ids.before.text = ids.after.text = ids.finish.text = ids.room.text = ""
        ids.state.text = ids.state.detail = ids.inserted_title.text = ""
        ids.inserted.rows = []
