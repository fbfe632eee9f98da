"""The words of the attendant's pages. Formats; decides nothing. F: D7"""

from kiosk import meter
from kiosk.attendant_state import AttendantState
from kiosk.cash_box import NOTES, CashBox
from kiosk.collection import Count, difference_fen
from kiosk.presenters import form, menu
from kiosk.presenters.frame import NO_NOTICE, KeyView, NoticeView, whole
from onecard import money
from onecard.settings import KIOSK, STATION
from onecard.text import Translator, legible

#: Lines of the settings table on one page.
_LINES = 14
_PAGES = (
    ("count", "cash-100"),
    ("tests", "wrench-outline"),
    ("counters", "numeric"),
    ("settings", "cog-outline"),
    ("functions", "power"),
    ("renew", "key-outline"),
    ("carry", "tray-arrow-down"),
)


def view(area: AttendantState) -> object:
    """What is to be seen of this page."""
    match area.page:
        case "pin":
            return _pin(area)
        case "count":
            return _count(area)
    return _menu(area)


def next_page(area: AttendantState) -> int:
    """Where the next page of the settings begins."""
    after = area.first + _LINES
    return after if after < len(_settings(area)) else 0


def next_names(area: AttendantState) -> int:
    """Where the next page of names begins."""
    after = area.first + menu.KEYS - 1
    return after if after < len(area.able) else 0


def _wrong(area: AttendantState) -> NoticeView:
    if area.why:
        return NoticeView(tone="refuse", icon="alert-circle-outline", text=area.why)
    for work in (area.trial, area.renewing, area.carrying):
        if work.notice.text:
            return work.notice
    if area.said:
        return NoticeView(tone="done", icon="check-circle-outline", text=area.said)
    return NO_NOTICE


def _pin(area: AttendantState) -> object:
    tr = area.booth.tr
    name = "" if area.wanted is None else legible(area.wanted.name)
    return form.view(
        area.booth,
        title=tr("kiosk.attendant.title"),
        detail=tr("kiosk.attendant.pin_do", name=name),
        fields=(form.FieldView(label=tr("kiosk.pin.pin"), text=form.hidden(area.pin), active=True),),
        ok=tr("common.ok"),
        ready=bool(area.pin),
        notice=_wrong(area),
    )


def _count(area: AttendantState) -> object:
    tr, count = area.booth.tr, area.count
    assert count is not None
    assert not count.is_complete
    value = count.values[count.at]
    return form.view(
        area.booth,
        title=_counting(tr, count),
        detail=tr("kiosk.attendant.count_do"),
        fields=(
            form.FieldView(
                label=tr("kiosk.attendant.pieces", value=whole(value)),
                text=count.typed[count.at] or "0",
                active=True,
            ),
        ),
        ok=tr("common.next"),
        ready=True,
        back="back",
        notice=_wrong(area),
    )


def _menu(area: AttendantState) -> object:
    tr, page = area.booth.tr, area.page
    return menu.view(
        area.booth,
        icon="cash-multiple" if page == "boxes" else "shield-account-outline",
        title=tr(f"kiosk.attendant.{page}"),
        detail=_detail(area),
        lines=_lines(area),
        keys=_keys(area),
        notice=_notice(area),
        back="end" if page in ("who", "home") else "back" if page == "sure" else "home",
        is_back_on=not area.carrying.is_busy,
    )


def _counting(tr: Translator, count: Count) -> str:
    if not count.of_several:
        return tr("kiosk.attendant.count")
    return tr("kiosk.attendant.count_of", box=tr(f"kiosk.attendant.box.{count.box.kind}"))


def _detail(area: AttendantState) -> str:
    tr = area.booth.tr
    if area.page == "home" and area.operator is not None:
        return legible(area.operator.name)
    if area.count is not None and area.count.of_several:
        return tr(f"kiosk.attendant.box.{area.count.box.kind}")
    if area.page in ("renew", "carry"):
        return tr(f"kiosk.{area.page}.do")
    return tr("kiosk.attendant.sure_do") if area.page == "sure" else ""


