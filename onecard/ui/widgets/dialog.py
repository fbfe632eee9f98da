"""A question over the screen that must be answered first. Asks; decides nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kivy.lang import Builder
from kivy.properties import ListProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from onecard.ui.kivy_setup import kv
from onecard.ui.theme import ROLES
from onecard.ui.widgets.button import TouchButton
from onecard.ui.widgets.surface import Scrim

Builder.load_file(kv(__file__))


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer. ``hint`` is the key that gives it; the screen routes that key."""

    text: str
    action: Callable[[], object]
    tag: str
    kind: str = "secondary"
    hint: str = ""
    icon: str = ""
    enabled: bool = True
    reason: str = ""


class ChoiceRow(BoxLayout):
    """Answers side by side: what destroys stands alone at the left, the main one at the right."""

    choices = ListProperty()
    height_mm = NumericProperty(16.0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("choices", self._fill)
        self._fill(self, self.choices)

    def _fill(self, _widget: Any, choices: Sequence[Choice]) -> None:
        self.clear_widgets()
        ordered = sorted(choices, key=lambda choice: choice.kind != "destructive")
        for place, choice in enumerate(ordered):
            self.add_widget(
                TouchButton(
                    text=choice.text,
                    icon=choice.icon,
                    kind=choice.kind,
                    hint=choice.hint,
                    tag=choice.tag,
                    enabled=choice.enabled,
                    reason=choice.reason,
                    action=choice.action,
                )
            )
            following = ordered[place + 1].kind if place + 1 < len(ordered) else ""
            if choice.kind == "destructive" and following not in ("", "destructive"):
                self.add_widget(Widget(size_hint_x=0.35))
        if len(ordered) == 1:
            # One answer alone stands in the middle rather than filling the whole width.
            self.add_widget(Widget(size_hint_x=0.4))
            self.add_widget(Widget(size_hint_x=0.4), index=len(self.children))


class Dialog(Scrim):
    """Icon, title, sentences, answers; and room for more widgets in ``content``."""

    icon = StringProperty("help-circle-outline")
    tone = OptionProperty("accent", options=("accent", "done", "wait", "refuse", "ink"))
    title = StringProperty("")
    body = StringProperty("")
    choices = ListProperty()
    width_mm = NumericProperty(150.0)
    #: At a kiosk: larger words, answers of 20 mm.
    body_role = OptionProperty("body", options=ROLES)
    choice_mm = NumericProperty(16.0)

    @property
    def content(self) -> BoxLayout:
        """Where a screen adds its own widgets (a list, a pad)."""
        return self.ids.content
