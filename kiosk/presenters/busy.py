"""A card is being read or written, or the last note comes to rest. Formats; decides nothing."""

from dataclasses import dataclass

from kiosk.booth import Booth
from kiosk.presenters.frame import FrameView, frame
from kiosk.visit_state import Phase, Visit
from onecard import money


@dataclass(frozen=True, kw_only=True)
class BusyView:
    frame: FrameView
    amount: str
    title: str
    detail: str
    icon: str


def view(booth: Booth, visit: Visit) -> BusyView:
    tr = booth.tr
    fen = visit.owed.fen if visit.owed is not None else visit.cash.total_fen
    closing = visit.phase is Phase.CLOSING
    return BusyView(
        frame=frame(booth),
        amount=money.show(fen) if fen else "",
        title=tr(f"kiosk.busy.{visit.phase}"),
        detail=tr("kiosk.busy.closing_do" if closing else "kiosk.busy.keep"),
        icon="progress-clock" if closing else "contactless-payment",
    )
