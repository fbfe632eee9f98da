"""What a job asks of whoever stands at the counter: an amount, texts, one of a few answers, a line of a list.

Keeps what was typed and picked; what comes of it is the job's.
"""

from onecard import money
from onecard.errors import Refused
from onecard.money import Fen
from pos import entry as pad_entry
from pos.entry import Entry
from pos.presenters.job import ListView
from pos.till import Till

_DIGITS = frozenset({*"0123456789", "00", "."})
#: What one act at the counter may be, fen: a wire amount has 24 bits.
MOST = Fen(10_000_000)
#: What the wire takes of a text.
LONGEST = 64


class Form:
    """``entry`` stands on the pad, ``at`` is the line picked, ``answers`` those of each group."""

    #: Order of the pad in the form: "" none, ``amount``, ``phone``.
    pad = "amount"
    fields: tuple[str, ...] = ()
    #: What is typed is shown as dots.
    is_secret = False
    till: Till
    entry: Entry

    def clear(self) -> None:
        """Nothing typed and nothing picked."""
        self.writing = "" if self.pad or not self.fields else "letters"
        self.field_at = 0
        self.entry, self.at = pad_entry.EMPTY, 0
        self.answers: list[int] = [0, 0]
        self.texts: dict[str, str] = dict.fromkeys(self.fields, "")

    def groups(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Questions with a few answers: (title, ((value, words), …)); ``picked`` says which."""
        return ()

    def rows(self) -> ListView | None:
        """A list to choose from in the form; ``at`` says which."""
        return None

    def press(self, action: str) -> bool:
        """A key, a touch; ``False``: it means nothing here."""
        verb, _, what = action.partition(":")
        if self.fields and self._write(action):
            return True
        if self.pad and (action in _DIGITS or verb == "char" or action == "-"):
            self.entry = pad_entry.press(self.entry, what or action)
        elif self.pad and action == "backspace":
            self.entry = pad_entry.erase(self.entry)
        elif self.pad and action == "clear":
            self.entry = pad_entry.EMPTY
        elif verb == "pick":
            number, _, at = what.partition(":")
            self.answers[int(number)] = int(at)
        elif verb == "row":
            self.at = int(what)
        elif action in ("left", "right"):
            return self._step(action)
        elif action in ("up", "down"):
            return self._move(1 if action == "down" else -1)
        else:
            return False
        return True

    @property
    def _ways(self) -> tuple[str, ...]:
        """What the keys beside the form can type, in turn: the amount, digits of a text, its letters."""
        return ("", "digits", "letters") if self.pad else ("digits", "letters")

    @property
    def next_way(self) -> str:
        """What they type after one more F3; "" is the amount."""
        ways = self._ways
        return ways[(ways.index(self.writing) + 1) % len(ways)]

    @property
    def written(self) -> str:
        """Name of the text that they type into."""
        return self.fields[self.field_at]

    def _write(self, action: str) -> bool:
        """Texts without a keyboard."""
        verb, _, what = action.partition(":")
        if action == "f3":
            self.writing = self.next_way
        elif action == "f2" and len(self.fields) > 1:
            self.field_at = (self.field_at + 1) % len(self.fields)
        elif not self.writing:
            return False
        elif action in _DIGITS or verb == "char" or action == "-":
            self.texts[self.written] = (self.texts[self.written] + (what or action).upper())[:LONGEST]
        elif action == "backspace":
            self.texts[self.written] = self.texts[self.written][:-1]
        elif action == "clear":
            self.texts[self.written] = ""
        else:
            return False
        return True

    def _step(self, action: str) -> bool:
        """Of one question back and forth; of two each arrow goes round its own."""
        groups = self.groups()
        if not groups:
            return False
        number = 1 if action == "right" and len(groups) > 1 else 0
        step = -1 if action == "left" and len(groups) == 1 else 1
        self.answers[number] = (self.answers[number] + step) % len(groups[number][1])
        return True

    def _move(self, step: int) -> bool:
        rows = self.rows()
        if rows is None or not rows.rows:
            return False
        self.at = min(max(0, self.at + step), len(rows.rows) - 1)
        return True

    def fen(self, *, least: int = 1) -> Fen:
        """What was typed. Raises ``Refused`` with an ``amount.*`` code."""
        if self.entry.times is not None:
            raise Refused("amount.malformed")
        fen = money.parse(self.entry.first, self.till.rules.pad, cap=MOST)
        if fen < least:
            raise Refused("amount.zero")
        return fen

    def picked(self, group: int = 0) -> str:
        """The answer that holds."""
        return self.groups()[group][1][self.answers[group]][0]
