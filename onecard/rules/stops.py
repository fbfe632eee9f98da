"""What a reason on the stop list says: a word, and perhaps the outlets it holds at. Pure. F: A14"""

from collections.abc import Iterable

#: The list carries it in 64 characters.
LONGEST = 64
_AT = "@"


def with_outlets(word: str, outlets: Iterable[int]) -> str:
    """``frozen``, (11, 3) → ``frozen@3,11``; no outlets: everywhere."""
    places = ",".join(str(one) for one in sorted(outlets))
    return word + _AT + places if places else word


def word_of(reason: str) -> str:
    """The word alone."""
    return reason.partition(_AT)[0]


def holds_at(reason: str, outlet: int) -> bool:
    """Whether a card listed for ``reason`` is refused at this outlet; what cannot be read holds all over."""
    _, _, places = reason.partition(_AT)
    if not places:
        return True
    found = places.split(",")
    return not all(one.isascii() and one.isdigit() for one in found) or str(outlet) in found
