"""Taps that were set aside: here, waiting for their card, and elsewhere, as the office tells. F: C10"""

from collections.abc import Mapping

from onecard import masking, money
from onecard.ids import RecordId
from onecard.rules.outcome import Verdict
from onecard.wire.messages import OpenTap
from pos.presenters.frame import RowView, TileView, frame
from pos.presenters.sheet import ListView, back, go, key
from pos.till import Till

_TONES = {"written": "refuse", "stands": "done", "overtaken": "done", "unknown": "wait"}


class AsidePresenter:
    """The line that is chosen in one of two lists; the lists themselves are the till's."""

    name = "aside"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.is_elsewhere = False
        self._at = 0
        #: What cards said here about taps of other stations; ``_said`` is the sentence about the last card.
        self._heard: dict[RecordId, Verdict] = {}
        self._said = ""

    def enter(self) -> None:
        """Our own list, the oldest first."""
        self.is_elsewhere, self._at, self._heard, self._said = False, 0, {}, ""

    def act(self, action: str) -> None:
        """Up, down, a touch on a line; the other list."""
        last = max(0, self._count - 1)
        if action in ("up", "down"):
            self._at = min(max(0, self._at + (1 if action == "down" else -1)), last)
        elif action.startswith("row:"):
            self._at = min(int(action.removeprefix("row:")), last)
        elif action in ("f5", "where:own", "where:else"):
            self.is_elsewhere = not self.is_elsewhere if action == "f5" else action == "where:else"
            self._at, self._said = 0, ""

    def hear(self, said: Mapping[RecordId, Verdict], *, is_own: bool) -> None:
        """A card was read for the list of other stations."""
        tr = self._till.tr
        self._heard |= said
        taps = self.others
        self._at = next((at for at, tap in enumerate(taps) if tap.of in said), self._at)
        one = self.chosen
        if one is None or one.of not in said:
            self._said = tr("pos.aside.is_own" if is_own else "pos.aside.not_there")
            return
        verdict = said[one.of]
        # Until its own station gives it up, that one may still complete it.
        is_over = one.given_up and verdict in (Verdict.WRITTEN, Verdict.STANDS)
        word = f"{verdict.value}_given_up" if is_over else verdict.value
        self._said = tr(f"pos.aside.verdict.{word}", fen=one.fen, terminal=one.of.terminal)

    @property
    def others(self) -> tuple[OpenTap, ...]:
        """Of other stations; those whose card was here stay on the list until somebody leaves it."""
        return self._till.station.upkeep.elsewhere()

    @property
    def _count(self) -> int:
        return len(self.others if self.is_elsewhere else self._till.aside)

    @property
    def at(self) -> int:
        return min(self._at, max(0, self._count - 1))

    @property
    def chosen(self) -> OpenTap | None:
        """Of another station."""
        taps = self.others
        return taps[self.at] if self.is_elsewhere and taps else None

    @property
    def can_ring(self) -> bool:
        """Whether its card has said that a sale was not paid."""
        one = self.chosen
        if one is None or one.kind != "sale":
            return False
        return self._heard.get(one.of) in (Verdict.STANDS, Verdict.OVERTAKEN)

    def view(self) -> ListView:
        till, tr = self._till, self._till.tr
        columns = ("at", "where", "what", "card", "sum", "state") if self.is_elsewhere else _OWN
        return ListView(
            frame=frame(till),
            title=tr("pos.aside.title"),
            body=self._said or tr("pos.aside.elsewhere_body" if self.is_elsewhere else "pos.aside.body"),
            titles=tuple(tr(f"pos.aside.column.{name}") for name in columns),
            shares=(1.0, 0.6, 0.7, 0.9, -0.8, -1.1) if self.is_elsewhere else (1.1, 0.8, 1.0, -0.9, -1.1),
            rows=self._others() if self.is_elsewhere else self._own(),
            empty=tr("pos.aside.none_elsewhere" if self.is_elsewhere else "pos.aside.empty"),
            keys=self._keys(),
            choices=tuple(
                TileView(
                    action=f"where:{where}",
                    text=tr(f"pos.aside.{where}", n=count),
                    hint="F5" if is_other is not self.is_elsewhere else "",
                    selected=is_other is self.is_elsewhere,
                )
                for where, is_other, count in (
                    ("own", False, len(till.aside)),
                    ("else", True, len(self.others)),
                )
            ),
        )

    def _own(self) -> tuple[RowView, ...]:
        till, tr, now = self._till, self._till.tr, self._till.clock.now()
        return tuple(
            RowView(
                cells=(
                    tr.moment(one.at),
                    tr(f"pos.kind.{one.kind}"),
                    masking.card(one.card, one.issue) if one.card else "",
                    money.plain(one.fen),
                    tr.duration(max(0, now - one.at)),
                ),
                action=f"row:{number}",
                selected=number == self.at,
            )
            for number, one in enumerate(till.aside)
        )

    def _others(self) -> tuple[RowView, ...]:
        tr = self._till.tr
        return tuple(
            RowView(
                cells=(
                    tr.moment(one.at),
                    str(one.of.terminal),
                    tr(f"pos.kind.{one.kind}"),
                    masking.card(one.card, one.issue),
                    money.plain(one.fen),
                    tr(f"pos.aside.state.{self._state(one)}"),
                ),
                action=f"row:{number}",
                selected=number == self.at,
                tone=_TONES.get(self._state(one), "ink"),
            )
            for number, one in enumerate(self.others)
        )

    def _state(self, one: OpenTap) -> str:
        heard = self._heard.get(one.of)
        return heard.value if heard is not None else "given_up" if one.given_up else "open"

    def _keys(self) -> tuple[TileView, ...]:
        till, tr = self._till, self._till.tr
        if self.is_elsewhere:
            why = "" if self.can_ring else tr("pos.aside.not_heard")
            return (
                back(till),
                key("f6", tr("pos.aside.ring"), icon="cash-register", enabled=not why, reason=why),
                go(tr("pos.aside.read"), icon="contactless-payment", enabled=bool(self.others)),
            )
        has_any = bool(till.aside)
        return (
            back(till),
            key("f6", tr("pos.aside.give_up"), icon="close", enabled=has_any),
            go(tr("pos.aside.complete"), icon="contactless-payment", enabled=has_any),
        )


_OWN = ("at", "what", "card", "sum", "age")
