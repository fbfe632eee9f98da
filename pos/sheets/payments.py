"""Payments at the bank's and the city card's terminal: ordered, what came of it, does it agree. F: C16 C17"""

from collections.abc import Callable
from dataclasses import dataclass, field

from onecard import money
from onecard.terminal.foreign import Device, ForeignPayment, unclaimed
from pos.presenters.frame import RowView, TileView, frame
from pos.presenters.sheet import ListView, back, go, key
from pos.till import Till

_SHARES = (0.9, 0.8, 1.2, 1.0, 1.0, -0.9)
_TONES = {"approved": "ink", "lost": "refuse", "unbooked": "refuse", "asking": "wait"}
MOST = 200


@dataclass
class Compared:
    """What the comparison of a batch said: nothing yet, all agrees, or which figures differ."""

    is_done: bool = False
    differences: dict[str, tuple[int, int]] = field(default_factory=dict)


class PaymentsPresenter:
    """Reads the journal when the screen is entered and after each word."""

    name = "payments"

    def __init__(self, till: Till, unbooked: Callable[[], list[ForeignPayment]]) -> None:
        """``unbooked``: paid back there, and in no book yet."""
        self._till, self._find_unbooked = till, unbooked
        self._unbooked: set[str] = set()
        self.device: Device = "bank"
        self._all: list[ForeignPayment] = []
        self._lost: set[str] = set()
        self._at = 0
        self.compared = Compared()
        self.busy = False

    def enter(self, device: Device | None = None) -> None:
        """Newest first."""
        counter = self._till.counter
        self.device = device or ("bank" if counter.bank is not None or counter.city is None else "city")
        self.compared, self._at = Compared(), 0
        self.read()

    def read(self) -> None:
        """As the journal has them now."""
        payments = self._till.station.upkeep.foreign.payments(self.device)
        self._lost = {one.reference for one in unclaimed(payments)}
        self._unbooked = {one.reference for one in self._find_unbooked()}
        self._all = payments[::-1][:MOST]

    def act(self, action: str) -> None:
        """Up, down, a touch; the other terminal."""
        last = max(0, len(self._all) - 1)
        if action in ("up", "down"):
            self._at = min(max(0, self._at + (1 if action == "down" else -1)), last)
        elif action.startswith("row:"):
            self._at = min(int(action.removeprefix("row:")), last)
        elif action.startswith("device:"):
            self.enter("bank" if action == "device:bank" else "city")

    @property
    def lost(self) -> ForeignPayment | None:
        """The chosen one, if its money moved and nothing was sold for it."""
        one = self._all[self._at] if self._all else None
        return one if one is not None and one.reference in self._lost else None

    @property
    def has_unbooked(self) -> bool:
        return bool(self._unbooked)

    @property
    def is_unbooked(self) -> bool:
        """Whether the chosen one was paid back and not booked."""
        return bool(self._all) and self._all[self._at].reference in self._unbooked

    def view(self) -> ListView:
        till, tr = self._till, self._till.tr
        desk = till.counter.bank if self.device == "bank" else till.counter.city
        away = "" if desk is not None else tr("pos.payments.none")
        keys = [back(till)]
        if self.device == "bank":
            keys.append(
                key(
                    "f5", tr("pos.payments.compare"), icon="calculator", enabled=desk is not None, reason=away
                )
            )
            keys.append(
                go(
                    tr("pos.payments.book" if self.is_unbooked else "pos.payments.give_back"),
                    icon="cash-refund",
                    enabled=self.lost is not None or self.is_unbooked,
                    reason=tr("pos.payments.no_need"),
                )
            )
        else:
            keys.append(
                key("f5", tr("pos.payments.export"), icon="upload", enabled=desk is not None, reason=away)
            )
            keys.append(
                go(
                    tr("pos.payments.prove"),
                    icon="printer",
                    enabled=self.lost is not None,
                    reason=tr("pos.payments.no_need"),
                )
            )
        body, _ = self._verdict()
        approved = [one for one in self._all if one.is_approved]
        total = sum(one.order.fen if one.order.kind == "sale" else -one.order.fen for one in approved)
        return ListView(
            frame=frame(till),
            title=tr(f"pos.payments.{self.device}"),
            body=body,
            titles=tuple(
                tr(f"pos.payments.column.{name}")
                for name in ("at", "what", "number", "state", "approval", "sum")
            ),
            shares=_SHARES,
            rows=tuple(self._row(one, at) for at, one in enumerate(self._all)),
            empty=tr("pos.payments.empty"),
            choices=self._choices(),
            keys=tuple(keys),
            sum_label=tr("pos.payments.total"),
            sum=money.show(total),
        )

    def _choices(self) -> tuple[TileView, ...]:
        counter, tr = self._till.counter, self._till.tr
        if counter.bank is None or counter.city is None:
            return ()
        return tuple(
            TileView(action=f"device:{name}", text=tr(f"pos.payments.{name}"), selected=name == self.device)
            for name in ("bank", "city")
        )

    def _verdict(self) -> tuple[str, str]:
        tr = self._till.tr
        if self.busy:
            return tr("pos.payments.asking"), "muted"
        if self._lost:
            return tr("pos.payments.lost", n=len(self._lost)), "refuse"
        if self._unbooked:
            return tr("pos.payments.unbooked", n=len(self._unbooked)), "refuse"
        if not self.compared.is_done:
            return tr(f"pos.payments.body_{self.device}"), "muted"
        if not self.compared.differences:
            return tr("pos.payments.agrees"), "done"
        said = (
            tr(f"pos.payments.differs.{name}", ours=_figure(name, ours), theirs=_figure(name, theirs))
            for name, (ours, theirs) in self.compared.differences.items()
        )
        return tr.listed(tuple(said)), "refuse"

    def _row(self, one: ForeignPayment, at: int) -> RowView:
        tr, word = self._till.tr, one.word
        state = "asking" if word is None else "approved" if word.is_approved else "declined"
        if one.reference in self._lost:
            state = "lost"
        elif one.reference in self._unbooked:
            state = "unbooked"
        return RowView(
            cells=(
                tr.moment(one.order.at),
                tr(f"pos.payments.kind.{one.order.kind}"),
                one.reference,
                tr(f"pos.payments.state.{state}"),
                "" if word is None else word.approval,
                money.plain(one.order.fen),
            ),
            action=f"row:{at}",
            selected=at == self._at,
            tone=_TONES.get(state, "muted"),
        )


def _figure(name: str, value: int) -> str:
    return money.show(value) if name.endswith("_fen") else str(value)
