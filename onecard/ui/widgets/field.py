"""One line that is typed with the system's keyboard: names, codes, numbers. PINs and amounts use a pad."""

from collections.abc import Callable
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))


class TextField(BoxLayout):
    """A label above a box. ``changed(text)`` is called on every change, ``entered(text)`` on Enter.

    ``error`` is shown below in the refusing tone; ``secret`` hides what is typed.
    """

    label = StringProperty("")
    text = StringProperty("")
    placeholder = StringProperty("")
    error = StringProperty("")
    tag = StringProperty("")
    secret = BooleanProperty(False)
    focus = BooleanProperty(False)
    changed = ObjectProperty(None, allownone=True)
    entered = ObjectProperty(None, allownone=True)

    def on_text(self, _widget: Any, text: str) -> None:
        changed: Callable[[str], object] | None = self.changed
        if changed is not None:
            changed(text)

    def enter(self) -> None:
        """Enter was pressed in the box."""
        entered: Callable[[str], object] | None = self.entered
        if entered is not None:
            entered(self.text)
