"""Money that has gone in, on its way to exactly one place: this card, or a waiting load of this card.

The half of the visit's step that begins when the mouth closes. Pure. A write whose outcome is not known
is never turned into anything by time: the same card proves it, or it is given up and the office settles it.
"""

from dataclasses import replace

from kiosk.by_uid import Stranger
from kiosk.task import Collect, Deliver
from kiosk.visit_events import (
    Ask,
    CloseMouth,
    Commands,
    Managed,
    OtherCard,
    Print,
    Probed,
    Rekeyed,
    Result,
    Wait,
    Waited,
)
from kiosk.visit_state import Kind, Outcome, Phase, Visit, credit_ids, to
from onecard.errors import OneCardError
from onecard.terminal.card_event import Arm, Complete, Disarm, Ended, Failed, GiveUp, SetAside, Sound
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed, State, Unfinished, WrongCard
from onecard.wire.messages import LoadIntent, Recharge

#: A note that is stuck longer than this needs a person.
STUCK_S = 10.0
#: No note takes longer than this, whatever the device says.
CLOSING_S = 30.0
#: Why of an unfinished write that no card can settle here any more.
SERVER_DECIDES = "tap.server_decides"
#: Why a card is stopped for ever.
_DEAD = frozenset({"replaced", "returned"})
#: Refusals of a second try by which the credits of the first are on no road again.
_FREED = frozenset({"card.not_written", "card.stopped"})


def close(visit: Visit, at: float, *, walked_away: bool = False) -> tuple[Visit, Commands]:
    """Finish, back or gone: the mouth closes, and the last note comes to rest first."""
    closing = replace(to(visit, Phase.CLOSING, at), walked_away=walked_away)
    return closing, (CloseMouth(),)


def is_settled(visit: Visit, at: float) -> bool:
    """Whether the mouth has said its last word, or will not say one without a person."""
    waited_s = at - visit.since
    if visit.cash.at_rest:
        return True
    return waited_s >= CLOSING_S or (visit.cash.stuck and waited_s >= STUCK_S)


def deliver(visit: Visit, at: float) -> tuple[Visit, Commands]:
    """The mouth is shut: what came in goes onto the card. Only called with money in."""
    person = visit.person or bool(visit.cash.doubts) or not visit.cash.at_rest
    card, issue = visit.card
    owed = Deliver(card=card, issue=issue, fen=visit.cash.total_fen, credits=credit_ids(visit.cash.notes))
    return write(replace(visit, owed=owed, person=person), at)


def write(visit: Visit, at: float) -> tuple[Visit, Commands]:
    """Try the card, or ask for it; without a member there only the card that lies there is tried."""
    assert visit.owed is not None
    if visit.is_account:
        return wait(visit, at)  # its money is at the office: nothing is written to the card
    if visit.present:
        writing = replace(to(visit, Phase.WRITING, at), armed=True)
        return writing, (Arm(task=visit.owed, lying=True),)
    if visit.walked_away:
        return wait(visit, at)
    waiting = replace(to(visit, Phase.RETURN, at), armed=True)
    return waiting, (Arm(task=visit.owed, lying=True), Sound(name="retap"))


def wait(visit: Visit, at: float) -> tuple[Visit, Commands]:
    """No card: the money waits for it, or goes on a slip when this card will never take any again."""
    assert visit.owed is not None
    owed = visit.owed
    held = replace(to(visit, Phase.WRITING, at), armed=False, busy=False, leaving=False)
    dead = visit.error is not None and visit.error.params.get("reason") in _DEAD
    order = Wait(card=owed.card, issue=owed.issue, credits=owed.credits, slip=dead)
    return held, (Sound(name="quiet"), order)


def waited(visit: Visit, event: Waited) -> tuple[Visit, Commands]:
    """The disk has it, or has refused it and it is tried again when the kiosk is idle."""
    if visit.owed is None:
        return visit, ()
    if event.slip is not None:
        outcome = Outcome(kind=Kind.SLIP, fen=visit.owed.fen, slip=event.slip)
        return finish(visit, outcome, event.at, "ok")
    if event.waiting is None:
        kept = Outcome(kind=Kind.KEPT, fen=visit.owed.fen)
        return finish(replace(visit, person=True), kept, event.at, "refused")
    kind = Kind.ACCOUNT if visit.is_account else Kind.WAITING
    outcome = Outcome(kind=kind, fen=visit.owed.fen, waiting=event.waiting)
    return finish(visit, outcome, event.at, "ok")


def finish(visit: Visit, outcome: Outcome, at: float, sound: str) -> tuple[Visit, Commands]:
    """What the visit came to is certain: say it, print it."""
    done = replace(
        to(visit, Phase.RESULT, at),
        outcome=outcome,
        owed=None,
        unfinished=None,
        armed=False,
        busy=False,
        wrong=False,
        leaving=False,
        error=visit.error,
    )
    return done, (Sound(name="quiet"), Sound(name=sound), Print())


def person(visit: Visit, at: float) -> tuple[Visit, Commands]:
    """No money of this visit is certain, and a note is: somebody has to come."""
    seen = replace(to(visit, Phase.PERSON, at), person=True)
    return seen, (Sound(name="quiet"), Sound(name="refused"), Print())


# -- what the card said --------------------------------------------------------------------------------------


def ended(visit: Visit, event: Ended[Result]) -> tuple[Visit, Commands]:
    """A write, or the proof of one, is through with the card."""
    visit = replace(visit, busy=False, armed=False)
    match event.result:
        case Completed() as completed:
            return _completed(visit, completed, event.at)
        case Unfinished() as unfinished:
            return _unfinished(visit, unfinished, event.at, wrong=False)
        case WrongCard(unfinished=unfinished):
            return _unfinished(visit, unfinished, event.at, wrong=True)
        case OtherCard():
            return _other_card(visit, event.at)
        case Failed() as failed:
            return _failed(visit, failed, event.at)
        case Look() | Stranger() | Managed() | Probed() | Rekeyed():
            return visit, ()


