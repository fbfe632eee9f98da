"""Typing without a keyboard: the key beside a field of any screen opens keys on the glass over it. F: C14"""

from pos.area import Area, Way
from pos.presenters.keyboard import KeyboardPresenter, KeyboardView
from pos.till import Till


class Writing(Area):
    """The field hears every change at once, as from a keyboard, and its old text when it is given up."""

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self._keyboard: KeyboardPresenter | None = None

    def takes(self, screen: str, action: str) -> bool:
        verb, _, name = action.partition(":")
        field = self._way.field(name) if verb == "write" else None
        if field is None:
            return False
        self._keyboard = KeyboardPresenter(self._till, field)
        return True

    def cover(self) -> KeyboardView | None:
        return None if self._keyboard is None else self._keyboard.view()

    def covered(self, action: str) -> None:
        keyboard = self._keyboard
        assert keyboard is not None
        name, before = keyboard.field.field, keyboard.line.text
        if action == "escape":
            self._keyboard = None
            self._way.typed(name, keyboard.field.text)
            return
        if action != "enter":
            keyboard.act(action)
        elif not keyboard.is_settled:
            keyboard.settle()
        else:
            self._keyboard = None
        if keyboard.line.text != before:
            self._way.typed(name, keyboard.line.text)
        is_new = keyboard.line.text.strip() != keyboard.field.text.strip()
        if self._keyboard is None and keyboard.field.is_search and is_new:
            self._way.act("enter")

    def signed_out(self) -> None:
        self._keyboard = None
