"""D8: nobody is near: whose machine this is, what the office has to say, and where a card goes. Formats."""

from dataclasses import dataclass

from kiosk.booth import Booth
from kiosk.presenters.frame import FrameView, KeyView, frame
from onecard.text import legible

#: Seconds that one notice stands.
EACH_S = 8.0


@dataclass(frozen=True, kw_only=True)
class AttractView:
    frame: FrameView
    unit: str
    notice: str
    #: ``2 / 3``, "" for one or none.
    place: str
    hint: str
    wake: KeyView


def view(booth: Booth, since_s: float) -> AttractView:
    """``since_s``: how long nobody has been here."""
    tr, notices = booth.tr, booth.station.facts.notices
    at = int(since_s / EACH_S) % len(notices) if notices else 0
    text = ""
    if notices:
        one = notices[at]
        text = one.text if tr.language == "zh" else one.text_en or one.text
    place = booth.place
    return AttractView(
        frame=frame(booth),
        unit=tr("common.brand") if place is None else legible(place.unit_name),
        notice=legible(text),
        place=f"{at + 1} / {len(notices)}" if len(notices) > 1 else "",
        hint=tr("kiosk.home.title"),
        wake=KeyView(key="wake", text=tr("kiosk.attract.touch"), icon="gesture-tap", kind="primary"),
    )
