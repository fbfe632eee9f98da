"""Digits as a scale writes them → whole grams. Refuses whatever is not exactly that."""

import re

#: Factors to grams, in thousandths: what is left over is no whole gram.
_UNITS = {"kg": 1_000_000, "g": 1_000}
_NUMBER = re.compile(r"([0-9]{1,7})(?:\.([0-9]{0,5}))?", re.ASCII)


def grams(text: str, unit: str) -> int | None:
    """``("01.234", "kg")`` → 1234; ``None`` for another unit, for parts of a gram, and for anything else.

    Blanks before the digits are a scale's way to write leading zeros; none may stand between or behind them.
    """
    factor = _UNITS.get(unit.strip().lower())
    match = _NUMBER.fullmatch(text.lstrip(" "))
    if factor is None or match is None:
        return None
    whole, part = match[1], match[2] or ""
    scaled = int(whole + part) * factor
    weight, rest = divmod(scaled, 1_000 * 10 ** len(part))
    return None if rest else weight
