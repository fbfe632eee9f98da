"""A document as ESC/POS bytes: Chinese in GB18030's two-byte area, columns, raster, codes, cut, drawer.

python-escpos is not used for text: it sends Chinese without switching Chinese mode on and guesses code pages
for punctuation. It only turns a QR code into a raster, for printers that lack the command.
"""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
from PIL import Image

from onecard.devices.printers import Code, Document, Line, Logo, Part, Rule

INITIALISE = b"\x1b@"
CHINESE_ON, CHINESE_OFF = b"\x1c&", b"\x1c."
KICK = b"\x1bp\x00\x32\x32"  # pin 2, 100 ms on, 100 ms off
KICK_NOW = b"\x10\x14\x01\x00\x01"  # the same at once, past whatever waits for paper
#: Queued behind all that was sent: the answer says that everything before it was worked off.
ASK_WHEN_DONE = b"\x1dr\x01"
_CUTS = {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00", "none": b"\x1bd\x05"}
_ALIGN = {"left": b"\x1ba\x00", "center": b"\x1ba\x01", "right": b"\x1ba\x02"}
#: What is written into a line in place of a character that no such printer has.
UNPRINTABLE = "？"
#: Half-width yen looks right on screen and encodes to four bytes; the full-width one is in every font.
_INSTEAD = {"¥": "￥", "\u00a0": " ", "\u202f": " ", "\u3000": "\u3000"}
_NEVER_FIRST = frozenset("，。、；：？！）》」』】〉”’％")
_DROPPED = {"Cf", "Mn", "Me"}
_BAND = 128  # rows of one raster command; cheap printers have little memory
_QR_DOTS = 6


class Paper(msgspec.Struct, frozen=True):
    """The roll and what the printer can do with it."""

    columns: int = 48
    dots: int = 576
    cut: Literal["partial", "full", "none"] = "partial"
    native_qr: bool = True

    @classmethod
    def of(cls, width_mm: int = 80, cut: str = "partial", qr: str = "native") -> "Paper":
        """From settings; raises ``ValueError`` for what does not exist."""
        if width_mm not in (58, 80) or cut not in _CUTS or qr not in ("native", "raster"):
            raise ValueError(f"no such paper: {width_mm} mm, cut {cut!r}, qr {qr!r}")
        columns, dots = (48, 576) if width_mm == 80 else (32, 384)
        return cls(columns, dots, cut, qr == "native")  # type: ignore[arg-type]


# -- characters --------------------------------------------------------------------------------------------


def printable(text: str) -> str:
    """``text`` with only what the printer has: ASCII and two-byte GB18030; nothing in it is a command."""
    out = []
    for char in unicodedata.normalize("NFC", text):
        char = _INSTEAD.get(char, char)
        if char < " " or char == "\x7f":
            out.append(" ")
        elif char < "\x7f":
            out.append(char)
        elif unicodedata.category(char) in _DROPPED:
            continue  # joiners, variation selectors, direction marks: nothing of their own on paper
        else:
            out.append(char if _is_two_byte(char) else UNPRINTABLE)
    return "".join(out)


def _is_two_byte(char: str) -> bool:
    if 0xE000 <= ord(char) <= 0xF8FF:
        return False  # private use: encodes to two bytes that no font has
    return len(char.encode("gb18030", "replace")) == 2


def width(text: str) -> int:
    """Columns that printable text takes. On such a printer a character is as wide as its bytes: all that is
    not ASCII is full width, also é and ·, which are narrow elsewhere."""
    return sum(1 if char < "\x7f" else 2 for char in text)


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most ``columns``, broken at spaces or beside a full-width character; at least one line."""
    assert columns >= 2, columns
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if width(line + piece) <= columns:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece.lstrip() if lines else piece
        while width(line) > columns:
            head = _head(line, columns)
            lines.append(head)
            line = line[len(head) :]
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> Iterator[str]:
    """What may not be broken: a full-width character, or a run of ASCII with the spaces behind it; closing
    punctuation stays with what it closes."""
    piece = ""
    for char in text:
        is_wide = char >= "\x7f"
        begins = not piece.isascii() if not is_wide else char not in _NEVER_FIRST
        if piece and (begins or (not is_wide and piece.endswith(" ") and char != " ")):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _head(text: str, columns: int) -> str:
    head = ""
    for char in text:
        if width(head + char) > columns:
            break
        head += char
    return head


def lay_out(line: Line, columns: int) -> list[str]:
    """A line as rows of the paper; ``right`` stands at the margin of the last one, or on a row of its own."""
    text, right = printable(line.text), printable(line.right)
    if not right:
        return wrap(text, columns)
    if width(right) > columns - 3:
        above = wrap(text, columns) if text.strip() else []
        return above + [_pad("", part, columns) for part in wrap(right, columns)]
    room = columns - width(right) - 1
    # A name may use whole rows; only the one that carries the amount is short.
    rows = wrap(text, columns)
    if width(rows[-1]) > room:
        rows = rows[:-1] + wrap(rows[-1], room)
    return [*rows[:-1], _pad(rows[-1], right, columns)]


def _pad(left: str, right: str, columns: int) -> str:
    return left + " " * (columns - width(left) - width(right)) + right


# -- bytes -------------------------------------------------------------------------------------------------


def encode(document: Document, paper: Paper, logo: Image.Image | None = None) -> bytes:
    """Everything from initialise to cut."""
    out = bytearray(INITIALISE)
    if document.kick_drawer:
        out += KICK  # first, so that the drawer opens while the paper still runs
    for part in document.parts:
        out += _part(part, paper, logo)
    if document.cut and document.parts:
        out += b"\x1bd\x01" + _CUTS[paper.cut]
    return bytes(out)


def _part(part: Part, paper: Paper, logo: Image.Image | None) -> bytes:
    match part:
        case Line():
            return _line(part, paper.columns)
        case Rule():
            return b"-" * paper.columns + b"\n"
        case Logo():
            return _centred(raster(logo)) if logo is not None else b""
        case Code():
            return _centred(_qr(part.data) if paper.native_qr else qr_raster(part.data))


def _line(line: Line, columns: int) -> bytes:
    out = bytearray()
    if line.size == 2:
        out += b"\x1d!\x11"
    if line.bold:
        out += b"\x1bE\x01"
    if line.align != "left" and not line.right:
        out += _ALIGN[line.align]
    for row in lay_out(line, columns // line.size):
        out += _text(row) + b"\n"
    if line.align != "left" and not line.right:
        out += _ALIGN["left"]
    if line.bold:
        out += b"\x1bE\x00"
    if line.size == 2:
        out += b"\x1d!\x00"
    return bytes(out)


def _text(row: str) -> bytes:
    data = row.encode("gb18030")
    return data if row.isascii() else CHINESE_ON + data + CHINESE_OFF


def _centred(data: bytes) -> bytes:
    return _ALIGN["center"] + data + _ALIGN["left"]


def _qr(data: str) -> bytes:
    content = data.encode("utf-8")
    head = b"\x1d(k"
    return b"".join(
        (
            head + b"\x04\x001A2\x00",  # model 2
            head + b"\x03\x001C" + bytes((_QR_DOTS,)),
            head + b"\x03\x001E1",  # error correction M
            head + (len(content) + 3).to_bytes(2, "little") + b"1P0" + content,
            head + b"\x03\x001Q0",
        )
    )


def qr_raster(data: str) -> bytes:
    """The same code as a picture."""
    from escpos.constants import QR_ECLEVEL_M  # slow to import, and only such printers need it
    from escpos.printer import Dummy

    device = Dummy(profile="TM-T88III")  # any that states a width of the paper
    device.qr(data, ec=QR_ECLEVEL_M, size=_QR_DOTS, native=False)
    drawn = bytes(device.output)
    return drawn[drawn.index(b"\x1dv0") :].rstrip(b"\n")


def raster(picture: Image.Image) -> bytes:
    """A picture in black and white; its width is filled up to whole bytes with white."""
    black = picture.convert("L").point(lambda level: 255 if level < 128 else 0).convert("1")
    wide = -(-black.width // 8)
    canvas = Image.new("1", (wide * 8, black.height), 0)
    canvas.paste(black, (0, 0))
    rows = canvas.tobytes()
    out = bytearray()
    for top in range(0, black.height, _BAND):
        height = min(_BAND, black.height - top)
        out += b"\x1dv0\x00" + wide.to_bytes(2, "little") + height.to_bytes(2, "little")
        out += rows[top * wide : (top + height) * wide]
    return bytes(out)


def load_logo(path: str | Path, dots: int) -> Image.Image:
    """A picture on white, at most two thirds of the paper wide and 160 dots high; raises ``ValueError``."""
    try:
        with Image.open(path) as opened:
            picture = opened.convert("RGBA")
    except OSError as error:
        raise ValueError(f"no picture for the receipt: {path}") from error
    on_white = Image.new("RGBA", picture.size, "white")
    on_white.alpha_composite(picture)
    on_white.thumbnail((dots * 2 // 3, 160), Image.Resampling.LANCZOS)
    return on_white.convert("L")
