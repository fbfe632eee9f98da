"""Keys on the glass for a line of text where no keyboard stands: digits, letters, signs. Pure."""

from string import ascii_lowercase
from typing import Final

from pos.presenters.frame import TileView

#: In the order in which one key leads from one to the next.
WAYS: Final = ("digits", "letters", "signs")
#: What addresses, spans of time and lists are made of beside letters and digits.
_SIGNS: Final = ".:/-_,;=?&@#%+*()"
_DATE: Final = "{}{}{}{}-{}{}-{}{} {}{}:{}{}"


def next_way(way: str) -> str:
    """What the keys type after one more touch."""
    return WAYS[(WAYS.index(way) + 1) % len(WAYS)]


def tiles(way: str, space: str) -> tuple[TileView, ...]:
    """The keys of ``letters`` or ``signs``; digits have a pad of their own. ``space``: that key's word."""
    if way == "digits":
        return ()
    signs = ascii_lowercase if way == "letters" else _SIGNS
    more = [TileView(action="char: ", text=space)] if way == "signs" else []
    more += [TileView(action=f"char:{sign}", text=sign) for sign in (".:" if way == "letters" else "")]
    return (
        *(TileView(action=f"char:{sign}", text=sign) for sign in signs),
        *more,
        TileView(action="backspace", text="", icon="backspace-outline"),
        TileView(action="clear", text="C"),
    )


def pressed(text: str, action: str) -> str:
    """The line after a key."""
    verb, _, what = action.partition(":")
    if action == "backspace":
        return text[:-1]
    if action == "clear":
        return ""
    if verb == "char":
        return text + what
    return text + action if action.isascii() and (action.isdigit() or action in ".-+*/") else text


def pressed_date(text: str, action: str) -> str:
    """``2026-05-04 12:30`` by its digits alone; what is not typed yet is not there."""
    digits = [one for one in text if one.isdigit()]
    if action == "backspace":
        digits = digits[:-1]
    elif action == "clear":
        digits = []
    elif action.isascii() and action.isdigit():
        digits = [*digits, *action][:12]
    whole = _DATE.format(*digits, *([""] * (12 - len(digits))))
    return whole.rstrip("-: ") if len(digits) < 12 else whole
