"""People are told things in their language, completely, and with characters that can be drawn."""

import pytest

from onecard.errors import CardGone, Refused
from onecard.text import LANGUAGES, MISSING_GLYPH, Audience, TextMissing, Translator, drawable, legible


@pytest.fixture(params=LANGUAGES)
def tr(request):
    return Translator(request.param)


def test_unknown_key_is_an_error(tr) -> None:
    with pytest.raises(TextMissing):
        tr("common.no_such_key")


def test_parameter_that_was_not_given_is_an_error(tr) -> None:
    with pytest.raises(TextMissing):
        tr("refusal.amount.too_large.cashier")


def test_terminal_at_work_shows_the_key_and_goes_on() -> None:
    assert Translator("zh", strict=False)("common.no_such_key") == "common.no_such_key"


def test_money_in_a_sentence_is_written_as_money(tr) -> None:
    assert "￥2,000.00" in tr("refusal.amount.too_large.cashier", cap=200_000)


def test_refusal_speaks_to_whom_it_is_for() -> None:
    zh = Translator("zh")
    error = CardGone("card.broken")
    assert zh.refusal(error) != zh.refusal(error, Audience.MEMBER)


def test_refusal_without_a_sentence_names_its_code(tr) -> None:
    assert "never.heard" in tr.refusal(Refused("never.heard"))


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (8_040, "2 小时 14 分", "2 h 14 min"),
        (59, "不到 1 分钟", "under a minute"),
        (60, "1 分", "1 min"),
        (90_000, "1 天 1 小时", "1 d 1 h"),
        (-5, "不到 1 分钟", "under a minute"),
    ],
)
def test_duration_is_said(seconds, zh, en) -> None:
    assert (Translator("zh").duration(seconds), Translator("en").duration(seconds)) == (zh, en)


def test_time_is_the_units_wall_time(tr) -> None:
    evening = 1_790_000_000
    assert (tr.time(evening), tr.date(evening), tr.moment(evening)) == ("22:13", "2026-09-21", "09-21 22:13")


def test_formats_of_sentences() -> None:
    from onecard.text import _Sentence

    write = _Sentence("en").vformat
    assert write("{n} {n:plural card cards}", (), {"n": 1}) == "1 card"
    assert write("{n} {n:plural card cards}", (), {"n": 3}) == "3 cards"
    assert [write("the last {n:plural day #_days}", (), {"n": n}) for n in (1, 7)] == [
        "the last day",
        "the last 7 days",
    ]
    assert write("{at:time} {at:date} {at:moment}", (), {"at": 0}) == "08:00 1970-01-01 01-01 08:00"
    assert write("{n:03d}", (), {"n": 7}) == "007"


def test_rare_name_is_drawn_or_marked() -> None:  # F: A12
    assert legible("王𫖮") == "王𫖮"
    assert legible("𠮷田") == f"{MISSING_GLYPH}田"
    assert legible("a\x00\x1b[1m\nb\t") == "a[1m\nb"
    assert legible("Zhang Min ￥12.50") == "Zhang Min ￥12.50"


def test_every_sentence_can_be_drawn() -> None:
    from onecard.text import sentences

    for language in LANGUAGES:
        for key, sentence in sentences(language).items():
            missing = [char for char in sentence if char != "\n" and not drawable(char)]
            assert not missing, (key, missing)
