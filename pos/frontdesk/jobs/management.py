"""Management cards: a blank becomes one for a kind of work and some days, or is made blank again. F: A7

The office seals what goes onto the plastic for its UID and stops a card before its plastic is wiped; a card
pulled too soon is put on again and gets the same. Nothing here opens anything: a PIN does, beside the card.
"""

from onecard.cards.management.document import Kind, base_of
from onecard.cards.medium import StorageCard
from onecard.clock import day_of_card
from onecard.errors import CardBroken, CardForeign, Refused
from onecard.ids import RecordId
from onecard.terminal.look import Look
from onecard.terminal.station import Station
from onecard.terminal.upkeep import TIME_SET, ManagementLook
from onecard.wire.management import AskManagement, ManagementGrant, ReturnManagement, VouchedManagement
from pos.frontdesk.job import Job, Result
from pos.presenters.frame import RowView, TileView
from pos.presenters.job import ListView
from pos.question import Answer
from pos.till import MANAGEMENT

#: So long a card is good where nobody says anything else, and the longest.
USUAL_DAYS, MOST_DAYS = 365, 3_660
#: What a settings card brings: nothing, it only opens; or what is set at this till.
BRINGS = ("nothing", "settings")
KINDS = (Kind.OPERATOR, Kind.ADMINISTRATOR, Kind.SETTINGS, Kind.PAYEE, Kind.COLLECTOR, Kind.LOSS)


