"""What else can be done with the card that lies there: one page of keys. Knows no function itself."""

from kiosk.area import Area
from kiosk.presenters import menu
from kiosk.presenters.home import function_key
from kiosk.visit_state import Limits

#: Functions and their icons, in order.
_KEYS = (
    ("collect", "tray-arrow-down"),
    ("code", "qrcode-scan"),
    ("statement", "file-document-outline"),
    ("pin", "key-outline"),
    ("who", "card-account-details-outline"),
)


class Service(Area):
    """Choose one; the visit goes there."""

    screen = "menu"

    def press(self, key: str) -> None:
        if key in ("balance", "end") or key in dict(_KEYS):
            self.host.do(key)

    def idle_s(self, limits: Limits) -> float | None:
        return limits.menu_s

    def view(self) -> object:
        booth, visit = self.booth, self.host.visit
        return menu.view(
            booth,
            icon="format-list-bulleted",
            title=booth.tr("kiosk.service.title"),
            detail=booth.tr("kiosk.service.detail"),
            # In large print four are enough: what can be collected has a key beside the balance.
            keys=tuple(
                function_key(booth, visit, name, icon) for name, icon in (_KEYS[1:] if booth.large else _KEYS)
            ),
            back="balance",
        )
