"""``python -m tests.shots``: every screen × language × theme × panel into build/shots, with an index page.

``--only NAME`` draws the shots whose name contains it; ``--accept`` makes today's pictures the golden ones
(look at them first). Ends with 1 when a layout has a problem.
"""

import argparse
import html
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from onecard.text import LANGUAGES
from tests.shots.compare import GOLDEN
from tests.shots.gallery import picture_name, shots
from tests.shots.render import THEMES

ROOT = Path(__file__).resolve().parent.parent.parent


def render(out: Path, *, golden: bool = False, compare: bool = False, only: str = "") -> dict[str, list[str]]:
    """Draws on every panel, two processes at a time; returns picture → what is wrong with it."""
    out.mkdir(parents=True, exist_ok=True)
    asked = [shot for shot in shots() if only in shot.title]
    panels = sorted({panel for shot in asked for panel in shot.sizes[: 1 if golden else None]})
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    waiting, running = list(panels), []
    while waiting or running:
        while waiting and len(running) < 2:
            panel = waiting.pop(0)
            command = [sys.executable, "-m", "tests.shots.render", "--panel", panel, "--out", str(out)]
            command += ["--golden"] * golden + ["--compare"] * compare + ["--only", only]
            running.append((panel, subprocess.Popen(command, cwd=ROOT, env=environment)))
        panel, process = running.pop(0)
        if process.wait() != 0:
            raise RuntimeError(f"drawing on {panel} ended with {process.returncode}")
    found: dict[str, list[str]] = {}
    for panel in panels:
        found |= json.loads((out / f"layout-{panel}.json").read_text(encoding="utf-8"))
    return found


def write_index(out: Path, found: dict[str, list[str]]) -> None:
    """One page: a row per shot and panel, a column per language and theme."""
    parts = [
        "<!doctype html><meta charset=utf-8><title>OneCard 一卡通: screens</title><style>",
        "body{font:15px/1.5 sans-serif;margin:2rem;background:#f4f6f8;color:#16202b}",
        "section{margin:0 0 2.5rem}.row{display:flex;gap:12px;flex-wrap:wrap}figure{margin:0}",
        "img{width:420px;border:1px solid #d8dee5;border-radius:6px;display:block}",
        "img.tall{width:240px}figcaption{color:#566372;font-size:13px}.bad{color:#b3261e}</style>",
        f"<h1>Screens</h1><p>{len(shots())} shots; {sum(map(bool, found.values()))} with layout problems</p>",
    ]
    for shot in shots():
        parts.append(f"<section><h2 id='{shot.title}'>{html.escape(shot.title)}</h2>")
        for panel in shot.sizes:
            tall = "tall" if int(panel.split("x")[1]) > int(panel.split("x")[0]) else ""
            parts.append("<div class=row>")
            for language in LANGUAGES:
                for theme in THEMES:
                    name = picture_name(shot, language, theme, panel)
                    if not (out / f"{name}.png").exists():
                        continue
                    caption = f"{language} · {theme} · {panel}"
                    image = f"<a href='{name}.png'><img class='{tall}' loading=lazy src='{name}.png'></a>"
                    parts.append(f"<figure>{image}<figcaption>{caption}</figcaption></figure>")
            parts.append("</div>")
            for language in LANGUAGES:
                for problem in found.get(picture_name(shot, language, "light", panel), []):
                    parts.append(f"<p class=bad>{language} {panel}: {html.escape(problem)}</p>")
        parts.append("</section>")
    (out / "index.html").write_text("\n".join(parts), encoding="utf-8")


def accept(out: Path, only: str) -> int:
    """Copies the golden pictures over; those of shots that no longer exist go."""
    wanted = {name for shot in shots() for name in shot.golden_names()}
    GOLDEN.mkdir(exist_ok=True)
    for path in GOLDEN.glob("*.png"):
        if path.stem not in wanted:
            path.unlink()
    copied = 0
    for name in sorted(wanted):
        if (out / f"{name}.png").exists() and only in name:
            shutil.copyfile(out / f"{name}.png", GOLDEN / f"{name}.png")
            copied += 1
    return copied


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.shots", description=__doc__)
    parser.add_argument("--only", default="", help="only shots whose name contains this")
    parser.add_argument("--accept", action="store_true", help="make today's pictures the golden ones")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "shots")
    options = parser.parse_args()
    if not any(options.only in shot.title for shot in shots()):
        parser.error(f"no shot's name contains {options.only}")
    if not options.only and options.out.exists():
        shutil.rmtree(options.out)
    found = render(options.out, golden=options.accept, only=options.only)
    write_index(options.out, found)
    bad = {name: problems for name, problems in found.items() if problems}
    for name, problems in bad.items():
        for problem in problems:
            sys.stdout.write(f"{name}: {problem}\n")
    pictures = len(list(options.out.glob("*.png")))
    sys.stdout.write(f"{pictures} pictures, {len(bad)} with layout problems: {options.out / 'index.html'}\n")
    if options.accept:
        sys.stdout.write(f"{accept(options.out, options.only)} golden pictures written\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