def _notice(area: AttendantState) -> NoticeView:
    tr = area.booth.tr
    if area.page == "counted" and area.count is not None and area.count.done is not None:
        fen = difference_fen(area.count.done)
        if fen == 0:
            return NoticeView(tone="done", icon="check-circle", text=tr("kiosk.attendant.agrees"))
        key = "kiosk.attendant.over" if fen > 0 else "kiosk.attendant.short"
        return NoticeView(tone="wait", icon="alert-circle-outline", text=tr(key, fen=abs(fen)))
    return _wrong(area)


def _lines(area: AttendantState) -> tuple[tuple[str, str], ...]:
    match area.page:
        case "sure" | "counted":
            return _counted(area)
        case "tests":
            return _devices(area)
        case "counters":
            return _counters(area)
        case "settings":
            return _settings(area)[area.first : area.first + _LINES]
    return ()


def _counted(area: AttendantState) -> tuple[tuple[str, str], ...]:
    tr, count = area.booth.tr, area.count
    assert count is not None
    lines = [
        (tr("kiosk.attendant.times", value=whole(value), n=n), money.show(value * n))
        for value, n in count.counted.items()
    ]
    return (*lines, (tr("kiosk.paper.total"), money.show(meter.worth(count.counted))))


#: What is wrong with being fed so; on mains nothing is.
_TROUBLES = {"battery": "battery", "low": "battery_low"}


def _devices(area: AttendantState) -> tuple[tuple[str, str], ...]:
    tr, booth = area.booth.tr, area.booth
    good = tr("kiosk.attendant.good")

    def said(trouble: str) -> str:
        key = f"kiosk.attendant.trouble.{trouble}"
        return good if not trouble else tr(key) if tr.knows(key) else trouble

    printer = "" if booth.prints else booth.printer.value
    source = booth.counter.power.source
    power = () if source == "unknown" else ((tr("kiosk.attendant.power"), said(_TROUBLES.get(source, ""))),)
    return (
        (tr("kiosk.attendant.reader"), said(booth.reader_trouble.removeprefix("device."))),
        *((_acceptor(tr, box), said(box.trouble)) for box in booth.boxes),
        *(() if booth.boxes else ((tr("kiosk.acceptor.notes"), said("none")),)),
        (tr("kiosk.attendant.printer"), said(printer if booth.has_printer else "none")),
        *power,
        (tr("kiosk.attendant.office"), tr("common.online" if booth.is_online else "common.offline")),
    )


def _counters(area: AttendantState) -> tuple[tuple[str, str], ...]:
    tr, booth = area.booth.tr, area.booth
    station = booth.station
    lines = []
    for box in booth.boxes:
        now, last = meter.since_emptied(station.journal, box.serial)
        ever = now + meter.before(station.upkeep.own.values, last, box.name)
        if len(booth.boxes) > 1:
            lines.append((_acceptor(tr, box), box.serial))
        lines += [
            (tr(f"kiosk.attendant.ever_{box.kind}", value=whole(value)), str(ever[value]))
            for value in sorted(box.values_fen, reverse=True)
        ]
    # The notes since the last collection are the count's secret until it is in.
    head, pending = station.journal.head, station.journal.pending
    return (
        *lines,
        (tr("kiosk.attendant.record"), f"{station.journal.epoch}-{head.seq}"),
        (tr("kiosk.attendant.pending"), str(pending)),
    )


def _acceptor(tr: Translator, box: CashBox) -> str:
    name = tr(f"kiosk.acceptor.{box.kind}")
    return name[:1].upper() + name[1:]


def _settings(area: AttendantState) -> tuple[tuple[str, str], ...]:
    """Every setting of this machine as it is in force."""
    tr, booth = area.booth.tr, area.booth
    rows = []
    for row in (*STATION, *KIOSK):
        if row.key in booth.values:
            rows.append((row.zh if tr.language == "zh" else row.en, legible(str(booth.values[row.key]))[:40]))
    return tuple(rows)


