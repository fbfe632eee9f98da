"""Goal: what a receipt says is what the paper shows, in columns that meet the margin.  # F: C6

Method: known bytes for each command, width maths on any text, and whole receipts as golden text read back
from their bytes by the renderer, which knows nothing of documents.
"""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from onecard.devices.printers import Code, Document, Line, Logo, Rule
from onecard.devices.printers.escpos import frames, render
from onecard.devices.printers.escpos.encode import (
    Paper,
    encode,
    lay_out,
    load_logo,
    printable,
    qr_raster,
    raster,
    width,
    wrap,
)

GOLDEN = Path(__file__).parent / "golden"
NARROW = Paper.of(58)


def printed(*parts, paper: Paper = NARROW, **options) -> bytes:
    return encode(Document("1", parts, **options), paper)


# -- characters --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("中文", "D6 D0 CE C4"),
        ("￥", "A3 A4"),
        ("¥", "A3 A4"),  # the half-width yen of keyboards and web pages
        ("€", "A2 E3"),
        ("：", "A3 BA"),
        ("·", "A1 A4"),
        ("é", "A8 A6"),
        ("e\u0301", "A8 A6"),  # the same, written with a combining accent
        ("镕", "E9 46"),  # in GBK, not in GB2312: a character of names
    ],
)
def test_characters_take_their_two_bytes(text, data):
    assert bytes.fromhex("1C 26" + data + "1C 2E 0A") in printed(Line(text))


@pytest.mark.parametrize("text", ["𠮷", "🍜", "㐀", "ʒ", "한", "\ue000", "\uf8ff", "\x80", "½"])
def test_a_character_the_printer_lacks_becomes_a_question_mark(text):
    # F: bad pattern: four-byte GB18030 to a GBK printer
    assert printable(f"a{text}b") == "a？b"


@pytest.mark.parametrize("text", ["\u200b", "\u200d", "\ufe0f", "\u202e", "\u0e31"])
def test_invisible_marks_leave_nothing(text):
    assert printable(f"a{text}b") == "ab"


@given(st.text())
@example("\x1b@\x1dV\x00 \x10\x14\x01\x00\x01")
def test_no_text_is_ever_a_command(text):
    safe = printable(text)
    assert all(char >= " " and char != "\x7f" for char in safe)
    assert all(len(char.encode("gb18030")) == (1 if char < "\x7f" else 2) for char in safe)
    (token,), _ = frames.tokens(safe.encode("gb18030")) if safe else ((frames.Token(b"", b"", 0),), 0)
    assert token.code == b""


# -- columns -----------------------------------------------------------------------------------------------


def test_width_counts_columns_not_characters():
    assert [width(t) for t in ("", "abc", "中文", "中a文", "￥1.00", "é", "？")] == [0, 3, 4, 5, 6, 2, 2]


@given(st.text(st.sampled_from("ab ,.中文：￥（）"), max_size=120), st.integers(2, 48))
def test_wrapped_lines_fit_and_lose_nothing(text, columns):
    rows = wrap(text, columns)
    assert all(width(row) <= columns for row in rows)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")


def test_words_stay_whole_where_they_can():
    assert wrap("alpha beta gamma", 11) == ["alpha beta", "gamma"]
    assert wrap("abcdefghijkl", 5) == ["abcde", "fghij", "kl"]
    assert wrap("中文abc中文", 6) == ["中文", "abc中", "文"]
    assert wrap("中文中", 5) == ["中文", "中"]
    assert wrap("", 5) == [""]
    assert wrap("少盐（大份）", 10) == ["少盐（大", "份）"], "no row begins with what closes"
    assert wrap("好，，，，", 4) == ["好，", "，，", "，"], "unless it must"


@example("aa", "000000￥￥￥￥", 16)
@given(
    st.text(st.sampled_from("ab 中文"), max_size=80),
    st.text(st.sampled_from("1.￥0"), min_size=1, max_size=24),
    st.sampled_from([16, 24, 32, 48]),
)
def test_the_right_part_ends_at_the_margin(text, right, columns):
    rows = lay_out(Line(text, right), columns)
    assert all(width(row) <= columns for row in rows)
    if width(right) <= columns - 3:
        assert width(rows[-1]) == columns
        assert rows[-1].endswith(" " + right)
    joined = "".join(rows).replace(" ", "")
    assert joined == (text + right).replace(" ", "")


