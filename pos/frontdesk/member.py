"""Finding a member, or writing a new one down: the first step of issuing a card and of reporting a loss.

Pure; the question itself goes through the till's port.
"""

from dataclasses import dataclass, replace

from onecard.errors import OneCardError, Refused
from onecard.wire.messages import MemberRow

#: What the wire takes of one field.
LONGEST = 64
FIELDS = ("name", "number", "phone", "department")


@dataclass(frozen=True, kw_only=True)
class Search:
    """``asked``: the server is thinking. ``searched``: the text that ``rows`` answers."""

    text: str = ""
    rows: tuple[MemberRow, ...] = ()
    at: int = 0
    asked: bool = False
    searched: str = ""
    error: OneCardError | None = None

    @property
    def chosen(self) -> MemberRow | None:
        return self.rows[self.at] if self.at < len(self.rows) else None


@dataclass(frozen=True, kw_only=True)
class Form:
    """A new member as typed."""

    name: str = ""
    number: str = ""
    phone: str = ""
    department: str = ""


def clean(text: str) -> str:
    """What may be kept of a typed field: no control characters, no space around it."""
    return "".join(ch for ch in text if ch.isprintable()).strip()


def typed(search: Search, text: str) -> Search:
    """Every change of the field."""
    return replace(search, text=text, error=None)


def ask(search: Search) -> tuple[Search, str]:
    """Enter: the text to search for. Raises ``Refused("search.empty")``."""
    text = clean(search.text)[:LONGEST]
    if not text:
        raise Refused("search.empty")
    return replace(search, asked=True, error=None), text


def found(search: Search, text: str, rows: tuple[MemberRow, ...]) -> Search:
    """The server's answer."""
    return replace(search, asked=False, searched=text, rows=rows, at=0)


def failed(search: Search, error: OneCardError) -> Search:
    """No answer, or a refusal."""
    return replace(search, asked=False, rows=(), error=error)


def move(search: Search, step: int) -> Search:
    """Up and down in the list."""
    last = max(0, len(search.rows) - 1)
    return replace(search, at=min(max(0, search.at + step), last))


def pick(search: Search, index: int) -> Search:
    """A line of the list was touched."""
    return replace(search, at=index) if 0 <= index < len(search.rows) else search


def fill(form: Form, field: str, text: str) -> Form:
    """One field of the new member."""
    assert field in FIELDS, field
    return replace(form, **{field: text})


def checked(form: Form) -> Form:
    """The form as it is sent. Raises ``Refused``: ``member.no_name``, ``.too_long`` or ``.phone``."""
    tidy = Form(**{field: clean(getattr(form, field)) for field in FIELDS})
    if not tidy.name:
        raise Refused("member.no_name")
    if any(len(getattr(tidy, field)) > LONGEST for field in FIELDS):
        raise Refused("member.too_long", most=LONGEST)
    if tidy.phone and not set(tidy.phone) <= set("0123456789+- "):
        raise Refused("member.phone")
    return tidy
