"""Cuts the two font files of ``assets/fonts`` out of Noto Sans CJK, and writes down what they hold.

Knows which characters a canteen needs: GB2312, the 8,105 standard characters (names of people), pinyin
letters, and the signs of our screens. Run by ``build_fonts.sh``; the apps never need fontTools.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent.parent / "assets" / "fonts"
#: Number of the simplified Chinese face inside the collection.
SIMPLIFIED_CHINESE = 2
#: Line metrics in 1/1000 em. The collection's own (1160, -288) leave much of the line empty above and set
#: every text visibly below the middle of its button; these put the middle of the line at 380, the middle of
#: an ideograph (a capital's is 366).
ASCENT, DESCENT = 1050, -290

EXTRA = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "".join(map(chr, range(0xA0, 0x180)))  # Latin-1 and Latin Extended-A: foreign names
    + "ǍǎǏǐǑǒǓǔǕǖǗǘǙǚǛǜ"
    + "–—‘’“”„•…‰′″‹›€℃№™−×÷±≈≠≤≥"
    + "←↑→↓↖↗↘↙⏎■□▢▲△▶▼▽◀◆◇○◎●★☆✓〇〓￥￡￠＃＊＋－／：；，．！？（）％"
    + "".join(map(chr, range(0x2460, 0x2474)))  # ①…⑳
)


def gb2312() -> set[int]:
    """Every character the national standard of 1980 can write."""
    found = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes((high, low)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def wanted() -> set[int]:
    listed = (HERE / "standard-characters.txt").read_text(encoding="utf-8").splitlines()
    standard = {ord(ch) for line in listed if not line.startswith("#") for ch in line}
    assert len(standard) == 8105, len(standard)
    return gb2312() | standard | {ord(ch) for ch in EXTRA}


def ranges(points: list[int]) -> str:
    """``[1, 2, 3, 9]`` → ``"1-3\\n9\\n"`` in hexadecimal."""
    lines, start = [], points[0]
    for here, following in zip(points, [*points[1:], -1], strict=True):
        if following != here + 1:
            lines.append(f"{start:X}" if start == here else f"{start:X}-{here:X}")
            start = following
    return "\n".join(lines) + "\n"


def cut(source: Path, weight: str) -> set[int]:
    options = Options()
    options.font_number = SIMPLIFIED_CHINESE
    options.layout_features = []
    options.hinting = False
    options.recalc_timestamp = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS"]
    font = load_font(str(source), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    held = set(font.getBestCmap())
    digits = {font["hmtx"][font.getBestCmap()[ord(ch)]][0] for ch in "0123456789"}
    assert len(digits) == 1, "money needs figures of one width"
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = ASCENT, DESCENT, 0
    os2 = font["OS/2"]
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = ASCENT, DESCENT, 0
    os2.usWinAscent, os2.usWinDescent = ASCENT, -DESCENT
    target = FONTS / f"NotoSansSC-{weight}.otf"
    save_font(font, str(target), options)
    sys.stdout.write(f"{target.name}: {len(held)} characters, {target.stat().st_size / 1e6:.2f} MB\n")
    return held


def main() -> None:
    folder = Path(sys.argv[1])
    FONTS.mkdir(parents=True, exist_ok=True)
    regular = cut(folder / "NotoSansCJK-Regular.ttc", "Regular")
    bold = cut(folder / "NotoSansCJK-Bold.ttc", "Bold")
    missing = "".join(map(chr, sorted(wanted() - (regular & bold))))
    sys.stdout.write(f"not in the source font: {missing or 'nothing'}\n")
    header = "# Characters of both weights, as hexadecimal ranges; by packaging/assets/build_fonts.py.\n"
    (FONTS / "coverage.txt").write_text(header + ranges(sorted(regular & bold)), encoding="ascii")


if __name__ == "__main__":
    main()
