"""How the station stands: office, lists and documents with age, devices, disk, and what to do. F: C10"""

import shutil
from typing import Final

from onecard import money
from onecard.devices.health import HealthView
from onecard.errors import OneCardError
from pos.presenters.frame import OLD_LIST_S, RowView, frame, power_left
from pos.presenters.sheet import ListView, back, key
from pos.till import Till

_SHARES = (1.2, 1.1, 2.2)
#: Documents in the order in which people ask for them.
_DOCUMENTS: Final = (
    *("stops", "terminal", "types", "catalogue", "calendar", "operators", "loads", "members"),
    *("accounts", "open_taps", "notices"),
)
_MB: Final = 1 << 20
#: Below this the disk is worth a word.
_LOW_DISK: Final = 500 * _MB


class StatusPresenter:
    """Reads everything anew at each look: it is a screen for trouble."""

    name = "status"

    def __init__(self, till: Till) -> None:
        self._till = till

    def view(self) -> ListView:
        till, tr = self._till, self._till.tr
        rows = (*self._office(), *self._devices(), *self._machine(), *self._documents())
        well = "some_do" if any(row.tone in ("wait", "refuse") for row in rows) else "online_do"
        return ListView(
            frame=frame(till),
            title=tr("pos.status.title"),
            body=tr(f"pos.status.{well if till.is_online else 'offline_do'}"),
            titles=tuple(tr(f"pos.status.column.{name}") for name in ("what", "state", "detail")),
            shares=_SHARES,
            rows=rows,
            empty="",
            keys=(back(till), key("f5", tr("pos.status.ask"), icon="sync")),
        )

    def _row(self, what: str, state: str, detail: str = "", *, tone: str = "ink") -> RowView:
        return RowView(cells=(what, state, detail), tone=tone)

    def _office(self) -> tuple[RowView, ...]:
        till, tr, sync = self._till, self._till.tr, self._till.sync
        if sync is None:
            return (self._row(tr("pos.status.office"), tr("pos.frame.starting"), tone="muted"),)
        since = (
            "" if sync.contact_age_s is None else tr("pos.status.ago", age=tr.duration(sync.contact_age_s))
        )
        if sync.online:
            why = tr.refusal(till.trouble()) if sync.trouble else since
            line = self._row(
                tr("pos.status.office"),
                tr("pos.frame.trouble" if sync.trouble else "pos.frame.online"),
                why,
                tone="wait" if sync.trouble else "done",
            )
        else:
            cap = till.offline_cap_fen
            limit = "" if cap is None else tr("pos.frame.limit", limit=money.show(cap))
            said = " · ".join(filter(None, (since, limit)))
            line = self._row(tr("pos.status.office"), tr("pos.frame.offline"), said, tone="wait")
        stops = sync.stops_age_s
        old = stops is None or stops >= OLD_LIST_S
        never = tr("pos.status.never")
        return (
            line,
            self._row(
                tr("pos.status.pending"),
                str(sync.pending),
                tr("pos.status.pending_do") if sync.pending and not sync.online else "",
                tone="wait" if sync.pending and not sync.online else "ink",
            ),
            self._row(
                tr("pos.status.stops"),
                never if stops is None else tr("pos.status.ago", age=tr.duration(stops)),
                tr("pos.status.stops_do") if old else tr("pos.status.version", n=sync.stops_version),
                tone="wait" if old else "ink",
            ),
            self._row(
                tr("pos.status.aside"),
                str(till.aside_count),
                tr("pos.notice.aside_do") if till.aside_count else "",
                tone="wait" if till.aside_count else "ink",
            ),
        )

    def _devices(self) -> tuple[RowView, ...]:
        return tuple(self._device(view) for view in self._till.devices())

    def _device(self, view: HealthView) -> RowView:
        tr = self._till.tr
        name = tr(f"pos.device.{view.device}")
        if view.condition == "good":
            return self._row(name, tr("pos.status.good"), tr("pos.status.since", at=view.since), tone="done")
        if view.condition == "starting":
            return self._row(name, tr("pos.status.starting"), tone="muted")
        key_ = f"pos.device.why.{view.reason.removeprefix('device.')}"
        said = tr(key_) if tr.knows(key_) else tr.refusal(OneCardError(view.reason))
        return self._row(name, tr("pos.status.bad"), said, tone="refuse")

    def _machine(self) -> tuple[RowView, ...]:
        till, tr = self._till, self._till.tr
        station = till.station
        sure = station.clock_is_sure
        rows = [
            self._row(
                tr("pos.status.clock"),
                tr.moment(station.now()),
                tr("pos.status.clock_good" if sure else "pos.status.clock_do"),
                tone="ink" if sure else "refuse",
            )
        ]
        power = till.counter.power
        if power.source != "unknown":
            rows.append(
                self._row(
                    tr("pos.status.power"),
                    tr(f"pos.power.{power.source}"),
                    power_left(till),
                    tone={"mains": "ink", "battery": "wait"}.get(power.source, "refuse"),
                )
            )
        try:
            free = shutil.disk_usage(station.journal.path.parent).free
        except OSError:
            free = 0
        rows.append(
            self._row(
                tr("pos.status.disk"),
                tr("pos.status.free", n=free // _MB),
                tr("pos.status.disk_do") if free < _LOW_DISK else "",
                tone="refuse" if free < _LOW_DISK else "ink",
            )
        )
        return tuple(rows)

    def _documents(self) -> tuple[RowView, ...]:
        """All of them are as young as the last whole answer of the office, but balances of account cards."""
        till, tr, facts = self._till, self._till.tr, self._till.station.facts
        now, have = till.station.now(), facts.have()
        rows = []
        for name in _DOCUMENTS:
            if name not in have:
                continue
            as_of = facts.accounts_as_of if name == "accounts" else facts.as_of
            age = (
                tr("pos.status.ago", age=tr.duration(max(0, now - as_of)))
                if as_of
                else tr("pos.status.never")
            )
            rows.append(
                self._row(
                    tr(f"pos.document.{name}"), age, tr("pos.status.version", n=have[name]), tone="muted"
                )
            )
        return tuple(rows)
