"""What things stand on: a ground, a card-like surface, a thin rule, a dot that tells a state by colour."""

from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))


class Ground(FloatLayout):
    """The screen's own background."""


class Panel(BoxLayout):
    """A surface with a hairline around it; ``fill`` and ``outline`` are colour tokens ("" for none)."""

    fill = StringProperty("surface")
    outline = StringProperty("line")


class Rule(Widget):
    """A hairline between things of one list."""

    upright = BooleanProperty(False)


class StatusDot(Widget):
    """A dot in a tone; always beside an icon or a word that says the same."""

    tone = OptionProperty("done", options=("done", "wait", "refuse", "muted", "accent"))
    side = NumericProperty(12)


class Bar(Widget):
    """How much of a whole is there or left: ``share`` from 0 to 1."""

    share = NumericProperty(1.0)
    tone = OptionProperty("accent", options=("accent", "done", "wait", "refuse"))


class Scrim(FloatLayout):
    """Darkens the screen below and lets no touch through; what stands on it is a child."""

    def on_touch_down(self, touch: Any) -> bool:
        """Whatever is not on a child ends here."""
        super().on_touch_down(touch)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """As for touches."""
        super().on_touch_move(touch)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """As for touches."""
        super().on_touch_up(touch)
        return True
