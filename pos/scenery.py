"""Every screen and overlay of the till, built once, and a ``Picture`` drawn with them.

Knows which widget draws which view; hears nothing and decides nothing.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from onecard.ui.keys import KeyMap
from onecard.ui.navigator import Navigator
from onecard.ui.theme import Panel
from pos.flow import Picture
from pos.presenters.keyboard import KeyboardView
from pos.presenters.loss import StopView
from pos.presenters.override import OverrideView
from pos.presenters.pin import PinView
from pos.presenters.sell import ConfirmView
from pos.presenters.tap import TapView
from pos.screens.check import CheckScreen
from pos.screens.desk import DeskScreen
from pos.screens.find import FindScreen
from pos.screens.frame import PosScreen, Send
from pos.screens.issue import IssueScreen
from pos.screens.job import JobScreen
from pos.screens.keyboard import KeyboardDialog
from pos.screens.loss import LossScreen, StopDialog
from pos.screens.more import MoreScreen
from pos.screens.override import OverrideDialog
from pos.screens.pin import PinDialog
from pos.screens.query import QueryScreen
from pos.screens.recharge import RechargeScreen
from pos.screens.sell import ConfirmDialog, SellScreen
from pos.screens.sheet import FormScreen, ListScreen
from pos.screens.shift import ShiftScreen
from pos.screens.sign_on import SignOnScreen
from pos.screens.tap import TapCover
from pos.screens.tender import TenderScreen
from pos.screens.void import VoidScreen

#: What is built when it is first wanted, or one by one while nobody waits, and under which names it stands.
#: Selling is built at once.
SCREENS: dict[type[PosScreen], tuple[str, ...]] = {
    SignOnScreen: ("sign_on",),
    ShiftScreen: ("shift",),
    TenderScreen: ("tender",),
    VoidScreen: ("void",),
    MoreScreen: ("more", "mode", "back"),
    CheckScreen: ("identity", "subsidy"),
    FindScreen: ("find",),
    ListScreen: (
        *("held", "refund", "aside", "payments"),
        *("setup", "status", "totals", "records", "notices"),
    ),
    QueryScreen: ("query",),
    DeskScreen: ("desk",),
    RechargeScreen: ("recharge",),
    IssueScreen: ("issue",),
    LossScreen: ("loss",),
    JobScreen: ("job",),
    FormScreen: ("setup_gate", "setup_edit", "carry", "drawer", "dates"),
}

#: What a product key wants, mm; and what stands beside and above the keys on the sell screen.
_KEY_MM, _LINE_MM = 21.0, 19.0
_ABOVE_MM = 72.0
#: A category's tab; six Chinese letters' worth would be 26 mm, most have two or three.
_TAB_MM = 16.0


def product_keys(panel: Panel) -> tuple[int, int]:
    """How many product keys fit beside and below one another."""
    width, height = panel.width / panel.px_per_mm, panel.height / panel.px_per_mm
    beside = width - max(114.0, width * 0.46) - 10.0
    return max(2, min(5, int((beside + 2) // (_KEY_MM + 2)))), max(
        2, min(4, int((height - _ABOVE_MM) // _LINE_MM))
    )


def key_height_mm(panel: Panel, lines: int) -> float:
    """On a large panel the product keys grow with it: about half of the height is theirs."""
    height = panel.height / panel.px_per_mm - 28.0
    return max(15.5, min(24.0, height * 0.48 / lines - 2.0))


def category_tabs(panel: Panel) -> int:
    """How many categories stand in one row above them."""
    width = panel.width / panel.px_per_mm
    return max(3, min(8, int((width - max(114.0, width * 0.46) - 8.0) // (_TAB_MM + 2))))


class Scenery:
    """``send`` gets every action by name, ``type_in`` what is typed in a field."""

    def __init__(
        self, navigator: Navigator, panel: Panel, *, send: Send, type_in: Callable[[str, str], object]
    ) -> None:
        self._navigator = navigator
        columns, lines = product_keys(panel)
        hands: dict[str, Any] = {"send": send, "type_in": type_in}
        self._sell = SellScreen(columns=columns, lines=lines, key_mm=key_height_mm(panel, lines), **hands)
        navigator.add(self._sell, "sell")
        for screen, names in SCREENS.items():
            navigator.offer(partial(screen, **hands), *names)
        self._makers: dict[type, Callable[[], Any]] = {
            TapView: lambda: TapCover(send),
            OverrideView: lambda: OverrideDialog(send),
            PinView: lambda: PinDialog(send),
            ConfirmView: lambda: ConfirmDialog(send),
            StopView: lambda: StopDialog(send),
            KeyboardView: lambda: KeyboardDialog(send),
        }
        self._covers: dict[type, Any] = {}

    def build_one(self) -> bool:
        """Build one more screen, so that the first look comes as quickly as the second; was there one?"""
        missing = [kind for kind in self._makers if kind not in self._covers]
        if missing:
            self._cover(missing[0])
            return True
        return self._navigator.build_one()

    def _cover(self, kind: type) -> Any:
        if kind not in self._covers:
            self._covers[kind] = self._makers[kind]()
        return self._covers[kind]

    def show(self, picture: Picture) -> None:
        """Brings the screen to the front and lays the overlay over it."""
        self._navigator.show(picture.screen, picture.view)
        asked = getattr(picture.view, "confirm", None) or getattr(picture.view, "stop", None)
        over = picture.overlay or asked
        is_paid = picture.screen == "sell" and isinstance(over, TapView) and over.look == "ok"
        paid = over if is_paid and isinstance(over, TapView) else None
        self._sell.draw_done(paid)
        if over is None or paid is not None:
            self._navigator.uncover()
            return
        cover = self._cover(type(over))
        cover.draw(over)
        if self._navigator.overlay is not cover:
            self._navigator.cover(cover, self._keys)
            current = self._navigator.current
            if isinstance(over, KeyboardView) and isinstance(current, PosScreen):
                current.unfocus()

    def _keys(self) -> KeyMap:
        """A key over an overlay goes the same way as over the screen: the flow knows what is on top."""
        return self._navigator.current.keys()
