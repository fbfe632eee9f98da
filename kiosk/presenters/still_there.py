"""K7: nobody has moved for a while. Formats; decides nothing."""

from dataclasses import dataclass
from math import ceil

from kiosk.booth import Booth
from kiosk.presenters.frame import FrameView, KeyView, frame, whole
from kiosk.visit_state import Limits, Phase, Visit


@dataclass(frozen=True, kw_only=True)
class StillThereView:
    frame: FrameView
    title: str
    detail: str
    seconds: str
    #: Of the time to answer, 1 → 0.
    share_left: float
    yes: KeyView
    end: KeyView


def view(booth: Booth, visit: Visit, limits: Limits) -> StillThereView:
    tr = booth.tr
    assert visit.asked_at is not None
    left = max(0, ceil(limits.warning_s - (booth.now() - visit.asked_at)))
    fen = visit.cash.total_fen if visit.phase is Phase.CASH else 0 if visit.owed is None else visit.owed.fen
    return StillThereView(
        frame=frame(booth),
        title=tr("kiosk.still_there.title"),
        detail=tr("kiosk.still_there.money", value=whole(fen)) if fen else tr("kiosk.still_there.detail"),
        seconds=tr("kiosk.still_there.seconds", n=left),
        share_left=left / limits.warning_s,
        yes=KeyView(
            key="yes", text=tr("kiosk.still_there.yes"), icon="hand-back-right-outline", kind="primary"
        ),
        end=KeyView(key="end", text=tr("kiosk.still_there.end"), icon="logout"),
    )
