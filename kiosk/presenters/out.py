"""K8: nothing works at this machine now. Formats; decides nothing."""

from dataclasses import dataclass

from kiosk.booth import Booth
from kiosk.presenters.frame import FrameView, frame


@dataclass(frozen=True, kw_only=True)
class OutView:
    frame: FrameView
    title: str
    why: str
    detail: str


def view(booth: Booth) -> OutView:
    tr = booth.tr
    return OutView(
        frame=frame(booth),
        title=tr("kiosk.out.title"),
        why=tr(f"kiosk.out.{booth.out_of_service}"),
        detail=tr("kiosk.out.detail"),
    )
