"""Lines to be typed: filling one, and a screen on which they come and go. Draw ``FieldView``."""

from collections.abc import Sequence
from typing import Any

from kivy.uix.gridlayout import GridLayout

from onecard.ui.widgets import TextField
from pos.presenters.field import FieldView
from pos.screens.frame import PosScreen


def fill_field(field: TextField, view: FieldView) -> None:
    """Words around a field; what stands in it only when it is not what was typed."""
    field.label, field.placeholder, field.error = view.label, view.placeholder, view.error
    if not view.keyboard:
        field.write = None
    if field.text != view.text:
        field.text = view.text


class FieldScreen(PosScreen):
    """A screen that asks for other lines at every step."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        #: As many as were ever asked for at once: a field is most of a megabyte, and most screens need none.
        self._fields: list[TextField] = []
        self._named: tuple[str, ...] = ()

    def draw_fields(self, place: GridLayout, views: Sequence[FieldView]) -> None:
        """Fields of this view and no others; the first takes the keyboard when they change."""
        names = tuple(view.field for view in views)
        if names != self._named:
            self._named = names
            place.clear_widgets()
            while len(self._fields) < len(views):
                self._fields.append(TextField())
            for field, view in zip(self._fields, views, strict=False):
                field.changed = None
                field.text = view.text
                field.tag = view.field
                field.secret = view.secret
                self.bind_field(field, view.field)
                place.add_widget(field)
            self._focus()
        for field, view in zip(self._fields, views, strict=False):
            if view.keyboard and field.write is None:
                self.bind_field(field, view.field)
            fill_field(field, view)

    def _focus(self) -> None:
        for at, field in enumerate(self._fields):
            field.focus = at == 0 and bool(self._named)

    def entered(self) -> None:
        self._focus()

    def left(self) -> None:
        super().left()
        for field in self._fields:
            field.focus = False
