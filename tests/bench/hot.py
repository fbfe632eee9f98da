"""Bars ``hot_outlet``, ``hot_card`` and ``replay_10``: what everybody wants at once, on PostgreSQL.

Each ratio compares runs of 64 clients that alternate in one shop, so that a slow moment hits both.
"""

import statistics
from collections.abc import Callable

from tests.bench.bar import Bar, at_least, figure
from tests.bench.online_sale import CLIENTS, WARM_UP_EACH, place
from tests.bench.shop import MONEY_FEN, Shop, shop
from tests.bench.yardstick import postgres

EACH, ROUNDS = 100, 3
OUTLETS = 1_000
SHORT = b'"purse.short"'


def _ratio(these: Callable[[], float], those: Callable[[], float]) -> float:
    """Of medians of alternating runs."""
    both = [(these(), those()) for _ in range(ROUNDS)]
    return statistics.median(one for one, _ in both) / statistics.median(other for _, other in both)


def _outlet(there: Shop) -> list[Bar]:
    def sold(outlets: int) -> float:
        return there.run(there.sales(CLIENTS, EACH, outlets=outlets)).per_second

    return [at_least("hot_outlet", _ratio(lambda: sold(1), lambda: sold(OUTLETS)), "x spread", 0.9)]


def _card(there: Shop, card: int) -> list[Bar]:
    """Everybody buys from one card until its money is gone: exactly what it held is sold."""
    each = MONEY_FEN // 100 // CLIENTS + 20
    sold = there.run(there.sales(CLIENTS, each, cards=[card]), otherwise=SHORT)
    created = len(sold.latencies) - len(sold.wrong)
    assert created == MONEY_FEN // 100, f"{created} sales from a card that held {MONEY_FEN // 100}"
    return [figure("hot_card", sold.per_second, "/s, no double spend")]


def _again(there: Shop) -> float:
    """One question in ten asks again what was asked before; the answer must be the same, byte for byte."""
    asked: list[list[bytes]] = [[] for _ in range(CLIENTS)]
    now = there.now()
    for client, till in enumerate(there.tills[:CLIENTS]):
        body = b""
        for turn in range(EACH):
            if turn % 10 != 9:
                body = till.sale(there.cards[(turn * CLIENTS + client) % len(there.cards)], now, 1)
            asked[client].append(till.sell(body))
    found = there.run(asked)
    for answers in found.answers:
        assert all(answers[turn] == answers[turn - 1] for turn in range(9, EACH, 10)), "another answer"
    return found.per_second


def run() -> list[Bar]:
    """One shop for all three; the last card is kept for ``hot_card``."""
    with (
        place() as folder,
        postgres(folder) as running,
        shop(folder / "server", CLIENTS, running.database("shop")) as there,
    ):
        card = there.cards.pop()
        there.run(there.sales(CLIENTS, WARM_UP_EACH))
        bars = _outlet(there)
        ratio = _ratio(lambda: _again(there), lambda: there.run(there.sales(CLIENTS, EACH)).per_second)
        return [*bars, *_card(there, card), at_least("replay_10", ratio, "x no repeats", 0.9)]