class ManagementCard(Job):
    """The first line of the list is nobody's in particular: whoever has a PIN for what it opens."""

    name, right, icon = "management", MANAGEMENT, "card-account-details-outline"
    needs_card = False
    by_word = True
    pad = "phone"
    _asked: AskManagement | None = None
    _back: tuple[RecordId, int] | None = None
    _to_wipe = False
    #: Bytes that fit on the blank that was put on last; set on the reader's thread before it is heard of.
    _room = 0

    def begin(self) -> None:
        self._asked = self._back = None
        self._to_wipe = False

    # -- what is asked -----------------------------------------------------------------------------------

    def groups(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        tr = self.till.tr
        kinds = (tr("desk.management.kind"), tuple((one, tr(f"desk.management.is.{one}")) for one in KINDS))
        return (kinds,)

    def rows(self) -> ListView:
        tr = self.till.tr
        known = ((one.login, one.name) for one in self.till.operators)
        people = (("", tr("desk.management.anybody")), *known)
        return ListView(
            titles=(tr("desk.management.holder"), tr("desk.management.login")),
            shares=(1.4, 1.0),
            rows=tuple(
                RowView(cells=(name, login), action=f"row:{n}", selected=n == self.at)
                for n, (login, name) in enumerate(people)
            ),
        )

    def facts(self) -> tuple[tuple[str, str], ...]:
        tr = self.till.tr
        try:
            until = day_of_card(self._today + self._days() - 1).isoformat()
        except Refused:
            return ()
        return ((tr("desk.management.until"), until),)

    def more_keys(self) -> tuple[TileView, ...]:
        tr = self.till.tr
        back = self.tile("f5", tr("desk.management.give_back"), icon="credit-card-off-outline")
        if KINDS[self.answers[0]] is not Kind.SETTINGS:
            return (back,)
        # A key and no second question: that would leave no room for the list of whom it is for.
        brings = self.tile("f2", tr(f"desk.management.brings.{self._brings}"), icon="cog-outline")
        return (brings, back)

    @property
    def _brings(self) -> str:
        return BRINGS[self.answers[1] % len(BRINGS)]

    @property
    def _today(self) -> int:
        upkeep = self.till.station.upkeep
        return upkeep.calendar.card_day(self.till.station.now())

    def _days(self) -> int:
        typed = self.entry.first
        days = int(typed) if typed.isdigit() and len(typed) < 9 else 0 if typed else USUAL_DAYS
        if not 1 <= days <= MOST_DAYS:
            raise Refused("management.term", most=MOST_DAYS)
        return days

    # -- a blank becomes one -----------------------------------------------------------------------------

    def go(self) -> None:
        self._days()

        def blank(station: Station, storage: StorageCard) -> Look:
            look = _blank(station, storage)
            self._room = station.upkeep.cards.room(storage)
            return look

        self.want(blank, self._put_blank, word="blank")

    def _put_blank(self, look: Look) -> None:
        question = self._question(look.uid.hex())

        def granted(answer: Answer) -> None:
            assert isinstance(answer, ManagementGrant)
            content, uid = bytes.fromhex(answer.content), look.uid

            def write(station: Station, storage: StorageCard) -> Look:
                if storage.uid != uid:
                    raise Refused("card.changed")
                return station.upkeep.make(storage, content)

            self.want(write, self._written, word="same", lying=True)

        self.put(question, granted)

    def _question(self, uid: str) -> AskManagement:
        """As it was asked before, if it is the same one: an answer that was lost makes no second card."""
        kind = KINDS[self.answers[0]]
        people = (0, *(one.operator for one in self.till.operators))
        brings = kind is Kind.SETTINGS and self._brings == "settings"
        own = self.till.station.upkeep.own.values if brings else {}
        before = self._asked
        fields = {
            "id": self.till.request_id() if before is None else before.id,
            "operator": self.operator,
            "kind": str(kind),
            "uid": uid,
            "days": self._days(),
            "room": self._room if kind is Kind.LOSS else 0,
            "holder": people[min(self.at, len(people) - 1)],
            "settings": {key: value for key, value in own.items() if key != TIME_SET},
        }
        asked = _ask(fields, self.allowed_by)
        if before is not None and before != asked:
            asked = _ask({**fields, "id": self.till.request_id()}, self.allowed_by)
        self._asked = asked
        return asked

    def _written(self, look: Look) -> None:
        assert isinstance(look, ManagementLook)
        self._asked = None
        made, tr = look.management, self.till.tr
        self.till.port.play("ok")
        note = tr(
            "desk.management.written",
            kind=tr(f"desk.management.is.{made.kind}"),
            number=made.number,
            until=day_of_card(made.until_day).isoformat(),
        )
        base = base_of(made.payload) if made.kind is Kind.LOSS else 0
        if base:
            # Whoever carries it about has to know which stations will not take it.
            note = f"{note} {tr('desk.management.part', base=base)}"
        self.end(Result(note=note))

    # -- and is made blank again -------------------------------------------------------------------------

    def key(self, action: str) -> None:
        if action == "f2" and KINDS[self.answers[0]] is Kind.SETTINGS:
            self.answers[1] += 1
        elif action == "f5":
            self.want(_known, self._put_back, word="management")

    def _put_back(self, look: Look) -> None:
        if not isinstance(look, ManagementLook):
            self._end_wiped()
            return
        number = look.management.number
        if self._back is None or self._back[1] != number:
            self._back = (self.till.request_id(), number)
        question = ReturnManagement(
            id=self._back[0],
            operator=self.operator,
            number=number,
            uid=look.uid.hex(),
            supervisor=self.allowed_by,
        )
        self.put(question, lambda _: self._stopped(number))

    def _stopped(self, number: int) -> None:
        """It is good nowhere any more, whatever becomes of the plastic."""
        self._to_wipe = True
        self.till.port.wake()
        self.end(Result(note=self.till.tr("desk.management.stopped", number=number)))
        self._wipe()

    def _wipe(self) -> None:
        self.want(_wiped, lambda _: self._end_wiped(), word="wipe", lying=True)

    def _end_wiped(self) -> None:
        self._to_wipe = False
        self.till.port.play("ok")
        self.end(Result(note=self.till.tr("desk.management.wiped")))

    def keys_after(self) -> tuple[TileView, ...]:
        if not self._to_wipe:
            return ()
        return (self.tile("f5", self.till.tr("desk.job.wipe"), icon="delete-outline"),)

    def key_after(self, action: str) -> None:
        if action == "f5" and self._to_wipe:
            self._wipe()
        else:
            super().key_after(action)


def _ask(fields: dict[str, object], supervisor: int) -> AskManagement:
    if supervisor:
        return VouchedManagement(**fields, supervisor=supervisor)  # type: ignore[arg-type]
    return AskManagement(**fields)  # type: ignore[arg-type]


def _blank(station: Station, storage: StorageCard) -> Look:
    look = station.look(storage)
    if not look.blank:
        raise Refused("card.taken", card=look.card, issue=look.issue)
    return look


def _known(station: Station, storage: StorageCard) -> Look:
    """Which it is; one whose wipe was cut short is finished."""
    try:
        return station.upkeep.known(storage)
    except (CardBroken, CardForeign):
        if not station.upkeep.cards.is_empty(storage):
            raise
    return _wiped(station, storage)


def _wiped(station: Station, storage: StorageCard) -> Look:
    station.upkeep.cards.wipe(storage)
    return station.look(storage)