def _keys(area: AttendantState) -> tuple[KeyView, ...]:
    tr, booth = area.booth.tr, area.booth
    match area.page:
        case "who":
            return _names(area)
        case "home":
            pages = (one for one in _PAGES if one[0] != "carry" or area.carrying.is_there)
            return (*(_page_key(area, name, icon) for name, icon in pages), *_claim_key(area))
        case "renew" | "carry" as page:
            text = tr(f"kiosk.{page}.go")
            icon = "contactless-payment" if page == "renew" else "tray-arrow-down"
            ready = not area.carrying.is_busy
            return (KeyView(key="go", text=text, icon=icon, kind="primary", enabled=ready),)
        case "boxes":
            return tuple(
                KeyView(
                    key=f"box:{n}",
                    text=tr(f"kiosk.attendant.box.{box.kind}"),
                    detail=f"{_acceptor(tr, box)} {box.serial}",
                    icon="cash-100" if box.kind == NOTES else "cash-multiple",
                )
                for n, box in enumerate(booth.boxes)
            )
        case "counted" if area.count is not None and area.count.of_several:
            text = tr("kiosk.attendant.other_box")
            return (KeyView(key="boxes", text=text, icon="cash-multiple"),)
        case "sure":
            text = tr("kiosk.attendant.write")
            return (KeyView(key="write", text=text, icon="check-bold", kind="primary"),)
        case "tests":
            return (
                KeyView(
                    key="test:reader",
                    text=tr("kiosk.attendant.test_reader"),
                    icon="contactless-payment",
                    enabled=not booth.reader_trouble,
                ),
                *(_box_test(tr, n, box) for n, box in enumerate(booth.boxes)),
                KeyView(
                    key="test:printer",
                    text=tr("kiosk.attendant.test_printer"),
                    icon="printer",
                    enabled=booth.has_printer,
                ),
                KeyView(key="test:sound", text=tr("kiosk.attendant.test_sound"), icon="volume-high"),
                KeyView(key="test:office", text=tr("kiosk.attendant.test_office"), icon="cloud-sync"),
            )
        case "settings":
            return (KeyView(key="more", text=tr("common.next_page"), icon="chevron-right"),)
        case "functions":
            return tuple(_function(area, name) for name in booth.functions)
    return ()


def _box_test(tr: Translator, place: int, box: CashBox) -> KeyView:
    return KeyView(
        key=f"test:box:{place}",
        text=tr(f"kiosk.attendant.test_{box.kind}"),
        icon="cash-plus" if box.kind == NOTES else "cash-multiple",
        enabled=not box.trouble,
    )


def _names(area: AttendantState) -> tuple[KeyView, ...]:
    """Everybody who may, and the way to those who found no place on this page."""
    found = tuple(
        KeyView(key=f"who:{n}", text=legible(one.name), icon="account-outline")
        for n, one in enumerate(area.able)
    )
    if len(found) <= menu.KEYS:
        return found
    more = KeyView(key="more", text=area.booth.tr("common.next_page"), icon="chevron-right")
    return (*found[area.first : area.first + menu.KEYS - 1], more)


def _claim_key(area: AttendantState) -> tuple[KeyView, ...]:
    """Only while there is money of nobody's card."""
    fen = area.slip_fen
    if not fen:
        return ()
    text = area.booth.tr("kiosk.attendant.claim", fen=fen)
    return (KeyView(key="claim", text=text, icon="receipt", kind="primary"),)


def _page_key(area: AttendantState, name: str, icon: str) -> KeyView:
    tr = area.booth.tr
    why = tr("kiosk.cash_off.none") if name == "count" and not area.booth.boxes else ""
    if name == "carry":
        why = area.carrying.why_not(area.card)
    return KeyView(
        key=name,
        text=tr(f"kiosk.attendant.{name}"),
        icon=icon,
        enabled=not why,
        reason=why,
    )


def _function(area: AttendantState, name: str) -> KeyView:
    tr, closed = area.booth.tr, name in area.booth.closed
    text = tr("kiosk.attendant.machine") if name == "machine" else tr(f"kiosk.home.{name}")
    return KeyView(
        key=f"function:{name}",
        text=text,
        detail=tr("kiosk.attendant.is_closed" if closed else "kiosk.attendant.is_open"),
        icon="pause-circle-outline" if closed else "play",
        kind="destructive" if closed else "secondary",
    )
