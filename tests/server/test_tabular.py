"""Goal: any list an office hands in is read as it was typed, and no hostile one costs more than a refusal.

Method: the same list in every code page and shape; files that are broken, endless or explode. F: A12
"""

import contextlib
import io
import time
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from onecard.errors import Refused
from server import tabular

HEAD = ("编号", "姓名", "电话")
ROWS = [("S001", "李雷", "13800000000"), ("S002", "欧阳 娜娜", "+8613900000000")]
TEXT = "编号,姓名,电话\r\nS001,李雷,13800000000\r\nS002,欧阳 娜娜,+8613900000000\r\n"


def cells(raw: bytes) -> list[tuple[str, ...]]:
    return [line.cells for line in tabular.read(raw)]


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gbk"),
        TEXT.encode("gb18030"),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace(",", ";").encode("utf-8"),
        TEXT.replace("\r\n", "\n").encode("utf-8"),
        tabular.write_csv(HEAD, ROWS),
        tabular.write_xlsx("会员", HEAD, ROWS),
    ],
    ids=["utf8", "bom", "gbk", "gb18030", "utf16-tab", "semicolon", "lf", "own-csv", "own-xlsx"],
)
def test_one_list_in_every_shape_reads_the_same(raw: bytes) -> None:
    assert cells(raw) == [HEAD, *ROWS]


def test_lines_are_counted_as_a_person_counts_them() -> None:
    lines = tabular.read('编号,姓名\n\n"S1","李\n雷"\nS2,韩梅梅\n,,\n'.encode())
    assert [(line.number, line.cells[0]) for line in lines] == [(1, "编号"), (3, "S1"), (5, "S2")]


def test_numbers_and_days_of_a_sheet_are_what_was_typed() -> None:
    import datetime

    book = Workbook()
    book.active.append([13800000000, 13800000000.0, 1.5, datetime.date(2026, 9, 1), True, None, "x"])
    out = io.BytesIO()
    book.save(out)
    assert cells(out.getvalue()) == [("13800000000", "13800000000", "1.5", "2026-09-01", "True", "", "x")]


HOSTILE = ["=cmd()", "+1", "-1+1|cmd", "@SUM(A1)", "\t=1", '=HYPERLINK("http://evil")']


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_goes_out_is_calculated_and_it_comes_back_as_it_was(name: str) -> None:
    """Formula injection."""
    raw = tabular.write_csv(HEAD, [("S1", name, "")])
    shown = raw.decode("utf-8-sig").splitlines()[1].split(",", 1)[1].strip('"')
    assert shown.startswith("'")
    assert cells(raw)[1][1].strip() == name.strip()
    book = load_workbook(io.BytesIO(tabular.write_xlsx("x", HEAD, [("S1", name, "")])))
    cell = book.active["B2"]
    assert (cell.data_type, cell.value) == ("s", name)


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def bomb() -> bytes:
    """49 MiB of zeros in 48 KiB."""
    return packed(**{"xl/workbook.xml": bytes(tabular.UNPACKED_MAX + 1)})


def entities() -> bytes:
    """A real sheet whose shared strings would unfold for ever."""
    source = io.BytesIO(tabular.write_xlsx("x", HEAD, ROWS))
    with zipfile.ZipFile(source) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
    lol = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    for name, content in parts.items():
        if name.endswith("sheet1.xml"):
            parts[name] = content.replace(b"<worksheet", lol + b"<worksheet", 1)
    return packed(**parts)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "file.empty"),
        (b"\xef\xbb\xbf", "file.empty"),
        (b"\r\n\r\n , ,\n", "file.empty"),
        (b"x" * (tabular.FILE_MAX + 1), "file.too_large"),
        (b"\xff\xff\xff\x80", "file.encoding"),
        (b"a\x00b", "file.encoding"),
        (b"\xff\xfea", "file.encoding"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "file.old_excel"),
        (b'a,"b', "file.unreadable"),
        (b"a\n" * (tabular.ROWS_MAX + 1), "file.rows"),
        (b"a" + b",a" * tabular.COLUMNS_MAX, "file.columns"),
        (b"a,b\nx," + b"y" * (tabular.CELL_MAX + 1), "file.cell"),
        (b"PK\x03\x04 no zip", "file.unreadable"),
        # An archive carries the time it was made: named by hand, or each worker would collect other tests.
        pytest.param(packed(**{"a.txt": b"x"}), "file.unreadable", id="no-sheet"),
        pytest.param(
            packed(**{f"{at}.xml": b"" for at in range(tabular.PARTS_MAX + 1)}), "file.too_large", id="parts"
        ),
        pytest.param(tabular.write_xlsx("x", HEAD, ROWS)[:-300], "file.unreadable", id="cut-off"),
    ],
)
def test_a_bad_file_is_refused_by_name(raw: bytes, code: str) -> None:
    with pytest.raises(Refused) as no:
        tabular.read(raw)
    assert no.value.code == code


@pytest.mark.parametrize(("make", "code"), [(bomb, "file.too_large"), (entities, "file.unreadable")])
def test_what_explodes_is_refused_before_it_does(make, code: str) -> None:
    raw = make()
    began = time.process_time()
    with pytest.raises(Refused) as no:
        tabular.read(raw)
    assert no.value.code == code
    assert time.process_time() - began < 1


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_sheet_never_crashes_the_reader(seed: int) -> None:
    import random

    rng, raw = random.Random(seed), bytearray(tabular.write_xlsx("x", HEAD, ROWS))
    for _ in range(rng.randrange(1, 30)):
        raw[rng.randrange(4, len(raw))] = rng.randrange(256)
    with contextlib.suppress(Refused):
        assert tabular.read(bytes(raw))


def test_an_amount_below_zero_is_a_number_and_a_formula_is_none() -> None:
    """G4: finance adds up a column of differences."""
    for cell in ("-1.00", "-123456.78"):
        assert tabular.guarded(cell) == cell
    for cell in ("-1+1.00", "-1.000", "-1.00 ", "-A1.00", "--1.00", "-1", "=-1.00", "+1.00", "-１.00"):
        assert tabular.guarded(cell) == "'" + cell
