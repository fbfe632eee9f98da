"""A person at the real screens of an app, off screen, who may use the glass or the keyboard and not both.

``Fingers`` press and drag at the middle of what is drawn; ``Keys`` are keystrokes as the window gets them:
the key itself, Tab and Enter, arrows through a list. What each of them made the app hear is kept.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

#: More than any screen has.
_MOST = 90
_DRAGS = 30
#: Shorter than this is a touch and no drag, px.
_LEAST_DRAG = 40


class Glass:
    """``screens`` is a navigator and a scenery that were built with ``heard`` and ``typed`` of this object;
    ``person`` is whoever runs the app (``flow``, ``picture``, ``_pump``)."""

    def __init__(self, window: Any) -> None:
        from onecard.ui.keys import KeyRouter
        from onecard.ui.navigator import Navigator

        self.window = window
        self.navigator = Navigator(size_hint=(None, None))
        self.scenery: Any = None
        self.person: Any = None
        self.said: list[str] = []
        #: Every screen that was drawn.
        self.met: set[str] = set()
        #: What this app puts before the figures of its pads.
        self.pad = ""
        self.router = KeyRouter(self.navigator.top)

    def heard(self, action: str) -> None:
        """The app's own road for every action."""
        self.said.append(action)
        self.person.flow.act(action)
        self.person._pump()
        self.draw()

    def typed(self, field: str, text: str) -> None:
        self.person.flow.typed(field, text)
        self.person._pump()
        self.draw()

    def draw(self) -> None:
        self.scenery.show(self.person.picture)
        self.met.add(self.navigator.name)

    def settle(self) -> None:
        """Sizes, then labels, then what hangs on their sizes."""
        from kivy.clock import Clock
        from kivy.lang import Builder

        for _ in range(3):
            Clock.tick()
            Builder.sync()
            Clock.tick_draw()
            Builder.sync()

    # -- what is there -----------------------------------------------------------------------------------

    @property
    def top(self) -> Any:
        return self.navigator.top()[0]

    def targets(self) -> Iterator[tuple[str, Any]]:
        """What can be pressed now, each under the action that it sends."""
        from onecard.ui.uimap import visible
        from onecard.ui.widgets.button import TouchButton
        from onecard.ui.widgets.rows import RowLine

        for widget in visible(self.top):
            if isinstance(widget, TouchButton) and widget.enabled and widget.action is not None:
                yield self._action_of(widget), widget
            elif isinstance(widget, RowLine) and widget.enabled and not widget.header and widget.tag:
                yield widget.tag.replace("-", ":"), widget

    def _action_of(self, button: Any) -> str:
        return (self.pad if button.tag.startswith("key-") else "") + action_of(button)

    def target(self, action: str) -> Any:
        """Where it is; ``None``: nowhere."""
        return next((widget for name, widget in self.targets() if name == action), None)


def action_of(button: Any) -> str:
    """What a press sends: a pad says it by its tag, everything else by what it was bound to."""
    args = getattr(button.action, "args", None)
    if args:
        return str(args[0])
    tag = button.tag.removeprefix("key-")
    return {"point": ".", "times": "*", "plus": "+"}.get(tag, tag)


def is_seen(widget: Any) -> bool:
    """Whether its middle is inside every list that it scrolls in."""
    from kivy.uix.scrollview import ScrollView

    x, y = widget.to_window(*widget.center)
    above = widget.parent
    while above is not None and above is not above.parent:
        if isinstance(above, ScrollView):
            left, bottom = above.to_window(*above.pos)
            if not (left <= x <= left + above.width and bottom <= y <= bottom + above.height):
                return False
        above = above.parent
    return True


class Hand(ABC):
    """What both ways have in common. ``did``: what was done with it, by screen and action."""

    def __init__(self, glass: Glass) -> None:
        self.glass = glass
        self.did: set[tuple[str, str]] = set()
        self.seen: set[tuple[str, str]] = set()

    def do(self, action: str) -> None:
        """One action; a ``LookupError`` when this way does not lead to it."""
        glass = self.glass
        glass.draw()
        place = where(glass)
        self.seen |= {(place, stem(name)) for name, _ in glass.targets()}
        glass.said.clear()
        self.reach(action)
        if action not in glass.said:
            raise LookupError(f"{type(self).__name__}: {action} at {place} became {glass.said}")
        self.did.add((place, stem(action)))

    @abstractmethod
    def reach(self, action: str) -> None:
        """By this way alone."""

    @abstractmethod
    def write(self, text: str) -> None:
        """Into the field that is in front."""


