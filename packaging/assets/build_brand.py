"""Draws the product's mark and name: a card that carries the one stroke of 一, and the waves of a tap.

One geometry on a field of 100 × 100, written as SVG and as PNG; the receipt's copy has one bit per pixel,
because that is what a thermal head can do. Run ``python packaging/assets/build_brand.py``.
"""

from collections.abc import Callable
from math import cos, radians, sin
from pathlib import Path

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

ASSETS = Path(__file__).resolve().parent.parent.parent / "assets"
BRAND = ASSETS / "brand"
BOLD = ASSETS / "fonts" / "NotoSansSC-Bold.otf"
REGULAR = ASSETS / "fonts" / "NotoSansSC-Regular.otf"

ACCENT, INK, WHITE, PALE = "#0B6E69", "#16202B", "#FFFFFF", "#EEF2F6"
ACCENT_DARK = "#35B5AC"

FIELD_RADIUS = 23
CARD = (15, 27, 85, 73)
CARD_RADIUS = 8
#: The stroke 一: a bar with the small foot that a written stroke leaves at its right end.
STROKE = ((24, 47), (51, 47), (54.5, 43.6), (57.5, 46.5), (57.5, 53), (24, 53))
#: Waves: middle, radii, width; a quarter to the right of the stroke.
WAVE_AT, WAVE_RADII, WAVE_WIDTH = (60.5, 50), (8.5, 15.5), 4.0
WAVE_HALF_ANGLE = 46


def svg_waves(color: str) -> str:
    lines = []
    x, y = WAVE_AT
    for radius in WAVE_RADII:
        dx, dy = radius * cos(radians(WAVE_HALF_ANGLE)), radius * sin(radians(WAVE_HALF_ANGLE))
        lines.append(f"M{x + dx:.2f} {y - dy:.2f}A{radius} {radius} 0 0 1 {x + dx:.2f} {y + dy:.2f}")
    style = f'fill="none" stroke="{color}" stroke-width="{WAVE_WIDTH}" stroke-linecap="round"'
    return f'<path d="{"".join(lines)}" {style}/>'


def svg_mark(field: str, card: str) -> str:
    left, top, right, bottom = CARD
    points = " ".join(f"{x},{y}" for x, y in STROKE)
    return (
        f'<rect width="100" height="100" rx="{FIELD_RADIUS}" fill="{field}"/>'
        f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" '
        f'rx="{CARD_RADIUS}" fill="{card}"/>'
        f'<polygon points="{points}" fill="{field}"/>' + svg_waves(field)
    )


def outline(font_path: Path, text: str, size: float, x: float, baseline: float) -> tuple[str, float]:
    """A word as an SVG path, and where it ends: no viewer needs our font."""
    font = TTFont(font_path)
    glyphs, cmap, scale = font.getGlyphSet(), font.getBestCmap(), size / font["head"].unitsPerEm
    path = []
    for char in text:
        name = cmap[ord(char)]
        pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.1f}")
        glyphs[name].draw(TransformPen(pen, (scale, 0, 0, -scale, x, baseline)))
        path.append(pen.getCommands())
        x += font["hmtx"][name][0] * scale
    return " ".join(path), x


def svg_logo(field: str, card: str, words: str, quiet: str) -> str:
    first, end = outline(BOLD, "OneCard", 62, 122, 72)
    second, end = outline(REGULAR, "一卡通", 54, end + 22, 70)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {end + 4:.0f} 100">'
        f'<title>OneCard 一卡通</title>{svg_mark(field, card)}<path d="{first}" fill="{words}"/>'
        f'<path d="{second}" fill="{quiet}"/></svg>\n'
    )


def draw_mark(draw: ImageDraw.ImageDraw, scale: float, field: str, card: str) -> None:
    def at(*values: float) -> tuple[float, ...]:
        return tuple(value * scale for value in values)

    draw.rounded_rectangle(at(0, 0, 100, 100), FIELD_RADIUS * scale, fill=field)
    draw.rounded_rectangle(at(*CARD), CARD_RADIUS * scale, fill=card)
    draw.polygon([at(*point) for point in STROKE], fill=field)
    draw_waves(draw, at, scale, field)


def draw_waves(
    draw: ImageDraw.ImageDraw, at: Callable[..., tuple[float, ...]], scale: float, color: str
) -> None:
    x, y = WAVE_AT
    for radius in WAVE_RADII:
        outer = radius + WAVE_WIDTH / 2
        around = at(x - outer, y - outer, x + outer, y + outer)
        draw.arc(around, -WAVE_HALF_ANGLE, WAVE_HALF_ANGLE, fill=color, width=round(WAVE_WIDTH * scale))
        for sign in (-1, 1):
            end_x = x + radius * cos(radians(WAVE_HALF_ANGLE))
            end_y = y + sign * radius * sin(radians(WAVE_HALF_ANGLE))
            half = WAVE_WIDTH / 2
            draw.ellipse(at(end_x - half, end_y - half, end_x + half, end_y + half), fill=color)


def draw_logo(height: int, field: str, card: str, words: str, quiet: str) -> Image.Image:
    """Drawn four times as large and shrunk, for smooth edges."""
    scale = height * 4 / 100
    picture = Image.new("RGBA", (round(640 * scale), round(100 * scale)), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw_mark(draw, scale, field, card)
    bold = ImageFont.truetype(str(BOLD), round(62 * scale))
    regular = ImageFont.truetype(str(REGULAR), round(54 * scale))
    x = 122 * scale
    draw.text((x, 72 * scale), "OneCard", font=bold, fill=words, anchor="ls")
    x += bold.getlength("OneCard") + 22 * scale
    draw.text((x, 70 * scale), "一卡通", font=regular, fill=quiet, anchor="ls")
    end = round(x + regular.getlength("一卡通") + 4 * scale)
    picture = picture.crop((0, 0, end, picture.height))
    return picture.resize((round(end / 4), height), Image.Resampling.LANCZOS)


def draw_icon(side: int) -> Image.Image:
    picture = Image.new("RGBA", (side * 4, side * 4), (0, 0, 0, 0))
    draw_mark(ImageDraw.Draw(picture), side * 4 / 100, ACCENT, WHITE)
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def main() -> None:
    BRAND.mkdir(parents=True, exist_ok=True)
    mark = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{svg_mark(ACCENT, WHITE)}</svg>\n'
    (BRAND / "mark.svg").write_text(mark, encoding="utf-8")
    looks = {"light": (ACCENT, WHITE, INK, "#566372"), "dark": (ACCENT_DARK, "#11161C", PALE, "#9FB0C0")}
    for name, look in looks.items():
        (BRAND / f"logo-{name}.svg").write_text(svg_logo(*look), encoding="utf-8")
        draw_logo(120, *look).save(BRAND / f"logo-{name}.png", optimize=True)
    draw_icon(256).save(BRAND / "icon.png", optimize=True)
    black = draw_logo(60, "#000000", WHITE, "#000000", "#000000")
    paper = Image.new("L", (384, 64), 255)  # 384 dots: the printing width of 58 mm paper
    paper.paste(black.convert("L"), ((384 - black.width) // 2, 2), black.getchannel("A"))
    paper.point(lambda value: 255 if value > 140 else 0).convert("1").save(
        BRAND / "receipt.png", optimize=True
    )


if __name__ == "__main__":
    main()
