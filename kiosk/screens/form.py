"""A form of digits: fields, the pad, and two keys. Draws ``FormView``."""

from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

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


class FormScreen(KioskScreen):
    """The pad stands below, where every hand reaches it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for pad in (self.ids.digits, self.ids.amount):
            pad.press = lambda name: self.send(f"pad:{name}")

    def draw(self, view: FormView) -> None:
        ids = self.ids
        ids.title.text, ids.detail.text = view.title, view.detail
        for place in range(_FIELDS):
            ids[f"field{place}"].draw(view.fields[place] if place < len(view.fields) else None)
        ids.notice.draw(view.notice)
        for place in range(_QUICK):
            button = ids[f"quick{place}"]
            if place < len(view.quick):
                self.fill_key(button, view.quick[place])
            else:
                button.opacity, button.enabled, button.action, button.text = 0, False, None, ""
                button.tag = ""
        ids.quick.shown = 1 if view.quick else 0
        for pad, order in ((ids.digits, "phone"), (ids.amount, "phone_amount")):
            pad.shown = 1 if view.pad == order else 0
            pad.enabled = view.pad == order and not view.busy
        self.fill_key(ids.ok, view.ok)
        self.fill_key(ids.back, view.back)

    def forget(self) -> None:
        ids = self.ids
        for place in range(_FIELDS):
            ids[f"field{place}"].draw(None)
        ids.notice.text = ids.notice.detail = ids.detail.text = ids.title.text = ""
