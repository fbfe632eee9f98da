"""Files and texts that people hand in: lists as CSV and XLSX, settings, amounts, meals, cursors."""

import contextlib

from onecard.errors import OneCardError, Refused
from onecard.money import MAX_FEN, Pad, parse, plain
from onecard.rules.periods import parse_meals
from onecard.settings import STATION, SettingError, Settings, template
from onecard.settings import read as read_settings
from server import tabular
from server.api import cursor
from server.members import draft
from server.subsidy import service as subsidy
from tests.fuzz.target import Feed, Target

_HEAD = ("编号", "姓名", "电话")
_ROWS = [("S001", "李雷", "13800000000"), ("S002", "欧阳 娜娜", "+8613900000000"), ("S003", "=cmd()", "")]
_CSV = tabular.write_csv(_HEAD, _ROWS)
_TEXT = '编号,姓名,电话\r\nS001,李雷,13800000000\r\n"S002","韩\n梅梅",138\r\n'
_LISTS = [
    *(_CSV, _TEXT.encode("gb18030"), _TEXT.replace(",", "\t").encode("utf-16"), _TEXT.encode("utf-8")),
]
_CELLS = (b",", b'"', b"\r", b"\n", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"=", b"'", b"\t", b"x" * 600)


def _list() -> Feed:
    """What was read is written and read the same; its head is one of ours, or refused by name."""

    def feed(data: bytes) -> bool:
        lines = tabular.read(data)
        assert all(0 < len(line.cells) <= tabular.COLUMNS_MAX for line in lines)
        with contextlib.suppress(Refused):
            draft.columns(lines[0].cells)
        return True

    return feed


def _list_again() -> Feed:
    def feed(data: bytes) -> bool:
        lines = tabular.read(data)
        if any(not cell.isprintable() for line in lines for cell in line.cells):
            return True
        head, *rows = [line.cells for line in lines]
        again = tabular.read(tabular.write_csv(head, rows))
        assert [line.cells for line in again] == [head, *rows]
        return True

    return feed


def _subsidies() -> Feed:
    def feed(data: bytes) -> bool:
        return bool(subsidy.rows_of(subsidy.text_of(data)))

    return feed


def _settings() -> Feed:
    def feed(data: bytes) -> bool:
        return bool(read_settings(data.decode("utf-8", "replace"), STATION, "test").values)

    return feed


def _office_settings() -> Feed:
    names = [row.key for row in STATION[:9]]
    rows = STATION[:9]

    def feed(data: bytes) -> bool:
        texts = data.decode("latin-1").split("\n")
        got = Settings.of_office(rows, dict(zip(names, texts, strict=False)))
        return bool(got.values)

    return feed


def _amounts() -> Feed:
    def feed(data: bytes) -> bool:
        text = data.decode("utf-8", "replace")
        pad = Pad.POINT if len(data) & 1 else Pad.IMPLIED
        fen = parse(text, pad)
        assert 0 < fen <= MAX_FEN
        assert parse(plain(fen)) == fen
        return True

    return feed


def _meals() -> Feed:
    def feed(data: bytes) -> bool:
        meals = parse_meals(data.decode("utf-8", "replace"))
        assert all(0 <= meal.start < 1440 for meal in meals)
        return bool(meals)

    return feed


def _cursors() -> Feed:
    def feed(data: bytes) -> bool:
        text = data.decode("latin-1")
        assert cursor.encode(cursor.decode(text)) == text
        return True

    return feed


_OFFICE = b"\n".join(str(row.default).encode() for row in STATION[:9])
_DIGITS = (b"9" * 4_301, b"-", b"true", b"\xb2", b"0", b".", b"[", b'"', b"=", b"\n", b"[" * 90)
TARGETS = (
    Target("list of members, csv", _LISTS, _list, (Refused,), _CELLS),
    Target(
        "list of members, again",
        _LISTS[:1],
        _list_again,
        (Refused,),
        _CELLS,
        share=0.25,
        why="each is also written and read again",
    ),
    Target(
        "list of members, xlsx",
        [tabular.write_xlsx("会员", _HEAD, _ROWS)],
        _list,
        (Refused,),
        share=0.002,
        why="openpyxl takes 5 ms for each",
    ),
    Target("list of subsidies", _LISTS, _subsidies, (Refused,), _CELLS),
    Target(
        "settings file",
        [template(STATION).encode()[:900]],
        _settings,
        (SettingError,),
        _DIGITS,
        share=0.04,
        why="tomllib takes 0.2 ms for each",
    ),
    Target("settings of the office", [_OFFICE], _office_settings, (OneCardError,), _DIGITS),
    Target(
        "typed amounts", [b"12.50", b".5", b"1250", b"0.01"], _amounts, (Refused,), (b".", b"0", b"-", b"e9")
    ),
    Target(
        "meals", ["早餐 06:00-09:30; 午餐 10:30-14:00".encode()], _meals, (Refused,), (b";", b":", b"-", b" ")
    ),
    Target("page cursors", [cursor.encode(42).encode()], _cursors, (Refused,)),
)
