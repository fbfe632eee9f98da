"""Every picture there is of our screens: what to draw, on which panels, and which of them are golden.

An app registers its screens in ``tests/shots/<app>_shots.py`` as ``SHOTS: list[Shot]``, and those of a part
that has many in ``<app>_<part>_shots.py``.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onecard.text import Translator

if TYPE_CHECKING:
    from onecard.ui.theme import Panel

#: First panel of each app: the one its golden pictures are taken on.
APP_PANELS = {
    "pos": ("1280x800", "1366x768", "1024x768"),
    "kiosk": ("1080x1920",),
    "toolkit": ("1280x800",),
}


#: A customer's window is often smaller than any panel that somebody works at.
SECOND = ("1280x800", "1366x768", "1024x768", "800x480")


def panel_of(name: str) -> "Panel":
    """The panel of this name."""
    from onecard.ui.theme import PANELS, Panel

    return PANELS[name] if name in PANELS else Panel(name, *map(int, name.split("x")), 4.0)


@dataclass(frozen=True)
class Shot:
    """One picture.

    ``make(tr, panel)`` gives the widget: a ``Screen``, or a ``Navigator`` with an overlay; it is imported and
    called inside the window's process, so import widgets inside it. ``view(tr)``, when given, is shown on it.
    ``english``: its English picture is golden too. ``panels`` only where they differ from the app's.
    ``golden=False``: drawn and checked for its layout, but not compared.
    """

    name: str
    app: str
    make: Callable[[Translator, "Panel"], Any]
    view: Callable[[Translator], Any] | None = None
    english: bool = False
    golden: bool = True
    panels: tuple[str, ...] = ()

    @property
    def sizes(self) -> tuple[str, ...]:
        return self.panels or APP_PANELS[self.app]

    @property
    def title(self) -> str:
        return f"{self.app}-{self.name}"

    def golden_names(self) -> list[str]:
        """File names below tests/golden, without ending."""
        if not self.golden:
            return []
        languages = ("zh", "en") if self.english else ("zh",)
        return [picture_name(self, language, "light", self.sizes[0]) for language in languages]


def picture_name(shot: Shot, language: str, theme: str, panel: str) -> str:
    return f"{shot.title}-{language}-{theme}-{panel}"


def shots() -> list[Shot]:
    """All registered, by file and in its order."""
    found: list[Shot] = []
    for path in sorted(Path(__file__).parent.glob("*_shots.py")):
        if path.stem.startswith("test_"):
            continue
        found += importlib.import_module(f"tests.shots.{path.stem}").SHOTS
    titles = [shot.title for shot in found]
    assert len(titles) == len(set(titles)), "two shots have one name"
    return found
