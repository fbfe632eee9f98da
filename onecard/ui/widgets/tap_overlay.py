"""What cashier and customer see while a card is asked for, read and answered. Never chooses the state."""

from typing import Any

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import (
    ListProperty,
    NumericProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.widget import Widget

from onecard.ui.kivy_setup import kv
from onecard.ui.style import style
from onecard.ui.widgets.surface import Scrim

Builder.load_file(kv(__file__))

#: State → (icon, fill, words, quieter words).
_LOOK = {
    "ready": ("contactless-payment", "surface", "ink", "muted", "accent"),
    "reading": ("contactless-payment", "surface", "ink", "muted", "accent"),
    "ok": ("check-circle", "done_fill", "fill_ink", "fill_ink", "fill_ink"),
    "refused": ("close-octagon", "refuse_fill", "fill_ink", "fill_ink", "fill_ink"),
    "retap": ("credit-card-refresh-outline", "wait_fill", "fill_ink", "fill_ink", "fill_ink"),
}
TAP_STATES = tuple(_LOOK)


class Chase(Widget):
    """Five dots of which one leads: something is going on. Stands still when motion is off."""

    step = NumericProperty(0)
    going = NumericProperty(0)

    def on_going(self, *_: Any) -> None:
        """Steps only while it is seen, so that an idle screen draws nothing."""
        Clock.unschedule(self._advance)
        self.step = 0
        if self.going and style.moving:
            Clock.schedule_interval(self._advance, 0.16)

    def _advance(self, _elapsed: float) -> None:
        self.step = (self.step + 1) % 5


class TapOverlay(Scrim):
    """States: ready (steady) · reading (chase) · ok · refused · retap (amber, until the same card is back).

    ``title`` is the large sentence (「请刷卡」, the refusal), ``detail`` what follows from it (balance,
    name, next step), ``amount`` the money at the top as ``￥12.50``, ``choices`` the buttons below.
    """

    state = OptionProperty("ready", options=TAP_STATES)
    amount = StringProperty("")
    title = StringProperty("")
    detail = StringProperty("")
    note = StringProperty("")
    choices = ListProperty()
    #: Height of the choices: 20 at a kiosk.
    choice_mm = NumericProperty(15.0)
    icon = StringProperty("contactless-payment")
    fill = StringProperty("surface")
    tone = StringProperty("ink")
    soft_tone = StringProperty("muted")
    icon_tone = StringProperty("accent")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._parts = list(reversed(self.ids.card.children))
        for name in ("state", "amount", "title", "detail", "note", "choices"):
            self.fbind(name, self._compose)
        self._compose()

    def _compose(self, *_: Any) -> None:
        """What has nothing to say takes no room."""
        ids = self.ids
        silent = {
            ids.amount: not self.amount,
            ids.chase: self.state != "reading",
            ids.detail: not self.detail,
            ids.note: not self.note,
            ids.choices: not self.choices,
        }
        wanted = [part for part in self._parts if not silent.get(part, False)]
        if wanted != list(reversed(ids.card.children)):
            ids.card.clear_widgets()
            for part in wanted:
                ids.card.add_widget(part)

    def on_state(self, _widget: Any, state: str) -> None:
        """Takes the look of the state."""
        self.icon, self.fill, self.tone, self.soft_tone, self.icon_tone = _LOOK[state]
