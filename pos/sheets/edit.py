"""One setting of the station being changed: a choice, a figure, a text or a list of card types. F: C18

Everything by touch: digits, letters and signs beside it, and words by the keys that lie over the screen.
"""

from typing import Final

from onecard.clock import local
from onecard.errors import OneCardError
from pos.presenters.field import LONGEST, FieldView
from pos.presenters.frame import TileView, frame
from pos.presenters.sheet import FormView, back, go
from pos.sheets import typing
from pos.sheets.setup import TIME, choices_of, label, numbers, setting, told, word
from pos.till import Till

#: Settings of words that people chose: on the glass they are written by their sounds.
_WORDS: Final = frozenset({"meals", "weigh_categories"})
#: Card types by number; as many have a key as find room, the others are typed.
TYPES: Final = "accepted_types"
_TYPE_KEYS: Final = 8


class EditPresenter:
    """One setting: a choice, a figure or a text."""

    name = "setup_edit"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.key = TIME
        self.text = ""
        self.way = typing.WAYS[0]
        self.error: OneCardError | None = None

    def enter(self, name: str) -> None:
        """With the value as it stands."""
        self.key, self.error, self.way = name, None, typing.WAYS[0]
        if name == TIME:
            self.text = local(self._till.station.now()).strftime("%Y-%m-%d %H:%M")
        else:
            self.text = told(self._till, name)[0]

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be chosen; none: it is typed."""
        return () if self.key == TIME else choices_of(self.key)

    def act(self, action: str) -> None:
        """A choice; figures also by the pad."""
        verb, _, what = action.partition(":")
        if verb == "choice":
            self.text = what
        elif verb == "type" and self.key == TYPES:
            self.text, self.error = _toggled(self.text, what), None
        elif self.choices and action in ("left", "right", "up", "down"):
            at = self.choices.index(self.text) if self.text in self.choices else 0
            self.text = self.choices[(at + (1 if action in ("right", "down") else -1)) % len(self.choices)]
        elif action == "f3" and self._is_text:
            self.way = typing.next_way(self.way)
        elif verb == "way" and self._is_text:
            self.way = what
        elif not self.choices:
            press = typing.pressed_date if self.key == TIME else typing.pressed
            self.text, self.error = press(self.text, action), None

    @property
    def _is_text(self) -> bool:
        """Typed, and not of digits alone."""
        return self.key != TIME and not self.choices and not isinstance(setting(self.key).default, int)

    def view(self) -> FormView:
        till, tr = self._till, self._till.tr
        is_time = self.key == TIME
        name = tr("pos.setup.time") if is_time else label(till, self.key)
        body = tr("pos.setup.time_body") if is_time else self._bounds()
        field = FieldView(
            field="value",
            label=name,
            text=self.text,
            keyboard="words" if self.key in _WORDS else "",  # other keys are beside it
            most=setting(self.key).most if self._is_text else LONGEST,
            error="" if self.error is None else tr.refusal(self.error),
        )
        return FormView(
            frame=frame(till),
            title=name,
            body=body,
            tone="muted",
            keys=(back(till), go(tr("pos.setup.save"), icon="check")),
            pad="" if self.choices else "phone",
            letters=typing.tiles(self.way, tr("pos.setup.way.space")) if self._is_text else (),
            amount_label="" if self.choices else tr("pos.setup.keys"),
            amount="" if self.choices else self.text[-11:],
            options=self._ways(),
            fields=() if self.choices else (field,),
            choices=self._types()
            or tuple(
                TileView(action=f"choice:{one}", text=word(till, one), selected=one == self.text)
                for one in self.choices
            ),
        )

    def _types(self) -> tuple[TileView, ...]:
        """Each card type by its name: in the list or not."""
        if self.key != TYPES:
            return ()
        tr, listed = self._till.tr, numbers(self.text)
        return tuple(
            TileView(
                action=f"type:{one.type}",
                text=tr.named(one),
                hint=str(one.type),
                selected=str(one.type) in listed,
            )
            for one in self._till.types[:_TYPE_KEYS]
        )

    def _ways(self) -> tuple[TileView, ...]:
        """From digits to letters to signs."""
        if not self._is_text:
            return ()
        return tuple(
            TileView(
                action=f"way:{way}",
                text=self._till.tr(f"pos.setup.way.{way}"),
                hint="F3" if way == typing.next_way(self.way) else "",
                selected=way == self.way,
            )
            for way in typing.WAYS
        )

    def _bounds(self) -> str:
        row = setting(self.key)
        if self.key == TYPES:
            return self._till.tr("pos.setup.types")
        if row.choices or isinstance(row.default, bool):
            return self._till.tr("pos.setup.choose")
        if isinstance(row.default, int):
            return self._till.tr("pos.setup.bounds", least=row.least, most=row.most)
        return self._till.tr("pos.setup.text", most=row.most)


def _toggled(text: str, number: str) -> str:
    """The list with this number, or without it."""
    listed = numbers(text)
    return " ".join([one for one in listed if one != number] + ([] if number in listed else [number]))
