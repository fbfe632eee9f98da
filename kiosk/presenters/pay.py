"""K4b: a code to pay by, for how long, and what became of it. Formats; decides nothing. F: D4"""

from dataclasses import dataclass

from kiosk import qr
from kiosk.booth import Booth
from kiosk.presenters.frame import NO_KEY, FrameView, KeyView, NoticeView, frame
from kiosk.presenters.result import paper_notice
from onecard import money


@dataclass(frozen=True, kw_only=True)
class PayView:
    frame: FrameView
    title: str
    amount: str
    detail: str
    #: Rows of the code, none while there is none.
    code: tuple[tuple[bool, ...], ...]
    busy: bool
    seconds: str
    share_left: float
    notice: NoticeView
    number: str
    balance: KeyView
    end: KeyView


def view(
    booth: Booth,
    *,
    stage: str,
    fen: int,
    code: str,
    left_s: int,
    whole_s: int,
    why: str,
    number: str,
    paper: str = "",
    tone: str = "wait",
) -> PayView:
    """``stage``: opening, code, crediting, credited, waiting, failed, expired, refunded, unknown."""
    tr = booth.tr
    shown = stage == "code"
    return PayView(
        frame=frame(booth),
        title=tr(f"kiosk.pay.{stage}"),
        amount=money.show(fen),
        detail=tr(f"kiosk.pay.{stage}_do"),
        code=qr.rows(code) if shown and code else (),
        busy=stage in ("opening", "crediting"),
        seconds=tr("kiosk.still_there.seconds", n=left_s) if shown else "",
        share_left=left_s / whole_s if shown and whole_s else 0.0,
        notice=NoticeView(tone=tone, icon="alert-circle-outline", text=why)
        if why
        else paper_notice(booth, paper),
        number=tr("kiosk.result.number", number=number) if number else "",
        balance=KeyView(key="balance", text=tr("kiosk.result.balance"), icon="wallet-outline")
        if stage in ("credited", "failed", "expired", "refunded")
        else NO_KEY,
        end=KeyView(
            key="end",
            text=tr("common.cancel" if shown or stage == "opening" else "kiosk.key.end"),
            icon="close" if shown or stage == "opening" else "logout",
            enabled=stage != "crediting",
        ),
    )
