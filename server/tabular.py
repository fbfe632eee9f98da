"""Lists as people exchange them: CSV in any code page that a Chinese office uses, and XLSX; in and out.

A file is a stranger's: size, rows, columns and what unpacks from it are limited before anything is kept, and
no cell that goes out is taken for a formula. Knows nothing of what a list says.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

import msgspec

from onecard.errors import Refused

FILE_MAX = 4 * 1024 * 1024
ROWS_MAX = 20_000
COLUMNS_MAX = 40
CELL_MAX = 500
#: An XLSX is a zip: how much may come out of one, and of how many parts.
UNPACKED_MAX = 48 * 1024 * 1024
PARTS_MAX = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_AMOUNT = re.compile(r"-\d{1,13}\.\d\d", re.ASCII)
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SEPARATORS = ",\t;"


class Line(msgspec.Struct, frozen=True):
    """One row; ``number`` as a person counts in the file, from 1."""

    number: int
    cells: tuple[str, ...]


def read(raw: bytes) -> list[Line]:
    """All rows that hold anything. Raises ``Refused``: ``file.empty``, ``file.too_large``, ``file.encoding``,
    ``file.old_excel``, ``file.unreadable``, ``file.rows``, ``file.columns``, ``file.cell``."""
    if not raw:
        raise Refused("file.empty")
    if len(raw) > FILE_MAX:
        raise Refused("file.too_large", most=FILE_MAX // 1024 // 1024)
    if raw.startswith(_OLD_EXCEL):
        raise Refused("file.old_excel")
    rows = _xlsx(raw) if raw.startswith(b"PK\x03\x04") else _csv(_text(raw))
    lines = []
    for number, cells in rows:
        if number > ROWS_MAX:
            raise Refused("file.rows", most=ROWS_MAX)
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > COLUMNS_MAX:
            raise Refused("file.columns", line=number, most=COLUMNS_MAX)
        if max(map(len, cells)) > CELL_MAX:
            raise Refused("file.cell", line=number, most=CELL_MAX)
        lines.append(Line(number, tuple(cells)))
    if not lines:
        raise Refused("file.empty")
    return lines


def _text(raw: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with its mark (Excel's "Unicode text"), else GB 18030 ⊃ GBK."""
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused("file.encoding")


def _csv(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start = 1
    try:
        for row in reader:
            yield start, [_plain(cell) for cell in row]
            start = reader.line_num + 1
    except csv.Error:
        raise Refused("file.unreadable", line=start) from None


def _plain(cell: str) -> str:
    """Without the sign that ``guarded`` puts before what a spreadsheet would calculate."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _xlsx(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
            if len(parts) > PARTS_MAX or sum(one.file_size for one in parts) > UNPACKED_MAX:
                raise Refused("file.too_large", most=FILE_MAX // 1024 // 1024)
            if any(b"<!DOCTYPE" in packed.open(one).read(4096) for one in parts):
                raise Refused("file.unreadable", line=1)  # entities: nothing that an office writes
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            # One more row than allowed is read, so that the caller sees that there are too many.
            rows = sheet.iter_rows(max_row=ROWS_MAX + 1, max_col=COLUMNS_MAX + 1, values_only=True)
            for number, row in enumerate(rows, 1):
                yield number, [_plain(_said(value)) for value in row]
        finally:
            book.close()
    except Refused:
        raise
    except (
        zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, KeyError, IndexError, ValueError,
        TypeError, AttributeError, EOFError, OSError, RuntimeError,
    ):  # fmt: skip
        # The reader of a foreign format fails in as many ways as there are broken files.
        raise Refused("file.unreadable", line=1) from None


def _said(value: Any) -> str:
    """A cell as it was typed: a phone number kept as a number has no decimals."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if not value.time().isoformat().strip("0:") else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def guarded(cell: str) -> str:
    """Nothing that a spreadsheet would calculate; read back it is what it was. A sum of money stays one."""
    return "'" + cell if cell.startswith(_FORMULA) and not _AMOUNT.fullmatch(cell) else cell


def write_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with its mark, without which Excel takes it for GBK."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guarded(cell) for cell in head])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def write_xlsx(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """One sheet; every cell is text, so none is a formula and no number loses its zeros."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join(c for c in title if c not in "[]:*?/\\")[:31] or "1")

    def text(value: str) -> Any:
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
        cell.data_type = "s"
        return cell

    for row in (head, *rows):
        sheet.append([text(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
