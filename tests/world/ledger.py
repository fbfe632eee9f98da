"""What everybody must have in the end, by the journals of the terminals alone: a second opinion on the books.

Knows which outcome of an intent means goods, cash or nothing; shares no code with the server.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from onecard.ids import RecordId
from onecard.terminal.evidence import OTHER_LIFE
from onecard.wire import errands as e
from onecard.wire import messages as m

#: Where one intent stands in several lives of a disk, the later of these words counts.
ORDER = ("open", "aside", "not_written", "given_up", "done")


@dataclass
class Fate:
    """One intent, and how far any journal says it came."""

    body: m.Sale | m.Void | m.Recharge | m.Issue | m.LoadIntent | m.Lock
    state: str = "open"

    @property
    def is_open(self) -> bool:
        return self.state in ("open", "aside")

    def move(self, state: str) -> None:
        if ORDER.index(state) > ORDER.index(self.state):
            self.state = state


@dataclass
class Asked:
    """One errand, and the end that any journal knows of it: ``open``, ``given_up``, ``refused``, ``done``."""

    errand: e.Errand
    state: str = "open"
    cash_fen: int = 0


@dataclass
class Ledger:
    """``owed``: fen per card; ``unsure``: account voids whose answer no till heard, by card."""

    fates: list[Fate] = field(default_factory=list)
    owed: Counter[int] = field(default_factory=Counter)
    credits: dict[RecordId, m.Credit] = field(default_factory=dict)
    claims: dict[RecordId, m.Claim] = field(default_factory=dict)
    errands: dict[bytes, Asked] = field(default_factory=dict)
    doubts: int = 0
    unsure: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def states(self) -> Counter[str]:
        return Counter(fate.state for fate in self.fates)


_STEPS = {m.NotWritten: "not_written", m.Unresolved: "aside", m.GivenUp: "given_up"}


def fold(lives: Iterable[list[m.Body]]) -> Ledger:
    """All journals of the fleet: each life of each disk, in order."""
    ledger = Ledger()
    known: dict[bytes, Fate] = {}
    seen: set[bytes] = set()
    for bodies in lives:
        _fold(ledger, bodies, known, seen)
    ledger.fates = list(known.values())
    rung_again = {
        fate.body.replaces for fate in ledger.fates
        if isinstance(fate.body, m.Recharge) and fate.state in ("done", "given_up") and fate.body.replaces
    }  # fmt: skip
    sold = {
        (fate.body.id, fate.body.card): fate.body.due_fen
        for fate in ledger.fates if isinstance(fate.body, m.Sale)
    }  # fmt: skip
    for fate in ledger.fates:
        _count(ledger, fate, rung_again, sold)
    return ledger


def _fold(ledger: Ledger, bodies: list[m.Body], known: dict[bytes, Fate], seen: set[bytes]) -> None:
    here: dict[RecordId, Fate] = {}
    asked: dict[RecordId, Asked] = {}
    for body in bodies:
        raw = m.encode(body)
        if isinstance(body, e.Errand):
            asked[body.id] = ledger.errands.setdefault(raw, Asked(body))
        elif isinstance(body, (m.Answered, m.GivenUp)) and body.of in asked:
            _answered(asked[body.of], body)
        if isinstance(body, m.PURSE_INTENTS):
            here[body.id] = known.setdefault(raw, Fate(body))
        elif isinstance(body, (m.Done, m.NotWritten, m.Unresolved, m.GivenUp)):
            fate = here.get(body.of)
            if fate is None and isinstance(body, m.GivenUp) and body.why == OTHER_LIFE:
                # A life of the disk that had no time to say more about it.
                fate = next((one for one in known.values() if one.body.id == body.of and one.is_open), None)
            if fate is not None:
                fate.move("done" if isinstance(body, m.Done) else _STEPS[type(body)])
        elif raw not in seen:
            if isinstance(body, m.Credit):
                ledger.credits[body.id] = body
                if body.card:
                    ledger.owed[body.card] += body.value_fen
            elif isinstance(body, m.Claim):
                ledger.claims[body.id] = body
                for one in body.credits:
                    # Whoever has the slip is owed the notes, and no card any more.
                    if (credit := ledger.credits[one]).card:
                        ledger.owed[credit.card] -= credit.value_fen
            elif isinstance(body, m.CashDoubt):
                ledger.doubts += 1
        seen.add(raw)


def _answered(one: Asked, body: m.Answered | m.GivenUp) -> None:
    if isinstance(body, m.GivenUp):
        one.state = "given_up" if one.state == "open" else one.state
    elif body.status in (m.Status.CREATED, m.Status.EXISTS):
        one.state, one.cash_fen = "done", body.cash_fen
    else:
        one.state = "refused"


def _count(
    ledger: Ledger, fate: Fate, rung_again: set[RecordId], sold: dict[tuple[RecordId, int], int]
) -> None:
    body, state = fate.body, fate.state
    match body:
        case m.Sale() if state == "done":
            ledger.owed[body.card] -= body.due_fen
        case m.Void():
            # Of an account with several wallets its office says which of them paid.
            fen = sum(pay.fen for pay in body.pays) or sold.get((body.voids, body.card), 0)
            if state == "done" or (state == "given_up" and body.purse is not None):
                ledger.owed[body.card] += fen
            elif state == "given_up":
                ledger.unsure[body.card] += fen
        case m.Recharge() if body.source is m.Source.TILL and state in ("done", "given_up"):
            if not (state == "given_up" and body.id in rung_again):
                ledger.owed[body.purse.card] += body.amount_fen
        case m.Issue() if state == "done":
            ledger.owed[body.card] += body.opening_fen
