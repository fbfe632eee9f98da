"""K4b: the code, large enough for any phone, and the time that is left. Draws ``PayView``."""

from kivy.graphics import Color, Rectangle
from kivy.lang import Builder
from kivy.uix.widget import Widget

from kiosk.presenters.pay import PayView
from kiosk.screens.frame import KioskScreen
from onecard.ui.kivy_setup import kv

Builder.load_file(kv(__file__))

#: Squares of quiet border that every scanner wants.
_QUIET = 4


class CodePicture(Widget):
    """Dark squares on white, whatever the theme: phones want it so."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._rows: tuple[tuple[bool, ...], ...] = ()
        self.bind(pos=self._draw, size=self._draw)

    def show(self, rows: tuple[tuple[bool, ...], ...]) -> None:
        """Nothing for no rows."""
        if rows != self._rows:
            self._rows = rows
            self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        rows = self._rows
        if not rows:
            return
        count = len(rows) + 2 * _QUIET
        side = int(min(self.width, self.height) // count)
        left = round(self.center_x - side * count / 2)
        bottom = round(self.center_y - side * count / 2)
        with self.canvas:
            Color(1, 1, 1, 1)
            Rectangle(pos=(left, bottom), size=(side * count, side * count))
            Color(0, 0, 0, 1)
            for y, row in enumerate(reversed(rows)):
                x = 0
                while x < len(row):
                    end = x
                    while end < len(row) and row[end]:
                        end += 1
                    if end > x:
                        place = (left + (x + _QUIET) * side, bottom + (y + _QUIET) * side)
                        Rectangle(pos=place, size=((end - x) * side, side))
                    x = end + 1


class PayScreen(KioskScreen):
    """Amount, code, time; afterwards what became of it."""

    def draw(self, view: PayView) -> None:
        ids = self.ids
        ids.title.text, ids.amount.text, ids.detail.text = view.title, view.amount, view.detail
        ids.picture.show(view.code)
        ids.chase.going = 1 if view.busy else 0
        ids.seconds.text, ids.bar.share = view.seconds, view.share_left
        ids.bar.opacity = 1 if view.code else 0
        ids.notice.draw(view.notice)
        ids.number.text = view.number
        self.fill_key(ids.balance, view.balance)
        self.fill_key(ids.end, view.end)
        ids.balance.size_hint_x = 1 if view.balance.key else 0.001
        ids.choices.spacing = ids.choices.gap if view.balance.key else 0

    def forget(self) -> None:
        ids = self.ids
        ids.picture.show(())
        ids.amount.text = ids.number.text = ids.seconds.text = ids.notice.text = ""
        ids.chase.going = 0
