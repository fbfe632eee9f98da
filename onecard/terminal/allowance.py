"""How much of the allowance for recharges without the office each operator has used. Reads the journal."""

from onecard.ids import RecordId
from onecard.journal.journal import Journal
from onecard.terminal.outcome import State
from onecard.wire.messages import Recharge


def recharged_by(journal: Journal, operator: int, after: RecordId) -> int:
    """Fen that this operator put onto cards after a record, without what was shown not written."""
    fen = 0
    for one in journal.bodies(RecordId(after.terminal, after.epoch, after.seq + 1)):
        if isinstance(one, Recharge) and one.operator == operator:
            tap = journal.index.tap(one.id)
            fen += one.amount_fen if tap is None or tap.state != State.NOT_WRITTEN else 0
    return fen
