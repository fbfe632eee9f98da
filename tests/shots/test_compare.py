"""The comparison of pictures fails where a person would see a change, and nowhere else."""

import pytest
from PIL import Image, ImageDraw, ImageFont

from onecard.resources import asset
from tests.shots.compare import difference


@pytest.fixture
def golden(tmp_path):
    path = tmp_path / "a.png"
    page().save(path)
    return path


def page(text="￥87.50", ground="#F4F6F8", nudge=0):
    picture = Image.new("RGB", (640, 400), ground)
    font = ImageFont.truetype(str(asset("fonts", "NotoSansSC-Regular.otf")), 16)
    ImageDraw.Draw(picture).text((300, 200), text, font=font, fill=(22 + nudge, 32, 43))
    return picture


def test_same_picture_passes(golden) -> None:
    assert difference(golden, page(nudge=20)) == ""


@pytest.mark.parametrize(
    "change", [{"text": "￥87.60"}, {"text": "￥87.50元"}, {"text": ""}, {"ground": "#FFFFFF"}], ids=str
)
def test_change_that_is_seen_fails(golden, change) -> None:
    assert "differs" in difference(golden, page(**change))


def test_missing_golden_fails(tmp_path) -> None:
    assert "no golden picture" in difference(tmp_path / "none.png", page())


def test_other_size_fails(tmp_path) -> None:
    Image.new("RGB", (10, 10)).save(tmp_path / "small.png")
    assert "(10, 10)" in difference(tmp_path / "small.png", page())
