"""Bar ``tap_cpu``: as ``tap_m1``, with a CPU card and the purchase key in the key store."""

from tests.bench.bar import Bar
from tests.bench.tap_m1 import measure
from tests.onecard.terminal.cpu_card import make_cpu_plastic


def run() -> list[Bar]:
    return measure("tap_cpu", make_cpu_plastic(90_000))
