"""Keys on the glass for a line of text: Chinese by its sounds, letters, figures and signs. F: C14

Pure; which field it is and who hears the text is ``pos.writing``'s. The physical keyboard works all the same.
"""

from dataclasses import dataclass, replace
from typing import Final

from pos import pinyin
from pos.presenters.field import LONGEST, FieldView
from pos.presenters.frame import TileView
from pos.till import Till

#: In the order of their keys.
WAYS: Final = ("pinyin", "letters", "signs")
#: Characters to choose from at once; their keys are the figures.
PICKS: Final = 9
_LONGEST_SPELT: Final = 24

_QWERTY: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SIGNS: Final = ("1234567890", ".:/-_,;=?·", "&@#%+*()")
_SOUNDS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, kw_only=True)
class KeyboardView:
    """``spelt`` stands behind ``text``, not chosen yet; ``picks`` are the characters it may be, or ``hint``.

    ``more`` leads to the next page of them, "" when there is one.
    """

    label: str
    text: str
    spelt: str
    hint: str
    picks: tuple[TileView, ...]
    more: str
    rows: tuple[tuple[TileView, ...], ...]
    foot: tuple[TileView, ...]


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is typed: ``text`` is settled, ``spelt`` are the sounds of what comes next."""

    text: str = ""
    spelt: str = ""
    page: int = 0
    most: int = LONGEST

    @property
    def candidates(self) -> str:
        """Characters that the first syllable may mean."""
        found = pinyin.syllables(self.spelt)
        return pinyin.meant_by(found[0], begins=not self.text) if found else ""

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.candidates) // PICKS))

    @property
    def shown(self) -> str:
        """Those of this page."""
        return self.candidates[self.page * PICKS : (self.page + 1) * PICKS]

    def write(self, sign: str) -> "Line":
        return replace(self, text=(self.text + sign)[: self.most], page=0)

    def spell(self, letter: str) -> "Line":
        """One letter more, if any word sounds like that."""
        spelt = self.spelt + letter
        ends_apart = letter == pinyin.APART and self.candidates and not self.spelt.endswith(pinyin.APART)
        known = ends_apart or pinyin.syllables(spelt) is not None
        return replace(self, spelt=spelt, page=0) if known and len(spelt) <= _LONGEST_SPELT else self

    def choose(self, at: int) -> "Line":
        """One of those on this page."""
        if at >= len(self.shown):
            return self
        text = (self.text + self.shown[at])[: self.most]
        return replace(self, text=text, spelt=pinyin.without_first(self.spelt), page=0)

    def erase(self) -> "Line":
        if self.spelt:
            return replace(self, spelt=self.spelt[:-1], page=0)
        return replace(self, text=self.text[:-1], page=0)


class KeyboardPresenter:
    """One field being typed into, from ``enter`` to its last key."""

    def __init__(self, till: Till, field: FieldView) -> None:
        self._till, self.field = till, field
        self.line = Line(text=field.text, most=field.most)
        self.way = {"words": "pinyin" if till.tr.language == "zh" else "letters", "figures": "signs"}.get(
            field.keyboard, "letters"
        )
        self._is_capital = False

    def act(self, action: str) -> None:
        """A key, a touch."""
        verb, _, what = action.partition(":")
        line = self.line
        match verb:
            case "way":
                self.way, self.line = what, replace(line, spelt="", page=0)
            case "shift":
                self._is_capital = not self._is_capital
            case "pick":
                self.line = line.choose(int(what))
            case "pagedown" | "right" | "down":
                self.line = replace(line, page=(line.page + 1) % line.pages)
            case "pageup" | "left" | "up":
                self.line = replace(line, page=(line.page - 1) % line.pages)
            case "backspace":
                self.line = line.erase()
            case "clear":
                self.line = Line(most=line.most)
            case "char":
                self._press(what)
            case _:
                self._press(action)

    def _press(self, sign: str) -> None:
        """A single sign; names of keys that mean nothing here are longer."""
        line = self.line
        if len(sign) != 1:
            return
        if line.spelt and (sign == " " or (sign.isdigit() and sign.isascii())):
            self.line = line.choose(0 if sign == " " else int(sign) - 1)
        elif self.way == "pinyin" and (sign in _SOUNDS or (line.spelt and sign == pinyin.APART)):
            self.line = line.spell(sign)
        elif line.spelt:
            self.line = line.choose(0).write(sign)
        else:
            self.line = line.write(sign.upper() if self._is_capital and self.way == "letters" else sign)

    @property
    def is_settled(self) -> bool:
        """Whether Enter is the end of it; otherwise it settles what was spelt."""
        return not self.line.spelt

    def settle(self) -> None:
        """The likeliest of what was spelt; sounds that make no syllable go."""
        line = self.line
        self.line = line.choose(0) if line.shown else replace(line, spelt="", page=0)

    # -- what is shown -----------------------------------------------------------------------------------

    def view(self) -> KeyboardView:
        tr, line = self._till.tr, self.line
        hint = tr(f"pos.keyboard.hint.{self.way}")
        if line.spelt and not line.shown:
            hint = tr("pos.keyboard.more")
        return KeyboardView(
            label=self.field.label,
            text=line.text,
            spelt=line.spelt.replace("v", "ü"),
            hint="" if line.shown else hint,
            picks=tuple(
                TileView(action=f"pick:{at}", text=one, hint=str(at + 1)) for at, one in enumerate(line.shown)
            ),
            more=f"{line.page + 1}/{line.pages}" if line.pages > 1 else "",
            rows=self._rows(),
            foot=self._foot(),
        )

    def _rows(self) -> tuple[tuple[TileView, ...], ...]:
        first, second, third = _SIGNS if self.way == "signs" else _QWERTY
        rows = [[_key(sign, sign) for sign in row] for row in (first, second, third)]
        if self.way == "pinyin":
            rows = [[_key(sign, "ü" if sign == "v" else sign) for sign in row] for row in _QWERTY]
            rows[1].append(_key("·", "·"))
            rows[2].insert(0, _key(pinyin.APART, pinyin.APART))
        elif self.way == "letters":
            if self._is_capital:
                rows = [[_key(sign, sign.upper()) for sign in row] for row in _QWERTY]
            rows[1].append(_key("-", "-"))
            rows[2].insert(
                0, TileView(action="shift", text="", icon="arrow-up", selected=self._is_capital, kind="key")
            )
        rows[2].append(TileView(action="backspace", text="", icon="backspace-outline"))
        rows[2].append(TileView(action="clear", text="C"))
        return tuple(tuple(row) for row in rows)

    def _foot(self) -> tuple[TileView, ...]:
        tr = self._till.tr
        ways = (
            TileView(action=f"way:{way}", text=tr(f"pos.keyboard.way.{way}"), selected=way == self.way)
            for way in WAYS
        )
        word = "settle" if not self.is_settled else "search" if self.field.is_search else "done"
        return (
            TileView(action="escape", text=tr("common.cancel"), hint="Esc"),
            *ways,
            TileView(action="char: ", text=tr("pos.keyboard.space"), kind="key"),
            TileView(action="enter", text=tr(f"pos.keyboard.{word}"), hint="Enter", kind="primary"),
        )


def _key(sign: str, face: str) -> TileView:
    return TileView(action=f"char:{sign}", text=face, kind="key")
