"""A form of digits: fields, the pad, and two keys. Draws ``FormView``."""

from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.presenters.form import FieldView, FormView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))

_FIELDS = 3
_QUICK = 4


class FormField(BoxLayout):
    """What is asked, and what was typed; the one that digits go to has a strong frame."""

    label = StringProperty("")
    text = StringProperty("")
    active = BooleanProperty(False)

    def draw(self, view: FieldView | None) -> None:
        """``None``: no field here."""
        self.opacity = 0 if view is None else 1
        self.label, self.text = ("", "") if view is None else (view.label, view.text)
        self.active = view is not None and view.active


class KioskFormScreen(KioskScreen):
    """The pad stands below, where every hand reaches it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # ``__self__``: ids are weak, and what is not shown must live on.
        self._quick = [self.ids[f"quick{place}"].__self__ for place in range(_QUICK)]
        self._pads = {order: self.ids[order].__self__ for order in ("phone", "phone_amount", "letters")}
        for pad in self._pads.values():
            pad.press = lambda name: self.send(f"pad:{name}")

    def draw(self, view: FormView) -> None:
        ids = self.ids
        ids.title.text, ids.detail.text = view.title, view.detail
        for place in range(_FIELDS):
            ids[f"field{place}"].draw(view.fields[place] if place < len(view.fields) else None)
        ids.notice.draw(view.notice)
        quick, pad = self._quick[: len(view.quick)], self._pads[view.pad]
        _hold(ids.quick, quick)
        for button, key in zip(quick, view.quick, strict=True):
            self.fill_key(button, key)
            button.selected = key.key == view.chosen
        ids.quick.shown = 1 if view.quick else 0
        _hold(ids.pad, [pad])
        pad.enabled = not view.busy
        self.fill_key(ids.ok, view.ok)
        self.fill_key(ids.back, view.back)

    def forget(self) -> None:
        ids = self.ids
        for place in range(_FIELDS):
            ids[f"field{place}"].draw(None)
        ids.notice.text = ids.notice.detail = ids.detail.text = ids.title.text = ""


def _hold(row: Widget, parts: list[Widget]) -> None:
    """These and nothing else, in their order."""
    if row.children != parts[::-1]:
        row.clear_widgets()
        for part in parts:
            row.add_widget(part)
