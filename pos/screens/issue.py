"""Front desk: issuing a card. Draws ``IssueView``."""

from functools import partial
from typing import Any

from kivy.lang import Builder
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from onecard.ui.kivy_setup import kv
from pos.presenters.issue import IssueView
from pos.screens.field import fill_field
from pos.screens.frame import PosScreen, fill_rows

Builder.load_file(kv(__file__))

_FOUND = (1.2, 1.0, 1.2, -0.5)
_MONEY = (1.2, -1.0)


class IssueScreen(PosScreen):
    """Three pages in one place: find, new, amount."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        ids = self.ids
        # ``__self__``: ids are weak, and what is taken off the screen must live on.
        pages = {"find": ids.find_page, "new": ids.new_page, "amount": ids.amount_page}
        self._pages = {stage: page.__self__ for stage, page in pages.items()}
        self._stage, self._money, self._second = "", ids.money.__self__, ids.second.__self__
        self._third = ids.third.__self__
        ids.pad.press = self.send
        ids.primary.action = partial(self.send, "enter")
        ids.second.action = partial(self.send, "f2")
        ids.third.action = partial(self.send, "f3")
        ids.back.action = partial(self.send, "escape")
        self.bind_field(ids.search, "search")
        self._fields = {name: ids[name] for name in ("name", "number", "phone", "department")}
        for name, field in self._fields.items():
            self.bind_field(field, name)

    def draw(self, view: IssueView) -> None:
        ids = self.ids
        ids.title.text, ids.step.text = view.title, view.step
        ids.body.text = view.error or view.body
        ids.body.tone = "refuse" if view.error else "muted"
        self._turn_to(view.stage)
        fill_field(ids.search, view.search)
        ids.found.empty = view.empty
        fill_rows(ids.found, view.titles, _FOUND, view.rows, self.send)
        for field in view.fields:
            fill_field(self._fields[field.field], field)
        ids.member.text, ids.member_detail.text = view.member, view.member_detail
        ids.types.draw(view.types, self.send)
        ids.amount.text, ids.amount.tone, ids.words.text = view.amount, view.amount_tone, view.words
        fill_rows(ids.lines, ("", ""), _MONEY, view.lines, self.send)
        ids.primary.text, ids.primary.enabled, ids.primary.reason = view.primary, view.can_go, view.why_not
        self._put(self._third, self.ids.primary.parent, 2 if view.second else 1, bool(view.third))
        ids.third.text = view.third
        ids.second.text, ids.back.text, ids.money_label.text = view.second, view.back, view.amount_label

    def _turn_to(self, stage: str) -> None:
        if stage == self._stage:
            return
        self._stage = stage
        place = self.ids.pages
        place.clear_widgets()
        place.add_widget(self._pages[stage])
        # Only what the stage needs is there: the pad beside the amount, the new member beside the search.
        for part, home, index, wanted in (
            (self._money, self.ids.halves, 0, stage == "amount"),
            (self._second, self.ids.primary.parent, 1, stage == "find"),
        ):
            self._put(part, home, index, wanted)
        self._focus()

    def _put(self, part: Widget, home: BoxLayout, index: int, wanted: bool) -> None:
        """There, or taken off the screen."""
        if wanted and part.parent is None:
            home.add_widget(part, index=index)
        elif not wanted and part.parent is not None:
            home.remove_widget(part)

    def _focus(self) -> None:
        """The first field of the page takes the keyboard."""
        self.ids.search.focus = self._stage == "find"
        self._fields["name"].focus = self._stage == "new"
        for name in ("number", "phone", "department"):
            self._fields[name].focus = False

    def entered(self) -> None:
        self._focus()

    def left(self) -> None:
        super().left()
        self.ids.search.focus = False
        for field in self._fields.values():
            field.focus = False
