"""True bytes → endless damaged ones, the same for the same seed: flips, cuts, repeats, splices, lengths.

One draw of 64 bits decides each input, so that a hundred thousand take a fraction of a second. Knows no
protocol: a target may add words of its own (``words``), for JSON brackets and numbers that are too large.
"""

import random
from collections.abc import Iterator, Sequence

#: What a length, a count or a sign is most often wrong by.
LIES = tuple(bytes((byte,)) for byte in (0x00, 0x01, 0x02, 0x7F, 0x80, 0xFE, 0xFF, 0x1B, 0x0D, 0x3F))
NOISE = tuple(random.Random(1).randbytes(length) for length in (1, 1, 2, 3, 5, 8, 13, 21, 34))
#: Where a lie of length is told: fields of length stand near the front.
_HEAD = 8
#: How much longer than the longest true input a damaged one may become.
_GROWTH = 2


def mutants(truths: Sequence[bytes], count: int, seed: int, words: Sequence[bytes] = ()) -> Iterator[bytes]:
    """``count`` inputs made from ``truths``; one in eight is a truth, most were damaged before."""
    bits = random.Random(seed).getrandbits
    truths = tuple(truths)
    patches = (*LIES, *NOISE, *words * max(1, 12 // max(1, len(words))))
    many, patch_many = len(truths), len(patches)
    longest = _GROWTH * max(map(len, truths)) + 16
    data = truths[0]
    for _ in range(count):
        draw = bits(64)
        if draw & 0x03 == 0 or len(data) > longest:
            data = truths[(draw >> 2 & 0xFFF) % many]
        kind = draw >> 14 & 0x0F
        at = (draw >> 18 & 0xFFFFF) % (len(data) + 1)
        size = 1 + (draw >> 38 & 0x07)
        if kind < 3:  # one bit, or one byte
            if at < len(data):
                turned = data[at] ^ (1 << size - 1 if kind else draw >> 41 & 0xFF)
                data = data[:at] + bytes((turned,)) + data[at + 1 :]
        elif kind == 3:
            data = data[:at]
        elif kind == 4:
            data = data[at:]
        elif kind == 5:
            data = data[:at] + data[at + size :]
        elif kind == 6:  # two bytes of nobody
            data = data[:at] + (draw >> 41 & 0xFFFF).to_bytes(2, "big") + data[at + (size & 3) :]
        elif kind == 7:
            data = data[:at] + patches[(draw >> 41 & 0xFFF) % patch_many] + data[at + (size & 1) :]
        elif kind < 10:  # a lie of length
            at %= _HEAD
            data = data[:at] + patches[(draw >> 41 & 0xFFF) % len(LIES)] + data[at + 1 :]
        elif kind == 10:
            data = data[: at + size] + data[at:]
        elif kind < 13:
            other = truths[(draw >> 41 & 0xFFF) % many]
            data = data[:at] + other[(draw >> 53) % (len(other) + 1) :]
        elif kind == 13:
            data += truths[(draw >> 41 & 0xFFF) % many]
        yield data
