"""K3: what lies ready, line by line, and the key for all of it. Draws ``PickupView``."""

from kivy.lang import Builder

from kiosk.presenters.pickup import LINES, PickupView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))


class PickupScreen(KioskScreen):
    """The total, a key per line, all at once."""

    def draw(self, view: PickupView) -> None:
        ids = self.ids
        ids.title.text, ids.total.text, ids.detail.text = view.title, view.total, view.detail
        ids.chase.going = 1 if view.busy else 0
        ids.notice.draw(view.notice)
        for place in range(LINES):
            key = view.lines[place] if place < len(view.lines) else None
            button = ids[f"line{place}"]
            if key is None:
                button.opacity, button.enabled, button.action, button.text = 0, False, None, ""
                button.tag = button.detail = ""
            else:
                self.fill_key(button, key)
        self.fill_key(ids.all, view.all)
        self.fill_key(ids.balance, view.balance)
        self.fill_key(ids.end, view.end)
        ids.choices.spacing = 8 * ids.choices.gap if view.balance.key else 0
        ids.balance.size_hint_x = 0.7 if view.balance.key else 0.001

    def forget(self) -> None:
        ids = self.ids
        ids.total.text = ids.all.text = ids.notice.text = ids.notice.detail = ""
        for place in range(LINES):
            ids[f"line{place}"].text = ids[f"line{place}"].detail = ""
        ids.chase.going = 0
