"""F1, the front desk's door: every job in four groups; what is off says why. F: C11"""

from collections.abc import Callable
from dataclasses import dataclass

from pos.frontdesk.job import Job
from pos.presenters.frame import FrameView, TileView, frame
from pos.till import ISSUE, LOSS, QUERY, RECHARGE, SUPERVISOR, Till

#: What has a screen of its own: key → (what, right, icon, needs the server). All others are jobs.
OWN = {
    "query": ("f1", QUERY, "card-search-outline", False),
    "issue": ("f2", ISSUE, "credit-card-plus-outline", True),
    "recharge": ("f3", RECHARGE, "cash-plus", False),
    "loss": ("f4", LOSS, "credit-card-off-outline", True),
}
#: In the order in which they stand; nobody has to count further than 8.
GROUPS = {
    "card": ("query", "issue", "batch", "replace", "return_card", "transfer", "unlock", "pin"),
    "money": ("recharge", "cash", "collect", "correct", "gift", "return_rest", "credit", "remittance"),
    "member": ("person", "statement", "loss", "unloss", "freeze", "unfreeze", "redeem", "renew"),
    "room": ("hold", "holds", "claim", "left", "beside", "slip", "debt", "management"),
}
#: What a place that only sells does not do.
_RECHARGES = frozenset({"recharge", "cash"})
_ICONS = {
    "card": "credit-card-outline",
    "money": "cash-multiple",
    "member": "account-multiple-outline",
    "room": "door-open",
}


@dataclass(frozen=True, kw_only=True)
class DeskView:
    """``tabs``: the groups; ``tiles``: the jobs of the one that is open."""

    frame: FrameView
    title: str
    tabs: tuple[TileView, ...]
    tiles: tuple[TileView, ...]
    back: str


class DeskPresenter:
    """Knows only what may be done now. ``open_errands``: how many have no answer."""

    name = "desk"

    def __init__(self, till: Till, jobs: dict[str, type[Job]], open_errands: Callable[[], int]) -> None:
        self._till, self._jobs, self._open_errands = till, jobs, open_errands
        self._group = 0
        self._at = 0

    def why_not(self, what: str) -> str:
        """Why this cannot be done now; "" when it can."""
        if what in OWN:
            _, right, _, needs_server = OWN[what]
        else:
            job = self._jobs[what]
            right, needs_server = job.right, job.needs_server
        if not self._till.may(right) and not self.needs_word(what):
            return self._till.tr("pos.key.no_right")
        if what in _RECHARGES and not self._till.recharges:
            return self._till.tr("desk.recharge_off")
        if needs_server and not self._till.is_online:
            return self._till.tr("desk.needs_server")
        if what not in OWN and self._till.shift is None:
            return self._till.tr("desk.needs_shift")
        return ""

    def needs_word(self, what: str) -> bool:
        """Whether who works here may not, and a supervisor who may can allow it once."""
        right = self.word_for(what)
        if not right or self._till.may(right):
            return False
        return any({SUPERVISOR, right} <= set(one.permissions) for one in self._till.operators)

    def word_for(self, what: str) -> str:
        """The right that somebody else's word may stand in for, "" where none may."""
        if what in OWN:
            return OWN[what][1] if what == "issue" else ""
        return self._jobs[what].right if self._jobs[what].by_word else ""

    def act(self, action: str) -> str:
        """A key, a touch: the job that is wanted, "" for none."""
        verb, _, what = action.partition(":")
        names = list(GROUPS.values())[self._group]
        found = next((name for name, (key, *_) in OWN.items() if key == action), "")
        if action in ("left", "right"):
            self._group = (self._group + (1 if action == "right" else -1)) % len(GROUPS)
            self._at = 0
        elif verb == "group":
            self._group, self._at = int(what), 0
        elif action in ("up", "down"):
            self._at = (self._at + (1 if action == "down" else -1)) % len(names)
        elif action == "enter":
            found = names[self._at]
        elif verb == "job":
            found = what
        elif len(action) == 1 and action.isdigit() and 0 < int(action) <= len(names):
            found = names[int(action) - 1]
        return found if found and not self.why_not(found) else ""

    def view(self) -> DeskView:
        """What is urgent takes the room of what explains the keys."""
        till, tr = self._till, self._till.tr
        around = frame(till)
        names = list(GROUPS.values())[self._group]
        return DeskView(
            frame=around,
            title=tr("desk.title"),
            tabs=tuple(
                TileView(
                    action=f"group:{n}",
                    text=tr(f"desk.group.{name}"),
                    icon=_ICONS[name],
                    selected=n == self._group,
                )
                for n, name in enumerate(GROUPS)
            ),
            tiles=tuple(self._tile(n, name, short=bool(around.notices)) for n, name in enumerate(names)),
            back=tr("desk.to_till"),
        )

    def _tile(self, n: int, name: str, *, short: bool) -> TileView:
        tr, why_not = self._till.tr, self.why_not(name)
        key = OWN[name][0] if name in OWN else ""
        detail = "" if short else tr(f"desk.{name}.detail")
        waits = self._open_errands() if name == "left" else 0
        if waits:
            detail = tr("desk.left.waits", n=waits)
        elif self.needs_word(name):
            detail = tr("desk.by_word")
        return TileView(
            action=key or f"job:{name}",
            text=tr(f"desk.{name}.title"),
            detail=detail,
            icon=OWN[name][2] if name in OWN else self._jobs[name].icon,
            hint=key.upper() or str(n + 1),
            enabled=not why_not,
            reason=why_not,
            selected=n == self._at,
        )
