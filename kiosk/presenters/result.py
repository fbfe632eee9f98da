"""K6: what the visit came to, and whether a paper came out. Formats; decides nothing."""

from dataclasses import dataclass

from kiosk.booth import Booth
from kiosk.presenters.frame import NO_KEY, NO_NOTICE, FrameView, KeyView, NoticeView, frame
from kiosk.visit_state import Kind, Visit
from onecard import money
from onecard.text import Audience

_LOOK = {
    Kind.RECHARGED: ("done", "check-circle"),
    Kind.LOADED: ("done", "check-circle"),
    Kind.WAITING: ("accent", "cash-clock"),
    Kind.ACCOUNT: ("done", "check-circle"),
    Kind.ASIDE: ("wait", "progress-clock"),
    Kind.KEPT: ("wait", "progress-clock"),
    Kind.SLIP: ("accent", "cash-clock"),
}
_PAPER = {
    "printing": ("plain", "printer"),
    "printed": ("done", "printer-check"),
    "check_paper": ("plain", "printer"),
    "not_printed": ("wait", "printer-off"),
}


@dataclass(frozen=True, kw_only=True)
class ResultView:
    frame: FrameView
    tone: str
    icon: str
    title: str
    amount: str
    detail: str
    before_label: str
    before: str
    after_label: str
    after: str
    number: str
    paper: NoticeView
    take_card: str
    end: KeyView
    balance: KeyView


def view(booth: Booth, visit: Visit) -> ResultView:
    tr, outcome = booth.tr, visit.outcome
    end = KeyView(key="end", text=tr("common.done"), icon="check-bold", kind="primary")
    take = tr("kiosk.result.take_card") if visit.present else ""
    if outcome is None:
        assert visit.error is not None
        return ResultView(
            frame=frame(booth), tone="refuse", icon="close-octagon",
            title=tr("kiosk.result.refused"), amount="",
            detail=tr.refusal(visit.error, Audience.MEMBER),
            before_label="", before="", after_label="", after="", number="",
            paper=NO_NOTICE, take_card=take, end=end, balance=NO_KEY,
        )  # fmt: skip
    tone, icon = _LOOK[outcome.kind]
    completed = outcome.completed
    slip = None if outcome.slip is None else outcome.slip.claim
    record = completed or outcome.waiting or outcome.unfinished or slip
    why = "" if visit.error is None else tr.refusal(visit.error, Audience.MEMBER) + "\n"
    return ResultView(
        frame=frame(booth),
        tone=tone,
        icon=icon,
        title=tr(f"kiosk.result.{outcome.kind}"),
        amount=money.show(outcome.fen),
        detail=why + tr(f"kiosk.result.{outcome.kind}_detail"),
        before_label="" if completed is None else tr("kiosk.result.before"),
        before="" if completed is None else money.show(completed.balance_before_fen),
        after_label="" if completed is None else tr("kiosk.result.after"),
        after="" if completed is None else money.show(completed.balance_after_fen),
        number="" if record is None else tr("kiosk.result.number", number=str(record.id)),
        paper=paper(booth, visit),
        take_card=take,
        end=end,
        balance=KeyView(key="balance", text=tr("kiosk.result.balance"), icon="wallet-outline")
        if visit.present and outcome.kind in (Kind.RECHARGED, Kind.LOADED, Kind.ACCOUNT)
        else NO_KEY,
    )


def paper(booth: Booth, visit: Visit) -> NoticeView:
    """Printed, printing, or not."""
    if visit.printed is None:
        return paper_notice(booth, "printing")
    if visit.printed:
        return paper_notice(booth, "printed")
    return paper_notice(booth, "check_paper" if visit.is_paper_unsure else "not_printed")


def paper_notice(booth: Booth, state: str) -> NoticeView:
    """``state``: printing, printed, check_paper (its printer cannot say), not_printed; "" = none is due."""
    if not state:
        return NO_NOTICE
    tone, icon = _PAPER[state]
    detail = booth.tr("kiosk.result.not_printed_do") if state == "not_printed" else ""
    return NoticeView(tone=tone, icon=icon, text=booth.tr(f"kiosk.result.{state}"), detail=detail)
