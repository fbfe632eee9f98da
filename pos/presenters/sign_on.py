"""P1, signing on: a name and a PIN, or an operator's card; both work without network. F: C8"""

from dataclasses import dataclass

from onecard.errors import OneCardError, Refused
from pos.presenters.frame import FrameView, KeyView, TileView, frame
from pos.sheets import notices
from pos.till import Till

#: Longer than any PIN; what comes after is not kept.
LONGEST_PIN = 12
#: How many names fit on a page.
NAMES = 6


@dataclass(frozen=True, kw_only=True)
class SignOnView:
    """``dots``: one per digit typed; the digits themselves never leave the presenter."""

    frame: FrameView
    title: str
    place: str
    names: tuple[TileView, ...]
    page: str
    has_pages: bool
    chosen: str
    dots: str
    pin_label: str
    card_hint: str
    card_detail: str
    enter: str
    error: str
    waiting: str
    waiting_detail: str
    #: What the office has to say to everybody; the newest.
    notice: str = ""


class SignOnPresenter:
    """Which name is chosen and what was typed; forgets the digits at every try."""

    name = "sign_on"

    def __init__(self, till: Till) -> None:
        self._till = till
        self._at = 0
        self._pin = ""
        self._error: OneCardError | None = None

    def act(self, action: str) -> bool:
        """A key, a touch; ``True`` when somebody has signed on."""
        people = self._till.operators
        if action.isdigit() and action.isascii():
            self._pin = (self._pin + action)[:LONGEST_PIN]
            self._error = None
        elif action == "backspace":
            self._pin = self._pin[:-1]
        elif action in ("clear", "escape"):
            self._pin, self._error = "", None
        elif action in ("up", "down", "pageup", "pagedown") and people:
            step = {"up": -1, "down": 1, "pageup": -NAMES, "pagedown": NAMES}[action]
            self._choose((self._at + step) % len(people))
        elif action.startswith("operator:"):
            self._choose(int(action.removeprefix("operator:")))
        elif action == "enter":
            return self._try()
        return False

    def choose(self, operator: int) -> None:
        """A management card says who it is; the PIN is asked for all the same. F: A7

        Raises ``Refused("signon.no_operator")`` for somebody unknown here.
        """
        people = self._till.operators
        at = next((at for at, one in enumerate(people) if one.operator == operator), None)
        if at is None:
            raise Refused("signon.no_operator")
        self._choose(at)

    def _choose(self, at: int) -> None:
        self._at, self._pin, self._error = at, "", None

    def _try(self) -> bool:
        people = self._till.operators
        if self._at >= len(people) or not self._pin:
            return False
        pin, self._pin = self._pin, ""
        try:
            self._till.operator = self._till.sign_on.by_pin(people[self._at].login, pin)
        except OneCardError as error:
            self.refused(error)
            return False
        self._error = None
        return True

    def refused(self, error: OneCardError) -> None:
        """A card or a PIN was not taken."""
        self._error = error
        self._till.port.play("refused")

    def forget(self) -> None:
        """Nobody stands here any more."""
        self._pin, self._error = "", None

    def view(self) -> SignOnView:
        till, tr = self._till, self._till.tr
        people = till.operators
        start = self._at // NAMES * NAMES
        place = till.place
        return SignOnView(
            frame=frame(till, self._keys()),
            title=tr("pos.sign_on.title"),
            place="" if place is None else place.unit_name,
            names=tuple(
                TileView(action=f"operator:{n}", text=one.name, detail=one.login, selected=n == self._at)
                for n, one in list(enumerate(people))[start : start + NAMES]
            ),
            page=f"{start // NAMES + 1}/{max(1, -(-len(people) // NAMES))}",
            has_pages=len(people) > NAMES,
            chosen=people[self._at].name if self._at < len(people) else "",
            dots="●" * len(self._pin),
            pin_label=tr("pos.sign_on.pin"),
            card_hint=tr("pos.sign_on.card"),
            card_detail=tr("pos.sign_on.card_detail"),
            enter=tr("pos.sign_on.enter"),
            error="" if self._error is None else tr.refusal(self._error),
            waiting="" if people else tr("pos.sign_on.waiting"),
            waiting_detail="" if people else tr("pos.sign_on.waiting_detail"),
            notice=notices.newest(till),
        )

    def _keys(self) -> tuple[KeyView, ...]:
        tr = self._till.tr
        return (
            KeyView(key="f7", text=tr("common.other_language")),
            KeyView(key="f8", text=tr("pos.key.theme")),
            KeyView(key="f11", text=tr("pos.key.quit")),
        )
