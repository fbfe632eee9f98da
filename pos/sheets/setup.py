"""Settings at the station: a management card and a PIN, then one setting after the other. F: C18 A7

Shows where each value comes from: this station, the office, the file, or nowhere. Needs no server.
"""

from dataclasses import dataclass, replace
from typing import Final

from onecard.cards.management.document import Management
from onecard.errors import OneCardError, Refused
from onecard.settings import OFFICE, POS, STATION, Setting
from onecard.wire.messages import Operator
from pos import people
from pos.presenters.frame import RowView, TileView, frame
from pos.presenters.sheet import FormView, ListView, back, go, key
from pos.presenters.sign_on import LONGEST_PIN
from pos.till import SUPERVISOR, Till

TABS: Final = ("sale", "cards", "devices", "network")
_ALL: Final[dict[str, Setting]] = {row.key: row for row in (*STATION, *POS, *OFFICE)}
_SALE: Final = (
    *("mode", "key_prices", "fixed_fen", "count_kind", "count_fen", "pad", "sale_cap_fen", "large_fen"),
    *("meals", "weigh_categories", "scale_ticket", "screen.language", "screen.theme", "screen.logo"),
)
_CARDS: Final = (
    *("accepted_types", "tap_interval_s", "payee_card", "offline_stop_h", "offline_small_cap_fen"),
    *("pos.retap_s", "card.old"),
)
_NETWORK: Final = ("server.url", "sync.interval_s", "stick.folder", "log.level")
_FITTED: Final = (
    *("reader", "psam", "printer", "scanner", "pinpad", "power", "scale", "display", "stripe", "bank"),
    *("city", "encoder", "second"),
)
_DEVICES: Final = tuple(row.key for row in (*STATION, *POS) if row.key.split(".")[0] in _FITTED)
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "sale": tuple(key for key in _SALE if key in _ALL),
    "cards": tuple(key for key in _CARDS if key in _ALL),
    "devices": _DEVICES,
    "network": tuple(key for key in _NETWORK if key in _ALL),
}
_OF_OFFICE: Final = frozenset(row.key for row in OFFICE)
TIME: Final = "time"
#: Names on one page of the gate.
_ROOM: Final = 8


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Before the door: which card was shown, who of its holders stands there, what was typed of the PIN."""

    management: Management | None = None
    at: int = 0
    pin: str = ""
    error: OneCardError | None = None


def holders_of(till: Till, management: Management) -> tuple[Operator, ...]:
    """Whose PIN a management card wants; of a card of nobody's, that of any supervisor who works here."""
    if management.operator:
        return tuple(one for one in till.operators if one.operator == management.operator)
    return tuple(one for one in till.operators if SUPERVISOR in one.permissions)


class GatePresenter:
    """Card, then PIN; the digits never leave here."""

    name = "setup_gate"

    def __init__(self, till: Till, what: str = "setup") -> None:
        """``what`` lies behind it: ``pos.<what>.card`` asks for the card."""
        self._till, self._what = till, what
        self.gate = Gate()

    def view(self) -> FormView:
        till, tr, gate = self._till, self._till.tr, self.gate
        has_card = gate.management is not None
        body = tr("pos.setup.pin" if has_card else f"pos.{self._what}.card")
        if len(self._holders) > 1:
            body = tr("pos.setup.who")
        return FormView(
            frame=frame(till),
            title=tr(f"pos.{self._what}.title"),
            body=body if gate.error is None else tr.refusal(gate.error),
            tone="muted" if gate.error is None else "refuse",
            keys=(back(till), go(tr(f"pos.{self._what}.enter"), enabled=has_card)),
            choices=people.tiles(self._holders, gate.at, _ROOM) if len(self._holders) > 1 else (),
            pad="phone" if has_card else "",
            amount_label=tr("pos.setup.pin_label"),
            amount="●" * len(gate.pin),
        )

    def shown(self, management: Management) -> None:
        """A card that opens it; who has signed on is asked first."""
        self.gate = Gate(management=management)
        mine = self._till.operator
        at = next((n for n, one in enumerate(self._holders) if mine and one.operator == mine.operator), 0)
        self.gate = replace(self.gate, at=at)

    @property
    def _holders(self) -> tuple[Operator, ...]:
        management = self.gate.management
        return () if management is None else holders_of(self._till, management)

    @property
    def holder(self) -> Operator:
        """Whose PIN is typed. Raises ``Refused("signon.no_operator")``."""
        found = self._holders
        if not found:
            raise Refused("signon.no_operator")
        return found[min(self.gate.at, len(found) - 1)]

    def press(self, action: str) -> None:
        """A digit more or less; another name."""
        pin = self.gate.pin
        if action.startswith("person:") or action in ("up", "down", "pageup", "pagedown"):
            at = people.moved(self._holders, self.gate.at, action, _ROOM)
            self.gate = replace(self.gate, at=at, pin="", error=None)
            return
        if action.isdigit() and action.isascii():
            self.gate = replace(self.gate, pin=(pin + action)[:LONGEST_PIN], error=None)
        elif action == "backspace":
            self.gate = replace(self.gate, pin=pin[:-1])
        elif action == "clear":
            self.gate = replace(self.gate, pin="")


