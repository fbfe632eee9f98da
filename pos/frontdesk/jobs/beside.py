"""One plastic with several media: what else it carries is noted, and finds the same card. F: A9"""

from onecard.cards.medium import StorageCard
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.terminal.look import Look
from onecard.terminal.station import Station
from onecard.terminal.stripe import StripeDesk, text_of
from onecard.wire.beside import Beside, PutBeside
from pos.frontdesk.finder import medium_of
from pos.frontdesk.job import Job, Result, Stage
from pos.frontdesk.loss import Target
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

    #: What the encoder wants or said last; "" while it rests.
    _stripe = ""

    def begin(self) -> None:
        self._id, self._asked = None, ("", "")
        self._rest()

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
        if self._encoder is not None and self.picked() == Beside.TRACK:
            return (self.tile("f5", self.till.tr("desk.beside.write")),)
        return (self.tile("f1", self.till.tr("desk.beside.read")),)

    @property
    def _encoder(self) -> StripeDesk | None:
        return self.till.counter.stripes

    @property
    def note(self) -> str:
        """What the encoder waits for, or why the stripe is not good; the chip's card is, whatever it says."""
        return self.till.tr(f"desk.beside.stripe.{self._stripe}") if self._stripe else ""

    def _encode(self) -> None:
        """Onto the stripe of the plastic in the hand; noted beside the card once it was read back."""
        encoder, text = self._encoder, text_of(*self.card)
        if encoder is None:
            return

        def told(word: str) -> None:
            if self.stage is not Stage.FORM:
                return
            self._stripe = word
            if word == "done":
                self.texts["medium"], self.answers[0] = text, KINDS.index(Beside.TRACK)
                self._stripe = ""
                self.go()
            elif word not in ("draw", "check"):
                self.till.port.play("refused")
            self.way.show()

        self._stripe = "draw"
        encoder.write(text, told)

    def _rest(self) -> None:
        if self._stripe and self._encoder is not None:
            self._encoder.stop()
        self._stripe = ""

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
