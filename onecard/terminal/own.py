"""What is set at the station itself: kept in a small file beside its identity, over file and office. F: C18

A value is text, as the office's documents carry it. Every change is a record too, so that the office sees it;
one that was stored and not yet recorded is recorded at the next start. Knows no meaning of a setting.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from onecard.errors import StoreError
from onecard.settings import OFFICE, Setting, SettingError, Settings, Value
from onecard.whole_file import write_whole
from onecard.wire.documents import TerminalDocument

NAME: Final = "own.json"


class _Kept(msgspec.Struct, frozen=True):
    values: dict[str, str] = {}
    card: int = 0
    #: Whether the journal has it.
    is_told: bool = True


class OwnSettings:
    """``path`` need not exist. What cannot be used any more (an older release wrote it) is passed over."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = _read(path)
        self._place: tuple[TerminalDocument, TerminalDocument] | None = None

    @property
    def values(self) -> Mapping[str, str]:
        return self._kept.values

    @property
    def card(self) -> int:
        """The management card that opened the last change."""
        return self._kept.card

    @property
    def is_told(self) -> bool:
        """Whether the last change stands in the journal."""
        return self._kept.is_told

    def keep(self, values: Mapping[str, str], card: int) -> None:
        """From now on these and no others; on the disk when it returns. Raises ``StoreError``."""
        self._write(_Kept(dict(values), card, is_told=False))
        self._place = None

    def told(self) -> None:
        """It is in the journal."""
        self._write(msgspec.structs.replace(self._kept, is_told=True))

    def over(self, place: TerminalDocument) -> TerminalDocument:
        """The office's word with ours over it."""
        ours = _usable(OFFICE, self.values)
        if not ours:
            return place
        if self._place is None or self._place[0] is not place:
            told = {key: _text(value) for key, value in ours.items()}
            merged = msgspec.structs.replace(place, settings={**place.settings, **told})
            self._place = (place, merged)
        return self._place[1]

    def _write(self, kept: _Kept) -> None:
        try:
            write_whole(self._path, msgspec.json.encode(kept))
        except OSError as error:
            raise StoreError("store.failed", path=str(self._path), detail=str(error)) from error
        self._kept = kept


def over_file(rows: Iterable[Setting], settings: Settings, folder: Path) -> Settings:
    """Settings of the file with those of the station over it."""
    ours = _usable(rows, _read(folder / NAME).values)
    return Settings(settings.rows, {**settings.values, **ours}) if ours else settings


def _usable(rows: Iterable[Setting], texts: Mapping[str, str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for row in rows:
        if row.key in texts:
            try:
                found[row.key] = row.parse(texts[row.key])
            except SettingError:
                continue
    return found


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(path: Path) -> _Kept:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return _Kept()
