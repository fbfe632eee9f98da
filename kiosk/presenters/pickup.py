"""K3: what lies ready for this card, one by one or all at once. Formats; decides nothing. F: D2 D9"""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk import statement
from kiosk.booth import Booth
from kiosk.presenters.frame import NO_KEY, FrameView, KeyView, NoticeView, frame
from kiosk.presenters.result import paper_notice
from kiosk.statement import Ready
from onecard import money, wallet
from onecard.text import legible

#: Lines with a key of their own; what is beyond them comes with "all".
LINES = 4


@dataclass(frozen=True, kw_only=True)
class PickupView:
    frame: FrameView
    title: str
    total: str
    detail: str
    lines: tuple[KeyView, ...]
    notice: NoticeView
    busy: bool
    all: KeyView
    balance: KeyView
    end: KeyView


def view(
    booth: Booth,
    *,
    stage: str,
    ready: Sequence[Ready],
    synced_fen: int,
    why: str = "",
    told_fen: int = 0,
    paper: str = "",
    number: str = "",
) -> PickupView:
    """``stage``: loading, list, asking, fetching, empty, later, done. ``synced_fen``: loads that are here;
    ``paper``: what became of the receipt."""
    tr = booth.tr
    fen = sum(one.fen for one in ready) + synced_fen
    listed = stage == "list"
    done = stage in ("done", "later")
    shown = told_fen if done else fen
    return PickupView(
        frame=frame(booth),
        title=tr(f"kiosk.pickup.{stage}"),
        total=money.show(shown) if shown else "",
        detail=tr("kiosk.pickup.tap_one")
        if listed and ready
        else _detail(booth, stage, number if paper else ""),
        lines=_lines(booth, ready, synced_fen) if listed else (),
        notice=NoticeView(tone="wait", icon="alert-circle-outline", text=why)
        if why
        else paper_notice(booth, paper),
        busy=stage in ("loading", "asking", "fetching"),
        all=KeyView(
            key="all",
            text=tr("kiosk.pickup.all", fen=fen),
            icon="tray-arrow-down",
            kind="primary",
        )
        if listed and fen
        else NO_KEY,
        balance=KeyView(key="balance", text=tr("kiosk.result.balance"), icon="wallet-outline")
        if done or stage == "empty"
        else NO_KEY,
        end=KeyView(
            key="end",
            text=tr("kiosk.key.end"),
            icon="logout",
            enabled=stage not in ("asking", "fetching"),
        ),
    )


def _detail(booth: Booth, stage: str, number: str) -> str:
    said = booth.tr(f"kiosk.pickup.{stage}_do")
    return f"{said}\n{booth.tr('kiosk.result.number', number=number)}" if number else said


def _lines(booth: Booth, ready: Sequence[Ready], synced_fen: int) -> tuple[KeyView, ...]:
    tr = booth.tr
    lines = [
        KeyView(
            key=f"one:{place}",
            text=f"{legible(one.name)}  {money.show(one.fen)}",
            detail=_until(booth, one),
            icon="gift-outline",
        )
        for place, one in enumerate(ready[: LINES - bool(synced_fen)])
    ]
    if synced_fen and ready:
        lines.append(
            KeyView(
                key="here",
                text=f"{tr('kiosk.pickup.here')}  {money.show(synced_fen)}",
                detail=tr("kiosk.pickup.here_do"),
                icon="cash-clock",
            )
        )
    return tuple(lines)


def _until(booth: Booth, one: Ready) -> str:
    tr = booth.tr
    said = [wallet.name(tr, one.wallet)]
    if one.expires_day:
        said.append(tr("kiosk.pickup.spend_until", day=statement.day(one.expires_day)))
    if one.collect_until:
        said.append(tr("kiosk.pickup.collect_until", day=statement.day(one.collect_until)))
    return " · ".join(said)
