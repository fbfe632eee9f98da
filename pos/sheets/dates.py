"""From when to when, typed by their digits on the glass or the keyboard; hours and minutes too. F: C9"""

from datetime import datetime
from typing import Final

from onecard.clock import CHINA, local
from onecard.errors import OneCardError, Refused
from pos import span
from pos.presenters.frame import TileView, frame
from pos.presenters.sheet import FormView, back, go
from pos.sheets import typing
from pos.till import Till

ENDS: Final = ("from", "to")
_FORM: Final = "%Y-%m-%d %H:%M"


class DatesPresenter:
    """Two moments, one of them being typed; the first figure begins it anew."""

    name = "dates"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.texts = dict.fromkeys(ENDS, "")
        self.end = ENDS[0]
        self._is_fresh = True
        self.error: OneCardError | None = None

    def enter(self, chosen: str) -> None:
        """With the span that is looked at."""
        since, until = span.bounds(self._till, chosen)
        self.texts = {"from": _text(since), "to": _text(until)}
        self._turn(ENDS[0])

    def act(self, action: str) -> None:
        """A figure, or the other end."""
        verb, _, what = action.partition(":")
        if verb == "end":
            self._turn(what)
        elif action in ("left", "right", "up", "down"):
            self._turn(ENDS[1 - ENDS.index(self.end)])
        else:
            before = "" if self._is_fresh and action.isdigit() else self.texts[self.end]
            self.texts[self.end] = typing.pressed_date(before, action)
            self._is_fresh, self.error = False, None

    def _turn(self, end: str) -> None:
        self.end, self._is_fresh, self.error = end, True, None

    def refuse(self, error: OneCardError) -> None:
        """It was no span: the next figure begins anew."""
        self.error, self._is_fresh = error, True

    def chosen(self) -> str:
        """The span. Raises ``Refused``: ``date.malformed``, ``date.backwards``."""
        since, until = (_moment(self.texts[end]) for end in ENDS)
        if until <= since:
            raise Refused("date.backwards")
        return span.between(since, until)

    def view(self) -> FormView:
        till, tr = self._till, self._till.tr
        return FormView(
            frame=frame(till),
            title=tr("pos.dates.title"),
            body=tr("pos.dates.body") if self.error is None else tr.refusal(self.error),
            tone="muted" if self.error is None else "refuse",
            choices=tuple(
                TileView(
                    action=f"end:{end}",
                    text=tr(f"pos.dates.{end}", moment=self.texts[end] or "—"),
                    selected=end == self.end,
                )
                for end in ENDS
            ),
            keys=(back(till), go(tr("pos.dates.go"), icon="check")),
            pad="phone",
            amount_label=tr(f"pos.dates.{self.end}", moment=self.texts[self.end][:10]),
            amount=self.texts[self.end][-11:],
        )


def _text(at: int) -> str:
    return local(at).strftime(_FORM)


def _moment(text: str) -> int:
    try:
        return int(datetime.strptime(text, _FORM).replace(tzinfo=CHINA).timestamp())
    except ValueError:
        raise Refused("date.malformed") from None
