"""One line that is typed: names, codes, numbers. PINs and amounts use a pad.

With the system's keyboard, or by a key beside it that asks its screen for keys on the glass.
"""

from collections.abc import Callable
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from onecard.ui.kivy_setup import kv
from onecard.ui.widgets.button import TouchButton

Builder.load_file(kv(__file__))


class TextField(BoxLayout):
    """A label above a box. ``changed(text)`` is called on every change, ``entered(text)`` on Enter.

    ``error`` is shown below in the refusing tone; ``secret`` hides what is typed. ``write``, when
    there is one, is called by a key at its end.
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
    write = ObjectProperty(None, allownone=True)

    def on_kv_post(self, _base: Any) -> None:
        """Before its first frame a box has not even one empty line, and Backspace would end the program."""
        self.ids.box._refresh_text(self.text)

    def on_text(self, _widget: Any, text: str) -> None:
        changed: Callable[[str], object] | None = self.changed
        if changed is not None:
            changed(text)

    def on_write(self, _widget: Any, write: Callable[[], object] | None) -> None:
        line = self.ids.line
        found = next((one for one in line.children if isinstance(one, TouchButton)), None)
        if write is None:
            if found is not None:
                line.remove_widget(found)
            return
        if found is None:
            found = TouchButton(icon="keyboard-outline", pad_mm=1, size_hint_x=None)
            line.add_widget(found)
            line.bind(height=found.setter("width"))
            found.width = line.height
        found.tag, found.action = f"write-{self.tag}", write

    def enter(self) -> None:
        """Enter was pressed in the box."""
        entered: Callable[[str], object] | None = self.entered
        if entered is not None:
            entered(self.text)
