"""What every screen of the till has around its own content: who and where, how things stand, the keys.

Also the small frozen values that the other views are made of. Formats; decides nothing.
"""

from dataclasses import dataclass

from onecard import money
from pos.till import Till

#: A short message stays this long.
MESSAGE_FOR_S = 4.0
#: From this age on a stop list is worth a word.
OLD_LIST_S = 3600


@dataclass(frozen=True, kw_only=True)
class KeyView:
    """One function key: ``key`` is also the action it sends."""

    key: str
    text: str
    enabled: bool = True
    reason: str = ""
    selected: bool = False


@dataclass(frozen=True, kw_only=True)
class RowView:
    """One line of a list; ``action`` is sent when it is touched."""

    cells: tuple[str, ...]
    action: str = ""
    tone: str = "ink"
    bold: bool = False
    selected: bool = False


@dataclass(frozen=True, kw_only=True)
class TileView:
    """A touch target with two lines."""

    action: str
    text: str
    detail: str = ""
    icon: str = ""
    hint: str = ""
    kind: str = "secondary"
    enabled: bool = True
    reason: str = ""
    selected: bool = False


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """How something stands, in colour, icon and words."""

    tone: str
    icon: str
    text: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class FrameView:
    """Header, notices and the row of keys."""

    place: str
    time: str
    operator: str
    status: NoticeView
    notices: tuple[NoticeView, ...]
    keys: tuple[KeyView, ...]
    message: str = ""
    message_tone: str = "ink"
    #: Tells the same sentence said twice from one that still stands.
    message_number: int = 0


def frame(till: Till, keys: tuple[KeyView, ...] = ()) -> FrameView:
    """Everything around a screen as it stands now."""
    tr = till.tr
    place = till.place
    here = tr("pos.frame.unknown_place") if place is None else f"{place.outlet_name} · {place.name}"
    message, tone = till.message if till.now() - till.message_at < MESSAGE_FOR_S else ("", "ink")
    return FrameView(
        place=here,
        time=tr.time(till.clock.now()),
        operator="" if till.operator is None else till.operator.name,
        status=_status(till),
        notices=_notices(till),
        keys=keys,
        message=message,
        message_tone=tone,
        message_number=till.message_number,
    )


def _status(till: Till) -> NoticeView:
    """``脱机 2 小时 14 分 · 37 笔待传 · 限额 ￥50/笔``. F: C10"""
    tr, sync = till.tr, till.sync
    if till.station.upkeep.is_training:
        return NoticeView(
            tone="wait", icon="alert", text=tr("pos.training.on"), detail=tr("pos.training.not_posted")
        )
    if sync is None:
        return NoticeView(tone="muted", icon="cloud-sync", text=tr("pos.frame.starting"))
    pending = " · ".join(filter(None, (tr("pos.frame.pending", n=sync.pending), _list(till))))
    if sync.online and not sync.trouble:
        return NoticeView(tone="done", icon="cloud-check", text=tr("pos.frame.online"), detail=pending)
    if sync.online:
        return NoticeView(tone="wait", icon="alert", text=tr("pos.frame.trouble"), detail=pending)
    since = "" if sync.contact_age_s is None else tr.duration(sync.contact_age_s)
    cap = till.offline_cap_fen
    limit = [] if cap is None else [tr("pos.frame.limit", limit=money.show(cap).removesuffix(".00"))]
    text = f"{tr('pos.frame.offline')} {since}".strip()
    return NoticeView(tone="wait", icon="cloud-off-outline", text=text, detail=" · ".join([pending, *limit]))


def _notices(till: Till) -> tuple[NoticeView, ...]:
    """What somebody at this till should know or do, the most urgent first."""
    tr, found = till.tr, []
    if till.reader_trouble:
        found.append(_notice(tr("pos.notice.reader"), tr("pos.notice.reader_do"), "refuse", "nfc"))
    if till.printer.needs_person or till.printed.failed:
        key = till.printer.value if till.printer.needs_person else "again"
        found.append(
            _notice(
                tr(f"pos.notice.printer.{key}"),
                tr("pos.notice.printer_do", n=len(till.printed.failed)),
                "wait",
                "printer-alert",
            )
        )
    power = till.counter.power
    if power.source in ("battery", "low"):
        tone = "refuse" if power.source == "low" else "wait"
        percent = "" if power.percent is None else f"{power.percent} %"
        text = " · ".join(filter(None, (tr(f"pos.power.{power.source}"), percent)))
        found.append(_notice(text, tr(f"pos.power.do_{power.source}"), tone, "flash"))
    aside = till.aside_count
    if aside:
        found.append(
            _notice(
                tr("pos.notice.aside", n=aside),
                tr("pos.notice.aside_do"),
                "wait",
                "credit-card-clock-outline",
            )
        )
    if till.sync is not None and not till.sync.online:
        found.append(
            _notice(
                tr("pos.notice.offline"),
                _list_age(till) or tr("pos.notice.offline_do"),
                "wait",
                "cloud-off-outline",
            )
        )
    elif till.sync is not None and till.sync.trouble:
        why = tr.refusal(till.trouble()) if till.sync.trouble else ""
        found.append(_notice(tr("pos.notice.trouble"), why, "wait", "alert"))
    return tuple(found)


def _list(till: Till) -> str:
    """How old the stop list is, in a few words, always: a notice may stand behind a more urgent one."""
    tr, age_s = till.tr, None if till.sync is None else till.sync.stops_age_s
    if age_s is None:
        return tr("pos.frame.no_list")
    if age_s < 60:
        return tr("pos.frame.list_new")
    if age_s < 3600:
        return tr("pos.frame.list", age=age_s // 60)
    return tr("pos.frame.list_old", age=age_s // 3600)


def _list_age(till: Till) -> str:
    """How old it is, once that is worth a sentence; "" before."""
    age_s = None if till.sync is None else till.sync.stops_age_s
    if age_s is None or age_s < OLD_LIST_S:
        return ""
    return till.tr("pos.frame.list_age", age=till.tr.duration(age_s))


def _notice(text: str, detail: str, tone: str, icon: str) -> NoticeView:
    return NoticeView(tone=tone, icon=icon, text=text, detail=detail)


def power_left(till: Till) -> str:
    """``62 % · 3 小时``, as far as the supply says. F: C15"""
    tr, power = till.tr, till.counter.power
    percent = "" if power.percent is None else f"{power.percent} %"
    minutes = power.minutes_left
    left = "" if minutes is None else tr("pos.power.left", left=tr.duration(minutes * 60))
    return " · ".join(filter(None, (percent, left)))
