"""What both apps' windows share: root, keyboard, look, the way back from other threads. Wires no business."""

from collections.abc import Callable
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window

from onecard.ui.keys import KeyRouter
from onecard.ui.navigator import Navigator
from onecard.ui.style import style
from onecard.ui.theme import Panel
from onecard.ui.uimap import UiMap, requested


class Application(App):
    """A window with a navigator as its root. Subclasses add screens in ``compose``."""

    def __init__(self, panel: Panel, *, theme: str = "light", type_scale: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.panel = panel
        self.navigator: Navigator
        self.router: KeyRouter
        self._theme = theme
        self._type_scale = type_scale
        self._uimap: UiMap | None = None
        #: What the program ends with.
        self.exit_code = 0

    def build(self) -> Navigator:
        """Called by Kivy once the window is there."""
        style.apply(theme=self._theme, px_per_mm=self.panel.px_per_mm, type_scale=self._type_scale)
        Window.clearcolor = style.ground
        self.navigator = Navigator()
        self.compose()
        self.router = KeyRouter(self.navigator.top)
        Window.bind(on_touch_down=self._touched, on_key_down=self._touched)
        path = requested()
        if path is not None:
            self._uimap = UiMap(path, self.navigator, lambda: (self.navigator.name, self.navigator.top()[0]))
        return self.navigator

    def compose(self) -> None:
        """An app adds every screen to ``navigator`` here, and shows the first."""

    def activity(self) -> None:
        """Somebody touched the screen or a key; for idle timers and screen savers."""

    def later(self, call: Callable[[], object], delay_s: float = 0.0) -> None:
        """Runs ``call`` on the window's thread; the only way in for devices and sync."""
        Clock.schedule_once(lambda _elapsed: call(), delay_s)

    def every(self, period_s: float, call: Callable[[], object]) -> None:
        """Runs ``call`` again and again on the window's thread."""
        Clock.schedule_interval(lambda _elapsed: call(), period_s)

    def open_settings(self, *_: Any) -> bool:
        """F1 is ours: Kivy's own settings panel never opens."""
        return True

    def _touched(self, *_: Any) -> bool:
        self.activity()
        return False
