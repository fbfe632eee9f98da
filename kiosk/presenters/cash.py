"""K4: notes and coins go in. The largest text is what has been inserted. Formats; decides nothing. F: D3"""

from dataclasses import dataclass

from kiosk import statement
from kiosk.booth import Booth
from kiosk.cash_box import COINS, CashBox, kind_of
from kiosk.presenters.frame import NO_NOTICE, FrameView, KeyView, NoticeView, frame, whole
from kiosk.visit_events import Cash
from kiosk.visit_state import Visit
from onecard import money


@dataclass(frozen=True, kw_only=True)
class NoteView:
    """One kind of note or coin; ``on``: it is taken now."""

    text: str
    on: bool
    is_coin: bool = False


@dataclass(frozen=True, kw_only=True)
class CashView:
    frame: FrameView
    title: str
    #: Read aloud; no amount of this visit.
    spoken: str
    total: str
    before_label: str
    before: str
    after_label: str
    after: str
    state: NoticeView
    takes: str
    #: A line for each acceptor.
    notes: tuple[tuple[NoteView, ...], ...]
    inserted_title: str
    inserted: tuple[tuple[str, str], ...]
    empty: str
    no_change: str
    room: str
    #: Of two acceptors one is out of order.
    partly: NoticeView
    paper: NoticeView
    finish: KeyView
    back: KeyView


def view(booth: Booth, visit: Visit) -> CashView:
    tr, look, cash = booth.tr, visit.look, visit.cash
    assert look is not None
    total, kind = cash.total_fen, booth.cash_kind
    held_fen = statement.balance(booth.station, look, visit.status).fen
    return CashView(
        frame=frame(booth),
        title=tr("kiosk.cash.title"),
        spoken=_spoken(booth, cash),
        total=money.show(total),
        before_label=tr("kiosk.cash.before"),
        before=_held(held_fen),
        after_label=tr("kiosk.cash.after"),
        after=_held(None if held_fen is None else held_fen + total),
        state=_state(booth, visit),
        takes=tr(f"kiosk.cash.{kind}.takes"),
        notes=tuple(_chips(box, cash) for box in booth.boxes),
        inserted_title=tr(f"kiosk.cash.{kind}.inserted", n=len(cash.notes)),
        inserted=tuple(
            (tr(f"kiosk.cash.{kind}.nth", n=n), whole(fen))
            for n, (_, fen) in reversed([*enumerate(cash.notes, 1)])
        ),
        empty=tr(f"kiosk.cash.{kind}.empty"),
        no_change=tr("kiosk.cash.no_change"),
        room=tr("kiosk.cash.room", fen=cash.room_fen),
        partly=_partly(booth, cash),
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


def _held(fen: int | None) -> str:
    """What the card or its account holds, as far as anybody here knows."""
    return "—" if fen is None else money.show(fen)


def _chips(box: CashBox, cash: Cash) -> tuple[NoteView, ...]:
    good = box.serial not in dict(cash.faults) and not cash.fault
    return tuple(
        NoteView(text=whole(value), on=good and value <= cash.room_fen, is_coin=box.kind == COINS)
        for value in box.values_fen
    )


def _spoken(booth: Booth, cash: Cash) -> str:
    """What to do, and what is unusual about it; the same all the while, so that it is said once. F: D6"""
    tr = booth.tr
    if cash.fault:
        return tr("kiosk.cash.trouble")
    ready = tr(f"kiosk.cash.{_taking(booth, cash)}.ready")
    return "\n".join(one for one in (_partly(booth, cash).text, ready, tr("kiosk.cash.no_change")) if one)


def _taking(booth: Booth, cash: Cash) -> str:
    """What goes in now: ``notes``, ``coins`` or ``both``."""
    faults = dict(cash.faults)
    return kind_of(box for box in booth.boxes if box.serial not in faults)


def _partly(booth: Booth, cash: Cash) -> NoticeView:
    """No coins today, or no notes; the other acceptor goes on."""
    tr, faults = booth.tr, dict(cash.faults)
    off = [box for box in booth.boxes if box.serial in faults]
    if cash.fault or not off:
        return NO_NOTICE
    on = [box for box in booth.boxes if box not in off]
    text = tr(
        "kiosk.cash.partly",
        money=tr(f"kiosk.money.{kind_of(off)}"),
        other=tr(f"kiosk.money.{kind_of(on)}"),
    )
    return NoticeView(tone="wait", icon="alert-circle-outline", text=text)


def _state(booth: Booth, visit: Visit) -> NoticeView:
    tr, cash = booth.tr, visit.cash
    if cash.fault:
        key = f"kiosk.cash_off.{cash.fault}"
        acceptor = tr(f"kiosk.acceptor.{booth.cash_kind}")
        return NoticeView(
            tone="refuse",
            icon="alert-octagon",
            text=tr("kiosk.cash.trouble"),
            detail=tr(key if tr.knows(key) else "kiosk.cash_off.fault", acceptor=acceptor),
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
    ready = tr(f"kiosk.cash.{_taking(booth, cash)}.ready")
    return NoticeView(tone="accent", icon="cash-plus", text=ready, detail=tr("kiosk.cash.keep_card"))


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
        reason=tr(f"kiosk.cash.{booth.cash_kind}.finish_first") if total == 0 else "",
    )
