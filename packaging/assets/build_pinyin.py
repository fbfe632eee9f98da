"""Writes ``assets/pinyin/table.txt``: every syllable and the characters that people may mean by it.

Knows nothing of keys or screens. The sounds are pypinyin's, how often each is meant is counted over jieba's
words; both are MIT, as the licence beside the table says. Nothing else needs them, so it runs in a place of
its own: ``pip install pypinyin==0.55.0 jieba==0.42.1``, ``python packaging/assets/build_pinyin.py``.
"""

import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path

from pypinyin import Style, lazy_pinyin, pinyin

ASSETS = Path(__file__).resolve().parents[2] / "assets"
TABLE = ASSETS / "pinyin" / "table.txt"
#: What is hummed and has no vowel that could be typed.
SAID_WITHOUT = {"嗯": ["en"]}
#: The 3,755 everyday characters stand in GB2312 in the order of their sounds; the first of each letter.
ZONES = dict(zip("abcdefghjklmnopqrstwxyz", "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝", strict=True))
#: Where the order of radicals begins.
RARER = 0xD7FA
HEADER = """\
# Chinese characters by their sounds; by packaging/assets/build_pinyin.py.
# syllable (v for ü), characters from the most used down, and those among them that usually sound otherwise.
"""


def drawn() -> set[str]:
    """The ideographs that our fonts hold: all there is to be typed."""
    found = set()
    for line in (ASSETS / "fonts" / "coverage.txt").read_text(encoding="ascii").splitlines():
        if not line.startswith("#"):
            first, _, last = line.partition("-")
            found |= set(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return {one for one in found if "\u3400" <= one <= "\u9fff" or one >= "\U00020000"}


def sounds(character: str) -> list[str]:
    """Its syllables without tones, the usual one first."""
    (spelt,) = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False) or [[]]
    return [one for one in dict.fromkeys(spelt) if set(one) & set("aeiouv")] or SAID_WITHOUT.get(
        character, []
    )


def zone(character: str) -> str:
    """First letter of the sound under which GB2312 files an everyday character, else ""."""
    code = place(character)
    found = [letter for letter, begins in ZONES.items() if place(begins) <= code < RARER]
    return found[-1] if found else ""


def place(character: str) -> int:
    """Its code in GB2312, 0 for none."""
    return int.from_bytes(character.encode("gb2312", "ignore"), "big")


def counted(wanted: set[str]) -> Counter[tuple[str, str]]:
    """How often a character is met with a sound."""
    met: Counter[tuple[str, str]] = Counter()
    words = (files("jieba") / "dict.txt").read_text(encoding="utf-8")
    for line in words.splitlines():
        word, often, *_ = line.split(" ")
        if set(word) <= wanted:
            for character, sound in zip(word, lazy_pinyin(word), strict=True):
                met[character, sound] += int(often)
    return met


def main() -> None:
    wanted = drawn()
    met = counted(wanted)
    by_sound: dict[str, list[str]] = {}
    first: dict[str, str] = {}
    for character in sorted(wanted):
        spelt = sounds(character)
        if spelt:
            letter = zone(character)
            first[character] = max(spelt, key=lambda sound: (sound[0] == letter, met[character, sound]))
        for sound in spelt:
            by_sound.setdefault(sound, []).append(character)
    lines = []
    for sound, characters in sorted(by_sound.items()):
        characters.sort(key=lambda one: (-met[one, sound], first[one] != sound, one))
        others = "".join(one for one in characters if first[one] != sound)
        lines.append(f"{sound} {''.join(characters)} {others}".rstrip())
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    silent = "".join(sorted(wanted - first.keys()))
    sys.stdout.write(
        f"{len(lines)} syllables, {len(first)} characters; without a sound: {silent or 'none'}\n"
    )


if __name__ == "__main__":
    main()
