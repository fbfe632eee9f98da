"""A short message at the foot of the screen that leaves by itself; never the only place that says it."""

from typing import Any

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import NumericProperty, OptionProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))


class Toast(AnchorLayout):
    """Add one to a screen; ``say("已挂单")`` shows it for ``seconds``."""

    text = StringProperty("")
    icon = StringProperty("information-outline")
    tone = OptionProperty("ink", options=("ink", "done", "wait", "refuse"))
    seconds = NumericProperty(3.0)
    shown = NumericProperty(0)

    def say(self, text: str, *, icon: str = "information-outline", tone: str = "ink") -> None:
        """Shows the message, in place of an older one."""
        self.text, self.icon, self.tone, self.shown = text, icon, tone, 1
        Clock.unschedule(self._leave)
        Clock.schedule_once(self._leave, self.seconds)

    def _leave(self, *_: Any) -> None:
        self.shown = 0
