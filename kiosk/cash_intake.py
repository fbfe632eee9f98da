"""What to do about each thing an acceptor reports: ``step(intake, event) → (intake, orders)``, pure.

The stack intent is on disk before the note is ordered in, the credit is on disk before the device is
acknowledged, and nobody guesses. The runner (``cash_desk.py``) carries orders out one by one and reports what
was written; it decides nothing.
"""

from enum import StrEnum

import msgspec

from kiosk.cash_word import (
    Acknowledge as Acknowledge,
)
from kiosk.cash_word import (
    Close as Close,
)
from kiosk.cash_word import (
    CreditWritten as CreditWritten,
)
from kiosk.cash_word import (
    Enable as Enable,
)
from kiosk.cash_word import (
    Event as Event,
)
from kiosk.cash_word import (
    GiveBack as GiveBack,
)
from kiosk.cash_word import (
    Note as Note,
)
from kiosk.cash_word import (
    NotWritten as NotWritten,
)
from kiosk.cash_word import (
    Open as Open,
)
from kiosk.cash_word import (
    Order as Order,
)
from kiosk.cash_word import (
    Reconnected as Reconnected,
)
from kiosk.cash_word import (
    Room as Room,
)
from kiosk.cash_word import (
    Stack as Stack,
)
from kiosk.cash_word import (
    StackWritten as StackWritten,
)
from kiosk.cash_word import (
    Trial as Trial,
)
from kiosk.cash_word import (
    WriteCredit as WriteCredit,
)
from kiosk.cash_word import (
    WriteDoubt as WriteDoubt,
)
from kiosk.cash_word import (
    WriteReturned as WriteReturned,
)
from kiosk.cash_word import (
    WriteStack as WriteStack,
)
from onecard.devices import acceptors as device

#: The notes in circulation; an acceptor that does not know one never reports it.
CNY_FEN = (100, 500, 1_000, 2_000, 5_000, 10_000)


class Phase(StrEnum):
    """Where the mouth stands."""

    CLOSED = "closed"
    OPEN = "open"
    SHUTTING = "shutting"  # coins only: no more of them; those that fell before it are still being told
    ESCROW = "escrow"  # a note is held; its stack intent is on its way to the disk
    STACKING = "stacking"  # ordered in; not money yet
    STUCK = "stuck"  # a note is inside and the device cannot say what becomes of it


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """All that the intake knows. ``room_fen``: what still fits; ``total_fen``: credited in this session."""

    values_fen: tuple[int, ...]
    boot: int
    #: It holds nothing: what goes in falls into the box, and is told a moment later.
    drops: bool = False
    phase: Phase = Phase.CLOSED
    room_fen: int = 0
    total_fen: int = 0
    note: Note | None = None
    #: (boot, cycle) of the newest credit on disk: the device repeats it until it is acknowledged.
    credited: tuple[int, int] | None = None
    #: The device has not shown yet that it heard the acknowledgement of ``credited``.
    unconfirmed: bool = False
    #: A visit wants cash; the mouth is shut all the same while nothing fits.
    wanted: bool = False
    #: The credit is being written; a repeat meanwhile must not write it again.
    writing: bool = False
    fault: str = ""
    #: The mouth was opened for a test of the device and for nobody's money.
    trial: Trial | None = None

    @property
    def can_close(self) -> bool:
        """No note is in flight."""
        return self.note is None


def at_start(
    values_fen: tuple[int, ...],
    boot: int,
    open_stack: Note | None,
    credited: tuple[int, int] | None,
    *,
    drops: bool = False,
) -> Intake:
    """The intake after a start.

    ``open_stack``: the journal's last stack intent without an outcome; ``credited``: (boot, cycle) of its
    last credit; ``boot``: a number never used with this acceptor before.
    """
    return Intake(
        values_fen=values_fen,
        boot=boot,
        drops=drops,
        note=open_stack,
        credited=credited,
        unconfirmed=credited is not None,
    )


def step(intake: Intake, event: Event) -> tuple[Intake, list[Order]]:
    """What the intake becomes and what to do, in this order."""
    match event:
        case Open():
            return _opened(_with(intake, trial=Trial() if event.trial else None), event.room_fen)
        case Room():
            return _made_room(intake, event.room_fen)
        case Close():
            return _close(intake)
        case Reconnected():
            return _reconnected(intake)
        case StackWritten():
            assert intake.note is not None
            note = msgspec.structs.replace(intake.note, stack=event.id)
            return _with(intake, note=note, phase=Phase.STACKING), [Stack()]
        case CreditWritten():
            return _credited(intake, event.value_fen)
        case NotWritten():
            return _not_written(intake)
        case device.PoweredUp():
            return _powered_up(intake, event)
        case device.Credited():
            return _credit_point(intake, event)
        case device.Dropped():
            return _dropped(intake, event)
        case device.Lost():
            return _lost(intake, event)
        case device.Escrowed():
            return _escrowed(intake, event)
        case device.Stacking():
            return _heard(intake), []
        case device.Returned() | device.Rejected():
            intake = _tried(intake, "returned" if isinstance(event, device.Returned) else "rejected")
            return _settle(_heard(intake), _returned(intake), note_gone=True)
        case device.Faulted():
            return _faulted(intake, event)
        case device.Idle():
            return _idle(intake, event)
        case _:
            return _heard(intake), []


