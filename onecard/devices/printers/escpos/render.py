"""What the bytes of a receipt look like: as a picture and as lines of plain text. Knows no document.

It reads the bytes as the printer would, in Chinese mode only where the bytes switch it on, so that a receipt
that would come out garbled looks garbled here too.
"""

from functools import lru_cache
from typing import Literal

import msgspec
from PIL import Image, ImageDraw, ImageFont

from onecard.devices.printers.escpos import encode, frames
from onecard.devices.printers.escpos.frames import Token
from onecard.resources import asset

_CELL_W, _CELL_H, _SPACING, _MARGIN = 12, 24, 6, 24
_GLYPH = 22
#: The tail of a g reaches below its cell.
_TAIL = 4
_PAPER, _INK = (253, 253, 250), (28, 28, 30)
Align = Literal["left", "center", "right"]
_ALIGNS: dict[int, Align] = {0: "left", 1: "center", 2: "right"}


class Char(msgspec.Struct, frozen=True):
    """One character in its cells."""

    text: str
    wide: int
    tall: int
    bold: bool

    @property
    def columns(self) -> int:
        return encode.width(self.text) * self.wide


class Row(msgspec.Struct, frozen=True):
    """One printed row."""

    chars: tuple[Char, ...]
    align: Align


class Picture(msgspec.Struct, frozen=True):
    """A raster or a code; ``bits`` are rows of bytes, 1 is black."""

    bits: bytes
    wide: int
    height: int
    align: Align
    says: str = ""


class Feed(msgspec.Struct, frozen=True):
    rows: int


class Cut(msgspec.Struct, frozen=True):
    pass


Strip = Row | Picture | Feed | Cut


