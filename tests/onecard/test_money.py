"""Amounts: what people type is exactly understood or refused, and what is shown is exactly what is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.errors import Refused
from onecard.money import MAX_FEN, Fen, Pad, in_words, parse, plain, show


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("12.5", 1250),
        ("12.50", 1250),
        ("12.05", 1205),
        ("12.", 1200),
        ("12", 1200),
        (".5", 50),
        (".05", 5),
        ("0.01", 1),
        ("007", 700),
        ("167772.15", MAX_FEN),
    ],
)
def test_point_pad_reads_yuan_and_fen(typed: str, fen: int) -> None:
    assert parse(typed) == fen


@pytest.mark.parametrize(
    ("typed", "fen"), [("1", 1), ("1250", 1250), ("001250", 1250), ("16777215", MAX_FEN)]
)
def test_implied_pad_reads_fen(typed: str, fen: int) -> None:
    assert parse(typed, Pad.IMPLIED) == fen


BAD = [
    ("", "amount.empty"),
    (".", "amount.malformed"),
    ("..", "amount.malformed"),
    ("1.2.3", "amount.malformed"),
    ("-1", "amount.malformed"),
    ("+1", "amount.malformed"),
    ("1e9", "amount.malformed"),
    ("0x10", "amount.malformed"),
    ("1_000", "amount.malformed"),
    ("0.001", "amount.malformed"),
    ("12.500", "amount.malformed"),
    ("١٢", "amount.malformed"),  # Arabic digits
    ("１２．５", "amount.malformed"),  # full-width
    ("12．5", "amount.malformed"),
    ("一百", "amount.malformed"),
    ("²", "amount.malformed"),
    ("1,000", "amount.malformed"),
    ("1,5", "amount.malformed"),
    ("NaN", "amount.malformed"),
    ("inf", "amount.malformed"),
    ("12\u00a0", "amount.malformed"),  # no-break space
    ("1\u00a0000", "amount.malformed"),
    (" 12", "amount.malformed"),
    ("12\n", "amount.malformed"),
    ("12\x00", "amount.malformed"),
    ("￥12", "amount.malformed"),
    ("' or 1=1", "amount.malformed"),
    ("9" * 5000, "amount.malformed"),
    ("0", "amount.zero"),
    ("00", "amount.zero"),
    ("0.00", "amount.zero"),
    (".0", "amount.zero"),
    ("0.", "amount.zero"),
    ("9999999.99", "amount.too_large"),
    ("167772.16", "amount.too_large"),
    ("6901234567892", "amount.too_large"),  # a barcode scanned into the amount
]


@pytest.mark.parametrize(("typed", "code"), BAD)
def test_bad_amount_is_refused_by_name(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(typed)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "amount.empty"),
        ("12.5", "amount.malformed"),
        ("-5", "amount.malformed"),
        ("１２", "amount.malformed"),
        ("9" * 5000, "amount.malformed"),
        ("0000", "amount.zero"),
        ("16777216", "amount.too_large"),
        ("6901234567892", "amount.too_large"),
    ],
)
def test_bad_amount_is_refused_on_the_implied_pad_too(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(typed, Pad.IMPLIED)
    assert refused.value.code == code


def test_cap_of_the_station_is_inclusive_and_named_in_the_refusal() -> None:
    cap = Fen(2000_00)
    assert parse("2000", cap=cap) == cap
    with pytest.raises(Refused) as refused:
        parse("2000.01", cap=cap)
    assert (refused.value.code, refused.value.params) == ("amount.too_large", {"cap": cap})


@given(st.integers(1, MAX_FEN))
def test_what_is_written_plainly_reads_back_the_same(fen: int) -> None:
    assert parse(plain(fen)) == fen
    assert parse(str(fen), Pad.IMPLIED) == fen


@given(st.text())
def test_any_text_is_an_amount_within_the_cap_or_a_refusal(typed: str) -> None:
    for pad in Pad:
        try:
            fen = parse(typed, pad)
        except Refused as refused:
            refusal = refused.code
        else:
            refusal = "" if 0 < fen <= MAX_FEN else f"{fen} is out of bounds"
        assert refusal in ("", "amount.empty", "amount.malformed", "amount.zero", "amount.too_large")


@pytest.mark.parametrize(
    ("fen", "written", "shown"),
    [
        (0, "0.00", "￥0.00"),
        (5, "0.05", "￥0.05"),
        (-5, "-0.05", "-￥0.05"),
        (1250, "12.50", "￥12.50"),
        (-1250, "-12.50", "-￥12.50"),
        (123456, "1234.56", "￥1,234.56"),
        (10**11, "1000000000.00", "￥1,000,000,000.00"),
    ],
)
def test_amount_is_written_with_two_decimals(fen: int, written: str, shown: str) -> None:
    assert plain(fen) == written
    assert show(fen) == shown


@pytest.mark.parametrize("amount", [1.5, 1250.0])
def test_float_is_never_written_as_money(amount: float) -> None:
    for write in (plain, show):
        with pytest.raises(ValueError, match="format code"):
            write(amount)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角"),
        (11, "壹角壹分"),
        (100, "壹元整"),
        (101, "壹元零壹分"),
        (110, "壹元壹角"),
        (1000, "壹拾元整"),
        (1250, "壹拾贰元伍角"),
        (10_100, "壹佰零壹元整"),
        (11_000, "壹佰壹拾元整"),
        (100_000, "壹仟元整"),
        (100_100, "壹仟零壹元整"),
        (101_000, "壹仟零壹拾元整"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (140_950, "壹仟肆佰零玖元伍角"),
        (600_714, "陆仟零柒元壹角肆分"),
        (1_000_000, "壹万元整"),
        (1_000_100, "壹万零壹元整"),
        (1_100_000, "壹万壹仟元整"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (10_000_000, "壹拾万元整"),
        (10_010_000, "壹拾万零壹佰元整"),
        (MAX_FEN, "壹拾陆万柒仟柒佰柒拾贰元壹角伍分"),
        (1_000_000_000, "壹仟万元整"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_000_100_000, "壹亿零壹仟元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (10**14 - 1, "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_amount_in_formal_words(fen: int, words: str) -> None:
    assert in_words(fen) == words


_VALUE = {d: i for i, d in enumerate("零壹贰叁肆伍陆柒捌玖")}
_PLACE = {"拾": 10, "佰": 100, "仟": 1000}


def _fen_of(words: str) -> int:
    """Reads the words back by place value, knowing nothing of how they were made."""
    total = group = digit = 0
    for sign in words.removesuffix("整"):
        if sign in _VALUE:
            digit = _VALUE[sign]
        elif sign in _PLACE:
            group, digit = group + digit * _PLACE[sign], 0
        elif sign == "元":
            total, group, digit = (total + group + digit) * 100, 0, 0
        elif sign in ("万", "亿"):
            total, group, digit = total + (group + digit) * {"万": 10**4, "亿": 10**8}[sign], 0, 0
        else:
            total, digit = total + digit * {"角": 10, "分": 1}[sign], 0
    return total


@given(st.one_of(st.integers(0, MAX_FEN), st.integers(0, 10**14 - 1)))
def test_words_say_exactly_the_amount(fen: int) -> None:
    words = in_words(fen)
    assert _fen_of(words) == fen
    assert "零零" not in words


def test_words_of_an_impossible_amount_are_a_programmers_error() -> None:
    for fen in (-1, 10**14):
        with pytest.raises(AssertionError):
            in_words(fen)
