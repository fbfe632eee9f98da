"""Text → exactly the twenty cells of a line that knows ASCII only. Refuses to guess: what has no letter is
``?``."""

import unicodedata

from onecard.devices.displays import COLUMNS, Row

#: What people write and a display has under another name.
_AS_ASCII = {
    "￥": "Y",
    "¥": "Y",
    "：": ":",
    "，": ",",
    "。": ".",
    "×": "x",
    "（": "(",
    "）": ")",
    "－": "-",
    "—": "-",
}


def cells(row: Row, columns: int = COLUMNS) -> str:
    """``row`` set against both margins. The right part is a sum and is never cut; the left part gives way."""
    right = ascii_of(row.right)[-columns:]
    room = columns - len(right) - (1 if right else 0)
    left = left_of(row)[: max(0, room)]
    return left.ljust(columns - len(right)) + right


def left_of(row: Row) -> str:
    """The text if the display has its characters, else what was given for this case."""
    text = "".join(_AS_ASCII.get(character, character) for character in row.text)
    return text if text.isascii() and text.isprintable() else ascii_of(row.plain or text)


def ascii_of(text: str) -> str:
    """Letters without their accents, and ``?`` for what is no letter of the display."""
    told = "".join(_AS_ASCII.get(character, character) for character in text)
    bare = unicodedata.normalize("NFKD", told)
    return "".join(
        character if " " <= character <= "~" else "?"
        for character in bare
        if not unicodedata.combining(character)
    )
