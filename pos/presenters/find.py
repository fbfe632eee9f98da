"""Finding a product by its letters, its name, its number or its barcode. F: C2 C14"""

from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_lowercase, digits

from onecard import money
from pos.catalogue import Catalogue, Product
from pos.presenters.frame import FrameView, RowView, TileView, frame
from pos.till import Till

#: So many are shown; who does not find it types one letter more.
MOST = 7
_LONGEST = 24


@dataclass(frozen=True, kw_only=True)
class FindView:
    """``letters``: a pad for stations without a keyboard."""

    frame: FrameView
    title: str
    typed: str
    is_typed: bool
    titles: tuple[str, ...]
    rows: tuple[RowView, ...]
    empty: str
    letters: tuple[TileView, ...]
    back: str
    add: str


class FindPresenter:
    """What is typed, and which of what was found is marked."""

    name = "find"

    def __init__(self, till: Till, goods: Callable[[], Catalogue]) -> None:
        self._till, self._goods = till, goods
        self._letters = tuple(TileView(action=f"char:{one}", text=one.upper()) for one in ascii_lowercase)
        self._letters += tuple(TileView(action=one, text=one) for one in digits)
        self.text = ""
        self._at = 0

    def enter(self, text: str = "") -> None:
        self.text, self._at = text[:_LONGEST], 0

    def found(self) -> tuple[Product, ...]:
        return self._goods().search(self.text, MOST)

    @property
    def chosen(self) -> Product | None:
        found = self.found()
        return found[min(self._at, len(found) - 1)] if found else None

    def act(self, action: str) -> None:
        """What is typed, and up and down."""
        verb, _, what = action.partition(":")
        if verb == "char" or action in digits:
            self.text, self._at = (self.text + (what or action))[:_LONGEST], 0
        elif action == "backspace":
            self.text, self._at = self.text[:-1], 0
        elif action == "clear":
            self.enter()
        elif action in ("up", "down"):
            last = max(0, len(self.found()) - 1)
            self._at = min(max(0, self._at + (1 if action == "down" else -1)), last)
        elif verb == "row":
            self._at = int(what)

    def view(self) -> FindView:
        till, tr = self._till, self._till.tr
        found = self.found()
        at = min(self._at, len(found) - 1)
        return FindView(
            frame=frame(till),
            title=tr("pos.find.title"),
            typed=self.text.upper() or tr("pos.find.hint"),
            is_typed=bool(self.text),
            titles=(tr("pos.sell.what"), tr("pos.find.category"), tr("pos.sell.sum")),
            rows=tuple(
                RowView(
                    cells=(
                        tr.named(one),
                        one.category,
                        money.plain(till.price_of(one)),
                    ),
                    action=f"row:{number}",
                    selected=number == at,
                )
                for number, one in enumerate(found)
            ),
            empty=tr("pos.find.none") if self.text else "",
            letters=self._letters,
            back=tr("common.back"),
            add=tr("pos.find.add"),
        )
