"""Everybody can read every screen: contrast of both themes, and sizes in millimetres."""

import pytest

from onecard.ui.theme import CAP_MM, CAP_SHARE, PANELS, THEMES, TOKENS, Metrics, contrast

WORDS_ON = [
    *((tone, ground) for tone in ("ink", "muted", "accent") for ground in ("ground", "surface")),
    *((tone, ground) for tone in ("done", "wait", "refuse") for ground in ("ground", "surface")),
    *((tone, f"{tone}_soft") for tone in ("accent", "done", "wait", "refuse")),
    *(("ink", f"{tone}_soft") for tone in ("accent", "done", "wait", "refuse")),
    *(("fill_ink", f"{tone}_fill") for tone in ("done", "wait", "refuse")),
    ("accent_ink", "accent"),
    ("ink", "key"),
    ("surface", "ink"),  # a toast
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("words", "ground"), WORDS_ON)
def test_words_stand_out(theme, words, ground) -> None:  # F: D6
    tokens = THEMES[theme]
    assert contrast(getattr(tokens, words), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["ground", "surface"])
def test_outline_of_a_target_is_seen(theme, ground) -> None:
    assert contrast(THEMES[theme].edge, getattr(THEMES[theme], ground)) >= 3.0


def test_contrast_follows_the_formula() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)  # WCAG's well-known near miss


def test_every_token_is_a_colour_in_both_themes() -> None:
    for theme in THEMES.values():
        for token in TOKENS:
            value = getattr(theme, token)
            assert len(value) == 7
            assert int(value[1:], 16) >= 0


def test_capital_is_as_high_as_its_role_says() -> None:
    metrics = Metrics(px_per_mm=5.9)
    for role, cap_mm in CAP_MM.items():
        assert metrics.font_px(role) * CAP_SHARE / 5.9 == pytest.approx(cap_mm, abs=0.1)


def test_large_print_is_half_as_large_again() -> None:  # F: D6
    assert Metrics(4.0, 1.5).font_px("body") == pytest.approx(Metrics(4.0).font_px("body") * 1.5, abs=1)


def test_four_panels_are_known() -> None:
    assert set(PANELS) == {"1080x1920", "1280x800", "1366x768", "1024x768"}
