"""First letters of Chinese words as people type them: 红烧肉 → hsr. F: C2

The 3,755 everyday characters stand in GB2312 in the order of their sounds, so where each letter begins is all
there is to know. A rarer character has no letter here; a word with several sounds has its usual one, and what
the office wrote beside a product goes before both. Rejected: a library of sounds, some megabytes for 23 rows.
"""

from functools import cache
from itertools import pairwise

#: The first code of each letter; no word begins with i, u or v.
_BEGINS = (
    ("a", 0xB0A1),
    ("b", 0xB0C5),
    ("c", 0xB2C1),
    ("d", 0xB4EE),
    ("e", 0xB6EA),
    ("f", 0xB7A2),
    ("g", 0xB8C1),
    ("h", 0xB9FE),
    ("j", 0xBBF7),
    ("k", 0xBFA6),
    ("l", 0xC0AC),
    ("m", 0xC2E8),
    ("n", 0xC4C3),
    ("o", 0xC5B6),
    ("p", 0xC5BE),
    ("q", 0xC6DA),
    ("r", 0xC8BB),
    ("s", 0xC8F6),
    ("t", 0xCBFA),
    ("w", 0xCDDA),
    ("x", 0xCEF4),
    ("y", 0xD1B9),
    ("z", 0xD4D1),
    ("", 0xD7FA),
)


@cache
def _letters() -> dict[int, str | None]:
    """For ``str.translate``: letters and figures stay, what has no sound goes."""
    table: dict[int, str | None] = {}
    for (letter, first), (_, end) in pairwise(_BEGINS):
        for code in range(first, end):
            if code & 0xFF >= 0xA1 and code & 0xFF != 0xFF:
                table[ord(code.to_bytes(2, "big").decode("gb2312"))] = letter
    return table


def initials(name: str) -> str:
    """What somebody types for this name, in small letters."""
    spelt = name.translate(_letters()).lower()
    return "".join(letter for letter in spelt if letter.isascii() and letter.isalnum())
