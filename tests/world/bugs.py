"""Bugs planted on purpose: each patch in ``bugs/`` is put into a copy of the tree; the world has to notice.

Never a switch in the product. A patch's first line says in words what is wrong with it, the second one what
the days are about on which it shows best (families and deeds, see ``day.py``).
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
TREE = HERE.parent.parent
PATCHES = HERE / "bugs"
#: What a world runs on.
FOLDERS = ("onecard", "kiosk", "pos", "server", "assets", "tests/world")
#: And what it does not need. Bytecode comes along: only what the patch changes is compiled.
HEAVY = ("*.ttf", "*.otf", "*.wav", "*.png")
#: Worlds that a bug may hide from.
MOST = 30
#: Of a day that is about one bug: short, since what matters comes often.
STEPS = 60


def names() -> list[str]:
    return sorted(path.stem for path in PATCHES.glob("*.patch"))


def day_of(name: str) -> str:
    """What the days are about on which the bug shows best, as its patch says."""
    for line in (PATCHES / f"{name}.patch").read_text().splitlines()[:3]:
        if line.startswith("day: "):
            return ",".join(line.removeprefix("day: ").split())
    return ""


def caught(name: str, most: int = MOST) -> str:
    """The first violation in a tree with this bug ("": with none); "" when ``most`` worlds saw nothing."""
    with tempfile.TemporaryDirectory(prefix="onecard-bug-") as folder:
        copy = Path(folder)
        for one in FOLDERS:
            shutil.copytree(TREE / one, copy / one, ignore=shutil.ignore_patterns(*HEAVY))
        if name:
            patch = PATCHES / f"{name}.patch"
            subprocess.run(["git", "apply", "--whitespace=nowarn", str(patch)], cwd=copy, check=True)
        asked = ["--seeds", str(most), "--steps", str(STEPS), "--until-broken"]
        asked += ["--about", day_of(name)] if name else []
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
    missed = []
    planted = wanted or names()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, found in zip(planted, pool.map(caught, planted), strict=True):
            missed += [] if found else [name]
            print(f"bug {name}: {found or f'NOT CAUGHT in {MOST} worlds'}", flush=True)
    print(f"bugs: {len(planted)} planted, {len(planted) - len(missed)} caught, {len(missed)} not {missed}")
    return 1 if missed else 0
