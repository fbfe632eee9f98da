"""What a cashier does with sense, step by step: so that money moves between all the nonsense."""

import time
from collections.abc import Callable, Sequence

from onecard.bench.drawer import TEARS, BenchCard
from pos.tap import Phase
from tests.soak.monkey import Tour
from tests.soak.till import Till


class Cashier(Till):
    """At a till of any state: each tour begins at home, and may come to nothing."""

    @property
    def tours(self) -> Sequence[tuple[int, Callable[[], Tour]]]:
        """By how often they are made."""
        return (
            (30, self.sale), (12, self.bill), (6, self.cash_sale), (8, self.torn_sale), (8, self.swapped),
            (8, self.recharge), (5, self.take_back), (5, self.left_in_the_middle), (4, self.issue),
            (3, self.query), (2, self.x), (1, self.z), (3, self.quick_taps),
        )  # fmt: skip

    def _ring(self, fen: int) -> None:
        self.hand.keys(f"{fen // 100}.{fen % 100:02d}")
        self.hand.key("enter")

    def _is(self, *phases: Phase) -> Callable[[], bool]:
        return lambda: self.phase in phases

    def sale(self) -> Tour:
        yield lambda: self._ring(self._luck.randint(50, 3_000))
        yield self._is(Phase.READY)
        yield lambda: self.put(kind="issued")
        yield self._is(Phase.OK, Phase.REFUSED, Phase.RETAP, Phase.FOUND, Phase.ASIDE)
        yield self.lift

    def bill(self) -> Tour:
        for _ in range(self._luck.randint(1, 5)):
            yield lambda: self.hand.tag(f"product-{self._luck.randint(1, 12)}")
        yield lambda: self.hand.tag("sell")
        yield self._is(Phase.READY)
        yield lambda: self.put(kind="issued")
        yield self._is(Phase.OK, Phase.REFUSED, Phase.RETAP, Phase.FOUND, Phase.ASIDE)
        yield self.lift

    def cash_sale(self) -> Tour:
        yield lambda: self.hand.keys("1 2 f6")
        yield lambda: self.screen == "tender"
        yield lambda: self.hand.keys("2 0 enter")
        yield lambda: self.hand.keys("enter")

    def torn_sale(self) -> Tour:
        """It leaves in the middle of the write; then the same card, another one, or none comes."""
        yield lambda: self._ring(self._luck.randint(50, 900))
        yield self._is(Phase.READY)
        torn: list[BenchCard | None] = []
        yield lambda: torn.append(self.put(self._luck.choice(TEARS), "issued"))
        yield self._is(Phase.OK, Phase.REFUSED, Phase.RETAP, Phase.FOUND, Phase.READY)
        if self._luck.random() < 0.3:
            yield lambda: self.put(kind="issued")
            yield lambda: self.hand.keys("enter 5 enter escape")
        if torn[0] is not None and torn[0].uid.hex() in self.pocket.held and self._luck.random() < 0.8:
            yield lambda: self.tray.put(torn[0]) if torn[0] else None
            yield self._is(Phase.OK, Phase.REFUSED, Phase.CLOSED, Phase.ASIDE)
        yield self.lift

    def swapped(self) -> Tour:
        """Another card lies there before the first one was done."""
        yield lambda: self._ring(self._luck.randint(50, 900))
        for _ in range(self._luck.randint(2, 6)):
            yield lambda: self.put(kind="issued")
            yield lambda: self.hand.key(self._luck.choice(("enter", "5", "escape", "f2")))
        yield self.lift

    def quick_taps(self) -> Tour:
        """Twenty a second, whoever's they are."""
        for _ in range(20):
            yield lambda: self.hand.keys("1 enter enter")
            yield lambda: self.put(kind="issued")
            yield lambda: None
        yield self.lift

    def left_in_the_middle(self) -> Tour:
        """Somebody signs out while a card is being written."""
        yield lambda: self._ring(self._luck.randint(50, 900))
        yield lambda: self.put(kind="issued")
        yield lambda: self.hand.key("f10")
        yield lambda: self.hand.key("f10")
        yield lambda: self.hand.keys("escape f10")
        yield self.lift

    def recharge(self) -> Tour:
        yield lambda: self.hand.keys("f9")
        yield lambda: self.screen == "desk"
        yield lambda: self.hand.keys("f3")
        yield lambda: self.screen == "recharge"
        yield lambda: self.hand.keys("5 0 enter")
        yield self._is(Phase.READY)
        yield lambda: self.put(kind="issued")
        yield self._is(Phase.OK, Phase.REFUSED, Phase.RETAP, Phase.FOUND, Phase.ASIDE)
        yield self.lift

    def take_back(self) -> Tour:
        yield lambda: self.hand.keys("f2")
        yield lambda: self.screen == "void"
        yield lambda: self.hand.key("enter")
        yield lambda: self.app.flow.supervision.asking is not None
        yield lambda: self.hand.keys("971357")
        yield lambda: self.hand.key("enter")
        yield self._is(Phase.READY)
        yield lambda: self.put(kind="issued")
        yield self._is(Phase.OK, Phase.REFUSED, Phase.RETAP, Phase.FOUND, Phase.ASIDE)
        yield self.lift

    def issue(self) -> Tour:
        yield lambda: self.hand.keys("f9 f2")
        yield lambda: self.screen == "issue"
        yield lambda: self.hand.tag("new")
        yield lambda: self.hand.tag("name")
        yield lambda: self.hand.text(f"Member {self._luck.randint(1, 9_999)}")
        yield lambda: self.hand.key("enter")
        yield lambda: self.hand.tag("key-00") is True
        yield lambda: self.hand.keys("delete 1 0 0 enter")
        yield self._is(Phase.READY)
        yield lambda: self.put(kind="blank")
        yield self._is(Phase.OK, Phase.REFUSED, Phase.RETAP, Phase.FOUND, Phase.ASIDE)
        yield self.lift

    def query(self) -> Tour:
        yield lambda: self.hand.key("f1")
        yield lambda: self.put(kind="issued")
        yield lambda: self.screen == "query"
        yield self.lift

    def x(self) -> Tour:
        yield lambda: self.hand.key("f12")
        yield lambda: self.screen == "shift"
        yield lambda: self.hand.keys("f5 escape")

    def z(self) -> Tour:
        yield lambda: self.hand.key("f12")
        yield lambda: self.screen == "shift"
        yield lambda: self.hand.key("f12")
        yield lambda: self.hand.keys("3 0 0 enter")
        since: list[float] = []
        yield lambda: since.append(time.monotonic())
        yield lambda: time.monotonic() - since[0] > 1.5
        yield lambda: self.hand.key("enter")
        yield lambda: self.hand.key("enter")