def test_a_long_name_uses_whole_rows_and_the_amount_stands_on_the_last():
    rows = lay_out(Line("番茄炒蛋盖浇饭大份加饭少盐", "24.00"), 20)
    assert rows == ["番茄炒蛋盖浇饭大份加", "饭少盐         24.00"]
    assert lay_out(Line("番茄炒蛋盖浇饭大份加", "24.00"), 20) == ["番茄炒蛋盖浇饭", "大份加         24.00"]


# -- commands ----------------------------------------------------------------------------------------------


def test_a_document_begins_fresh_and_ends_cut():
    data = printed(Line("hi"))
    assert data == b"\x1b@hi\n" + b"\x1bd\x01" + b"\x1dVB\x00"
    assert printed(Line("hi"), cut=False) == b"\x1b@hi\n"
    assert printed(Line("hi"), paper=Paper.of(cut="full")).endswith(b"\x1dVA\x00")
    assert printed(Line("hi"), paper=Paper.of(cut="none")).endswith(b"\x1bd\x05")


def test_the_drawer_opens_before_the_paper_runs():
    assert printed(Line("hi"), kick_drawer=True).startswith(b"\x1b@\x1bp\x00\x32\x32")
    assert printed(kick_drawer=True) == b"\x1b@\x1bp\x00\x32\x32", "the drawer alone moves no paper"


def test_size_weight_and_place_are_set_and_taken_back():
    data = printed(Line("A", size=2, bold=True, align="center"))
    assert b"\x1d!\x11\x1bE\x01\x1ba\x01A\n\x1ba\x00\x1bE\x00\x1d!\x00" in data
    assert b"\x1ba\x02R\n\x1ba\x00" in printed(Line("R", align="right"))


def test_a_double_line_has_half_the_columns():
    assert render.lines(printed(Line("合计", "9.00", size=2)))[0] == "合计        9.00"


def test_chinese_mode_is_on_for_chinese_and_off_after():
    data = printed(Line("abc"), Line("中"))
    assert data.count(b"\x1c&") == data.count(b"\x1c.") == 1
    garbled = data.replace(b"\x1c&", b"")
    assert render.lines(garbled)[1] == "??", "the renderer shows a forgotten mode as the printer would"


def test_a_code_is_ordered_byte_by_byte_as_published():
    ordered = [
        "1D286B040031413200",
        "1D286B03003143",
        "1D286B03003145",
        "1D286B0800315030",
        "1D286B0300315130",
    ]
    drawn = printed(Code("12345")).hex().upper()
    places = [drawn.index(command) for command in ordered]
    assert places == sorted(places)
    assert drawn[places[3] + len(ordered[3]) :].startswith(b"12345".hex())


def test_a_code_is_the_printers_own_or_a_picture():
    text = "https://card.example/c/中"
    own = printed(Code(text))
    content = text.encode()
    assert b"\x1d(k" + (len(content) + 3).to_bytes(2, "little") + b"1P0" + content in own
    assert own.count(b"\x1d(k") == 5
    drawn = printed(Code(text), paper=Paper.of(58, qr="raster"))
    assert b"\x1d(k" not in drawn
    assert qr_raster(text) in drawn
    pictures = [[s for s in render.strips(d, 32) if isinstance(s, render.Picture)] for d in (own, drawn)]
    assert [p.bits for p in pictures[0]] == [p.bits for p in pictures[1]]


