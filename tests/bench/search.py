"""Bar ``search``: what is typed finds its products among fifty thousand, at every key. F: C2"""

import time

from onecard.wire.messages import Product
from pos.catalogue import Catalogue
from pos.selling import LEARN
from tests.bench.bar import Bar, at_most, figure, percentile

_FIRST = "红清白香干酸麻五糖水油凉葱蒜椒"
_THEN = "烧炒煮蒸炖拌爆溜煎炸卤烤焖烩腌"
_LAST = "肉鱼鸡鸭蛋虾豆茄菜瓜笋菇面饭汤饼"
GOODS = 50_000


def goods() -> tuple[Product, ...]:
    """Names as a shop has them, each with its barcode."""
    found = []
    for number in range(GOODS):
        letters = (_FIRST[number % 15], _THEN[number // 15 % 15], _LAST[number // 225 % 16])
        name = "".join(letters) + f" {number // 3600}00g"
        found.append(
            Product(
                product=number + 1,
                name=name,
                name_en=f"Dish {number}",
                category=f"C{number % 40}",
                price_fen=100 + number % 900,
                barcode=f"69{number:011d}",
            )
        )
    return tuple(found)


def run() -> list[Bar]:
    catalogue = Catalogue(goods())
    longest_ms = 0.0
    for _ in range(GOODS // LEARN):
        began = time.process_time()
        catalogue.learn(LEARN)
        longest_ms = max(longest_ms, (time.process_time() - began) * 1000)
    times = []
    for typed in ("h", "hs", "hsr", "烧肉", "6900000", "69000000123", "49999", "dish 777", "zzz", "x", "qcc"):
        for _ in range(10):
            began = time.process_time()
            catalogue.search(typed, 7)
            times.append((time.process_time() - began) * 1000)
    return [
        at_most("search p99 in 50,000", percentile(times, 0.99), "ms", 50.0),
        figure("learning them, at one moment", longest_ms, "ms"),
    ]
