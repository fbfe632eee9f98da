"""A list with keys, and a form with a pad. Draw ``ListView`` and ``FormView``."""

from collections.abc import Sequence
from typing import Any

from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from pos.presenters.frame import TileView
from pos.presenters.sheet import FormView, ListView
from pos.screens.field import FieldScreen
from pos.screens.frame import Tiles, fill_rows

Builder.load_file(kv(__file__))


class _SheetScreen(FieldScreen):
    """What both have: keys at the bottom."""

    def draw_keys(self, keys: Sequence[TileView], choices: Sequence[TileView]) -> None:
        """The row at the bottom, and the choices above, which take no room when there are none."""
        self.ids.key_row.cols = max(1, len(keys))
        self.ids.key_row.draw(keys, self.send)
        tiles: Tiles = self.ids.choices
        tiles.cols = max(1, min(4, len(choices)))
        tiles.draw(choices, self.send)
        self.ids.choices_box.lines = -(-len(choices) // 4)

    def draw_options(self, options: Sequence[TileView]) -> None:
        """A second choice, below the first."""
        self.ids.options.cols = max(1, min(4, len(options)))
        self.ids.options.draw(options, self.send)
        self.ids.options_box.lines = -(-len(options) // 4)


class ListScreen(_SheetScreen):
    """Lines of one kind, what they come to, and what can be done about them."""

    def draw(self, view: ListView) -> None:
        ids = self.ids
        ids.title.text, ids.body.text = view.title, view.body
        ids.sum_label.text, ids.sum.text = view.sum_label, view.sum
        ids.rows.empty = view.empty
        fill_rows(ids.rows, view.titles, view.shares, view.rows, self.send)
        self.draw_fields(ids.fields, view.fields)
        if not view.fields:
            ids.fields.width = 0  # the share of another list's fields
        self.draw_keys(view.keys, view.choices)


class FormScreen(_SheetScreen):
    """A few answers, a pad where an amount or a PIN is asked for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # ``__self__``: ids are weak, and what is taken off the screen must live on.
        self._side, self._halves = self.ids.side.__self__, self.ids.halves.__self__
        self.ids.pad.press = self.send
        self._number_pad, self._letters = self.ids.pad.__self__, self.ids.letters.__self__
        self._side.remove_widget(self._letters)

    def draw(self, view: FormView) -> None:
        ids = self.ids
        ids.title.text, ids.body.text, ids.body.tone = view.title, view.body, view.tone
        ids.notice.draw(view.notice)
        fill_rows(ids.facts, ("", ""), (1.0, -1.4), view.facts, self.send)
        ids.facts_panel.count = len(view.facts)
        self.draw_options(view.options)
        if view.letters:
            ids.letters.draw(view.letters, self.send)
        elif view.pad:
            ids.pad.order = view.pad
        keys, other = self._number_pad, self._letters
        if view.letters:
            keys, other = other, keys
        if keys.parent is None:
            self._side.remove_widget(other)
            self._side.add_widget(keys)
            self._side.wide = keys is self._letters
        if bool(view.pad) != (self._side.parent is not None):
            (self._halves.add_widget if view.pad else self._halves.remove_widget)(self._side)
        ids.amount_label.text, ids.amount.text = view.amount_label, view.amount
        ids.amount.tone = view.amount_tone
        self.draw_fields(ids.fields, view.fields)
        self.draw_keys(view.keys, view.choices)
