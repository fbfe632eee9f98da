"""One window off screen for all tests of widgets; a stage that is empty at the start of each.

A test folder that needs it imports the two fixtures into its conftest.
"""

import os
from functools import cache

import pytest


@cache
def opened():
    """The process's window: Kivy has one."""
    kept = {name: os.environ.pop(name) for name in ("DISPLAY", "WAYLAND_DISPLAY") if name in os.environ}
    from onecard.ui import kivy_setup

    kivy_setup.prepare("1280x800")
    from kivy.base import runTouchApp
    from kivy.core.window import Window
    from kivy.uix.floatlayout import FloatLayout

    from onecard.ui.style import style

    os.environ.update(kept)
    style.moving = False
    root = FloatLayout()
    runTouchApp(root, embedded=True)
    return Window


@pytest.fixture(scope="session")
def window():
    return opened()


@pytest.fixture
def stage(window):
    """An empty root; ``stage.settle()`` lets sizes and labels follow, ``stage.tap(widget)`` is a finger."""
    return Stage(window)


class Stage:
    def __init__(self, window) -> None:
        from onecard.ui.style import style

        self.window = window
        self.root = window.children[-1]
        self.root.clear_widgets()
        style.apply(theme="light", px_per_mm=4.0, type_scale=1.0)

    def put(self, widget):
        self.root.add_widget(widget)
        self.settle()
        return widget

    def settle(self) -> None:
        from kivy.clock import Clock
        from kivy.lang import Builder

        for _ in range(4):
            Clock.tick()
            Builder.sync()
            Clock.tick_draw()
            Builder.sync()

    def finger(self, x, y):
        from kivy.tests.common import UnitTestTouch

        return UnitTestTouch(x, y)

    def tap(self, widget) -> None:
        touch = self.finger(*widget.to_window(*widget.center))
        touch.touch_down()
        touch.touch_up()
        self.settle()

    def key(self, code, modifiers=()) -> None:
        self.window.dispatch("on_key_down", code, 0, "", list(modifiers))
        self.settle()