def _reconnected(intake: Intake) -> tuple[Intake, list[Order]]:
    again = _with(intake, boot=intake.boot + 1, writing=False)
    is_open = again.phase is Phase.OPEN and again.note is None
    return again, [Enable(_fitting(again))] if is_open else []


def _with(intake: Intake, **changes: object) -> Intake:
    return msgspec.structs.replace(intake, **changes)


def _heard(intake: Intake) -> Intake:
    return _with(intake, unconfirmed=False)


def _fitting(intake: Intake) -> frozenset[int]:
    return frozenset(value for value in intake.values_fen if value <= intake.room_fen)


def _opened(intake: Intake, room_fen: int) -> tuple[Intake, list[Order]]:
    if intake.note is not None:  # a note of the life before is not settled yet; its fate comes first
        return _with(intake, room_fen=room_fen, total_fen=0, wanted=True), []
    intake = _with(intake, phase=Phase.OPEN, room_fen=room_fen, total_fen=0, wanted=True)
    return intake, [Enable(_fitting(intake))]


def _made_room(intake: Intake, room_fen: int) -> tuple[Intake, list[Order]]:
    if not intake.wanted:
        return intake, []
    before, intake = intake, _with(intake, room_fen=room_fen)
    if intake.note is not None or intake.phase is Phase.STUCK:
        return intake, []
    if (before.phase is Phase.OPEN) == (room_fen > 0) and _fitting(before) == _fitting(intake):
        return intake, []
    return _settle(intake, [])


def _close(intake: Intake) -> tuple[Intake, list[Order]]:
    """A coin that fell before this was said is this session's: only a device at rest has told them all."""
    if intake.drops and intake.phase is Phase.OPEN and not intake.fault:
        return _with(intake, phase=Phase.SHUTTING, wanted=False), [Enable(frozenset())]
    return _settle(_with(intake, wanted=False), [])


def _settle(intake: Intake, orders: list[Order], *, note_gone: bool = False) -> tuple[Intake, list[Order]]:
    """No note is in flight any more, or the visit closes: put the mouth where it belongs."""
    if note_gone:
        intake = _with(intake, note=None, writing=False)
    if intake.note is not None or (intake.phase is Phase.SHUTTING and not intake.fault):
        return intake, orders
    if not intake.wanted or intake.room_fen == 0:
        shut = _with(intake, phase=Phase.CLOSED, room_fen=0)
        return shut, [*orders, Enable(frozenset())]
    intake = _with(intake, phase=Phase.OPEN)
    return intake, [*orders, Enable(_fitting(intake))]


def _tried(intake: Intake, stage: str, value_fen: int = 0) -> Intake:
    """What a test of the device has come to; with the end of it the mouth closes. Of a visit: nothing."""
    trial = intake.trial
    if trial is None or trial.is_over or (stage == "rejected" and trial.stage == "held"):
        return intake
    tried = Trial(stage, value_fen or trial.value_fen)
    return _with(intake, trial=tried, wanted=intake.wanted and not tried.is_over)


def _returned(intake: Intake) -> list[Order]:
    note = intake.note
    return [WriteReturned(note.stack)] if note is not None and note.stack is not None else []


def _escrowed(intake: Intake, event: device.Escrowed) -> tuple[Intake, list[Order]]:
    known = intake.note
    if known is not None and (known.boot, known.cycle) == (intake.boot, event.cycle):
        return intake, []  # the device says again what we are already writing down or have ordered
    # After a restart the device holds the note whose stack order never reached it: it goes back.
    orders = _returned(intake)
    intake = _with(_heard(intake), note=None)
    fits = intake.phase is Phase.OPEN and intake.wanted and event.value_fen in _fitting(intake)
    if not fits or intake.trial is not None:
        return _tried(intake, "held", event.value_fen), [*orders, GiveBack()]
    note = Note(intake.boot, event.cycle, event.value_fen)
    return _with(intake, note=note, phase=Phase.ESCROW), [*orders, WriteStack(note)]


def _credit_point(intake: Intake, event: device.Credited) -> tuple[Intake, list[Order]]:
    note = intake.note
    repeat = _is_repeat(intake, event)
    if intake.writing:
        return intake, []
    if note is not None and note.stack is not None:
        value = note.value_fen if event.value_fen is None else event.value_fen
        assumed = event.value_fen is None and note.boot != intake.boot
        return _with(intake, writing=True), [WriteCredit(note, value, assumed)]
    if repeat:
        return intake, [Acknowledge()]
    # Money went in without an order of ours (another host, a swapped disk): a person decides.
    doubt = WriteDoubt("credit_without_order", cycle=event.cycle, value_fen=event.value_fen or 0)
    intake = _tried(_with(intake, credited=(intake.boot, event.cycle)), "kept", event.value_fen or 0)
    return _settle(intake, [doubt, Acknowledge()], note_gone=True)


