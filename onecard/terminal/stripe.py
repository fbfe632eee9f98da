"""Writing a card's stripe at the desk: draw it through, draw it once more, and only then is it good. F: A9

The encoder's word that it wrote is not believed before the stripe was read back. Knows no card and no screen.
"""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from onecard.clock import Clock
from onecard.devices.encoders import Encoder, Event, Failed, Read, Waiting, Written, is_same
from onecard.devices.polled import EventWorker
from onecard.terminal.later import Later

#: Where our number stands, as every reader takes it.
TRACK: Final = 2


def text_of(card: int, issue: int) -> str:
    """What stands on the stripe of this plastic: longer than any card number, so that it is looked up as it
    is, and another one for each issue, so that a lost plastic's stripe is dead with it.

    >>> text_of(10_001, 2)
    '9000000010001002'
    """
    return f"9{card:012d}{issue:03d}"


class StripeDesk:
    """One encoder. ``told`` hears ``draw``, ``check``, and at the end ``done`` or why it is not: ``swipe``,
    ``write``, ``command``, ``timeout``, ``differs``, ``gone``."""

    def __init__(self, open_driver: Callable[[], Encoder], clock: Clock, later: Later) -> None:
        self._later = later
        self._text = ""
        self._told: Callable[[str], None] = _nobody
        self._is_checking = False
        self.worker: EventWorker[Encoder] = EventWorker(
            "encoder", open_driver, self._heard, clock=clock, on_gone=lambda: self._say("gone")
        )

    def write(self, text: str, told: Callable[[str], None]) -> None:
        """This text on the next card that is drawn through."""
        self._text, self._told = text, told
        self._order(lambda encoder: encoder.write({TRACK: text}))

    def stop(self) -> None:
        """Nobody will draw a card."""
        self._told = _nobody
        self._order(lambda encoder: encoder.stop())

    # -- on the device's thread --------------------------------------------------------------------------

    def _heard(self, event: Event) -> None:
        match event:
            case Written():
                self._is_checking = True
                self._order(lambda encoder: encoder.read())
            case Waiting():
                self._say("check" if self._is_checking else "draw")
            case Read():
                self._say("done" if is_same({TRACK: self._text}, event) else "differs")
            case Failed():
                self._say(event.reason)

    def _order(self, order: Callable[[Encoder], None]) -> None:
        def done(ended: "Future[None]") -> None:
            if ended.exception() is not None:
                self._say("gone")

        self.worker.call(order).add_done_callback(done)

    def _say(self, word: str) -> None:
        told = self._told
        if word not in ("draw", "check"):
            self._told, self._is_checking = _nobody, False
        self._later(lambda: told(word))


def _nobody(_: str) -> None:
    """Nobody listens."""