def _completed(visit: Visit, completed: Completed, at: float) -> tuple[Visit, Commands]:
    intent = completed.intent
    kind = Kind.LOADED if isinstance(intent, LoadIntent) else Kind.RECHARGED
    # Waiting money may go into any wallet of the card, not only into the one whose balance is shown.
    moved = (
        sum(one.fen for one in intent.loads)
        if isinstance(intent, LoadIntent)
        else completed.balance_after_fen - completed.balance_before_fen
    )
    outcome = Outcome(kind=kind, fen=moved, completed=completed)
    visit, commands = finish(replace(visit, error=None), outcome, at, "ok")
    return visit, commands


def _unfinished(visit: Visit, unfinished: Unfinished, at: float, *, wrong: bool) -> tuple[Visit, Commands]:
    """The clock runs from the first loss on; a wrong card does not start it anew."""
    again = visit.phase is Phase.RETAP
    waiting = visit if again else to(visit, Phase.RETAP, at)
    waiting = replace(waiting, unfinished=unfinished, wrong=wrong and visit.present, owed=None)
    if unfinished.why == SERVER_DECIDES:
        return give_up(waiting, at)
    if visit.leaving:
        return waiting, (Disarm(),)
    return waiting, () if again and not wrong else (Sound(name="retap"),)


def complete(visit: Visit, unfinished: Unfinished, at: float) -> tuple[Visit, Commands]:
    """The card brought an unfinished write of this kiosk with it: that comes first."""
    waiting = replace(to(visit, Phase.RETAP, at), unfinished=unfinished, armed=True)
    return waiting, (Arm(task=Complete(unfinished=unfinished), lying=True),)


def rearm(visit: Visit) -> tuple[Visit, Commands]:
    """The same card is waited for and nobody is asking the reader: ask again."""
    if visit.armed or visit.busy or visit.leaving:
        return visit, ()
    # A wrong card has to be lifted before anything is tried again.
    if visit.phase is Phase.RETAP and visit.unfinished is not None:
        task: Complete | Deliver = Complete(unfinished=visit.unfinished)
    elif visit.phase is Phase.RETURN and visit.owed is not None:
        task = visit.owed
    else:
        return visit, ()
    return replace(visit, armed=True), (Arm(task=task, lying=not visit.wrong),)


def _other_card(visit: Visit, at: float) -> tuple[Visit, Commands]:
    if visit.walked_away:
        return wait(visit, at)
    if visit.owed is None:  # somebody changed the card under a load: this visit is over for it
        return replace(to(visit, Phase.REFUSED, at), error=OneCardError("card.changed")), (
            Sound(name="refused"),
        )
    turned = visit if visit.phase is Phase.RETURN else to(visit, Phase.RETURN, at)
    return replace(turned, wrong=visit.present), (Sound(name="retap"),)


def _failed(visit: Visit, failed: Failed, at: float) -> tuple[Visit, Commands]:
    if visit.unfinished is not None:
        return _disproved(visit, failed, at)
    if visit.owed is None:
        refused = replace(to(visit, Phase.REFUSED, at), error=failed.error)
        return refused, (Sound(name="quiet"), Sound(name="refused"))
    if failed.gone and not visit.walked_away:
        turned = visit if visit.phase is Phase.RETURN else to(visit, Phase.RETURN, at)
        return turned, () if visit.phase is Phase.RETURN else (Sound(name="retap"),)
    return wait(replace(visit, error=None if failed.gone else failed.error), at)


def _disproved(visit: Visit, failed: Failed, at: float) -> tuple[Visit, Commands]:
    """A read proved that the write never happened and never will: the notes are free for another road."""
    assert visit.unfinished is not None
    intent = visit.unfinished.intent
    fresh = replace(visit, unfinished=None, wrong=False, leaving=False)
    if isinstance(intent, Recharge) and failed.error.code in _FREED:
        owed = Deliver(
            card=intent.purse.card,
            issue=intent.purse.issue,
            fen=intent.amount_fen,
            credits=intent.credits,
        )
        fresh = replace(fresh, owed=owed)
        if failed.error.code == "card.not_written":
            return write(fresh, at)
        return wait(replace(fresh, error=failed.error), at)
    refused = replace(to(fresh, Phase.REFUSED, at), error=failed.error)
    return refused, (Sound(name="quiet"), Sound(name="refused"))


def give_up(visit: Visit, at: float) -> tuple[Visit, Commands]:
    """The end of a visit whose write nobody proved: the office finds out what happened."""
    assert visit.unfinished is not None
    unfinished = visit.unfinished
    outcome = Outcome(kind=Kind.ASIDE, fen=unfinished.fen, unfinished=unfinished)
    done, commands = finish(visit, outcome, at, "refused")
    aside: Commands = (SetAside(id=unfinished.id),) if unfinished.state is State.OPEN else ()
    return done, (*aside, GiveUp(id=unfinished.id, why="session_end"), *commands)


def collect(visit: Visit, at: float) -> tuple[Visit, Commands]:
    """Waiting loads onto the card."""
    card, issue = visit.card
    collecting = replace(to(visit, Phase.COLLECTING, at), armed=True)
    return collecting, (Arm(task=Collect(card=card, issue=issue), lying=True),)


def ask(visit: Visit) -> tuple[Visit, Commands]:
    """What the office knows of this card beside what it says itself."""
    card, issue = visit.card
    return replace(visit, asking_office=True, status=None), (Ask(card=card, issue=issue),)