class Fingers(Hand):
    """No key is pressed."""

    _last = ("", "")

    def reach(self, action: str) -> None:
        glass = self.glass
        here = (where(glass), stem(action))
        if here != self._last or here[1] != "digit":  # one figure after the other moves nothing
            glass.settle()
        self._last = here
        widget = glass.target(action)
        if widget is None:
            glass.settle()  # a list that has just come needs a frame more
            widget = glass.target(action)
        if action.startswith("row:") and (widget is None or not is_seen(widget)):
            widget = self._scroll_to(action)
        if widget is None:
            raise LookupError(f"no target for {action} at {where(glass)}")
        x, y = widget.to_window(*widget.center)
        self._touch((x, y), (x, y))

    def write(self, text: str) -> None:
        """On the letters of the screen itself."""
        for letter in text:
            self.do(letter if letter in "0123456789.-/:" else f"char:{letter}")

    def _touch(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        from kivy.tests.common import UnitTestTouch

        touch = UnitTestTouch(*start)
        touch.touch_down()
        if end != start:
            # Drawn slowly and rested before it is lifted, so that nothing rolls on.
            for part in (1, 2, 3, 4, 4, 4, 4, 4, 4, 4):
                touch.touch_move(*(a + (b - a) * part / 4 for a, b in zip(start, end, strict=True)))
        touch.touch_up()

    def _scroll_to(self, action: str) -> Any:
        from onecard.ui.uimap import visible
        from onecard.ui.widgets.rows import RowList

        lists = [one for one in visible(self.glass.top) if isinstance(one, RowList)]
        for view in (one for one in lists if one.children and one.children[0].height > one.height):
            x, y = view.to_window(*view.center)
            goes_down = True
            for _ in range(_DRAGS):
                beyond = view.children[0].height - view.height
                left = beyond * (view.scroll_y if goes_down else 1 - view.scroll_y)
                if left < _LEAST_DRAG:
                    goes_down, left = not goes_down, beyond
                # Never past the end: a list that springs back moves on for a while.
                reach = min(view.height * 0.6, left) / 2 * (1 if goes_down else -1)
                self._touch((x, y - reach), (x, y + reach))
                self.glass.settle()
                widget = self.glass.target(action)
                if widget is not None and is_seen(widget):
                    return widget
        return None


class Keys(Hand):
    """Nothing is touched."""

    def __init__(self, glass: Glass) -> None:
        super().__init__(glass)
        from kivy.core.window import Keyboard

        self._codes = Keyboard.keycodes | {"clear": Keyboard.keycodes["delete"]}

    def key(self, name: str) -> None:
        shifted = {"*": "8", "+": "="}
        code = self._codes[shifted.get(name, name)]
        self.glass.window.dispatch("on_key_down", code, 0, "", ["shift"] if name in shifted else [])

    def reach(self, action: str) -> None:
        glass = self.glass
        glass.router.unfocus()
        plain = action.removeprefix("char:")
        if plain in self._codes or plain in "*+":
            self.key(plain)
            if action in glass.said:
                return
        if action.partition(":")[0] in ("row", "line"):
            self._choose(action)
        else:
            self._walk(action)

    def _walk(self, action: str) -> None:
        """From button to button."""
        glass = self.glass
        glass.settle()
        for _ in range(_MOST):
            self.key("tab")
            focused = glass.router._focused
            if focused is not None and action_of(focused) == action:
                self.key("enter")
                return
        raise LookupError(f"no key for {action} at {where(glass)}")

    def _choose(self, action: str) -> None:
        """Down, then up, until the line is marked: that is what a touch on it does."""
        glass = self.glass
        for step in (*["down"] * _MOST, *["up"] * _MOST):
            if action in marked(glass.person.picture):
                if not self._can_see(action):
                    raise LookupError(f"{action} is marked out of sight at {where(glass)}")
                glass.said.append(action)
                return
            self.key(step)
        raise LookupError(f"{action} is never marked at {where(glass)}")

    def _can_see(self, action: str) -> bool:
        """A list that moves needs a frame or two."""
        for _ in range(3):
            self.glass.settle()
            widget = self.glass.target(action)
            if widget is not None and is_seen(widget):
                return True
        return False

    def write(self, text: str) -> None:
        """As the system's keyboard types, once the field has been drawn."""
        self.glass.settle()
        for letter in text:
            self.glass.window.dispatch("on_textinput", letter)


def marked(picture: Any) -> set[str]:
    """The lines that arrows have chosen."""
    view = picture.view
    rows = [*getattr(view, "rows", ()), *(getattr(getattr(view, "list", None), "rows", ()))]
    return {row.action for row in rows if row.selected}


def stem(action: str) -> str:
    """``row:3`` and ``row:4`` are one thing that can be done, and so are all figures."""
    verb, _, what = action.partition(":")
    return verb if what else "digit" if action[:1].isdigit() else action


def where(glass: Glass) -> str:
    """The screen, or what lies above it."""
    if glass.navigator.overlay is None:
        return glass.navigator.name
    picture = glass.person.picture
    view = picture.view
    over = picture.overlay or getattr(view, "confirm", None) or getattr(view, "stop", None)
    phase = glass.person.flow.cards.tap.phase.value if hasattr(over, "look") else ""
    return f"{type(over).__name__}.{phase}" if phase else type(over).__name__


def script(glass: Glass, hand: Hand, steps: str, others: dict[str, Callable[[], None]]) -> None:
    """Actions by name, apart by spaces; ``=text`` is written into a field, ``!name`` is one of ``others``,
    ``#12`` is an action and no figures, ``~tab`` is only a key."""
    for step in steps.split():
        if step.startswith("="):
            hand.write(step[1:].replace("_", " "))
        elif step.startswith("!"):
            others[step[1:]]()
            glass.draw()
        elif step.startswith("~") and isinstance(hand, Keys):
            hand.key(step[1:])
        elif step.startswith("#"):
            hand.do(step[1:])
        else:
            figures = set(step) <= set("0123456789.")
            for one in step if figures and step != "00" else [step]:
                hand.do(glass.pad + one if figures else one)
