"""One plastic with several media: what else it carries is noted, and finds the same card. F: A9"""

from onecard.cards.medium import StorageCard
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.terminal.look import Look
from onecard.terminal.station import Station
from onecard.wire.beside import Beside, PutBeside
from pos.frontdesk.finder import medium_of
from pos.frontdesk.job import Job, Result, Stage
from pos.frontdesk.loss import Target
from pos.frontdesk.stripe import Stripe
from pos.presenters.frame import TileView
from pos.question import Answer, CardStatus, MemberRow
from pos.till import ISSUE

#: A wedge types track and code into the field; a UID comes from the reader.
KINDS = (Beside.TRACK, Beside.CODE, Beside.UID)
LONGEST = 64


class BesideJob(Job):
    """A stripe, a printed code or another UID beside the chip, or instead of one."""

    name, right, icon = "beside", ISSUE, "barcode-scan"
    states = frozenset({"active"})
    pad = ""
    fields = ("medium",)
    _id: RecordId | None = None
    _asked: tuple[str, str] = ("", "")
    _stripe: Stripe | None = None

    def begin(self) -> None:
        self._id, self._asked = None, ("", "")
        self.left()
        self._stripe = Stripe(self.till, self.way.show)

    def left(self) -> None:
        if self._stripe is not None:
            self._stripe.rest()

    def write_on(self, status: CardStatus) -> None:
        """A card was issued whose type is swiped as well: its stripe now."""
        row = MemberRow(member=status.member, number=status.number, name=status.name)
        self._chosen(Target(member=row, card=status.card, issue=status.issue, state=status.state), status)
        self.key("f5")

    def groups(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        tr = self.till.tr
        return ((tr("desk.beside.kind"), tuple((one, tr(f"desk.beside.is.{one}")) for one in KINDS)),)

    def more_keys(self) -> tuple[TileView, ...]:
        """One at a time: there is no room for both. A stripe can be written, a UID read."""
        if self._stripe is not None and self._stripe.can_write and self.picked() == Beside.TRACK:
            return (self.tile("f5", self.till.tr("desk.beside.write")),)
        return (self.tile("f1", self.till.tr("desk.beside.read")),)

    @property
    def note(self) -> str:
        return "" if self._stripe is None else self._stripe.note

    def _encode(self) -> None:
        """Onto the stripe of the plastic in the hand; noted beside the card once it was read back."""

        def done(text: str) -> None:
            if self.stage is Stage.FORM:
                self.texts["medium"], self.answers[0] = text, KINDS.index(Beside.TRACK)
                self.go()

        if self._stripe is not None:
            self._stripe.write(*self.card, done)

    def key(self, action: str) -> None:
        if action.startswith("scan:"):
            kind, self.texts["medium"] = medium_of(action.removeprefix("scan:"))
            self.answers[0] = KINDS.index(kind)
        elif action == "f5":
            self._encode()
        elif action == "f1":
            self.answers[0] = KINDS.index(Beside.UID)
            self.want(_any, self._uid, word="medium")

    def _uid(self, look: Look) -> None:
        self.texts["medium"] = look.uid.hex()

    def go(self) -> None:
        value = self.texts["medium"].strip()
        if not 0 < len(value) <= LONGEST or not value.isascii() or not value.isprintable():
            raise Refused("beside.value")
        card, issue = self.card
        kind = Beside(self.picked())
        if self._asked != (kind, value):
            self._id, self._asked = self.till.request_id(), (kind, value)
        assert self._id is not None
        question = PutBeside(
            id=self._id, operator=self.operator, card=card, issue=issue, kind=kind, value=value
        )
        self.put(question, self._kept)

    def _kept(self, _: Answer) -> None:
        self.till.port.play("ok")
        self.end(Result())


def _any(station: Station, storage: StorageCard) -> Look:
    """Only its UID is wanted, whatever is on it; money of ours is not given another name."""
    look = station.look(storage)
    if not look.blank:
        raise Refused("card.taken", card=look.card, issue=look.issue)
    return look
