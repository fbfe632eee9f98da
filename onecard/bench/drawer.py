"""The drawer of plastic: virtual cards with a label a person recognises, kept on disk between runs."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from onecard.devices.readers.virtual import VirtualM1
from onecard.ids import Entropy

#: When a card may be made to leave, in the words of the page. Blank media have no purse writes.
TEARS = ("reading", "before", "half", "commit", "after")
#: Which card command of the first read is torn for ``reading``: in the middle of the purse.
_READING_COMMAND = 5
#: tear → (n-th write since it was put on, bytes of it that were stored).
_WRITE_TEARS = {"before": (0, 0), "half": (1, 7), "commit": (2, 9), "after": (2, 16)}


class BenchCard(VirtualM1):
    """A virtual card that can be told to leave at a named moment of the next tap."""

    label: str = ""
    kind: str = "blank"  # blank | issued | management | foreign
    number: str = ""
    #: When it will leave by itself, one of ``TEARS``.
    tear: str | None = None
    #: Told when it left by itself.
    left: Callable[[], None] | None = None
    _writes = 0

    def order_tear(self, at: str | None) -> None:
        """Leave at this moment of the next tap, or of the one that is going on; ``None``: stay."""
        self.tear = at
        self._arm()

    def place(self) -> None:
        super().place()
        self._writes = 0
        self._arm()

    def pull(self) -> None:
        super().pull()
        if self.left is not None:
            self.left()

    def write(self, block: int, data: bytes) -> bool:
        at = _WRITE_TEARS.get(self.tear or "")
        if at is not None and self._writes == at[0]:
            self.tear = None
            self.tear_at(self.commands, at[1])
        self._writes += 1
        return super().write(block, data)

    def _arm(self) -> None:
        if self.tear == "reading" and self.in_field:
            self.tear = None
            self.tear_at(self.commands + _READING_COMMAND)


class Drawer:
    """All cards by UID (hex). ``save`` is atomic: a half-written drawer never replaces a whole one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.cards: dict[str, BenchCard] = {}
        if path.exists():
            for row in json.loads(path.read_text("utf-8")):
                card = BenchCard.from_bytes(json.dumps(row["memory"]).encode())
                card.label, card.kind, card.number = row["label"], row["kind"], row["number"]
                self.cards[card.uid.hex()] = card

    def add(self, card: BenchCard) -> None:
        """Put a card into the drawer; its UID must be new."""
        assert card.uid.hex() not in self.cards, card.uid.hex()
        self.cards[card.uid.hex()] = card

    def blank(self, entropy: Entropy) -> BenchCard:
        """A new blank medium as it comes from the factory."""
        uid = b"\x04" + entropy.bytes(3)
        while uid.hex() in self.cards:
            uid = b"\x04" + entropy.bytes(3)
        card = BenchCard(uid)
        self.add(card)
        return card

    def save(self) -> None:
        """Everything to disk."""
        rows = [
            {
                "label": card.label,
                "kind": card.kind,
                "number": card.number,
                "memory": json.loads(card.to_bytes()),
            }
            for card in self.cards.values()
        ]
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        os.replace(part, self._path)
