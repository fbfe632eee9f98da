"""The front desk's half of a station: errands at the office, cards that come back for good, slips for cash.

Such a card is locked first and wiped last, and between the two the office pays. The lock is a record of the
card's chain, so that nothing can be spent from it meanwhile. A card that was locked and not paid for says in
its own record which lock it was: any till can go on from there, or ask the office to open it again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from onecard.cards.image import CardImage
from onecard.cards.medium import StorageCard
from onecard.errors import CardBroken, CardDenied, CardForeign, Refused
from onecard.ids import RecordId
from onecard.terminal import draft
from onecard.terminal.desk import Desk
from onecard.terminal.look import ON_ACCOUNT, Look, UidLook
from onecard.terminal.outcome import Completed, Unfinished
from onecard.terminal.shift import ShiftBook
from onecard.terminal.tap import Taps
from onecard.terminal.whose import ACTIVE
from onecard.wire import errands as e
from onecard.wire import messages as m
from onecard.wire.cash import claim_digest

Usable = Callable[[StorageCard, Look, str], tuple[Look, CardImage, m.CardType]]
RETURNED = "returned"
#: ISO 14443-3: four bytes that begin with this are drawn anew each time.
_RANDOM = 0x08
E = TypeVar("E", bound=e.Errand)


@dataclass(frozen=True, kw_only=True)
class Renewed:
    """A card with the newest keys; ``before``: of which version it was, 0 = it stood between two."""

    look: Look
    before: int
    now: int


class FrontDesk:
    """``errands``: asked of the office; the rest writes cards."""

    def __init__(self, desk: Desk, shifts: ShiftBook, taps: Taps, usable: Usable) -> None:
        self._desk, self._shifts, self._taps, self._usable = desk, shifts, taps, usable
        self.errands = shifts.errands

    def begin(self, kind: type[E], **fields: object) -> E:
        """Journal an errand of whoever has the shift, or of a kiosk. Raises ``Refused("shift.closed")`` at a
        till; ``StoreError``."""
        if self._desk.config.kind == "pos":
            self._shifts.demand()
        return self.errands.begin(kind, self._shifts.number, self._shifts.operator, **fields)

    def claim(self, credits: Sequence[RecordId], code: str) -> m.Claim:
        """Notes that no card can take become a slip: its record, whose id is its number. ``code`` stands on
        the slip and in no record. Raises ``Refused("credit.used")`` for a note that took another road."""
        free = set(self._desk.journal.index.free_credits())
        if not credits or len(set(credits)) != len(credits) or not free.issuperset(credits):
            raise Refused("credit.used", credit=" ".join(str(one) for one in credits))
        bodies = [self._desk.journal.body(one) for one in credits]
        amount = sum(one.value_fen for one in bodies if isinstance(one, m.Credit))
        at = self._desk.moment.now()

        def make(id: RecordId) -> m.Claim:
            head = self._desk.head(id, at, self._shifts.number, self._shifts.operator)
            digest = claim_digest(id, code)
            return m.Claim(**head, amount_fen=amount, credits=tuple(credits), digest=digest)

        return self._desk.journal.append(make)

    def lock(self, storage: StorageCard, look: Look) -> Completed | Unfinished:
        """Lock it; its record is the ``lock`` of ``ReturnCard`` or ``TransferCard``, once it is uploaded."""
        shift = self._shifts.demand()
        # Money goes back from a card that has expired as well.
        look, image, _ = self._usable(storage, look, "card.expired")
        drafted = draft.lock(self._desk, draft.Who(shift.shift, shift.operator), RETURNED, 0)
        return self._taps.perform(look.session, image, *drafted, self._desk.moment.now())

    def renew_keys(self, storage: StorageCard) -> Renewed:
        """Give the card the newest keys; its record stays. After ``CardError`` the same card goes on where it
        stood, also one that no till can read meanwhile. Raises ``CardForeign("card.from_key_room")``."""
        session = self._taps.open_session(storage)
        if session.medium != "m1":
            raise CardForeign("card.from_key_room")
        try:
            before = session.read().identity.key_version
        except (CardBroken, CardDenied, CardForeign) as error:
            if error.code in ("card.blank", "card.management", "card.wrong_unit", "card.newer"):
                raise
            before = 0  # between two versions; if it is anything else, that is said in a moment
        image = session.rekey()
        look = Look(session=session, image=image, card_type=self._desk.card_type(image.identity.type))
        return Renewed(look=look, before=before, now=image.identity.key_version)

    def by_uid(self, storage: StorageCard) -> UidLook:
        """What lies there, by its UID alone. Raises ``Refused("card.uid_random")``: a phone that calls itself
        otherwise each time."""
        uid = storage.uid
        if not uid or (len(uid) == 4 and uid[0] == _RANDOM):
            raise Refused("card.uid_random")
        return UidLook(session=self._taps.open_session(storage), image=None)

    def check(self, look: Look, operator: int) -> m.Checked:
        """Write down that somebody was looked up while the office could not be asked, which logs it itself.
        Raises ``StoreError``."""
        at, why = self._desk.moment.now(), look.refusal
        refused = why is not None and why.code not in (ON_ACCOUNT, "card.by_chip")
        state = look.stop or (why.code if why is not None and refused else ACTIVE)

        def make(id: RecordId) -> m.Checked:
            head = self._desk.head(id, at, self._shifts.number, operator)
            return m.Checked(**head, card=look.card, issue=look.issue, state=state)

        return self._desk.journal.append(make)

    def lock_of(self, look: Look) -> RecordId | None:
        """The record that locked this card, if that was the last that happened to it."""
        return look.image.newest.last if look.image is not None and look.image.newest.locked else None

    def wipe(self, look: Look) -> None:
        """Back to a blank, after it was paid for or its money moved on. Raises ``Refused("return.unpaid")``
        before that; ``CardError``, and then it may be tried again."""
        if look.image is None:
            raise CardForeign("card.blank")
        self._demand_paid(look.card, look.issue)
        look.session.wipe()

    def wipe_rest(self, storage: StorageCard, half: CardForeign) -> Look:
        """Of a card whose wipe was cut short, and which still names what it was (``card.half``); the blank.
        Raises what ``wipe`` raises, and ``half`` for any other card."""
        card, issue = half.params.get("card"), half.params.get("issue")
        if half.code != "card.half" or not isinstance(card, int) or not isinstance(issue, int):
            raise half
        self._demand_paid(card, issue)
        session = self._taps.open_session(storage)
        session.wipe()
        return Look(session=session, image=None)

    def _demand_paid(self, card: int, issue: int) -> None:
        kinds = (e.ReturnCard, e.TransferCard)
        if any(self.errands.was_done(kind, card, issue) for kind in kinds):
            return
        # The office's own list says the same when another shift or another till had paid.
        stop = self._desk.facts.stop(card, issue)
        if stop is None or stop[0] != RETURNED:
            raise Refused("return.unpaid")
