"""Plastic that both stations use, one at a time: a file per card, claimed by renaming it.

Knows what a card is as a thing; not what it says.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from onecard.bench.drawer import BenchCard


class Pocket:
    """The cards in ``folder``; ``who`` claims them."""

    def __init__(self, folder: Path, who: str) -> None:
        self._folder, self._who = folder, who
        folder.mkdir(parents=True, exist_ok=True)
        #: In hand here, by UID (hex).
        self.held: dict[str, BenchCard] = {}

    def lay_in(self, cards: Iterable[BenchCard]) -> None:
        """New cards, for whoever comes first."""
        for card in cards:
            self._write(card, ".card")

    def take(self, luck: Any, kind: str = "") -> BenchCard | None:
        """A card that nobody holds, of this kind if one is named; ``None``: there is none."""
        free = sorted(self._folder.glob("*.card"))
        luck.shuffle(free)
        for path in free:
            try:
                if kind and _read(path).kind != kind:
                    continue
                path.rename(path.with_suffix(f".{self._who}"))
            except FileNotFoundError:
                continue  # the other station was quicker
            card = _read(path.with_suffix(f".{self._who}"))
            self.held[card.uid.hex()] = card
            return card
        return None

    def give_back(self, card: BenchCard) -> None:
        """Somebody else may have it."""
        uid = card.uid.hex()
        del self.held[uid]
        self._write(card, f".{self._who}")
        (self._folder / f"{uid}.{self._who}").rename(self._folder / f"{uid}.card")

    def close(self) -> None:
        """Everything in hand is laid back."""
        for card in list(self.held.values()):
            self.give_back(card)

    def everything(self) -> list[BenchCard]:
        """Every card there is, whoever holds it."""
        return [_read(path) for path in sorted(self._folder.iterdir())]

    def _write(self, card: BenchCard, suffix: str) -> None:
        row = {"label": card.label, "kind": card.kind, "number": card.number}
        row["memory"] = card.to_bytes().decode()
        path = self._folder / f"{card.uid.hex()}{suffix}"
        part = path.with_name(path.name + "~")
        part.write_text(json.dumps(row, ensure_ascii=False), "utf-8")
        part.replace(path)


def _read(path: Path) -> BenchCard:
    row = json.loads(path.read_text("utf-8"))
    card = BenchCard.from_bytes(row["memory"].encode())
    card.label, card.kind, card.number = row["label"], row["kind"], row["number"]
    return card
