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
#: Tiles of other wallets, at most; fewer in large print. What has no tile is said to be there.
POCKETS, POCKETS_LARGE = 8, 6


@dataclass(frozen=True, kw_only=True)
class MovementView:
    """One line: when, what and where, how much, what was left."""

    at: str
    what: str
    amount: str
    balance: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class PocketView:
    """One wallet beside the main one, points, or what is owed."""

    name: str
    amount: str
    note: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class BalanceView:
    frame: FrameView
    title: str
    balance: str
    holder: str
    card: str
    valid: str
    pockets: tuple[PocketView, ...]
    notices: tuple[NoticeView, ...]
    list_title: str
    list_note: str
    columns: tuple[str, str, str, str]
    movements: tuple[MovementView, ...]
    empty: str
    load: KeyView
    cash: KeyView
    more: KeyView
    end: KeyView


def view(booth: Booth, visit: Visit) -> BalanceView:
    tr, look = booth.tr, visit.look
    assert look is not None
    number = masking.card(look.card, look.issue)
    told = statement.balance(booth.station, look, visit.status)
    until = statement.valid_until(look)
    title = "kiosk.balance.title" if told.is_purse else "kiosk.balance.account"
    return BalanceView(
        frame=frame(booth),
        title=tr(title) if not told.as_of else tr("kiosk.balance.as_of", age=_age(booth, told.as_of)),
        balance="—" if told.fen is None else money.show(told.fen),
        holder=legible(look.holder_masked),
        card=tr("kiosk.balance.card", card=number),
        valid=tr("kiosk.balance.valid", day=until) if until else "",
        pockets=_pockets(booth, statement.pockets(look, visit.pockets)),
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
        more=KeyView(key="service", text=tr("kiosk.balance.more"), icon="dots-horizontal")
        if visit.present and (look.refusal is None or _is_account(look))
        else NO_KEY,
        end=KeyView(key="end", text=tr("kiosk.key.end"), icon="logout"),
    )


def _age(booth: Booth, as_of: int) -> str:
    return booth.tr.duration(booth.station.now() - as_of)


def _is_account(look: Look) -> bool:
    return look.refusal is not None and look.refusal.code == statement.ON_ACCOUNT


def _pockets(booth: Booth, all_of_them: tuple[statement.Pocket, ...]) -> tuple[PocketView, ...]:
    """Every wallet, or as many as there is room for and how many more there are."""
    most = POCKETS_LARGE if booth.large else POCKETS
    views = tuple(_pocket(booth, one) for one in all_of_them)
    if len(views) <= most:
        return views
    rest = len(views) - most + 1
    more = PocketView(name=booth.tr("kiosk.balance.more_pockets", n=rest), amount="", note="", tone="muted")
    return (*views[: most - 1], more)


def _pocket(booth: Booth, one: statement.Pocket) -> PocketView:
    tr = booth.tr
    note = tr("kiosk.balance.until", day=statement.day(one.until_day)) if one.until_day else ""
    if one.kind == "points":
        return PocketView(name=tr("kiosk.balance.points"), amount=str(one.fen), note="", tone="ink")
    if one.kind == "uses":
        name = tr("kiosk.balance.uses", kind=legible(one.name))
        return PocketView(name=name, amount=tr("kiosk.balance.times", n=one.fen), note="", tone="ink")
    if one.kind == "debt":
        return PocketView(name=tr("kiosk.balance.debt"), amount=money.show(one.fen), note="", tone="refuse")
    if one.kind == "ready":
        name = tr("kiosk.balance.ready")
        return PocketView(name=name, amount=money.show(one.fen), note=note, tone="accent")
    return PocketView(name=wallet.name(tr, one.name), amount=money.show(one.fen), note=note, tone="ink")


def _notices(booth: Booth, visit: Visit, look: Look) -> tuple[NoticeView, ...]:
    tr, found = booth.tr, []
    if look.refusal is not None and not _is_account(look):
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
    waiting = statement.beyond_reach_fen(look, visit.status, visit.pockets)
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
    """All that waits at one touch; with subsidies to be picked up, by way of their list."""
    refused = look.refusal is not None and look.refusal.code not in ("card.locked", statement.ON_ACCOUNT)
    if not visit.present or refused:
        return NO_KEY
    tr, ready = booth.tr, statement.ready_fen(visit.pockets)
    beyond = statement.beyond_reach_fen(look, visit.status, visit.pockets) if look.refusal is None else 0
    if not (look.loads or ready or beyond):
        return NO_KEY
    here = bool(look.loads) and not ready
    return KeyView(
        key="load" if here else "collect",
        text=tr("kiosk.balance.load", fen=look.loads_fen + ready if here or ready else beyond),
        icon="tray-arrow-down",
        kind="primary",
    )


def _cash_key(booth: Booth, visit: Visit, look: Look) -> KeyView:
    tr, key = booth.tr, cash_key(booth)
    reason = key.reason
    if not reason and look.refusal is not None and not _is_account(look):
        reason = tr("kiosk.cash_off.card")
    elif not reason and not visit.present:
        reason = tr("kiosk.cash_off.no_card")
    elif not reason and not booth.room_fen(visit):
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
