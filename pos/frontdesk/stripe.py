"""A card's own stripe, written while somebody holds the plastic: what the encoder wants, or why it failed."""

from collections.abc import Callable

from onecard.terminal.stripe import text_of
from pos.till import Till


class Stripe:
    """At most one at a time; ``show`` draws the screen anew when the encoder has said something."""

    def __init__(self, till: Till, show: Callable[[], None]) -> None:
        self._till, self._show = till, show
        #: What the encoder wants or said last; "" while it rests.
        self._word = ""

    @property
    def can_write(self) -> bool:
        """An encoder stands here."""
        return self._till.counter.stripes is not None

    @property
    def note(self) -> str:
        """What the encoder waits for, or why the stripe is not good; the chip's card is, whatever it says."""
        return self._till.tr(f"desk.beside.stripe.{self._word}") if self._word else ""

    def write(self, card: int, issue: int, done: Callable[[str], None]) -> None:
        """Onto the next plastic that is drawn through; ``done`` gets its text once read back."""
        encoder, text = self._till.counter.stripes, text_of(card, issue)
        if encoder is None:
            return

        def told(word: str) -> None:
            if not self._word:
                return  # nobody waits any more
            self._word = word
            if word == "done":
                self._word = ""
                done(text)
            elif word not in ("draw", "check"):
                self._till.port.play("refused")
            self._show()

        self._word = "draw"
        encoder.write(text, told)

    def rest(self) -> None:
        """Whatever is drawn through now is not written to."""
        encoder = self._till.counter.stripes
        if self._word and encoder is not None:
            encoder.stop()
        self._word = ""
