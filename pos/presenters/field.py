"""One line to be typed, as a screen shows it: a frozen value, formatted and translated."""

from dataclasses import dataclass
from typing import Final

#: What a wire text takes.
LONGEST: Final = 64


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """``field`` names it in what comes back.

    ``keyboard``: what the keys on the glass begin with, ``words``, ``codes`` or ``figures``; "" = there are
    none; with them no more than ``most`` characters are written. ``is_search``: Enter on them looks for it.
    """

    field: str
    label: str
    text: str = ""
    placeholder: str = ""
    error: str = ""
    secret: bool = False
    keyboard: str = "words"
    most: int = LONGEST
    is_search: bool = False


def fields(view: object) -> tuple[FieldView, ...]:
    """All that can be typed into on a screen."""
    search = getattr(view, "search", None)
    found = tuple(getattr(view, "fields", ()))
    return (search, *found) if isinstance(search, FieldView) else found
