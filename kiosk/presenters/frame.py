"""What every screen of the kiosk has around its own content: where, when, how things stand, the language key.

Also the small frozen values that the other views are made of. Formats; decides nothing.
"""

from dataclasses import dataclass

from kiosk.booth import Booth
from onecard import money
from onecard.text import legible


@dataclass(frozen=True, kw_only=True)
class KeyView:
    """A touch target. ``key`` is what it sends; "" = it is not there."""

    key: str = ""
    text: str = ""
    detail: str = ""
    icon: str = ""
    kind: str = "secondary"
    enabled: bool = True
    reason: str = ""


#: Nothing to press.
NO_KEY = KeyView()


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """How something stands, in colour, icon and words; no text = nothing to say."""

    tone: str = "plain"
    icon: str = ""
    text: str = ""
    detail: str = ""


#: Nothing to say.
NO_NOTICE = NoticeView()


@dataclass(frozen=True, kw_only=True)
class FrameView:
    """Header and foot."""

    unit: str
    place: str
    time: str
    terminal: str
    status: NoticeView
    language: KeyView
    large: KeyView
    low: KeyView
    is_large: bool
    is_low: bool


def frame(booth: Booth) -> FrameView:
    """Everything around a screen as it stands now."""
    tr, place = booth.tr, booth.place
    return FrameView(
        unit=tr("common.brand") if place is None else legible(place.unit_name),
        place="" if place is None else legible(place.name),
        time=tr.time(booth.station.now()),
        terminal=tr("kiosk.frame.terminal", n=booth.station.config.terminal),
        status=_status(booth),
        language=KeyView(key="language", text=tr("common.other_language"), icon="translate"),
        large=KeyView(key="large", text=tr("kiosk.frame.large"), icon="format-size"),
        low=KeyView(key="low", text=tr("kiosk.frame.low"), icon="wheelchair-accessibility"),
        is_large=booth.large,
        is_low=booth.low,
    )


def _status(booth: Booth) -> NoticeView:
    """``脱机 · 12 笔待传``, small: a member can do nothing about it. F: D10"""
    tr, sync = booth.tr, booth.sync
    if sync is None:
        return NoticeView(tone="muted", icon="cloud-sync", text=tr("kiosk.frame.starting"))
    pending = tr("kiosk.frame.pending", n=sync.pending) if sync.pending else ""
    if sync.online:
        return NoticeView(tone="done", icon="cloud-check", text=tr("common.online"), detail=pending)
    return NoticeView(tone="wait", icon="cloud-off-outline", text=tr("common.offline"), detail=pending)


def whole(fen: int) -> str:
    """``￥100``: amounts of notes carry no 分."""
    return money.show(fen).removesuffix(".00")
