"""What an ID-003 status says about the note in the path: states to sightings. Knows no frames and no
orders."""

from collections.abc import Mapping

from onecard.devices.acceptors import Event
from onecard.devices.acceptors.cycle import Cycles
from onecard.devices.acceptors.id003 import meaning
from onecard.devices.acceptors.id003.meaning import State


def see(cycles: Cycles, state: State, data: bytes, values: Mapping[int, int]) -> list[Event]:
    """One status answer; ``values`` maps escrow codes to fen."""
    code = data[0] if data else None
    match state:
        case State.ESCROW:
            return cycles.held(code, values.get(code) if code is not None else None)
        case State.HOLDING:
            cycles.holding()
        case State.STACKING:
            return cycles.stacking()
        case State.VEND_VALID:
            cycles.credit(values.get(code) if code is not None else None, repeats=True)
        case State.STACKED:
            return cycles.stacked()
        case State.REJECTING:
            return cycles.rejecting(meaning.named(meaning.REJECTS, code))
        case State.RETURNING:
            return cycles.returning()
        case State.PAUSE:
            # A second note is in the mouth; the one inside is not affected, so this is no rejection.
            return cycles.faulted("jam", "second_note")
        case State.ACCEPTING:
            return cycles.accepting()
        case State.IDLE | State.DISABLED:
            return cycles.at_rest(state is State.IDLE)
        case _ if state in meaning.FAULTS:
            kind, detail = meaning.FAULTS[state]
            if state is State.FAILURE:
                detail = meaning.named(meaning.FAILURES, code)
            return cycles.faulted(kind, detail)
    return []