class _Head:
    """The print head: modes, and the row that is being filled."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.strips: list[Strip] = []
        self.row: list[Char] = []
        self.code = ""
        self.reset()

    def reset(self) -> None:
        self.align: Align = "left"
        self.wide = self.tall = 1
        self.bold = self.chinese = False

    def take(self, token: Token) -> None:
        data = token.data
        match token.code:
            case b"":
                self._text(data)
            case b"\n":
                self._row_done()
            case b"\x1b@":
                self.reset()
            case b"\x1ba":
                self.align = _ALIGNS.get(data[0] % 48, "left")
            case b"\x1bE":
                self.bold = bool(data[0] & 1)
            case b"\x1d!":
                self.wide, self.tall = (data[0] >> 4 & 7) + 1, (data[0] & 7) + 1
            case b"\x1c&":
                self.chinese = True
            case b"\x1c.":
                self.chinese = False
            case b"\x1bd":
                self._row_done(only_if_begun=True)
                self.strips.append(Feed(data[0]))
            case b"\x1dV":
                self._row_done(only_if_begun=True)
                self.strips.append(Cut())
            case b"\x1dv" if data:
                self._raster(data, "")
            case b"\x1d(" if data[:1] == b"k":
                self._qr(data[3:])

    def _text(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            pair = data[at : at + 2]
            if self.chinese and len(pair) == 2 and 0x81 <= pair[0] <= 0xFE and pair[1] >= 0x40:
                char, at = pair.decode("gb18030", "replace")[:1], at + 2
            else:
                char, at = chr(data[at]) if data[at] < 0x7F else "?", at + 1
            placed = Char(char, self.wide, self.tall, self.bold)
            if sum(c.columns for c in self.row) + placed.columns > self.columns:
                self._row_done()
            self.row.append(placed)

    def _row_done(self, only_if_begun: bool = False) -> None:
        if self.row or not only_if_begun:
            self.strips.append(Row(tuple(self.row), self.align))
        self.row = []

    def _raster(self, data: bytes, says: str) -> None:
        wide = int.from_bytes(data[2:4], "little")
        height = int.from_bytes(data[4:6], "little")
        last = self.strips[-1] if self.strips else None
        if isinstance(last, Picture) and (last.wide, last.align, last.says) == (wide, self.align, says):
            self.strips[-1] = Picture(last.bits + data[6:], wide, last.height + height, self.align, says)
        else:
            self.strips.append(Picture(data[6:], wide, height, self.align, says))

    def _qr(self, data: bytes) -> None:
        if data[:2] == b"1P":
            self.code = data[3:].decode("utf-8", "replace")
        elif data[:2] == b"1Q" and self.code:
            drawn, _ = frames.tokens(encode.qr_raster(self.code))
            self._raster(drawn[0].data, self.code)


def strips(data: bytes, columns: int = 48) -> list[Strip]:
    """The receipt from top to bottom."""
    head = _Head(columns)
    for token in frames.tokens(data)[0]:
        head.take(token)
    head._row_done(only_if_begun=True)
    return head.strips


def lines(data: bytes, columns: int = 48) -> list[str]:
    """Plain text as it stands on the paper; pictures and the cut are named in brackets."""
    out = []
    for strip in strips(data, columns):
        match strip:
            case Row():
                text = "".join(char.text for char in strip.chars)
                free = columns - sum(char.columns for char in strip.chars)
                wide = strip.chars[0].wide if strip.chars else 1
                lead = {"left": 0, "center": free // 2, "right": free}[strip.align]
                out.append((" " * (lead // wide) + text).rstrip())
            case Picture():
                out.append(f"[code {strip.says}]" if strip.says else "[picture]")
            case Feed():
                out += [""] * strip.rows
            case Cut():
                out.append("[cut]")
    return out


def render(data: bytes, columns: int = 48) -> Image.Image:
    """The paper as a picture, one pixel per dot, with a margin and the edge of the cut."""
    parts = strips(data, columns)
    wide = columns * _CELL_W
    height = sum(_height(part) for part in parts) + 2 * _MARGIN
    paper = Image.new("RGB", (wide + 2 * _MARGIN, height), _PAPER)
    top = _MARGIN
    for part in parts:
        match part:
            case Row():
                _draw_row(paper, part, top, wide)
            case Picture():
                _draw_picture(paper, part, top, wide)
            case Cut():
                ImageDraw.Draw(paper).line((0, top + 2, paper.width, top + 2), (214, 214, 208), 1)
        top += _height(part)
    return paper


def _height(part: Strip) -> int:
    match part:
        case Row():
            return _CELL_H * max((char.tall for char in part.chars), default=1) + _SPACING
        case Picture():
            return part.height + _SPACING
        case Feed():
            return part.rows * (_CELL_H + _SPACING)
        case Cut():
            return 4


def _lead(align: Align, free: int) -> int:
    return _MARGIN + {"left": 0, "center": free // 2, "right": free}[align]


def _draw_row(paper: Image.Image, row: Row, top: int, wide: int) -> None:
    left = _lead(row.align, wide - _CELL_W * sum(char.columns for char in row.chars))
    bottom = _CELL_H * max((char.tall for char in row.chars), default=1)
    for char in row.chars:
        glyph = _glyph(char.text, char.wide, char.tall, char.bold)
        paper.paste(_INK, (left, top + bottom - _CELL_H * char.tall), glyph)
        left += glyph.width


def _draw_picture(paper: Image.Image, picture: Picture, top: int, wide: int) -> None:
    size = (picture.wide * 8, picture.height)
    mask = Image.frombytes("1", size, picture.bits[: picture.wide * picture.height])
    paper.paste(_INK, (_lead(picture.align, wide - size[0]), top), mask)


@lru_cache(maxsize=4096)
def _glyph(char: str, wide: int, tall: int, bold: bool) -> Image.Image:
    """A character filling its cells, as a mask; a wide Latin letter is squeezed, as the printer's font is."""
    font = _font(bold, tall)
    cell = (_CELL_W * encode.width(char) * wide, _CELL_H * tall)
    length = max(1, round(font.getlength(char)))
    high = cell[1] + _TAIL * tall
    drawn = Image.new("L", (length, high), 0)
    if not char.isspace() and font.getmask(char).getbbox() is None:
        # Our font is a subset; the printer's own has it. A box says so, a blank would hide it.
        ImageDraw.Draw(drawn).rectangle((2, 3, length - 3, cell[1] - 4), outline=255)
    ImageDraw.Draw(drawn).text((0, round(cell[1] * 0.84)), char, 255, font=font, anchor="ls")
    natural = cell[0] * tall // wide  # one cell's width at this height
    if length > natural:
        drawn = drawn.resize((natural, high), Image.Resampling.LANCZOS)
    if wide != tall:
        drawn = drawn.resize((max(1, drawn.width * wide // tall), high), Image.Resampling.LANCZOS)
    mask = Image.new("L", (cell[0], high), 0)
    mask.paste(drawn, ((cell[0] - drawn.width) // 2, 0))
    return mask


@lru_cache(maxsize=16)
def _font(bold: bool, tall: int) -> ImageFont.FreeTypeFont:
    name = "NotoSansSC-Bold.otf" if bold else "NotoSansSC-Regular.otf"
    return ImageFont.truetype(str(asset("fonts", name)), _GLYPH * tall)
