"""What must not vanish with the power and yet is no money: bills on hold, what is still due of a bill that is
paid in parts, what a deposit was paid for, and the mode chosen at the till.

One small file, written anew and put in place of the old one in a single step. Rejected: the journal, which
holds facts for ever.
"""

from pathlib import Path

import msgspec

from onecard.errors import Refused, StoreError
from onecard.ids import RecordId
from onecard.whole_file import write_whole
from onecard.wire.messages import Line

#: More than a counter can tell apart.
MOST_HELD = 20
#: So many drawers are remembered; a till opens one again some times a year.
_MOST_OPENED = 50


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One bill that waits for its customer."""

    number: int
    at: int
    operator: int
    lines: tuple[Line, ...]

    @property
    def total_fen(self) -> int:
        return sum(line.total_fen for line in self.lines)


class Split(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``due`` of a bill whose last part paid is the sale ``beside``. While somebody pays ``part`` of it, by a
    sale that comes after the record ``after``, ``rest`` is what will be due then.
    """

    due: tuple[Line, ...]
    beside: RecordId | None = None
    part: tuple[Line, ...] = ()
    rest: tuple[Line, ...] = ()
    after: RecordId | None = None


class Deposit(msgspec.Struct, frozen=True, kw_only=True):
    """A card's purse is about to pay ``fen`` for a room, by a sale of ``line`` that comes after the record
    ``after``; the office holds it for ``hours`` from when it is asked to. ``supervisor``: by whose word.
    """

    card: int
    issue: int
    room: str
    hours: int
    line: str
    fen: int
    supervisor: int
    after: RecordId


class Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``mode`` was chosen here while the office said ``office_mode``."""

    held: tuple[Held, ...] = ()
    next: int = 1
    mode: str = ""
    office_mode: str = ""
    split: Split | None = None
    deposits: tuple[Deposit, ...] = ()
    #: Pay-outs for which the drawer was opened a second time.
    opened: tuple[RecordId, ...] = ()


class Shelf:
    """``path`` ``None``: kept in memory only."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.content = _read(path)

    def hold(self, lines: tuple[Line, ...], at: int, operator: int) -> Held:
        """Raises ``Refused("hold.full")``, ``StoreError``."""
        now = self.content
        if len(now.held) >= MOST_HELD:
            raise Refused("held.full", most=MOST_HELD)
        held = Held(number=now.next, at=at, operator=operator, lines=lines)
        following = now.next % 99 + 1
        self._put(msgspec.structs.replace(now, held=(*now.held, held), next=following))
        return held

    def take(self, number: int) -> Held | None:
        """It goes on; raises ``StoreError`` and it is still there."""
        found = next((one for one in self.content.held if one.number == number), None)
        if found is not None:
            left = tuple(one for one in self.content.held if one is not found)
            self._put(msgspec.structs.replace(self.content, held=left))
        return found

    def choose(self, mode: str, office_mode: str) -> None:
        """Raises ``StoreError``."""
        self._put(msgspec.structs.replace(self.content, mode=mode, office_mode=office_mode))

    def open_again(self, id: RecordId) -> None:
        """The drawer opens once more for this pay-out, and not a third time. Raises ``Refused``,
        ``StoreError``."""
        now = self.content
        if id in now.opened:
            raise Refused("drawer.opened_before")
        self._put(msgspec.structs.replace(now, opened=(*now.opened, id)[-_MOST_OPENED:]))

    def keep(self, split: Split | None) -> None:
        """Raises ``StoreError``."""
        self._put(msgspec.structs.replace(self.content, split=split))

    def deposit(self, *waiting: Deposit) -> None:
        """Raises ``StoreError``."""
        self._put(msgspec.structs.replace(self.content, deposits=waiting))

    def _put(self, content: Content) -> None:
        if self._path is not None:
            try:
                write_whole(self._path, msgspec.json.encode(content))
            except OSError as error:
                raise StoreError("store.failed", detail=str(error)) from error
        self.content = content


def _read(path: Path | None) -> Content:
    """A file that cannot be read is as good as none: there is no money in it."""
    if path is None:
        return Content()
    try:
        return msgspec.json.decode(path.read_bytes(), type=Content)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return Content()
