"""One card, from "tap now" to a word that stands: the states of the tap overlay, as a pure step.

``step(state, event) → (state, commands)``. Knows when a card is wanted, how long the same card is waited for
and when the queue may move; never what is written on it (``teller.py``) nor how it looks.

A card whose money is at the office is only read; then the server is asked, again and again for the same sale,
until it answers or the sale is cancelled there. Nothing is paid before an answer says so.

The reader is armed only while a card is wanted. Esc does nothing while a card is being written and nothing
while its outcome is unknown: leaving that state takes the same card, fifteen seconds or a supervisor's word.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from onecard.errors import OneCardError
from onecard.terminal.card_event import (
    Arm,
    Began,
    Complete,
    Disarm,
    Disarmed,
    Ended,
    Failed,
    GiveUp,
    Lifted,
    Placed,
    SetAside,
    Sound,
)
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed, State, Unfinished, WrongCard
from pos.tap_events import (
    Ask,
    AskAgain,
    AskedFor,
    AskToCancel,
    Commands,
    CompleteFound,
    Dismissed,
    DropFound,
    Event,
    Finish,
    Found,
    NoAnswer,
    NotAside,
    OnAccount,
    Opened,
    Overridden,
    Result,
    RungAgain,
    Tell,
    Ticked,
    Wanted,
)
from pos.task import Recharge, Sell, Task

#: A success stays on the screen this long unless the next key comes first.
OK_FOR_S = 4.0
#: A refusal stands at least so long before the reader is armed for the next card.
REFUSED_FOR_S = 1.5
#: A silent server is asked again after this time.
ASK_AGAIN_S = 2.0
#: Why of an unfinished tap that no card can settle here any more.
SERVER_DECIDES = "tap.server_decides"


class Phase(StrEnum):
    CLOSED = "closed"
    READY = "ready"
    READING = "reading"
    FOUND = "found"  # the card brought an unfinished tap of this station with it
    OK = "ok"
    REFUSED = "refused"
    RETAP = "retap"
    ASKING = "asking"  # the server is asked; no card can help
    ASIDE = "aside"


@dataclass(frozen=True, kw_only=True)
class Tap:
    """Where the overlay stands. ``since``: monotonic seconds at which this phase began."""

    phase: Phase = Phase.CLOSED
    task: Task | None = None
    since: float = 0.0
    present: bool = False
    completed: Completed | None = None
    error: OneCardError | None = None
    look: Look | None = None
    unfinished: Unfinished | None = None
    #: Another card lies there than the one that is waited for.
    wrong: bool = False
    #: While the outcome is unknown: an attempt with the card is running.
    busy: bool = False
    #: The reader waits for the next card (or has just given one to the task).
    armed: bool = False
    #: What is to happen once the reader is proved idle: ``close``, ``aside``. ``cancel``: the server knows.
    leaving: str = ""
    #: When the server was asked last.
    asked_at: float = 0.0
    supervisor: int = 0
    #: What was wanted before an older unfinished tap came in between.
    then: Task | None = None

    @property
    def holds_till(self) -> bool:
        """Whether leaving now could lose sight of a write: nobody signs out, nothing else is rung."""
        return self.phase in (Phase.READING, Phase.RETAP, Phase.ASKING) or bool(self.leaving)


CLOSED = Tap()


def step(tap: Tap, event: Event) -> tuple[Tap, Commands]:
    """The only way the state changes. Events that do not fit a state change nothing."""
    match event:
        case Wanted():
            return _want(tap, event)
        case Placed():
            return replace(tap, present=True), ()
        case Lifted():
            return _lift(tap)
        case Began():
            return _begin(tap, event)
        case Ended():
            return _end(tap, event)
        case Ticked():
            return _tick(tap, event)
        case Dismissed():
            return _dismiss(tap)
        case Disarmed():
            return _disarmed(tap, event)
        case Overridden():
            if tap.phase is Phase.RETAP and not tap.busy:
                return _leave(replace(tap, supervisor=event.supervisor), "aside")
            return tap, ()
        case CompleteFound() | DropFound():
            return _settle_found(tap, event)
        case RungAgain():
            return _ring_again(tap, event)
        case AskedFor():
            return _ask(tap, event.task, None, event.at)
        case Opened():
            return (replace(tap, unfinished=event.unfinished) if tap.phase is Phase.ASKING else tap), ()
        case NoAnswer():
            return _unanswered(tap, event)
        case NotAside() if tap.unfinished is not None and tap.unfinished.is_on_account:
            # It waits for no card, so nobody has to look after it: the server settles what is given up.
            return tap, (GiveUp(id=tap.unfinished.id, why="no_answer"),)
        case NotAside():
            again = replace(
                _fresh(tap, Phase.RETAP, tap.task, event.at), unfinished=tap.unfinished, then=tap.then
            )
            return again, (Sound(name="retap"),)


def _fresh(tap: Tap, phase: Phase, task: Task | None, at: float) -> Tap:
    return Tap(phase=phase, task=task, since=at, present=tap.present)


def _want(tap: Tap, event: Wanted) -> tuple[Tap, Commands]:
    if tap.phase in (Phase.READY, Phase.READING, Phase.RETAP, Phase.FOUND, Phase.ASKING):
        return tap, ()
    ready = replace(_fresh(tap, Phase.READY, event.task, event.at), armed=True)
    return ready, (Arm(task=event.task, lying=event.lying),)


def _lift(tap: Tap) -> tuple[Tap, Commands]:
    tap = replace(tap, present=False, wrong=False)
    waits = tap.phase is Phase.RETAP and not tap.armed and not tap.busy and not tap.leaving
    return _arm_again(tap) if waits else (tap, ())


def _arm_again(tap: Tap) -> tuple[Tap, Commands]:
    """Wait for the same card; one that lies there is tried again unless it is known to be another."""
    assert tap.unfinished is not None
    return replace(tap, armed=True), (Arm(task=Complete(unfinished=tap.unfinished), lying=not tap.wrong),)


def _begin(tap: Tap, event: Began) -> tuple[Tap, Commands]:
    if tap.phase is Phase.READY:
        return replace(tap, phase=Phase.READING, since=event.at, leaving=""), ()
    if tap.phase is Phase.RETAP:
        return replace(tap, busy=True, leaving=""), ()
    return tap, ()


def _end(tap: Tap, event: Ended[Result]) -> tuple[Tap, Commands]:
    if tap.phase not in (Phase.READY, Phase.READING, Phase.RETAP, Phase.ASKING) or tap.task is None:
        return tap, ()
    match event.result:
        case OnAccount() as medium:
            return _ask(tap, tap.task, medium, event.at)
        case Completed() as completed:
            ok = _fresh(tap, Phase.OK, tap.task, event.at)
            return replace(ok, completed=completed, then=tap.then), (
                Finish(task=tap.task, completed=completed),
                Sound(name="ok"),
            )
        case Look() as look:
            return _fresh(tap, Phase.CLOSED, None, event.at), (Tell(task=tap.task, look=look),)
        case Found(unfinished=unfinished):
            found = _fresh(tap, Phase.FOUND, tap.task, event.at)
            return replace(found, unfinished=unfinished), (Sound(name="refused"),)
        case Unfinished() as unfinished:
            return _wait_again(tap, unfinished, event.at, wrong=False)
        case WrongCard(unfinished=unfinished):
            return _wait_again(tap, unfinished, event.at, wrong=True)
        case Failed(error=error, look=look):
            refused = _fresh(tap, Phase.REFUSED, tap.task, event.at)
            if tap.phase is Phase.RETAP:
                # The card proved that nothing was and never will be written: the task starts from nothing.
                refused = replace(refused, task=_again(tap))
            return replace(refused, error=error, look=look), (Sound(name="refused"),)


def _again(tap: Tap) -> Task | None:
    return tap.then if isinstance(tap.task, Complete) else tap.task


def _ask(tap: Tap, task: Task, medium: OnAccount | None, at: float) -> tuple[Tap, Commands]:
    if tap.phase in (Phase.RETAP, Phase.ASKING):
        return tap, ()
    asking = replace(_fresh(tap, Phase.ASKING, task, at), busy=True, asked_at=at)
    return asking, (Ask(task=task, medium=medium),)


def _unanswered(tap: Tap, event: NoAnswer) -> tuple[Tap, Commands]:
    """Nothing is known of what the server did: it is asked again, or set aside when it was to cancel."""
    if tap.phase is not Phase.ASKING or tap.unfinished is None:
        return tap, ()
    if tap.leaving == "cancel":
        return _aside(tap, event.at)
    silent = replace(tap, busy=False, asked_at=event.at, error=event.error)
    return silent, () if tap.error is not None else (Sound(name="retap"),)


def _cancel(tap: Tap, at: float) -> tuple[Tap, Commands]:
    assert tap.unfinished is not None
    cancelling = replace(tap, leaving="cancel", busy=True, asked_at=at)
    return cancelling, (AskToCancel(id=tap.unfinished.id),)


def _wait_again(tap: Tap, unfinished: Unfinished, at: float, *, wrong: bool) -> tuple[Tap, Commands]:
    """The clock towards "set aside" runs from the first loss on; a wrong card does not start it anew."""
    again = tap.phase is Phase.RETAP
    waiting = _fresh(tap, Phase.RETAP, tap.task, tap.since if again else at)
    waiting = replace(waiting, unfinished=unfinished, wrong=wrong and tap.present, then=tap.then)
    if unfinished.why == SERVER_DECIDES:
        return _aside(waiting, at)
    return waiting, () if again and not wrong else (Sound(name="retap"),)


def _tick(tap: Tap, event: Ticked) -> tuple[Tap, Commands]:
    age_s = event.at - tap.since
    match tap.phase:
        case Phase.OK if age_s >= OK_FOR_S and tap.then is None:
            return _fresh(tap, Phase.CLOSED, None, event.at), ()
        case Phase.OK if tap.then is not None and not tap.present:
            return _rearm(tap, tap.then, event.at)
        case Phase.REFUSED if age_s >= REFUSED_FOR_S and not tap.present and tap.task is not None:
            ready, commands = _rearm(tap, tap.task, event.at)
            # The reason stays legible while the next card is waited for.
            return replace(ready, error=tap.error, look=tap.look), commands
        case Phase.ASKING if not tap.busy and tap.unfinished is not None:
            if age_s >= event.patience_s:
                return _cancel(tap, event.at)
            if event.at - tap.asked_at >= ASK_AGAIN_S:
                return replace(tap, busy=True, asked_at=event.at), (AskAgain(id=tap.unfinished.id),)
        case Phase.RETAP if not tap.busy and not tap.leaving:
            if age_s >= event.patience_s:
                return _leave(tap, "aside")
            if not tap.armed:
                return _arm_again(tap)
    return tap, ()


def _rearm(tap: Tap, task: Task, at: float) -> tuple[Tap, Commands]:
    return replace(_fresh(tap, Phase.READY, task, at), armed=True), (Arm(task=task),)


def _dismiss(tap: Tap) -> tuple[Tap, Commands]:
    if tap.phase is Phase.READY:
        return _leave(tap, "close")
    if tap.phase is Phase.ASKING and tap.unfinished is not None:
        return (tap, ()) if tap.leaving else _cancel(tap, tap.asked_at)
    if tap.phase in (Phase.OK, Phase.REFUSED, Phase.ASIDE, Phase.FOUND, Phase.ASKING):
        return _fresh(tap, Phase.CLOSED, None, tap.since), ()
    return tap, ()


def _leave(tap: Tap, leaving: str) -> tuple[Tap, Commands]:
    """The reader has to be proved idle first, if it may be waiting for the card."""
    leaves = replace(tap, leaving=leaving)
    return (leaves, (Disarm(),)) if tap.armed else _left(leaves, tap.since)


def _disarmed(tap: Tap, event: Disarmed) -> tuple[Tap, Commands]:
    if not tap.leaving:
        return tap, ()
    if not event.in_time:
        return replace(tap, leaving=""), ()
    return _left(tap, event.at)


def _left(tap: Tap, at: float) -> tuple[Tap, Commands]:
    return _aside(tap, at) if tap.leaving == "aside" else (_fresh(tap, Phase.CLOSED, None, at), ())


def _aside(tap: Tap, at: float) -> tuple[Tap, Commands]:
    assert tap.unfinished is not None
    aside = replace(_fresh(tap, Phase.ASIDE, tap.task, at), unfinished=tap.unfinished, then=tap.then)
    if tap.unfinished.state is not State.OPEN:
        return aside, ()  # it stands on the list already
    return aside, (SetAside(id=tap.unfinished.id, supervisor=tap.supervisor),)


def _settle_found(tap: Tap, event: CompleteFound | DropFound) -> tuple[Tap, Commands]:
    if tap.phase is not Phase.FOUND or tap.unfinished is None or tap.task is None:
        return tap, ()
    older = tap.unfinished
    if isinstance(event, CompleteFound):
        complete = Complete(unfinished=older)
        ready = replace(_fresh(tap, Phase.READY, complete, event.at), armed=True, then=tap.task)
        return ready, (Arm(task=complete, lying=True),)
    ready, _ = _rearm(tap, tap.task, event.at)
    return ready, (GiveUp(id=older.id, why="rung_again"), Arm(task=tap.task, lying=True))


def _ring_again(tap: Tap, event: RungAgain) -> tuple[Tap, Commands]:
    """What was set aside is given up, and the same bill or the same cash goes onto the next card."""
    if tap.phase is not Phase.ASIDE or tap.unfinished is None:
        return tap, ()
    old = tap.unfinished.id
    match tap.task:
        case Sell() as sell:
            task: Task = Sell(order=replace(sell.order, replaces=old))
        case Recharge() as recharge:
            task = replace(recharge, replaces=old)
        case _:
            return tap, ()
    ready, commands = _rearm(tap, task, event.at)
    return ready, (GiveUp(id=old, why="rung_again"), *commands)
