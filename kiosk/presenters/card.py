"""Something was chosen; now a card is wanted. Formats; decides nothing."""

from dataclasses import dataclass

from kiosk.booth import Booth
from kiosk.presenters.frame import FrameView, KeyView, frame
from kiosk.visit_state import Visit


@dataclass(frozen=True, kw_only=True)
class CardView:
    frame: FrameView
    purpose: str
    title: str
    detail: str
    icon: str
    back: KeyView


def view(booth: Booth, visit: Visit) -> CardView:
    tr = booth.tr
    lying = visit.present
    return CardView(
        frame=frame(booth),
        purpose=tr("kiosk.home.cash" if visit.want == "cash" else "kiosk.home.balance"),
        title=tr("kiosk.card.lift" if lying else "kiosk.card.title"),
        detail=tr("kiosk.card.lift_do" if lying else "kiosk.card.detail"),
        icon="credit-card-refresh-outline" if lying else "contactless-payment",
        back=KeyView(key="back", text=tr("common.back"), icon="arrow-left"),
    )
