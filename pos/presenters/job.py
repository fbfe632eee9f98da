"""One job of the front desk as its screen draws it: whom it is for, what is asked, what came of it.

Frozen values with everything formatted; ``pos.frontdesk.step`` says what is in them.
"""

from dataclasses import dataclass

from pos.presenters.field import FieldView
from pos.presenters.frame import FrameView, RowView, TileView
from pos.presenters.loss import StopView


@dataclass(frozen=True, kw_only=True)
class GroupView:
    """Some answers of which one holds."""

    title: str
    tiles: tuple[TileView, ...]
    columns: int = 4


@dataclass(frozen=True, kw_only=True)
class ListView:
    """``shares`` of the width, negative ones stand right."""

    titles: tuple[str, ...]
    shares: tuple[float, ...]
    rows: tuple[RowView, ...]
    empty: str = ""


@dataclass(frozen=True, kw_only=True)
class PadView:
    """``order`` of the keys, those of a number pad or ``letters``; ``amount`` is what was typed, or dots."""

    order: str
    label: str
    amount: str
    tone: str = "ink"
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class JobView:
    """What a step does not need is empty and takes no room.

    ``subject_state``, ``subject_waiting``: how the card and its money are, never cut; ``sum``: what matters
    at its end.
    """

    frame: FrameView
    title: str
    body: str
    tone: str = "muted"
    step: str = ""
    subject: str = ""
    subject_detail: str = ""
    subject_state: str = ""
    subject_waiting: str = ""
    fields: tuple[FieldView, ...] = ()
    groups: tuple[GroupView, ...] = ()
    list: ListView | None = None
    facts: tuple[RowView, ...] = ()
    sum_label: str = ""
    sum: str = ""
    sum_tone: str = "ink"
    pad: PadView | None = None
    keys: tuple[TileView, ...] = ()
    stop: StopView | None = None
