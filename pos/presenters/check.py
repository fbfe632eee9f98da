"""A tap that sells nothing: who somebody is, or what subsidies he collects. F: A13 B3"""

from dataclasses import dataclass

from pos.presenters.frame import FrameView, RowView, TileView, frame
from pos.till import Till


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the last card came to: a look (``ready``, ``reading``, ``ok``, ``refused``) and words."""

    look: str
    title: str
    amount: str = ""
    detail: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    photo: bytes = b""


@dataclass(frozen=True, kw_only=True)
class CheckView:
    """``photo``: JPEG or PNG, b"" for none."""

    frame: FrameView
    title: str
    look: str
    word: str
    amount: str
    detail: str
    facts: tuple[RowView, ...]
    photo: bytes
    keys: tuple[TileView, ...]


class CheckPresenter:
    """``what``: ``identity`` or ``subsidy``. The last card's word stays until the next one comes."""

    def __init__(self, till: Till, what: str) -> None:
        self._till, self._what = till, what
        self.name = what
        self.last: Checked | None = None

    def view(self) -> CheckView:
        till, tr = self._till, self._till.tr
        last = self.last or Checked(
            look="ready", title=tr("common.tap.ready"), detail=tr(f"pos.mode.{self._what}")
        )
        return CheckView(
            frame=frame(till),
            title=tr(f"pos.mode.name.{self._what}"),
            look=last.look,
            word=last.title,
            amount=last.amount,
            detail=last.detail,
            facts=tuple(RowView(cells=one) for one in last.facts),
            photo=last.photo,
            keys=(
                TileView(action="escape", text=tr("common.back"), icon="arrow-left", hint="Esc"),
                TileView(action="f11", text=tr("pos.key.mode"), icon="swap-horizontal", hint="F11"),
                TileView(action="f10", text=tr("pos.key.sign_out"), icon="logout", hint="F10"),
            ),
        )
