"""Colours, type and distances, as numbers: no window needed.

Everything is laid out in millimetres, because a finger is; each terminal says how many pixels its panel has
per millimetre. Trusting the panel's own EDID (Kivy's ``dp``) was rejected: they lie.
"""

from dataclasses import dataclass, fields

#: Height of a capital letter in Noto Sans SC, as a share of the font size.
CAP_SHARE = 0.733
#: Height of capitals in mm for each role; a screen uses no other sizes.
CAP_MM = {
    "caption": 2.5,
    "body": 3.2,
    "label": 4.0,
    "title": 5.0,
    "figure": 8.0,
    "amount": 12.0,
    "hero": 18.0,
    "customer": 25.0,
}
ROLES = tuple(CAP_MM)
GRID_MM = 2.0
GAP_MM = 4.0
WIDE_GAP_MM = 8.0
CORNER_MM = 2.0
#: Smallest side of anything that can be touched, by where it stands.
TARGET_MM = {"kiosk": 20.0, "pos": 15.0}
LEAST_TARGET_MM = 10.0


@dataclass(frozen=True, slots=True)
class Panel:
    """One screen: its pixels and how dense they are."""

    name: str
    width: int
    height: int
    px_per_mm: float


PANELS = {
    panel.name: panel
    for panel in (
        Panel("1080x1920", 1080, 1920, 4.0),
        Panel("1280x800", 1280, 800, 5.9),
        Panel("1366x768", 1366, 768, 4.0),
        Panel("1024x768", 1024, 768, 3.4),
    )
}


@dataclass(frozen=True, slots=True)
class Metrics:
    """Millimetres and type roles → pixels; ``type_scale`` 1.5 is the large-print mode."""

    px_per_mm: float
    type_scale: float = 1.0

    def px(self, mm: float) -> int:
        return round(mm * self.px_per_mm)

    def font_px(self, role: str) -> int:
        return round(CAP_MM[role] * self.type_scale * self.px_per_mm / CAP_SHARE)


@dataclass(frozen=True, slots=True)
class Theme:
    """Colour tokens as ``#RRGGBB``. State is always colour and icon and word, never colour alone."""

    ground: str
    surface: str
    ink: str
    muted: str
    line: str
    #: Outline of a thing that can be touched: at least 3:1 against surface and ground.
    edge: str
    accent: str
    accent_ink: str
    accent_soft: str
    done: str
    done_soft: str
    wait: str
    wait_soft: str
    refuse: str
    refuse_soft: str
    #: Large areas that say a state (a tap's answer), the same in both themes, and the words on them.
    done_fill: str
    wait_fill: str
    refuse_fill: str
    fill_ink: str
    #: Face of a digit's key.
    key: str
    #: What lies between an overlay and the screen below it, drawn at ``SCRIM`` opacity.
    scrim: str


SCRIM = 0.62

LIGHT = Theme(
    ground="#F4F6F8",
    surface="#FFFFFF",
    ink="#16202B",
    muted="#566372",
    line="#D8DEE5",
    edge="#83909E",
    accent="#0B6E69",
    accent_ink="#FFFFFF",
    accent_soft="#DFF0EE",
    done="#1B7F3B",
    done_soft="#EAF6ED",
    wait="#9A5B00",
    wait_soft="#FFF1DA",
    refuse="#B3261E",
    refuse_soft="#FCE8E6",
    done_fill="#1B7F3B",
    wait_fill="#9A5B00",
    refuse_fill="#B3261E",
    fill_ink="#FFFFFF",
    key="#E6EBF0",
    scrim="#16202B",
)

DARK = Theme(
    ground="#11161C",
    surface="#1B222B",
    ink="#EEF2F6",
    muted="#9FB0C0",
    line="#2C3641",
    edge="#647485",
    accent="#35B5AC",
    accent_ink="#06201E",
    accent_soft="#17393A",
    done="#4CC174",
    done_soft="#163323",
    wait="#F0B24A",
    wait_soft="#3A2C12",
    refuse="#FF8A80",
    refuse_soft="#42211F",
    done_fill="#1B7F3B",
    wait_fill="#9A5B00",
    refuse_fill="#B3261E",
    fill_ink="#FFFFFF",
    key="#28323D",
    scrim="#000000",
)

THEMES = {"light": LIGHT, "dark": DARK}
TOKENS = tuple(field.name for field in fields(Theme))


def rgb(token: str) -> tuple[float, float, float]:
    """``#RRGGBB`` → three shares of 1."""
    return (int(token[1:3], 16) / 255, int(token[3:5], 16) / 255, int(token[5:7], 16) / 255)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21, by the formula of WCAG 2.2 (relative luminance)."""

    def luminance(token: str) -> float:
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb(token)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
