"""One line to be typed, as a screen shows it: a frozen value, formatted and translated."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """``field`` names it in what comes back.

    ``keyboard``: what the keys on the glass begin with, ``words``, ``codes`` or ``figures``; "" = there are
    none. ``is_search``: Enter on them looks for it at once.
    """

    field: str
    label: str
    text: str = ""
    placeholder: str = ""
    error: str = ""
    secret: bool = False
    keyboard: str = "words"
    is_search: bool = False


def fields(view: object) -> tuple[FieldView, ...]:
    """All that can be typed into on a screen."""
    search = getattr(view, "search", None)
    found = tuple(getattr(view, "fields", ()))
    return (search, *found) if isinstance(search, FieldView) else found
