"""Bugs planted on purpose: each patch in ``bugs/`` is put into a copy of the tree; the world has to notice.

Never a switch in the product. A patch's first line says in words what is wrong with it, the second one on
which days (``FAMILIES``) it shows best.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.world.world import FAMILIES

HERE = Path(__file__).parent
TREE = HERE.parent.parent
PATCHES = HERE / "bugs"
#: What a world runs on.
FOLDERS = ("onecard", "kiosk", "pos", "server", "assets", "tests/world")
#: And what it does not need.
HEAVY = ("*.ttf", "*.otf", "*.wav", "*.png")
#: Worlds that a bug may hide from.
MOST = 30


def names() -> list[str]:
    return sorted(path.stem for path in PATCHES.glob("*.patch"))


def day_of(name: str) -> int:
    """The first seed of a day on which the bug shows best, as its patch says; 0 when it does not say."""
    for line in (PATCHES / f"{name}.patch").read_text().splitlines()[:3]:
        if line.startswith("day: "):
            return FAMILIES.index(line.removeprefix("day: ")) or len(FAMILIES)
    return 0


def caught(name: str, most: int = MOST) -> str:
    """The first violation in a tree with this bug ("": with none); "" when ``most`` worlds saw nothing."""
    with tempfile.TemporaryDirectory(prefix="onecard-bug-") as folder:
        copy = Path(folder)
        for one in FOLDERS:
            shutil.copytree(TREE / one, copy / one, ignore=shutil.ignore_patterns("__pycache__", *HEAVY))
        if name:
            patch = PATCHES / f"{name}.patch"
            subprocess.run(["git", "apply", "--whitespace=nowarn", str(patch)], cwd=copy, check=True)
        day = day_of(name) if name else 0
        asked = ["--seeds", str(most), "--first", str(day or 1), "--until-broken"]
        asked += ["--stride", str(len(FAMILIES))] if day else []
        done = subprocess.run(
            [sys.executable, "-m", "tests.world", *asked],
            cwd=copy,
            capture_output=True,
            text=True,
            check=False,
        )
    told = [line.strip() for line in done.stdout.splitlines() if line]
    if done.returncode == 0 and told and told[-1].endswith(" 0 violations"):
        return ""
    return " ".join(told[:2]) or done.stderr[-400:]


def hunt(wanted: list[str]) -> int:
    """All of them, or the named ones; 1 when one got away, or when a sound tree is called broken."""
    broken = caught("", most=3)
    if broken:
        print(f"without any bug: {broken}")
        return 1
    missed = 0
    for name in wanted or names():
        found = caught(name)
        missed += not found
        print(f"bug {name}: {found or 'NOT CAUGHT'}", flush=True)
    print(f"bugs: {len(wanted or names())} planted, {missed} not caught")
    return 1 if missed else 0
