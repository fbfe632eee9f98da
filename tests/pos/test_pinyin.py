"""Goal: whoever knows how a name sounds can write it: every standard character is there.

Method: the shipped table against the list of standard characters and against names.
"""

from pathlib import Path

import pytest

from pos import pinyin
from pos.presenters.keyboard import Line

STANDARD = Path(__file__).parents[2] / "packaging" / "assets" / "standard-characters.txt"
SOUNDS = [
    line.split(" ")[0]
    for line in (Path(__file__).parents[2] / "assets" / "pinyin" / "table.txt")
    .read_text("utf-8")
    .splitlines()
    if not line.startswith("#")
]


def test_every_standard_character_can_be_written() -> None:  # F: A12 C14
    lines = STANDARD.read_text(encoding="utf-8").splitlines()
    standard = {one for line in lines if not line.startswith("#") for one in line}
    written = {one for sound in SOUNDS for one in pinyin.meant_by(sound)}
    assert len(standard) == 8105
    assert sorted(standard - written) == []


def test_each_character_stands_once_under_its_sound() -> None:
    assert len(SOUNDS) > 400
    for sound in SOUNDS:
        meant = pinyin.meant_by(sound)
        assert len(set(meant)) == len(meant) > 0, sound


@pytest.mark.parametrize(
    ("sound", "family", "word"),
    [
        ("zhang", "张", "长"),
        ("li", "李", "里"),
        ("wu", "吴武", "无"),
        ("xiao", "萧", "小"),
        ("de", "的", "的"),
    ],
)
def test_surnames_come_first_at_the_beginning_and_the_most_used_afterwards(sound, family, word) -> None:
    assert pinyin.meant_by(sound, begins=True).startswith(family)
    assert pinyin.meant_by(sound).startswith(word)


@pytest.mark.parametrize(
    ("sound", "one"),
    [("chong", "重"), ("zhong", "重"), ("shan", "单"), ("qiu", "仇"), ("hang", "行"), ("hong", "𬭎")],
)
def test_all_sounds_of_a_character_lead_to_it(sound, one) -> None:
    assert one in pinyin.meant_by(sound)


@pytest.mark.parametrize(
    ("spelt", "parts"),
    [
        ("zhangmin", ("zhang", "min")),
        ("zhangm", ("zhang", "m")),
        ("henan", ("hen", "an")),
        ("he'nan", ("he", "nan")),
        ("danu", ("da", "nu")),  # the longest would leave a syllable that no word begins with
        ("xian", ("xian",)),
        ("xi'an", ("xi", "an")),
        ("zh", ("zh",)),
        ("", ()),
        ("v", None),
        ("zhx", None),
    ],
)
def test_a_word_falls_into_its_syllables(spelt, parts) -> None:
    assert pinyin.syllables(spelt) == parts


def typed(text: str) -> Line:
    line = Line()
    for sign in text:
        line = line.choose(int(sign) - 1) if sign.isdigit() else line.spell(sign)
    return line


def test_a_whole_name_may_be_spelt_before_it_is_chosen() -> None:
    assert typed("ouyang1").text == "欧"
    assert typed("wangxiaomin") == Line(spelt="wangxiaomin")
    assert typed("wangxiaomin112") == Line(text="王小敏")


def test_a_letter_that_no_word_goes_on_with_is_not_taken() -> None:
    assert typed("zhx") == Line(spelt="zh")
    assert typed("zh").candidates == ""
    assert typed("xi''an") == Line(spelt="xi'an")
    assert len(typed("ang" * 20).spelt) <= 24
