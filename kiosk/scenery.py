"""Every screen of the kiosk, built once when it is first wanted, and a ``Picture`` drawn with them.

Knows which widget draws which view; hears nothing and decides nothing.
"""

from functools import partial

from kiosk.flow import Picture
from kiosk.screens.attract import AttractScreen
from kiosk.screens.balance import BalanceScreen
from kiosk.screens.busy import BusyScreen
from kiosk.screens.card import CardScreen
from kiosk.screens.cash import CashScreen
from kiosk.screens.form import KioskFormScreen
from kiosk.screens.frame import KioskScreen, Send
from kiosk.screens.home import HomeScreen
from kiosk.screens.menu import MenuScreen
from kiosk.screens.out import OutScreen
from kiosk.screens.pay import PayScreen
from kiosk.screens.person import PersonScreen
from kiosk.screens.pickup import PickupScreen
from kiosk.screens.put_back import PutBackScreen
from kiosk.screens.result import ResultScreen
from kiosk.screens.still_there import StillThereScreen
from onecard.ui.navigator import Navigator

SCREENS: dict[str, type[KioskScreen]] = {
    "home": HomeScreen,
    "attract": AttractScreen,
    "card": CardScreen,
    "busy": BusyScreen,
    "balance": BalanceScreen,
    "cash": CashScreen,
    "pickup": PickupScreen,
    "menu": MenuScreen,
    "form": KioskFormScreen,
    "pay": PayScreen,
    "put_back": PutBackScreen,
    "result": ResultScreen,
    "person": PersonScreen,
    "still_there": StillThereScreen,
    "out": OutScreen,
}


class Scenery:
    """``send`` gets every key by name."""

    def __init__(self, navigator: Navigator, *, send: Send) -> None:
        self._navigator = navigator
        for name, screen in SCREENS.items():
            navigator.offer(partial(screen, send=send), name)

    def draw(self, picture: Picture) -> None:
        """What is to be seen now."""
        self._navigator.show(picture.screen, picture.view)
