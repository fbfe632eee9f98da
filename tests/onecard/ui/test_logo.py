"""Goal: the operator's logo stands where ours does, whatever its shape; what is no picture hides nothing.

Method: pictures drawn here, shown by the part that every screen uses.  # F: D8
"""

import pytest
from PIL import Image

pytestmark = [pytest.mark.window, pytest.mark.xdist_group("window")]


@pytest.fixture
def logo(stage):
    from onecard.ui.style import style
    from onecard.ui.widgets import Logo

    yield stage.put(Logo(height=40))
    style.logo = ""


def picture(folder, width: int, height: int) -> str:
    path = folder / f"{width}.png"
    Image.new("RGBA", (width, height), "#9c1c1c80").save(path)
    return str(path)


@pytest.mark.parametrize(("width", "height"), [(960, 120), (240, 400), (300, 300)])
def test_the_operators_logo_keeps_its_shape_within_its_room(stage, logo, tmp_path, width, height) -> None:
    from onecard.ui.style import style

    style.logo = picture(tmp_path, width, height)
    stage.settle()
    assert logo.source == style.logo
    assert logo.plate == 1
    assert logo.width <= logo.most_mm * style.mm
    assert logo.norm_image_size[0] / logo.norm_image_size[1] == pytest.approx(width / height, rel=0.03)


@pytest.mark.parametrize("wrong", ["missing", "text"])
def test_a_file_that_is_no_picture_leaves_ours_there(stage, logo, tmp_path, wrong) -> None:
    from onecard.ui.style import style

    path = tmp_path / "logo.png"
    if wrong == "text":
        path.write_text("no picture")
    style.logo = str(path)
    stage.settle()
    assert "brand" in logo.source
    assert logo.texture is not None
    assert logo.plate == 0
