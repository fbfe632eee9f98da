"""Who may do it, as keys to choose from: so many at once, and one more key to the others. Pure. F: A7 C7"""

from collections.abc import Sequence

from onecard.wire.messages import Operator
from pos.presenters.frame import TileView


def tiles(people: Sequence[Operator], at: int, room: int) -> tuple[TileView, ...]:
    """Those on the page of the chosen one; with more of them than ``room`` its last key turns the page."""
    size = _size(people, room)
    first = at // size * size
    names = tuple(
        TileView(action=f"person:{n}", text=one.name, selected=n == at)
        for n, one in list(enumerate(people))[first : first + size]
    )
    if len(people) <= room:
        return names
    text = f"{first // size + 1}/{-(-len(people) // size)}"
    return (*names, TileView(action="pagedown", text=text, icon="chevron-right"))


def moved(people: Sequence[Operator], at: int, action: str, room: int) -> int:
    """Who is chosen after a key: up, down, a page on or back, a touch on a name."""
    verb, _, what = action.partition(":")
    if not people:
        return at
    if verb == "person":
        return min(int(what), len(people) - 1)
    if action in ("up", "down"):
        return (at + (1 if action == "down" else -1)) % len(people)
    size = _size(people, room)
    pages = -(-len(people) // size)
    page = at // size + {"pagedown": 1, "pageup": -1}.get(action, 0)
    return page % pages * size


def _size(people: Sequence[Operator], room: int) -> int:
    return room if len(people) <= room else room - 1
