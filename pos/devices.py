"""Joins the counter's devices to the flow: a scan goes the way of a key, a swipe that of a card.

Knows which state takes what; decides nothing about money.
"""

from onecard.errors import OneCardError, Refused
from onecard.terminal.card_event import Ended
from pos import swipe
from pos.flow import Flow
from pos.tap import Phase
from pos.task import Sell, Show
from pos.till import Till


def hear(till: Till, flow: Flow) -> None:
    """From now on what the devices report reaches the screens. On the window's thread."""
    counter = till.counter
    counter.scanned = lambda text, device: _scanned(till, flow, text)
    counter.spoilt = lambda reason: _spoilt(till, flow)
    counter.changed = flow.show
    counter.powered = lambda state: flow.show()


def _scanned(till: Till, flow: Flow, text: str) -> None:
    tap = flow.cards.tap
    if flow.screen == "job" and tap.phase is Phase.CLOSED:
        flow.act(f"scan:{text}")  # at the desk it says whose card is meant, or what a plastic carries
        return
    is_wanted = tap.phase is Phase.READY and flow.supervision.asking is None
    whose = is_wanted and isinstance(tap.task, Show) and tap.task.whose
    try:
        medium = swipe.account(till, text) if text[:1] in "%;+" else None
        if medium is None and whose:
            medium = swipe.code(text)
    except OneCardError as error:
        till.refuse(error)
        flow.show()
        return
    if medium is None:
        flow.act(f"scan:{text}")
    elif whose or (is_wanted and isinstance(tap.task, Sell)):
        # The reader waits too: only if no card has the task yet may the stripe have it.
        if till.port.disarm():
            flow.event(Ended(result=medium, at=till.now()))
    else:
        till.refuse(Refused("scan.no_sale"))
        flow.show()


def _spoilt(till: Till, flow: Flow) -> None:
    till.refuse(Refused("scan.unreadable"))
    flow.show()
