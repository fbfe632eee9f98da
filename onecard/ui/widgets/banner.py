"""A line across the screen that says how things stand: online, offline and what to do, a warning."""

from typing import Any

from kivy.lang import Builder
from kivy.properties import OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))

#: Tone → (words, ground); the icon is the caller's.
_LOOK = {
    "plain": ("muted", "surface"),
    "done": ("done", "done_soft"),
    "wait": ("wait", "wait_soft"),
    "refuse": ("refuse", "refuse_soft"),
    "accent": ("accent", "accent_soft"),
}


class Banner(BoxLayout):
    """Icon, a bold word, and the rest of the sentence: ``脱机`` · ``2 小时 14 分 · 37 笔待传``."""

    tone = OptionProperty("wait", options=tuple(_LOOK))
    icon = StringProperty("alert")
    text = StringProperty("")
    detail = StringProperty("")
    words_tone = StringProperty("wait")
    fill = StringProperty("wait_soft")

    def on_tone(self, _widget: Any, tone: str) -> None:
        self.words_tone, self.fill = _LOOK[tone]
