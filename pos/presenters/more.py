"""What lies behind F11: every way in that has no function key of its own. What is shut says why. F: C14"""

from collections.abc import Callable
from dataclasses import dataclass

from pos.area import Door
from pos.presenters.frame import FrameView, TileView, frame
from pos.till import Till


@dataclass(frozen=True, kw_only=True)
class MoreView:
    """Large keys, opened by touch or by their number."""

    frame: FrameView
    title: str
    tiles: tuple[TileView, ...]
    back: str


class MorePresenter:
    """Knows only which doors there are."""

    name = "more"

    def __init__(
        self, till: Till, doors: Callable[[], tuple[Door, ...]], title: str = "pos.more.title"
    ) -> None:
        self._till, self._doors, self._title = till, doors, title

    def open_doors(self) -> tuple[Door, ...]:
        """Those without a key, in their order."""
        return tuple(one for one in self._doors() if not one.key)

    def door(self, action: str) -> Door | None:
        """What a number or a touch opens now."""
        doors = self.open_doors()
        if not action.isdecimal() or not 1 <= int(action) <= len(doors):
            return None
        found = doors[int(action) - 1]
        return None if why_shut(self._till, found) else found

    def view(self) -> MoreView:
        till, tr = self._till, self._till.tr
        return MoreView(
            frame=frame(till),
            title=tr(self._title),
            tiles=tuple(
                TileView(
                    action=str(number),
                    text=tr(f"pos.key.{door.name}"),
                    detail=tr(f"pos.more.{door.name}"),
                    icon=door.icon,
                    hint=str(number) if number < 10 else "",
                    enabled=not (why := why_shut(till, door)),
                    reason=why,
                    selected=door.is_lit(),
                )
                for number, door in enumerate(self.open_doors(), 1)
            ),
            back=tr("desk.to_till"),
        )


def why_shut(till: Till, door: Door) -> str:
    """Why a door does not open for whoever works here now; "" when it does."""
    if door.right and not till.may(door.right):
        return till.tr("pos.key.no_right")
    return door.why_not()
