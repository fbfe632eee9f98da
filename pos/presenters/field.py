"""One line to be typed, as a screen shows it: a frozen value, formatted and translated."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """``field`` names it in what comes back."""

    field: str
    label: str
    text: str = ""
    placeholder: str = ""
    error: str = ""
    secret: bool = False
