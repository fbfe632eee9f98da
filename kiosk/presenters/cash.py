"""K4: notes go in. The largest text is what has been inserted. Formats; decides nothing. F: D3"""

from dataclasses import dataclass

from kiosk.booth import Booth
from kiosk.presenters.frame import NO_NOTICE, FrameView, KeyView, NoticeView, frame, whole
from kiosk.visit_state import Visit
from onecard import money


@dataclass(frozen=True, kw_only=True)
class NoteView:
    """One kind of note; ``on``: it is taken now."""

    text: str
    on: bool


@dataclass(frozen=True, kw_only=True)
class CashView:
    frame: FrameView
    title: str
    total: str
    before_label: str
    before: str
    after_label: str
    after: str
    state: NoticeView
    takes: str
    notes: tuple[NoteView, ...]
    inserted_title: str
    inserted: tuple[tuple[str, str], ...]
    empty: str
    no_change: str
    room: str
    paper: NoticeView
    finish: KeyView
    back: KeyView


def view(booth: Booth, visit: Visit) -> CashView:
    tr, look, cash = booth.tr, visit.look, visit.cash
    assert look is not None
    total = cash.total_fen
    return CashView(
        frame=frame(booth),
        title=tr("kiosk.cash.title"),
        total=money.show(total),
        before_label=tr("kiosk.cash.before"),
        before=money.show(look.balance_fen),
        after_label=tr("kiosk.cash.after"),
        after=money.show(look.balance_fen + total),
        state=_state(booth, visit),
        takes=tr("kiosk.cash.takes"),
        notes=tuple(
            NoteView(text=whole(value), on=not cash.fault and value <= cash.room_fen)
            for value in booth.values_fen
        ),
        inserted_title=tr("kiosk.cash.inserted", n=len(cash.notes)),
        inserted=tuple(
            (tr("kiosk.cash.nth", n=n), whole(fen)) for n, (_, fen) in reversed([*enumerate(cash.notes, 1)])
        ),
        empty=tr("kiosk.cash.empty"),
        no_change=tr("kiosk.cash.no_change"),
        room=tr("kiosk.cash.room", fen=cash.room_fen),
        paper=_paper(booth),
        finish=_finish(booth, total),
        back=KeyView(
            key="back",
            text=tr("common.back"),
            icon="arrow-left",
            enabled=total == 0 and cash.moving_fen == 0,
            reason=tr("kiosk.cash.use_finish") if total else "",
        ),
    )


def _state(booth: Booth, visit: Visit) -> NoticeView:
    tr, cash = booth.tr, visit.cash
    if cash.fault:
        key = f"kiosk.cash_off.{cash.fault}"
        return NoticeView(
            tone="refuse",
            icon="alert-octagon",
            text=tr("kiosk.cash.trouble"),
            detail=tr(key if tr.knows(key) else "kiosk.cash_off.fault"),
        )
    if cash.moving_fen:
        return NoticeView(
            tone="wait", icon="progress-clock", text=tr("kiosk.cash.moving", value=whole(cash.moving_fen))
        )
    if cash.room_fen == 0 and cash.total_fen:
        return NoticeView(tone="done", icon="check-circle", text=tr("kiosk.cash.full"))
    if not cash.open:
        return NoticeView(tone="plain", icon="progress-clock", text=tr("kiosk.cash.opening"))
    if cash.total_fen:
        return NoticeView(
            tone="done",
            icon="check-circle",
            text=tr("kiosk.cash.more", value=whole(cash.notes[-1][1])),
            detail=tr("kiosk.cash.keep_card"),
        )
    return NoticeView(
        tone="accent", icon="cash-plus", text=tr("kiosk.cash.ready"), detail=tr("kiosk.cash.keep_card")
    )


def _paper(booth: Booth) -> NoticeView:
    if booth.prints:
        return NO_NOTICE
    return NoticeView(tone="wait", icon="printer-off", text=booth.tr("kiosk.cash.no_paper"))


def _finish(booth: Booth, total: int) -> KeyView:
    tr = booth.tr
    return KeyView(
        key="finish",
        text=tr("kiosk.cash.finish") if not total else tr("kiosk.cash.finish_with", value=whole(total)),
        icon="check-bold",
        kind="primary",
        enabled=total > 0,
        reason=tr("kiosk.cash.finish_first") if total == 0 else "",
    )
