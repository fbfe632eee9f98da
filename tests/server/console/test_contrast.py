"""Goal: every pair of colours that carries text passes 4.5:1, in light and in dark (WCAG 2.2 AA).

Method: the formula of WCAG over the tokens of the one style sheet.
"""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[3] / "server" / "console" / "static" / "console.css"
PAIRS = (
    *((one, ground) for one in ("ink", "muted", "accent") for ground in ("ground", "surface")),
    *((one, "idle-soft") for one in ("ink", "muted")),
    *((one, f"{one}-soft") for one in ("done", "wait", "refuse", "accent")),
    *((one, "surface") for one in ("done", "refuse")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("accent-strong", "accent-soft"),
)


def schemes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\n\s*\}", CSS.read_text(encoding="utf-8"), re.S)
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks)
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS, ids="/".join)
def test_text_stands_out(scheme: str, ink: str, ground: str) -> None:
    tokens = schemes()[scheme]
    assert contrast(tokens[ink], tokens[ground]) >= 4.5
