"""This shift's records as a cashier thinks of them: what, which card, how much, what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from onecard.ids import RecordId
from onecard.journal.facet import amount_of, card_of, kind_of
from onecard.terminal.outcome import Journaled, State
from onecard.wire.messages import Void
from pos.worth import uses_of


@dataclass(frozen=True, kw_only=True)
class Record:
    """``state``: open, aside, given_up, done, not_written or voided."""

    journaled: Journaled
    id: RecordId
    at: int
    kind: str
    card: int
    issue: int
    fen: int
    state: str
    #: Of a count wallet, beside the money.
    uses: int = 0
    #: Why it takes something back, as a word; "" for all that does not.
    reason: str = ""

    @property
    def can_void(self) -> bool:
        return self.kind == "sale" and self.state == "done"

    @property
    def why_not(self) -> str:
        """Refusal code when it cannot be voided."""
        if self.kind != "sale":
            return "void.not_a_sale"
        return "void.already" if self.state == "voided" else "void.not_done"


def records(journaled: Iterable[Journaled]) -> tuple[Record, ...]:
    """In the order given (newest first)."""
    return tuple(_record(one) for one in journaled)


def _record(one: Journaled) -> Record:
    card, issue = card_of(one.intent)
    voided = one.state is State.DONE and one.voided_by is not None
    return Record(
        journaled=one,
        id=one.id,
        at=one.intent.at,
        kind=kind_of(one.intent),
        card=card,
        issue=issue,
        fen=amount_of(one.intent),
        uses=uses_of(one.intent),
        state="voided" if voided else one.state.value,
        reason=one.intent.reason if isinstance(one.intent, Void) else "",
    )
