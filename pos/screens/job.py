"""Any step of a job of the front desk. Draws ``JobView``."""

from string import ascii_lowercase
from typing import Any

from kivy.lang import Builder
from kivy.uix.widget import Widget

from onecard.ui.kivy_setup import kv
from onecard.ui.style import style
from pos.presenters.frame import TileView
from pos.presenters.job import GroupView, JobView
from pos.screens.field import FieldScreen
from pos.screens.frame import fill_rows

Builder.load_file(kv(__file__))

_FACTS = (1.0, -1.2)
#: Thirty keys: the letters, and what a number of ours has beside digits.
_LETTERS = (
    *(TileView(action=f"char:{letter}", text=letter.upper()) for letter in ascii_lowercase),
    TileView(action="-", text="-"),
    TileView(action=".", text="."),
    TileView(action="backspace", text="", icon="backspace-outline"),
    TileView(action="clear", text="C"),
)
_KEY_MM, _GAP_MM, _TITLE_MM, _FACT_MM = 15.0, 2.0, 6.0, 8.0


class JobScreen(FieldScreen):
    """One column of parts, those that the step needs, and a pad beside it where figures are typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        ids = self.ids
        # ``__self__``: ids are weak, and what is taken off the screen must live on.
        names = ("subject", "fields", "group_0", "group_1", "list", "facts", "sum")
        self._parts: dict[str, Any] = {name: ids[f"{name}_part"].__self__ for name in names}
        # It takes what the facts leave over, and all of it where there are none.
        self._parts["rest"] = Widget(size_hint_y=0.01)
        self._side = ids.side.__self__
        self._shown: tuple[str, ...] = ()
        ids.pad.press = self.send
        self._number_pad, self._letters = ids.pad.__self__, ids.letters.__self__
        ids.letters.draw(_LETTERS, self.send)
        ids.keys_part.remove_widget(self._letters)
        ids.halves.remove_widget(self._side)

    def draw(self, view: JobView) -> None:
        ids = self.ids
        ids.title.text, ids.step.text = view.title, view.step
        ids.body.text, ids.body.tone = view.body, view.tone
        ids.subject.text, ids.subject_detail.text = view.subject, view.subject_detail
        ids.subject_state.text, ids.subject_waiting.text = view.subject_state, view.subject_waiting
        for at in range(2):
            self._draw_group(at, view.groups[at] if at < len(view.groups) else None)
        if view.list is not None:
            ids.rows.empty = view.list.empty
            if not any(row.action for row in view.list.rows):
                ids.rows.pick = None
            fill_rows(ids.rows, view.list.titles, view.list.shares, view.list.rows, self.send)
        fill_rows(ids.facts, ("", ""), _FACTS, view.facts, self.send)
        self._parts["facts"].size_hint_max_y = style.px(len(view.facts) * _FACT_MM + 1.5 * _GAP_MM)
        ids.sum_label.text, ids.sum.text, ids.sum.tone = view.sum_label, view.sum, view.sum_tone
        self._draw_pad(view)
        ids.foot.cols = max(1, len(view.keys))
        ids.foot.draw(view.keys, self.send)
        self._stand(view)
        ids.fields_part.cols = 1 if len(view.fields) == 1 else 2
        self.draw_fields(ids.fields_part, view.fields)

    def _draw_group(self, at: int, view: GroupView | None) -> None:
        if view is None:
            return
        tiles, lines = self.ids[f"group_{at}"], -(-len(view.tiles) // view.columns)
        tiles.cols, tiles.places = view.columns, lines * view.columns
        self.ids[f"group_{at}_title"].text = view.title
        tiles.draw(view.tiles, self.send)
        height = _TITLE_MM + lines * _KEY_MM + (lines - 1) * _GAP_MM
        self._parts[f"group_{at}"].height = style.px(height)

    def _draw_pad(self, view: JobView) -> None:
        pad = view.pad
        if (pad is not None) != (self._side.parent is not None):
            (self.ids.halves.remove_widget if pad is None else self.ids.halves.add_widget)(self._side)
        if pad is None:
            return
        ids = self.ids
        keys = self._letters if pad.order == "letters" else self._number_pad
        if keys.parent is None:
            ids.keys_part.clear_widgets()
            ids.keys_part.add_widget(keys)
            self._side.wide = keys is self._letters
        if keys is self._number_pad and ids.pad.order != pad.order:
            ids.pad.order = pad.order
        ids.amount_label.text, ids.amount.text, ids.amount.tone = pad.label, pad.amount, pad.tone
        ids.words.text, ids.words.tone = pad.words, "refuse" if pad.tone == "refuse" else "muted"

    def _stand(self, view: JobView) -> None:
        """The parts of this step in their order; one of them takes the room that is left."""
        wanted = [
            ("subject", bool(view.subject)),
            ("fields", bool(view.fields)),
            ("group_0", len(view.groups) > 0),
            ("group_1", len(view.groups) > 1),
            ("list", view.list is not None),
            ("facts", bool(view.facts)),
            ("rest", view.list is None),
            ("sum", bool(view.sum)),
        ]
        shown = tuple(name for name, is_wanted in wanted if is_wanted)
        if shown == self._shown:
            return
        self._shown = shown
        place = self.ids.stack
        place.clear_widgets()
        for name in shown:
            place.add_widget(self._parts[name])
