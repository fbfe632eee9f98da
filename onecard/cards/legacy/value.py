"""The commonest old purse: a value block and its backup, and the number in a block of its own. All data.

A value block holds its number three times, once complemented, and an address four times; a block that
does not is no money. INC and DEC of the chip are not needed here: a take-over reads, and writes a zero.
"""

from dataclasses import dataclass
from typing import Final, Literal

from onecard.cards.legacy import OldCard
from onecard.cards.medium import Key, StorageCard
from onecard.errors import CardDenied


def encode_value(value: int, address: int) -> bytes:
    """16 bytes of a value block: a signed 32-bit number and one address byte.

    >>> encode_value(100, 5).hex()
    '640000009bffffff6400000005fa05fa'
    """
    plain = value.to_bytes(4, "little", signed=True)
    turned = bytes(byte ^ 0xFF for byte in plain)
    return plain + turned + plain + bytes([address, address ^ 0xFF] * 2)


def decode_value(block: bytes) -> tuple[int, int] | None:
    """(value, address), or ``None`` where the copies contradict each other (torn, or no value block)."""
    value, address = int.from_bytes(block[:4], "little", signed=True), block[12]
    return (value, address) if encode_value(value, address) == block else None


@dataclass(frozen=True)
class ValuePurse:
    """An ``OldLayout``. Blocks are the card's, from 0; ``number`` is how the old number is written."""

    name: str
    key: bytes
    which: Key
    value_block: int
    backup_block: int
    number_block: int
    number: Literal["bcd", "ascii", "little"] = "bcd"
    #: Fen that one unit of the old purse is worth.
    fen: int = 1

    def read(self, storage: StorageCard) -> OldCard | None:
        try:
            number = self._number(self._block(storage, self.number_block))
            values = [
                decode_value(self._block(storage, block)) for block in (self.value_block, self.backup_block)
            ]
        except CardDenied:
            storage.select()
            return None
        value = next((one for one in values if one is not None), None)
        return None if value is None or not number else OldCard(number, value[0] * self.fen)

    def empty(self, storage: StorageCard) -> None:
        # The backup first: cut between the two, what the old system reads first is still what it was.
        for block in (self.backup_block, self.value_block):
            old = decode_value(self._block(storage, block))
            if old is not None and old[0] == 0:
                continue
            data = encode_value(0, self.value_block if old is None else old[1])
            self._open(storage, block)
            storage.write(block, data)
            if self._block(storage, block) != data:
                raise CardDenied("card.denied")

    def keys(self, storage: StorageCard) -> tuple[tuple[Key, bytes], ...]:
        return ((self.which, self.key),)

    def _open(self, storage: StorageCard, block: int) -> None:
        storage.authenticate(block, self.which, self.key)

    def _block(self, storage: StorageCard, block: int) -> bytes:
        self._open(storage, block)
        return storage.read(block)

    def _number(self, block: bytes) -> str:
        if self.number == "little":
            return str(int.from_bytes(block[:4], "little") or "")
        if self.number == "ascii":
            return block.split(b"\x00")[0].decode("ascii", "replace").strip()
        return block[:8].hex().rstrip("f").lstrip("0")


_FORMS: Final[dict[str, Literal["bcd", "ascii", "little"]]] = {
    "bcd": "bcd",
    "ascii": "ascii",
    "little": "little",
}
_BLOCKS: Final = ("value", "backup", "number")


def of_options(text: str, key: bytes) -> ValuePurse:
    """From a setting: ``value=21 backup=22 number=20``, and where they are not the usual ones ``key=b``,
    ``form=ascii``, ``fen=100`` (what one unit is worth). Raises ``ValueError`` with the reason."""
    given: dict[str, str] = {}
    for part in text.split():
        name, equals, value = part.partition("=")
        if not equals or name in given or name not in (*_BLOCKS, "key", "form", "fen"):
            raise ValueError(f"{part!r}: value=, backup=, number=, key=, form=, fen=")
        given[name] = value
    which, form = given.get("key", "a").lower(), given.get("form", "bcd")
    if which not in ("a", "b") or form not in _FORMS:
        raise ValueError("key=a|b form=bcd|ascii|little")
    money, backup, numbered = (_number(given.get(name, ""), 255) for name in _BLOCKS)
    if any(_is_trailer(block) for block in (money, backup, numbered)) or money == backup:
        raise ValueError("value=, backup=, number=: blocks of data, 1 to 255")
    return ValuePurse(
        name="value",
        key=key,
        which=Key.A if which == "a" else Key.B,
        value_block=money,
        backup_block=backup,
        number_block=numbered,
        number=_FORMS[form],
        fen=_number(given.get("fen", "1"), 10_000),
    )


def _number(text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:6]) <= most:
        raise ValueError(f"{text!r}: 1 to {most}")
    return int(text)


def _is_trailer(block: int) -> bool:
    return block % 4 == 3 if block < 128 else block % 16 == 15
