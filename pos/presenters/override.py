"""A supervisor's word for one action: who, why, and a PIN or the supervisor's card. F: C7"""

from dataclasses import dataclass

from onecard.errors import OneCardError
from pos import people
from pos.presenters.frame import TileView
from pos.presenters.sign_on import LONGEST_PIN
from pos.till import SUPERVISOR, Till

#: The words that records carry; what people read is ``pos.reason.<word>``.
REASONS = ("amount", "goods", "member", "other")
#: Names beside one another.
_ROOM = 3


@dataclass(frozen=True, kw_only=True)
class Granted:
    """Whose word it is; ``reason`` is one of ``REASONS``."""

    supervisor: int
    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class OverrideView:
    """The dialog; ``people`` may be empty, then nobody here can give the word."""

    title: str
    body: str
    people: tuple[TileView, ...]
    reasons: tuple[TileView, ...]
    pin_label: str
    dots: str
    error: str
    card_hint: str
    yes: str
    no: str


class OverridePresenter:
    """One question; ``what`` is the stem of its sentences (``void``, ``aside``, ``drop``)."""

    def __init__(self, till: Till, what: str, *, body: str = "", with_card: bool = False) -> None:
        self._till, self.what, self._body, self._with_card = till, what, body, with_card
        self._people = tuple(one for one in till.operators if SUPERVISOR in one.permissions)
        self._at = 0
        self._reason = 0
        self._pin = ""
        self._error: OneCardError | None = None

    def act(self, action: str) -> Granted | None:
        """A key, a touch; the word when it is given."""
        verb, _, what = action.partition(":")
        if action.isdigit() and action.isascii():
            self._pin, self._error = (self._pin + action)[:LONGEST_PIN], None
        elif action == "backspace":
            self._pin = self._pin[:-1]
        elif action == "clear":
            self._pin = ""
        elif action in ("left", "right"):
            self._reason = (self._reason + (1 if action == "right" else -1)) % len(REASONS)
        elif verb == "person" or action in ("up", "down", "pageup", "pagedown"):
            self._at, self._pin = people.moved(self._people, self._at, action, _ROOM), ""
        elif verb == "reason":
            self._reason = int(what)
        elif action == "enter":
            return self._try()
        return None

    def _try(self) -> Granted | None:
        if not self._people or not self._pin:
            return None
        pin, self._pin = self._pin, ""
        try:
            one = self._till.sign_on.supervisor(self._people[self._at].login, pin, SUPERVISOR)
        except OneCardError as error:
            self.refused(error)
            return None
        return self.granted(one.operator, one.name)

    def granted(self, supervisor: int, name: str) -> Granted:
        """By PIN here, or by the card that the reader saw."""
        return Granted(supervisor=supervisor, name=name, reason=REASONS[self._reason])

    def refused(self, error: OneCardError) -> None:
        """Not this card, not this PIN."""
        self._error = error
        self._till.port.play("refused")

    def view(self) -> OverrideView:
        tr = self._till.tr
        nobody = "" if self._people else tr("pos.override.nobody")
        return OverrideView(
            title=tr(f"pos.override.{self.what}"),
            body=self._body,
            people=people.tiles(self._people, self._at, _ROOM),
            reasons=tuple(
                TileView(action=f"reason:{n}", text=tr(f"pos.reason.{reason}"), selected=n == self._reason)
                for n, reason in enumerate(REASONS)
            ),
            pin_label=tr("pos.override.pin"),
            dots="●" * len(self._pin),
            error=nobody if self._error is None else tr.refusal(self._error),
            card_hint=tr("pos.override.card") if self._with_card else "",
            yes=tr("pos.override.yes"),
            no=tr("common.cancel"),
        )
