"""Two shapes of screen that the back of the till is made of: a list with keys, and a form with a pad.

Frozen values with everything formatted; what they are about is each presenter's.
"""

from dataclasses import dataclass, field

from pos.presenters.field import FieldView
from pos.presenters.frame import FrameView, NoticeView, RowView, TileView
from pos.till import Till


@dataclass(frozen=True, kw_only=True)
class ListView:
    """``keys``: what can be done, the way back first; ``choices``: which list. ``shares`` < 0 stand right."""

    frame: FrameView
    title: str
    body: str
    titles: tuple[str, ...]
    shares: tuple[float, ...]
    rows: tuple[RowView, ...]
    empty: str
    keys: tuple[TileView, ...]
    choices: tuple[TileView, ...] = ()
    fields: tuple[FieldView, ...] = ()
    sum_label: str = ""
    sum: str = ""


@dataclass(frozen=True, kw_only=True)
class FormView:
    """``pad``: order of the number pad, "" for none, ``letters``: the keys in ``letters`` instead of it;
    ``amount`` is what it has typed."""

    frame: FrameView
    title: str
    body: str
    tone: str
    keys: tuple[TileView, ...]
    fields: tuple[FieldView, ...] = ()
    choices: tuple[TileView, ...] = ()
    #: A second choice below the first.
    options: tuple[TileView, ...] = ()
    facts: tuple[RowView, ...] = ()
    pad: str = ""
    letters: tuple[TileView, ...] = ()
    amount_label: str = ""
    amount: str = ""
    amount_tone: str = "ink"
    notice: NoticeView | None = field(default=None)


def back(till: Till, word: str = "common.back") -> TileView:
    """The way out, first in every row of keys."""
    return TileView(action="escape", text=till.tr(word), icon="arrow-left", hint="Esc")


def go(
    text: str, *, action: str = "enter", icon: str = "", enabled: bool = True, reason: str = ""
) -> TileView:
    """What the screen is for."""
    return TileView(
        action=action, text=text, icon=icon, hint="Enter", kind="primary", enabled=enabled, reason=reason
    )


def key(action: str, text: str, *, icon: str = "", enabled: bool = True, reason: str = "") -> TileView:
    """One more thing that can be done, by its function key."""
    return TileView(action=action, text=text, icon=icon, hint=action.upper(), enabled=enabled, reason=reason)
