"""A member proves a large sale with his PIN, on the pad at the counter or on the screen. F: C4 B9"""

from dataclasses import dataclass

from onecard import masking, money
from onecard.errors import OneCardError
from pos.presenters.sign_on import LONGEST_PIN
from pos.till import Till


@dataclass(frozen=True, kw_only=True)
class PinView:
    """``on_pad``: it is typed where only the member sees it, and the screen's own pad is not there."""

    title: str
    amount: str
    body: str
    dots: str
    error: str
    on_pad: bool
    yes: str
    no: str


class PinPresenter:
    """The digits as they are typed; nothing keeps them."""

    name = "pin"

    def __init__(self, till: Till, fen: int, card: int, issue: int) -> None:
        self._till, self._fen, self.card, self.issue = till, fen, card, issue
        self.on_pad = till.counter.has_pinpad
        self.count, self.is_asking = 0, False
        self._digits = ""
        self.error: OneCardError | None = None

    def act(self, action: str) -> str:
        """A key or a touch; the PIN when it is complete."""
        if self.is_asking or self.on_pad:
            return ""
        if action.isdigit() and action.isascii():
            self._digits, self.error = (self._digits + action)[:LONGEST_PIN], None
        elif action == "backspace":
            self._digits = self._digits[:-1]
        elif action == "clear":
            self._digits = ""
        elif action == "enter" and self._digits:
            pin, self._digits = self._digits, ""
            return pin
        return ""

    def view(self) -> PinView:
        tr = self._till.tr
        holder = f"{self._till.holder(self.card)} {masking.card(self.card, self.issue)}".strip()
        said = "pos.pin.asking" if self.is_asking else "pos.pin.on_pad" if self.on_pad else "pos.pin.here"
        return PinView(
            title=tr("pos.pin.title"),
            amount=money.show(self._fen),
            body=f"{holder}  {tr(said)}",
            dots="●" * (self.count if self.on_pad else len(self._digits)),
            error="" if self.error is None else tr.refusal(self.error),
            on_pad=self.on_pad,
            yes=tr("common.confirm"),
            no=tr("common.cancel"),
        )
