"""What people see and hear is there, complete, and is what the code believes it to be."""

import tomllib
import wave
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from onecard.resources import asset
from onecard.text import drawable

ROOT = Path(__file__).resolve().parent.parent.parent
WEIGHTS = ("Regular", "Bold")


@pytest.fixture(scope="module", params=WEIGHTS)
def font(request):
    return TTFont(asset("fonts", f"NotoSansSC-{request.param}.otf"), lazy=True)


def test_font_holds_the_characters_of_names(font) -> None:  # F: A12
    lines = (ROOT / "packaging/assets/standard-characters.txt").read_text(encoding="utf-8").splitlines()
    standard = "".join(line for line in lines if not line.startswith("#"))
    assert len(standard) == 8105
    held = font.getBestCmap()
    assert [char for char in standard if ord(char) not in held] == []


def test_font_holds_gb2312(font) -> None:
    held = font.getBestCmap()
    rows = [bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF)]
    chars = [code.decode("gb2312", "ignore") for code in rows]
    assert sum(bool(char) for char in chars) == 6763
    assert [char for char in chars if char and ord(char) not in held] == []


def test_coverage_table_says_what_the_font_holds(font) -> None:
    held = font.getBestCmap()
    assert all(drawable(chr(code)) for code in held)
    assert not any(drawable(chr(code)) for code in range(0x20000, 0x20800) if code not in held)


def test_figures_have_one_width(font) -> None:
    cmap = font.getBestCmap()
    assert len({font["hmtx"][cmap[ord(digit)]][0] for digit in "0123456789"}) == 1


def test_fonts_are_small_enough_to_ship_and_carry_their_licence() -> None:
    for weight in WEIGHTS:
        assert asset("fonts", f"NotoSansSC-{weight}.otf").stat().st_size < 2_500_000
    assert "SIL OPEN FONT LICENSE" in asset("fonts", "OFL.txt").read_text(encoding="utf-8")
    assert "Apache" in asset("icons", "LICENSE.txt").read_text(encoding="utf-8")


def test_every_icon_of_the_table_is_in_the_font() -> None:
    table = tomllib.loads(asset("icons", "icons.toml").read_text(encoding="ascii"))
    held = TTFont(asset("icons", "icons.ttf")).getBestCmap()
    assert table
    assert [name for name, code in table.items() if code not in held] == []


def test_tones_differ_as_their_meanings_do() -> None:
    seconds = {}
    for name in ("ready", "ok", "refused", "retap", "click", "note"):
        with wave.open(str(asset("sounds", f"{name}.wav"))) as tone:
            seconds[name] = tone.getnframes() / tone.getframerate()
            assert (tone.getnchannels(), tone.getsampwidth()) == (1, 2)
    assert seconds["click"] < 0.03
    assert seconds["refused"] > 3 * seconds["ok"] > 0.3


def test_receipt_logo_suits_a_thermal_head() -> None:  # F: C6
    with Image.open(asset("brand", "receipt.png")) as picture:
        assert picture.mode == "1"
        assert picture.width <= 384
        assert picture.width % 8 == 0