def _dropped(intake: Intake, event: device.Dropped) -> tuple[Intake, list[Order]]:
    """A coin is in the box. It is this session's money when it fits; else a person decides whose it is."""
    if intake.writing:
        return intake, []
    if intake.credited == (intake.boot, event.cycle):
        return intake, [Acknowledge()]
    if intake.note is None and event.value_fen <= intake.room_fen:
        coin = Note(intake.boot, event.cycle, event.value_fen, is_coin=True)
        return _with(intake, note=coin, writing=True), [WriteCredit(coin, event.value_fen, assumed=False)]
    doubt = WriteDoubt("coin_without_session", cycle=event.cycle, value_fen=event.value_fen)
    return _with(intake, credited=(intake.boot, event.cycle)), [doubt, Acknowledge()]


def _lost(intake: Intake, event: device.Lost) -> tuple[Intake, list[Order]]:
    """Something was taken, or not; the device will never say. It also ends the note that is on its way."""
    note = intake.note
    if note is not None and note.stack is None:
        return _settle(intake, [WriteDoubt(event.detail)], note_gone=True)
    return _settle(intake, [WriteDoubt(event.detail, note)], note_gone=True)


def _is_repeat(intake: Intake, event: device.Credited) -> bool:
    # In one life the cycle says so. Across a restart of either side the device goes on only when it heard the
    # acknowledgement: as long as it has not shown that, what it says again is the credit on disk.
    credited = intake.credited
    return credited is not None and (credited == (intake.boot, event.cycle) or intake.unconfirmed)


def _credited(intake: Intake, value_fen: int) -> tuple[Intake, list[Order]]:
    note = intake.note
    assert note is not None
    intake = _with(
        intake,
        credited=(note.boot, note.cycle),
        unconfirmed=True,
        total_fen=intake.total_fen + value_fen,
        room_fen=max(0, intake.room_fen - value_fen),
    )
    intake = _tried(intake, "kept", value_fen)
    return _settle(intake, [Acknowledge()], note_gone=True)


def _not_written(intake: Intake) -> tuple[Intake, list[Order]]:
    note = intake.note
    if note is not None and note.is_coin:  # it cannot go back: unacknowledged, it is told again
        return _with(intake, note=None, writing=False, phase=Phase.STUCK, fault="store"), []
    if note is not None and note.stack is None:  # not ordered in yet: back to the customer, mouth shut
        shut = _with(intake, note=None, phase=Phase.CLOSED, room_fen=0, wanted=False)
        return shut, [GiveBack(), Enable(frozenset())]
    # A credit that could not be written stays unacknowledged: the device repeats it and we try again.
    return _with(intake, writing=False, phase=Phase.STUCK, fault="store"), []


def _powered_up(intake: Intake, event: device.PoweredUp) -> tuple[Intake, list[Order]]:
    note = intake.note
    again = _with(intake, boot=intake.boot + 1, writing=False)
    if note is None or note.stack is None:
        if event.note == "stacker" and not intake.unconfirmed:
            return _settle(again, [WriteDoubt("note_in_stacker_at_start")], note_gone=True)
        return _settle(again, [], note_gone=True)
    match event.note:
        case "stacker":  # its value will not be said again: the journal's escrow value, flagged
            return _with(again, writing=True), [WriteCredit(note, note.value_fen, assumed=True)]
        case "acceptor":  # it goes back to the customer
            return _settle(again, [WriteReturned(note.stack)], note_gone=True)
        case _:
            return _settle(again, [WriteDoubt("silent_after_power_cut", note)], note_gone=True)


def _faulted(intake: Intake, event: device.Faulted) -> tuple[Intake, list[Order]]:
    phase = Phase.STUCK if intake.note is not None else intake.phase
    faulted = _with(intake, phase=phase, fault=event.kind)
    return _settle(faulted, []) if phase is Phase.SHUTTING else (faulted, [])


def _idle(intake: Intake, event: device.Idle) -> tuple[Intake, list[Order]]:
    note = intake.note
    if intake.phase is Phase.SHUTTING and note is None and not event.enabled:
        return _with(_heard(intake), phase=Phase.CLOSED, room_fen=0, fault=""), []
    ordered = note is not None and note.stack is not None and not intake.writing
    intake = _with(_heard(intake), fault="")
    if ordered:  # it was ordered in and the device forgot it: neither credit nor return was ever said
        return _settle(intake, [WriteDoubt("silent", note)], note_gone=True)
    if intake.phase is Phase.STUCK and note is None:
        return _settle(intake, [])
    return intake, []
