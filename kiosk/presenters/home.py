"""K1: nobody is there yet. Put a card down, or choose first. Formats; decides nothing."""

from dataclasses import dataclass, replace

from kiosk.booth import Booth
from kiosk.cash_box import kind_of
from kiosk.presenters.frame import NO_KEY, FrameView, KeyView, frame
from kiosk.visit_state import Visit


@dataclass(frozen=True, kw_only=True)
class HomeView:
    frame: FrameView
    title: str
    detail: str
    icon: str
    balance: KeyView
    collect: KeyView
    cash: KeyView
    code: KeyView
    loss: KeyView
    service: KeyView
    #: To the functions that are not shown, and back; only in large print. F: D6
    others: KeyView

    @property
    def shown(self) -> tuple[KeyView, ...]:
        """In their order."""
        all_of_them = (
            self.balance, self.collect, self.cash, self.code, self.loss, self.service, self.others
        )  # fmt: skip
        return tuple(one for one in all_of_them if one.key)


def view(booth: Booth, visit: Visit) -> HomeView:
    whole = _view(booth, visit)
    if not booth.large:
        return whole
    # Who reads with effort chooses among four.
    text = booth.tr("common.back" if booth.shows_others else "kiosk.balance.more")
    icon = "arrow-left" if booth.shows_others else "dots-horizontal"
    others = KeyView(key="others", text=text, icon=icon)
    if booth.shows_others:
        return replace(whole, balance=NO_KEY, collect=NO_KEY, cash=NO_KEY, others=others)
    return replace(whole, code=NO_KEY, loss=NO_KEY, service=NO_KEY, others=others)


def _view(booth: Booth, visit: Visit) -> HomeView:
    tr = booth.tr
    lying = visit.present
    return HomeView(
        frame=frame(booth),
        title=tr("kiosk.home.take_card" if lying else "kiosk.home.title"),
        detail=tr("kiosk.home.take_card_do" if lying else "kiosk.home.detail"),
        icon="credit-card-outline" if lying else "contactless-payment",
        balance=function_key(booth, visit, "balance", "wallet-outline"),
        collect=function_key(booth, visit, "collect", "tray-arrow-down"),
        cash=cash_key(booth),
        code=function_key(booth, visit, "code", "qrcode-scan"),
        loss=function_key(booth, visit, "loss", "credit-card-lock-outline"),
        service=function_key(booth, visit, "service", "file-document-outline"),
        others=NO_KEY,
    )


def function_key(booth: Booth, visit: Visit, name: str, icon: str, kind: str = "secondary") -> KeyView:
    """One function by name, or why it cannot be had now. F: D10"""
    tr, off = booth.tr, booth.off(name, visit)
    return KeyView(
        key=name,
        text=tr(f"kiosk.home.{name}"),
        detail="" if booth.large else tr(f"kiosk.home.{name}_detail"),
        icon=icon,
        kind=kind,
        enabled=not off,
        reason=tr(f"kiosk.off.{off}") if off else "",
    )


def cash_key(booth: Booth) -> KeyView:
    """The way to cash, or why there is none now."""
    tr, off = booth.tr, booth.cash_off
    acceptor = tr(f"kiosk.acceptor.{booth.cash_kind}")
    reason = f"kiosk.cash_off.{off}"
    return KeyView(
        key="cash",
        text=tr("kiosk.home.cash"),
        detail="" if booth.large else _cash_detail(booth),
        icon="cash-plus",
        enabled=not off,
        reason=tr(reason if tr.knows(reason) else "kiosk.cash_off.fault", acceptor=acceptor) if off else "",
    )


def _cash_detail(booth: Booth) -> str:
    """What can be put in; of two acceptors one may be out of order."""
    tr = booth.tr
    if len(booth.open_boxes) < len(booth.boxes):
        return tr("kiosk.home.cash_only", money=tr(f"kiosk.money.{kind_of(booth.open_boxes)}"))
    return tr(f"kiosk.home.cash_detail_{booth.cash_kind}")
