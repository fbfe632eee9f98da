"""Chinese characters by their sounds: first letters that find a product, and what a syllable may mean. F: C2

Knows ``assets/pinyin/table.txt`` (8,230 characters, all that our fonts draw) and no keys. A word with several
sounds has its usual one for its first letter; what the office wrote beside a product goes before both.
Rejected: a library of sounds in the till, some megabytes of words for two questions to one small table.
"""

from functools import cache
from typing import Final, NamedTuple

from onecard.resources import asset

#: Typed between two syllables that could be read as others: ``he'nan``.
APART: Final = "'"
#: The hundred commonest: what begins a line at a front desk is a name first of all.
_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)


class _Table(NamedTuple):
    #: Syllable → characters, the most used first.
    meant: dict[str, str]
    #: What one letter more may lead to a syllable from.
    beginnings: frozenset[str]
    #: For ``str.translate``: letters and figures stay, what has no sound goes.
    letters: dict[int, str]


@cache
def _table() -> _Table:
    meant: dict[str, str] = {}
    letters: dict[int, str] = {}
    for line in asset("pinyin", "table.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        syllable, characters, *rest = line.split(" ")
        meant[syllable] = characters
        elsewhere = frozenset(rest[0] if rest else "")
        letters |= {ord(one): syllable[0] for one in characters if one not in elsewhere}
    beginnings = frozenset(one[:end] for one in meant for end in range(1, len(one) + 1))
    return _Table(meant, beginnings, letters)


def initials(name: str) -> str:
    """What somebody types for this name, in small letters."""
    spelt = name.translate(_table().letters).lower()
    return "".join(letter for letter in spelt if letter.isascii() and letter.isalnum())


@cache
def meant_by(syllable: str, *, begins: bool = False) -> str:
    """The characters that may be meant, the most used first; "" for what is no syllable.

    ``begins``: nothing stands before it yet, so that surnames that usually sound so come before all others.
    """
    table = _table()
    meant = table.meant.get(syllable, "")
    if not begins:
        return meant
    family = {one: at for at, one in enumerate(_SURNAMES) if table.letters[ord(one)] == syllable[:1]}
    return "".join(sorted(meant, key=lambda one: family.get(one, len(_SURNAMES))))


@cache
def syllables(spelt: str) -> tuple[str, ...] | None:
    """``zhangmi`` → ``zhang``, ``mi``: the longest first; the last may be a beginning. ``None``: no word."""
    if not spelt:
        return ()
    table = _table()
    here, _, _ = spelt.partition(APART)
    for end in range(min(len(here), 6), 0, -1):
        head, rest = spelt[:end], spelt[end:]
        if head not in table.meant:
            continue
        following = syllables(rest.removeprefix(APART))
        if following is not None:
            return (head, *following)
    return (spelt,) if spelt in table.beginnings else None


def without_first(spelt: str) -> str:
    """What is left to be chosen when the first syllable has its character."""
    found = syllables(spelt)
    return spelt[len(found[0]) :].removeprefix(APART) if found else ""