class SetupPresenter:
    """The list."""

    name = "setup"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.tab = TABS[0]
        self._at = 0
        self.wants_restart = False

    def enter(self) -> None:
        """The first row of the first tab."""
        self.tab, self._at = TABS[0], 0

    @property
    def keys(self) -> tuple[str, ...]:
        """What the tab lists; time comes first of all."""
        return ((TIME,) if self.tab == TABS[0] else ()) + KEYS[self.tab]

    @property
    def chosen(self) -> str:
        return self.keys[min(self._at, len(self.keys) - 1)]

    def act(self, action: str) -> None:
        """Up, down, a touch on a line; another tab."""
        if action in ("up", "down"):
            step = 1 if action == "down" else -1
            self._at = min(max(0, self._at + step), len(self.keys) - 1)
        elif action.startswith("row:"):
            self._at = min(int(action.removeprefix("row:")), len(self.keys) - 1)
        elif action.startswith("tab:") or action in ("left", "right"):
            step = {"left": -1, "right": 1}.get(action, 0)
            at = TABS.index(self.tab) + step
            self.tab = action.removeprefix("tab:") if not step else TABS[at % len(TABS)]
            self._at = 0

    def view(self) -> ListView:
        till, tr = self._till, self._till.tr
        own = till.station.upkeep.own.values
        return ListView(
            frame=frame(till),
            title=tr("pos.setup.title"),
            body=tr("pos.setup.restart_needed" if self.wants_restart else "pos.setup.body"),
            titles=(tr("pos.setup.column.what"), tr("pos.setup.column.value"), tr("pos.setup.column.by")),
            shares=(1.6, 1.6, 0.6),
            rows=tuple(self._row(name, at) for at, name in enumerate(self.keys)),
            empty="",
            choices=tuple(
                TileView(action=f"tab:{name}", text=tr(f"pos.setup.tab.{name}"), selected=name == self.tab)
                for name in TABS
            ),
            keys=(
                back(till),
                key(
                    "f4",
                    tr("pos.setup.follow"),
                    icon="undo",
                    enabled=self.chosen in own,
                    reason=tr("pos.setup.not_own"),
                ),
                key("f6", tr("pos.setup.restart"), icon="refresh", enabled=self.wants_restart),
                go(tr("pos.setup.change"), icon="pencil-outline"),
            ),
        )

    def _row(self, name: str, at: int) -> RowView:
        till, tr = self._till, self._till.tr
        if name == TIME:
            now = till.station.now()
            sure = till.station.clock_is_sure
            cells = (
                tr("pos.setup.time"),
                f"{tr.date(now)} {tr.time(now)}",
                tr("pos.setup.by.office" if till.station.journal.contact else "pos.setup.by.own"),
            )
            tone = "ink" if sure else "refuse"
        else:
            value, by = told(till, name)
            cells, tone = (label(till, name), said(till, name, value) or "—", tr(f"pos.setup.by.{by}")), "ink"
        return RowView(
            cells=cells, action=f"row:{at}", selected=at == min(self._at, len(self.keys) - 1), tone=tone
        )


def choices_of(name: str) -> tuple[str, ...]:
    """What may be chosen; none: it is typed."""
    row = _ALL[name]
    return ("true", "false") if isinstance(row.default, bool) else row.choices


def numbers(text: str) -> list[str]:
    """A list of them as people write it."""
    return text.replace("，", " ").replace(",", " ").split()


def said(till: Till, name: str, value: str) -> str:
    """A value as people read it: choices in words, card types by name where they are known."""
    if choices_of(name):
        return word(till, value)
    if name != "accepted_types":
        return value
    names = {str(one.type): till.tr.named(one) for one in till.types}
    return till.tr.listed([f"{one} {names[one]}" if one in names else one for one in numbers(value)])


def word(till: Till, choice: str) -> str:
    """A choice as people read it."""
    tr = till.tr
    if choice in ("true", "false"):
        return tr("common.yes" if choice == "true" else "common.no")
    for stem in (f"pos.setup.choice.{choice}", f"pos.mode.name.{choice}"):
        if tr.knows(stem):
            return tr(stem)
    return choice


def label(till: Till, name: str) -> str:
    """What a setting is called."""
    row = _ALL[name]
    return row.zh if till.tr.language == "zh" else row.en


def told(till: Till, name: str) -> tuple[str, str]:
    """A setting's value as text, and who says so: ``own``, ``office``, ``file`` or ``usual``."""
    own = till.station.upkeep.own.values
    if name in own:
        return own[name], "own"
    if name in _OF_OFFICE:
        place = till.station.facts.place
        said = "" if place is None else place.settings.get(name, "")
        return (said, "office") if said else (_text(_ALL[name].default), "usual")
    values = till.settings.values
    return (_text(values[name]), "file") if name in values else (_text(_ALL[name].default), "usual")


def _text(value: int | str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def setting(name: str) -> Setting:
    """The row of a setting."""
    return _ALL[name]


def is_of_office(name: str) -> bool:
    """Whether it holds at once; what stands in the station's file holds from the next start on."""
    return name in _OF_OFFICE
