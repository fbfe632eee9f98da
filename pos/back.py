"""The back of the till behind one door: everything about the station itself rather than about a sale. F: C14

Collects the rooms of other areas; knows what is in none of them.
"""

from pos.area import Area, Door, Way
from pos.presenters.more import MorePresenter
from pos.till import Till


class Back(Area):
    """``rooms`` open by touch or by their number."""

    def __init__(self, till: Till, way: Way, rooms: tuple[Door, ...]) -> None:
        self._way = way
        self.back = MorePresenter(
            till, lambda: tuple(room for room in rooms if room.is_there()), title="pos.back.title"
        )
        self.screens = {"back": self._on_back}
        self.presenters = {"back": self.back}
        self.doors = (
            Door(
                name="back",
                icon="store-outline",
                open=lambda: way.go("back"),
                is_lit=lambda: any(room.is_lit() for room in rooms),
            ),
        )

    def _on_back(self, action: str) -> None:
        if action == "escape":
            self._way.go("sell")
            return
        room = self.back.door(action)
        if room is not None:
            room.open()
