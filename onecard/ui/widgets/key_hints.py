"""The row of function keys at the foot of a screen: what F1 … F12 do, and the same by touch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kivy.lang import Builder
from kivy.properties import ListProperty
from kivy.uix.boxlayout import BoxLayout

from onecard.ui.kivy_setup import kv
from onecard.ui.widgets.button import TouchButton

Builder.load_file(kv(__file__))


#: Names of keys as they are printed on them.
_FACE = {"escape": "Esc", "enter": "Enter"}


@dataclass(frozen=True, slots=True)
class KeyHint:
    """``KeyHint("f1", "查询", show_query)``: the key's name as in ``onecard.ui.keys``."""

    key: str
    text: str
    action: Callable[[], object] | None = None
    enabled: bool = True
    reason: str = ""
    selected: bool = False
    icon: str = ""


class KeyHints(BoxLayout):
    """Buttons tagged ``f1`` … ``f12``; set ``hints`` and the same list can feed the key router."""

    hints = ListProperty()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("hints", self._fill)
        self._fill(self, self.hints)

    def _fill(self, _widget: Any, hints: Sequence[KeyHint]) -> None:
        # Buttons change in place when only their words changed.
        if [child.tag for child in reversed(self.children)] != [hint.key for hint in hints]:
            self.clear_widgets()
            for hint in hints:
                face = _FACE.get(hint.key, hint.key.upper())
                self.add_widget(TouchButton(tag=hint.key, hint=face, role="body", pad_mm=1.0, gap_mm=1.0))
        for button, hint in zip(reversed(self.children), hints, strict=True):
            button.text, button.action, button.icon = hint.text, hint.action, hint.icon
            button.enabled, button.reason, button.selected = hint.enabled, hint.reason, hint.selected

    def actions(self) -> dict[str, Callable[[], object]]:
        """The enabled keys, for a screen's ``keys``."""
        return {hint.key: hint.action for hint in self.hints if hint.enabled and hint.action is not None}
