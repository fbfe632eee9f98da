"""Cards that are refused for a while: found again, frozen for a reason, given back. F: A6 A14"""

from onecard.ids import RecordId
from onecard.wire import errands as e
from onecard.wire.counter import FreezeCard, UnfreezeCard
from pos.frontdesk.job import Job, Result
from pos.question import Answer
from pos.till import LOSS

#: Where a freeze holds.
PLACES = ("everywhere", "here")
#: Why, as the office knows it.
WHYS = ("left", "dispute", "debt", "other")


class Unloss(Job):
    """A lost card was found: off the stop list, and its flag is cleared by the next write. F: A6"""

    name, right, icon = "unloss", LOSS, "credit-card-check-outline"
    by_word = True
    states = frozenset({"lost"})
    pad = ""
    is_sure = leaves_loads = True

    def go(self) -> None:
        card, issue = self.card
        self.ask(e.UnlossCard, card=card, issue=issue)


class _Listed(Job):
    """Asked under an id that stays when an answer was lost; no money moves, no card is written."""

    right, pad = LOSS, ""
    by_word = is_sure = True
    _id: RecordId | None = None

    def begin(self) -> None:
        self._id = None

    def _name_it(self) -> RecordId:
        self._id = self._id or self.till.request_id()
        return self._id

    def _listed(self, _: Answer) -> None:
        """This till at least knows from now on, not from the next round of the exchange."""
        self.till.port.play("ok")
        self.till.port.wake()
        self.end(Result())

    def press(self, action: str) -> bool:
        if action.startswith("pick:") or action in ("left", "right"):
            self._id = None  # other words are another question
        return super().press(action)


class Freeze(_Listed):
    """For a reason other than loss, at this outlet or everywhere. F: A14"""

    name, icon = "freeze", "lock"
    is_grave = True
    states = frozenset({"active", "frozen"})

    def groups(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        tr = self.till.tr
        return (
            (tr("desk.freeze.where"), tuple((one, tr(f"desk.freeze.at.{one}")) for one in PLACES)),
            (tr("desk.freeze.why"), tuple((one, tr(f"desk.freeze.reason.{one}")) for one in WHYS)),
        )

    def go(self) -> None:
        card, issue = self.card
        question = FreezeCard(
            id=self._name_it(), operator=self.operator, card=card, issue=issue, why=self.picked(1),
            here=self.picked(0) == "here",
        )  # fmt: skip
        self.put(question, self._listed)


class Unfreeze(_Listed):
    """Given back. One that is frozen at some outlets only stands as good in the list. F: A14"""

    name, icon = "unfreeze", "lock-open"
    states = frozenset({"active", "frozen"})

    def go(self) -> None:
        card, issue = self.card
        question = UnfreezeCard(id=self._name_it(), operator=self.operator, card=card, issue=issue)
        self.put(question, self._listed)
