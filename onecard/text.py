"""What people read, in their language: keys → sentences of ``assets/lang``; and what the font can draw.

Pure: presenters and printers use it, so it knows no window. A sentence names its parameters; formats beside
Python's own keep presenters free of formatting: ``{cap:fen}`` writes money, ``{n:plural day #_days}`` picks
words (# is the figure, _ a space), ``{since:time}``, ``{since:date}`` and ``{since:moment}`` write Unix
seconds in the unit's wall time.
"""

import string
import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, Protocol

from onecard import money
from onecard.clock import local
from onecard.errors import OneCardError
from onecard.resources import asset

LANGUAGES = ("zh", "en")
#: Drawn in place of a character that the font lacks (a rare name must never break a screen).
MISSING_GLYPH = "〓"


class TextMissing(LookupError):
    """No sentence of that key, or it asks for a parameter that was not given: a programmer's error."""


class Audience(StrEnum):
    """Whom a refusal speaks to."""

    CASHIER = "cashier"
    MEMBER = "member"


class _Sentence(string.Formatter):
    def __init__(self, language: str) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "fen":
            return money.show(value)
        if format_spec.startswith("plural "):
            one, many = format_spec.removeprefix("plural ").split(" ")
            return (one if value == 1 else many).replace("_", " ").replace("#", str(value))
        if format_spec == "time":
            return local(value).strftime("%H:%M")
        if format_spec == "date":
            return local(value).strftime("%Y-%m-%d")
        if format_spec == "moment":
            return local(value).strftime("%m-%d %H:%M")
        return str(super().format_field(value, format_spec))


def _flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, str):
            flat[prefix + name] = value
        else:
            flat |= _flatten(value, f"{prefix}{name}.")
    return flat


@cache
def sentences(language: str) -> Mapping[str, str]:
    """Every sentence of one language by dotted key."""
    with asset("lang", f"{language}.toml").open("rb") as file:
        return _flatten(tomllib.load(file))


class Named(Protocol):
    """What the office has named in both languages, the English name perhaps not."""

    @property
    def name(self) -> str: ...

    @property
    def name_en(self) -> str: ...


class Translator:
    """Speaks one language: ``tr("common.yes")``.

    An unknown key raises ``TextMissing``; with ``strict=False`` (a terminal at work) it shows the key,
    because a cashier is better served by an odd word than by a station that stops.
    """

    def __init__(self, language: str, *, strict: bool = True) -> None:
        assert language in LANGUAGES, language
        self.language = language
        self.strict = strict
        self._sentences = sentences(language)
        self._formatter = _Sentence(language)

    def __call__(self, key: str, **params: Any) -> str:
        try:
            sentence = self._sentences[key]
            return self._formatter.vformat(sentence, (), params)
        except (KeyError, IndexError) as error:
            if self.strict:
                raise TextMissing(f"{key} ({self.language}): {error!r}") from error
            return key

    def knows(self, key: str) -> bool:
        """Whether this language has a sentence for the key."""
        return key in self._sentences

    def refusal(self, error: OneCardError, audience: Audience = Audience.CASHIER) -> str:
        """What to say about an error; a code without a sentence is shown with a general one."""
        key = f"refusal.{error.code}.{audience}"
        if not self.knows(key):
            return self(f"refusal.unknown.{audience}", code=error.code)
        return self(key, **error.params)

    def duration(self, seconds: int) -> str:
        """``8040`` → ``2 小时 14 分``; below a minute "just now" is said as under a minute."""
        minutes = max(0, seconds) // 60
        days, rest = divmod(minutes, 24 * 60)
        hours, minutes = divmod(rest, 60)
        if days:
            return self("common.duration.days", days=days, hours=hours)
        if hours:
            return self("common.duration.hours", hours=hours, minutes=minutes)
        if minutes:
            return self("common.duration.minutes", minutes=minutes)
        return self("common.duration.moment")

    def time(self, unix: int) -> str:
        """``11:42``, the unit's wall time."""
        return local(unix).strftime("%H:%M")

    def date(self, unix: int) -> str:
        """``2026-11-22``; one order in both languages, so that nobody mistakes the day for the month."""
        return local(unix).strftime("%Y-%m-%d")

    def moment(self, unix: int) -> str:
        """``11-22 11:42`` for lists."""
        return local(unix).strftime("%m-%d %H:%M")

    def named(self, one: Named) -> str:
        """The name of a card type, a product, a promotion, for who reads this language."""
        return one.name_en if self.language == "en" and one.name_en else one.name

    def listed(self, words: Sequence[str]) -> str:
        """Words of one list, joined as the language does."""
        return self("common.list_joint").join(words)


@cache
def _coverage() -> tuple[list[int], list[int]]:
    starts, ends = [], []
    for line in asset("fonts", "coverage.txt").read_text(encoding="ascii").splitlines():
        if line.startswith("#"):
            continue
        first, _, last = line.partition("-")
        starts.append(int(first, 16))
        ends.append(int(last or first, 16))
    return starts, ends


def drawable(char: str) -> bool:
    """Whether the shipped font has a glyph for this character."""
    starts, ends = _coverage()
    place = bisect_right(starts, ord(char)) - 1
    return place >= 0 and ord(char) <= ends[place]


def legible(text: str) -> str:
    """The text with 〓 for what the font cannot draw; line breaks stay, other control characters go."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        ch if ch == "\n" or drawable(ch) else MISSING_GLYPH for ch in text if ch == "\n" or ch >= " "
    )
