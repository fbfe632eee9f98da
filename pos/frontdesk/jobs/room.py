"""Deposits for rooms: held, longer, settled with the bill, given back; and a kiosk's slip for cash."""

from onecard import masking, money
from onecard.cards.medium import StorageCard
from onecard.errors import OneCardError, Refused
from onecard.ids import RecordId
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed, Unfinished
from onecard.terminal.station import Station
from onecard.wire import errands as e
from onecard.wire.lookups import AskHolds, HoldRow, Holds
from pos.frontdesk import deposit
from pos.frontdesk.job import Job, Stage
from pos.frontdesk.loss import Target
from pos.frontdesk.talk import Done
from pos.presenters.frame import RowView, TileView
from pos.presenters.job import ListView
from pos.question import Answer, MemberRow
from pos.till import HOLD, PAYOUT

#: How long a deposit stands unless somebody says otherwise, hours.
HOURS = (2, 4, 8, 12)


class OpenHold(Job):
    """A deposit at room opening: held in an account; paid off a purse, whose rest comes back. F: C19"""

    name, right, icon = "hold", HOLD, "door-open"
    by_word = True
    states = frozenset({"active"})
    fields = ("room",)

    def groups(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        tr = self.till.tr
        return ((tr("desk.hold.hours"), tuple((str(one), tr("desk.hold.hour", n=one)) for one in HOURS)),)

    def _room(self) -> str:
        room = self.texts["room"].strip()
        if not 0 < len(room) <= 32:
            raise Refused("hold.room")
        return room

    def go(self) -> None:
        fen, room = self.fen(), self._room()
        if not self.has_purse:
            self._open(room, fen, None)
            return
        order = Order.amount(fen, self.till.tr("desk.hold.line", room=room))
        deposit.keep(self.till, self.card, room, int(self.picked()), order, self.allowed_by)

        def do(station: Station, storage: StorageCard) -> Completed | Unfinished:
            look = station.look(storage)
            if (look.card, look.issue) != self.card:
                raise Refused("card.changed")
            return station.sell(storage, look, order)

        def paid(done: Completed) -> None:
            self.after_upload(lambda: self._open(room, fen, done.id))

        self.want(do, done=paid, lying=True, fen=fen)

    def _open(self, room: str, fen: int, sale: RecordId | None) -> None:
        (card, issue), until = self.card, self.till.station.now() + int(self.picked()) * deposit.HOUR_S
        self.ask(e.OpenHold, card=card, issue=issue, place=room, fen=fen, until=until, sale=sale)


class HoldList(Job):
    """Deposits of this outlet: longer, settled with what is due, or given back whole. F: C19"""

    name, right, icon = "holds", HOLD, "cash-lock"
    by_word = True
    needs_card = False
    _rows: tuple[HoldRow, ...] = ()
    _is_loading = False
    _what = ""

    def begin(self) -> None:
        self._rows, self._is_loading, self._what = (), True, ""
        if self.till.operator is None:
            return

        def heard(answer: Answer) -> None:
            self._is_loading = False
            if isinstance(answer, Holds):
                self._rows = answer.rows
            elif isinstance(answer, OneCardError):
                self.error = answer

        self.till.port.ask(AskHolds(operator=self.operator), heard)

    def rows(self) -> ListView:
        tr = self.till.tr
        return ListView(
            titles=tuple(tr(f"desk.holds.column.{name}") for name in ("room", "who", "until", "sum")),
            shares=(0.8, 1.1, 0.9, -0.8),
            rows=tuple(
                RowView(
                    cells=(one.place, self._who(one), tr.moment(one.until), money.plain(one.fen)),
                    action=f"row:{n}",
                    selected=n == self.at,
                    tone="wait" if one.until < self.till.station.now() else "ink",
                )
                for n, one in enumerate(self._rows)
            ),
            empty=tr("common.loading" if self._is_loading else "desk.holds.none"),
        )

    def _who(self, one: HoldRow) -> str:
        return self.till.holder(one.card) or masking.card(one.card, one.issue)

    def more_keys(self) -> tuple[TileView, ...]:
        tr, has = self.till.tr, bool(self._rows)
        return (
            self.tile("f2", tr("desk.holds.longer"), enabled=has),
            self.tile("f6", tr("desk.holds.release"), enabled=has),
        )

    def _chosen_row(self) -> HoldRow:
        if not self._rows:
            raise Refused("hold.unknown")
        return self._rows[self.at]

    def key(self, action: str) -> None:
        if action == "f2":
            one = self._chosen_row()
            self._take(one, "longer")
            self.ask(
                e.ExtendHold, hold=one.hold, until=max(one.until, self.till.station.now()) + deposit.HOUR_S
            )
        elif action == "f6":
            one = self._chosen_row()
            self._take(one, "release")
            self.ask(e.ReleaseHold, hold=one.hold)

    def go(self) -> None:
        one, due = self._chosen_row(), self.fen()
        self._take(one, "settle")
        self.ask(e.SettleHold, hold=one.hold, due_fen=due)

    def _take(self, one: HoldRow, what: str) -> None:
        self._what = what
        who = MemberRow(member=0, number=one.place, name=self._who(one))
        self.target = Target(member=who, card=one.card, issue=one.issue, state="active")

    def failed(self, error: OneCardError) -> None:
        self.target = None
        super().failed(error)

    def did(self, done: Done) -> None:
        """What comes back to a purse lies ready as a load."""
        row = self._rows[self.at]
        super().did(done)
        self.has_loads = row.on_card and self._what != "longer"
        self.stage = Stage.DONE


class Claim(Job):
    """A kiosk's slip for cash that nobody's card took: paid once, from this till. F: D3"""

    name, right, icon = "claim", PAYOUT, "receipt"
    by_word = True
    needs_card = False
    pad = ""
    fields = ("claim", "code")
    is_sure = True

    def check(self) -> None:
        self._number()

    def _number(self) -> RecordId:
        try:
            return RecordId.parse(self.texts["claim"].strip())
        except ValueError:
            raise Refused("claim.number") from None

    def go(self) -> None:
        code = "".join(self.texts["code"].split()).upper()
        self.ask(e.PayClaim, claim=self._number(), code=code[:64])
