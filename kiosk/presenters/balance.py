"""K2: what is on the card, what waits for it, what happened last. Formats; decides nothing. F: D1"""

from dataclasses import dataclass

from kiosk import statement
from kiosk.booth import Booth
from kiosk.presenters.frame import NO_KEY, FrameView, KeyView, NoticeView, frame
from kiosk.presenters.home import cash_key
from kiosk.statement import Look, Movement
from kiosk.visit_state import Visit
from onecard import masking, money, wallet
from onecard.text import Audience, legible

#: Lines of the list; more would be read by nobody standing.
MOVEMENTS = 8


@dataclass(frozen=True, kw_only=True)
class MovementView:
    """One line: when, what and where, how much, what was left."""

    at: str
    what: str
    amount: str
    balance: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class BalanceView:
    frame: FrameView
    title: str
    balance: str
    holder: str
    card: str
    valid: str
    notices: tuple[NoticeView, ...]
    list_title: str
    list_note: str
    columns: tuple[str, str, str, str]
    movements: tuple[MovementView, ...]
    empty: str
    load: KeyView
    cash: KeyView
    end: KeyView


def view(booth: Booth, visit: Visit) -> BalanceView:
    tr, look = booth.tr, visit.look
    assert look is not None
    number = masking.card(look.card, look.issue)
    return BalanceView(
        frame=frame(booth),
        title=tr("kiosk.balance.title"),
        balance=money.show(look.balance_fen),
        holder=legible(look.holder_masked),
        card=tr("kiosk.balance.card", card=number),
        valid=tr("kiosk.balance.valid", day=statement.valid_until(look)),
        notices=_notices(booth, visit, look),
        list_title=tr("kiosk.balance.list"),
        list_note=_list_note(booth, visit),
        columns=(
            tr("kiosk.balance.column.at"),
            tr("kiosk.balance.column.what"),
            tr("kiosk.balance.column.amount"),
            tr("kiosk.balance.column.balance"),
        ),
        movements=_movements(booth, visit, look),
        empty=tr("common.loading" if visit.asking_office else "kiosk.balance.empty"),
        load=_load_key(booth, visit, look),
        cash=_cash_key(booth, visit, look),
        end=KeyView(key="end", text=tr("kiosk.key.end"), icon="logout"),
    )


def _notices(booth: Booth, visit: Visit, look: Look) -> tuple[NoticeView, ...]:
    tr, found = booth.tr, []
    if look.refusal is not None:
        found.append(
            NoticeView(
                tone="refuse",
                icon="credit-card-off-outline",
                text=tr("kiosk.balance.refused"),
                detail=tr.refusal(look.refusal, Audience.MEMBER),
            )
        )
    if look.foreign_open:
        fen = sum(tap.fen for tap in look.foreign_open)
        found.append(
            NoticeView(
                tone="wait",
                icon="progress-clock",
                text=tr("kiosk.balance.open_tap"),
                detail=tr("kiosk.balance.open_tap_detail", fen=fen),
            )
        )
    for name, slot in look.side:
        found.append(NoticeView(tone="plain", icon="wallet-outline", text=wallet.words(tr, name, slot)))
    waiting = statement.beyond_reach_fen(look, visit.status)
    if look.loads_fen:
        found.append(
            NoticeView(
                tone="accent",
                icon="gift-outline",
                text=tr("kiosk.balance.waiting", fen=look.loads_fen),
                detail=tr("kiosk.balance.waiting_detail"),
            )
        )
    elif waiting:
        found.append(
            NoticeView(
                tone="accent",
                icon="cash-clock",
                text=tr("kiosk.balance.coming", fen=waiting),
                detail=tr("kiosk.balance.coming_detail"),
            )
        )
    return tuple(found)


def _list_note(booth: Booth, visit: Visit) -> str:
    if visit.asking_office or visit.status is not None:
        return ""
    return booth.tr("kiosk.balance.offline_list")


def _movements(booth: Booth, visit: Visit, look: Look) -> tuple[MovementView, ...]:
    if visit.status is not None:
        return tuple(_movement(booth, one) for one in statement.movements(visit.status)[:MOVEMENTS])
    if visit.asking_office:
        return ()
    own = statement.own_movement(look)
    return () if own is None else (_movement(booth, own),)


def _movement(booth: Booth, one: Movement) -> MovementView:
    tr = booth.tr
    kind = f"kiosk.kind.{one.kind}"
    what = tr(kind if tr.knows(kind) else "kiosk.kind.other")
    if one.kind == statement.ON_CARD:
        what = tr("kiosk.balance.last_at", terminal=one.place)
    elif one.place:
        what = f"{what} · {legible(one.place)}"
    return MovementView(
        at=tr.moment(one.at),
        what=what,
        amount=signed(one.fen),
        balance="" if one.balance_fen is None else money.plain(one.balance_fen),
        tone="done" if one.fen > 0 else "ink",
    )


def signed(fen: int) -> str:
    """``+100.00``, ``-12.50``."""
    return f"+{money.plain(fen)}" if fen > 0 else money.plain(fen)


def _load_key(booth: Booth, visit: Visit, look: Look) -> KeyView:
    if not look.loads or not visit.present or (look.refusal and look.refusal.code != "card.locked"):
        return NO_KEY
    tr = booth.tr
    return KeyView(
        key="load",
        text=tr("kiosk.balance.load", fen=look.loads_fen),
        icon="tray-arrow-down",
        kind="primary",
    )


def _cash_key(booth: Booth, visit: Visit, look: Look) -> KeyView:
    tr, key = booth.tr, cash_key(booth)
    reason = key.reason
    if not reason and look.refusal is not None:
        reason = tr("kiosk.cash_off.card")
    elif not reason and not visit.present:
        reason = tr("kiosk.cash_off.no_card")
    elif not reason and not booth.room_fen(look):
        reason = tr("kiosk.cash_off.full")
    primary = "secondary" if _load_key(booth, visit, look).key else "primary"
    return KeyView(
        key="cash",
        text=key.text,
        detail=key.detail,
        icon=key.icon,
        kind=primary if not reason else "secondary",
        enabled=not reason,
        reason=reason,
    )