@pytest.mark.parametrize(("wide", "high"), [(1, 1), (8, 8), (13, 300), (384, 128), (100, 129)])
def test_a_raster_is_the_picture(wide, high):
    picture = Image.new("L", (wide, high), 255)
    for at in range(0, wide * high, 7):
        picture.putpixel((at % wide, at // wide), 0)
    strips = render.strips(raster(picture), 48)
    (strip,) = strips
    assert isinstance(strip, render.Picture)
    back = Image.frombytes("1", (strip.wide * 8, strip.height), strip.bits).crop((0, 0, wide, high))
    want = picture.point(lambda level: 255 - level).convert("1")
    assert back.tobytes() == want.tobytes()


def test_a_logo_is_put_on_white_and_made_to_fit(tmp_path):
    Image.new("RGBA", (2000, 500), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    logo = load_logo(tmp_path / "clear.png", 384)
    assert logo.width <= 256
    assert logo.getextrema() == (255, 255)
    assert b"\x1dv0" in encode(Document("1", (Logo(),)), NARROW, logo)
    assert b"\x1dv0" not in encode(Document("1", (Logo(),)), NARROW)
    with pytest.raises(ValueError):
        load_logo(tmp_path / "none.png", 384)


@pytest.mark.parametrize("setting", [{"width_mm": 70}, {"cut": "half"}, {"qr": "no"}])
def test_a_paper_that_does_not_exist_is_refused(setting):
    with pytest.raises(ValueError):
        Paper.of(**setting)


# -- whole receipts ----------------------------------------------------------------------------------------

SALE = Document(
    "1001-1-42",
    (
        Line("阳光中学食堂", align="center", size=2, bold=True),
        Line("消费小票", align="center"),
        Rule(),
        Line("番茄炒蛋盖浇饭（大份，加饭，少盐）", "24.00"),
        Line("Coca-Cola 330 ml zero sugar", "3.50"),
        Line("𠮷野家豆腐 🍜", "9.00"),
        Rule(),
        Line("合计", "￥36.50", size=2, bold=True),
        Line("卡号", "6200****0042"),
        Line("余额", "¥1,234.56"),
        Code("https://card.example/c/1001-1-42"),
        Line("谢谢惠顾 Thank you", align="center"),
        Line("2026-03-01 12:05", align="right"),
    ),
    kick_drawer=True,
)


@pytest.mark.parametrize("width_mm", [58, 80])
def test_a_receipt_reads_as_its_golden_text(width_mm):
    paper = Paper.of(width_mm)
    text = "\n".join(render.lines(encode(SALE, paper), paper.columns)) + "\n"
    assert text == (GOLDEN / f"sale-{width_mm}.txt").read_text(encoding="utf-8")


@given(
    st.lists(
        st.builds(
            Line,
            st.text(max_size=60),
            st.text(max_size=12),
            st.sampled_from(["left", "center", "right"]),
            st.sampled_from([1, 2]),
            st.booleans(),
        ),
        max_size=5,
    ),
    st.sampled_from([58, 80]),
)
def test_no_row_of_any_receipt_is_wider_than_the_paper(parts, width_mm):
    paper = Paper.of(width_mm)
    data = encode(Document("1", tuple(parts)), paper)
    _, end = frames.tokens(data)
    assert end == len(data), "every command is whole"
    rows = [s for s in render.strips(data, paper.columns) if isinstance(s, render.Row)]
    assert len(rows) == sum(len(lay_out(part, paper.columns // part.size)) for part in parts)
    assert all(sum(c.columns for c in row.chars) <= paper.columns for row in rows)


def test_the_picture_is_as_wide_as_the_paper_and_has_ink():
    data = encode(SALE, Paper())
    picture = render.render(data)
    assert picture.width == 48 * 12 + 48
    assert 400 < picture.height < 900
    assert picture.convert("L").getextrema()[0] < 60
    assert picture.tobytes() != render.render(encode(SALE, Paper()).replace(b"24.00", b"25.00")).tobytes()


def test_a_character_outside_our_subset_is_a_box_not_a_blank():
    blank = render._glyph(" ", 1, 1, False)
    assert render._glyph("龘", 1, 1, False).getbbox() is not None
    assert blank.getbbox() is None


@given(st.binary(max_size=300))
def test_any_bytes_can_be_looked_at(data):
    render.lines(data)
    found, end = frames.tokens(data)
    assert end <= len(data)
    assert [t.end for t in found] == sorted({t.end for t in found})
