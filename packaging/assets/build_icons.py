"""Cuts the icons that our screens use out of Material Design Icons: a small font and its name table.

Takes the unpacked npm package ``@mdi/font`` (7.4.47): ``npm pack @mdi/font && tar xf mdi-font-*.tgz``, then
``python packaging/assets/build_icons.py package``. An icon that a screen misses is added to ``icons.txt``.
"""

import re
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font

HERE = Path(__file__).resolve().parent
ICONS = HERE.parent.parent / "assets" / "icons"


def codepoints(css: str) -> dict[str, int]:
    found = re.findall(r'\.mdi-([a-z0-9-]+)::before \{\s*content: "\\([0-9A-F]+)"', css)
    return {name: int(code, 16) for name, code in found}


def main() -> None:
    package = Path(sys.argv[1])
    table = codepoints((package / "css" / "materialdesignicons.css").read_text(encoding="utf-8"))
    chosen = {name: table[name] for name in sorted((HERE / "icons.txt").read_text().split())}
    options = Options()
    options.hinting = False
    options.recalc_timestamp = False
    options.layout_features = []
    font = load_font(str(package / "fonts" / "materialdesignicons-webfont.ttf"), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=chosen.values())
    subsetter.subset(font)
    ICONS.mkdir(parents=True, exist_ok=True)
    save_font(font, str(ICONS / "icons.ttf"), options)
    lines = ["# Material Design Icons name = code point in icons.ttf; by packaging/assets/build_icons.py."]
    lines += [f"{name} = 0x{code:X}" for name, code in chosen.items()]
    (ICONS / "icons.toml").write_text("\n".join(lines) + "\n", encoding="ascii")
    sys.stdout.write(f"{len(chosen)} icons, {(ICONS / 'icons.ttf').stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    main()
