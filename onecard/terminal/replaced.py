"""May this be rung in the place of that? Only what was given up, and cash by one other only."""

from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.journal.journal import Journal
from onecard.terminal.outcome import State
from onecard.wire.messages import Recharge


def check(journal: Journal, id: RecordId | None) -> None:
    """A bill rung again: ``Refused("tap.not_given_up")``."""
    if id is None:
        return
    tap = journal.index.tap(id)
    if tap is None or tap.state not in (State.GIVEN_UP, State.NOT_WRITTEN):
        raise Refused("tap.not_given_up")


def check_cash(journal: Journal, id: RecordId | None) -> None:
    """Cash rung again, which is one heap: ``tap.not_given_up``, ``tap.replaced``."""
    if id is None:
        return
    tap = journal.index.tap(id)
    if tap is None or tap.state != State.GIVEN_UP or tap.kind != "recharge":
        raise Refused("tap.not_given_up")
    for other in journal.bodies(id):
        if isinstance(other, Recharge) and other.replaces == id:
            again = journal.index.tap(other.id)
            if again is not None and again.state != State.NOT_WRITTEN:
                raise Refused("tap.replaced")
