"""Which screen is in front. Each is built once and kept; changing is immediate, without motion.

Screens of one kind may share one: what differs between them is all in the view.
"""

from collections.abc import Callable
from typing import Any

from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from onecard.ui.keys import KeyMap
from onecard.ui.screen import Screen


class Navigator(FloatLayout):
    """Holds every screen; shows one, and above it at most one overlay (a tap, a dialog).

    A screen manager with transitions was rejected: it animates and rebuilds, and a till must answer at once.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._screens: dict[str, Screen] = {}
        self._offers: dict[tuple[str, ...], Callable[[], Screen]] = {}
        self._overlay: Widget | None = None
        self._overlay_keys: Callable[[], KeyMap] = dict
        self.name = ""
        #: Called with the name after another screen or overlay came to the front.
        self.changed: Callable[[str], object] | None = None

    def add(self, screen: Screen, *names: str) -> None:
        """Registers a screen, built, under its name or several."""
        assert not self._screens.keys() & set(names), names
        self._screens |= dict.fromkeys(names, screen)

    def offer(self, make: Callable[[], Screen], *names: str) -> None:
        """Registers a screen that is built when it is first shown, or while nobody waits (``build_one``)."""
        assert not self._screens.keys() & set(names), names
        self._offers[names] = make

    def build_one(self) -> bool:
        """Build one more screen, so that the first look comes as quickly as the second; was there one?"""
        names = next(iter(self._offers), None)
        if names is not None:
            self.add(self._offers.pop(names)(), *names)
        return names is not None

    def _built(self, name: str) -> Screen:
        for names in [names for names in self._offers if name in names]:
            self.add(self._offers.pop(names)(), *names)
        return self._screens[name]

    @property
    def current(self) -> Screen:
        """The screen in front."""
        return self._screens[self.name]

    @property
    def overlay(self) -> Widget | None:
        """What lies over it, if anything."""
        return self._overlay

    def show(self, name: str, view: Any = None) -> None:
        """Brings a screen to the front (if it is not) and draws ``view`` (if one is given)."""
        screen, before = self._built(name), self._screens.get(self.name)
        if screen is before and name != self.name:
            screen.left()  # nothing of the one name is left when it stands under the other
        if view is not None:
            screen.show(view)
        if name == self.name:
            return
        if before is not None and before is not screen:
            self.remove_widget(before)
            before.left()
        self.name = name
        if before is not screen:
            self.add_widget(screen, index=len(self.children))
        screen.entered()
        self._tell()

    def cover(self, widget: Widget, keys: Callable[[], KeyMap] = dict) -> None:
        """Lays a dialog or tap overlay over everything; it also takes the keyboard."""
        if self._overlay is not widget:
            self.uncover()
            self._overlay = widget
            self.add_widget(widget)
        self._overlay_keys = keys
        self._tell()

    def uncover(self) -> None:
        """Takes the overlay away; nothing happens when there is none."""
        if self._overlay is not None:
            self.remove_widget(self._overlay)
            self._overlay, self._overlay_keys = None, dict
            self._tell()

    def top(self) -> tuple[Widget, KeyMap]:
        """What a keystroke goes to."""
        if self._overlay is not None:
            return self._overlay, self._overlay_keys()
        return self.current, self.current.keys()

    def _tell(self) -> None:
        if self.changed is not None:
            self.changed(self.name)
