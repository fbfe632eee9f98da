"""Cash that needs a person: money inside that the machine can say nothing certain about, in large words.

A screen of its own, not an error box. Formats; decides nothing. F: D3
"""

from dataclasses import dataclass

from kiosk.booth import Booth
from kiosk.presenters.frame import NO_NOTICE, FrameView, KeyView, NoticeView, frame, whole
from kiosk.presenters.result import paper
from kiosk.visit_state import Kind, Visit


@dataclass(frozen=True, kw_only=True)
class PersonView:
    frame: FrameView
    title: str
    amount: str
    detail: str
    certain: NoticeView
    paper: NoticeView
    facts: str
    end: KeyView


def view(booth: Booth, visit: Visit) -> PersonView:
    tr, cash = booth.tr, visit.cash
    doubtful = sum(fen for _, fen in cash.doubts) or cash.moving_fen
    return PersonView(
        frame=frame(booth),
        title=tr("kiosk.person.title"),
        amount=tr("kiosk.person.note", value=whole(doubtful)) if doubtful else "",
        detail=tr("kiosk.person.detail"),
        certain=_certain(booth, visit),
        paper=paper(booth, visit),
        facts=tr(
            "kiosk.person.facts",
            terminal=booth.station.config.terminal,
            at=booth.station.now(),
            number=visit.paper or "—",
        ),
        end=KeyView(key="end", text=tr("kiosk.key.end"), icon="logout"),
    )


def _certain(booth: Booth, visit: Visit) -> NoticeView:
    """What did come off well in this visit."""
    tr, outcome = booth.tr, visit.outcome
    if outcome is None:
        return NO_NOTICE
    tone = "done" if outcome.kind in (Kind.RECHARGED, Kind.LOADED) else "wait"
    icon = "check-circle" if tone == "done" else "cash-clock"
    return NoticeView(
        tone=tone,
        icon=icon,
        text=tr(f"kiosk.result.{outcome.kind}") + " " + whole(outcome.fen),
        detail="",
    )
