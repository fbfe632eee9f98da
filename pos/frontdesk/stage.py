"""Where a job of the front desk stands, and what came of it."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    FIND = "find"
    FORM = "form"
    BUSY = "busy"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of it; ``fen`` is the one figure that matters, none if ``label`` is empty."""

    label: str = ""
    fen: int = 0
    tone: str = "done"
    note: str = ""
