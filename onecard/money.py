"""Money as integer fen: reading what a person typed, showing it, and saying it in words.

No float ever touches an amount. What a person typed is either an exact number of fen or a typed refusal;
rounding a mistyped amount silently was rejected because the cashier would not notice.
"""

import re
from enum import StrEnum
from typing import NewType

from onecard.errors import Refused

Fen = NewType("Fen", int)

YUAN = 100
#: The largest amount any single entry can carry: what the card's u24 purse can hold (￥167,772.15).
MAX_FEN = Fen((1 << 24) - 1)


class Pad(StrEnum):
    """How a numeric pad reads digits; a setting of each terminal."""

    POINT = "point"  # "12.5" is ￥12.50
    IMPLIED = "implied"  # "1250" is ￥12.50


# ASCII digits only: full-width or Arabic digits come from a wrong keyboard mode and are refused, not guessed.
# Up to 20 of them, so that a scanned barcode is called too large and not misspelt.
_POINT = re.compile(r"(?P<yuan>[0-9]{1,20})(?:\.(?P<fen>[0-9]{0,2}))?|\.(?P<only>[0-9]{1,2})", re.ASCII)
_IMPLIED = re.compile(r"[0-9]{1,20}", re.ASCII)


def parse(text: str, pad: Pad = Pad.POINT, *, cap: Fen = MAX_FEN) -> Fen:
    """What a person typed, in fen; > 0 and ≤ ``cap``.

    Raises ``Refused`` with ``amount.empty``, ``amount.malformed``, ``amount.zero`` or ``amount.too_large``.
    """
    if text == "":
        raise Refused("amount.empty")
    if pad is Pad.IMPLIED:
        if not _IMPLIED.fullmatch(text):
            raise Refused("amount.malformed")
        fen = int(text)
    else:
        match = _POINT.fullmatch(text)
        if match is None:
            raise Refused("amount.malformed")
        yuan = int(match["yuan"] or 0)
        cents = match["fen"] if match["only"] is None else match["only"]
        fen = yuan * YUAN + int((cents or "").ljust(2, "0"))
    if fen == 0:
        raise Refused("amount.zero")
    if fen > cap:
        raise Refused("amount.too_large", cap=cap)
    return Fen(fen)


def plain(fen: int) -> str:
    """``-1250`` → ``-12.50``; for files and for the columns of a receipt."""
    sign = "-" if fen < 0 else ""
    yuan, cents = divmod(abs(fen), YUAN)
    return f"{sign}{yuan}.{cents:02d}"


def typed(fen: Fen | int, pad: Pad) -> str:
    """What a person would type for it; ``parse`` gives it back."""
    text = str(fen) if pad is Pad.IMPLIED else f"{fen // YUAN}.{fen % YUAN:02}"
    return text.removesuffix(".00")


def show(fen: int) -> str:
    """``123456`` → ``￥1,234.56``; the full-width sign is the one that receipt printers know."""
    sign = "-" if fen < 0 else ""
    yuan, cents = divmod(abs(fen), YUAN)
    return f"{sign}￥{yuan:,}.{cents:02d}"


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def _group_in_words(value: int) -> str:
    words, zero_pending = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit == 0:
            zero_pending = bool(words)
            continue
        words += ("零" if zero_pending else "") + _DIGITS[digit] + _PLACES[place]
        zero_pending = False
    return words


def in_words(fen: int) -> str:
    """Formal Chinese writing of an amount ≥ 0: ``1250`` → ``壹拾贰元伍角``, ``100000`` → ``壹仟元整``.

    The rule for cheques (正确填写票据和结算凭证的基本规定): 整 after whole yuan, 零 where places are skipped.
    """
    assert 0 <= fen < 10**14, fen
    yuan, cents = divmod(fen, YUAN)
    words = ""
    groups = [yuan // 10 ** (4 * i) % 10_000 for i in range(3)]
    for index in (2, 1, 0):
        group = groups[index]
        if group == 0:
            continue
        if words and (group < 1000 or groups[index + 1] == 0):
            words += "零"
        words += _group_in_words(group) + _GROUPS[index]
    words = words + "元" if words else ""
    jiao, fen_digit = divmod(cents, 10)
    if jiao == 0 and fen_digit == 0:
        return (words or "零元") + "整"
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif words:
        words += "零"
    return words + (_DIGITS[fen_digit] + "分" if fen_digit else "")
