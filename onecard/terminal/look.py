"""One good read of the card on the reader, and everything this station knows about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from msgspec.structs import replace

from onecard.cards.cpu.card import is_new
from onecard.cards.image import CardImage, Slot
from onecard.cards.session import CardSession
from onecard.clock import CARD_EPOCH_UNIX
from onecard.errors import CardForeign, Refused
from onecard.journal.facet import PurseIntent, card_of, write_of
from onecard.rules import limits
from onecard.rules import loads as load_rule
from onecard.rules.outcome import Verdict, judge
from onecard.rules.purse import FUTURE_S, PLACES
from onecard.terminal import evidence
from onecard.terminal.desk import Desk
from onecard.terminal.outcome import State, Unfinished
from onecard.wire.messages import CardType, Load, OpenTap

#: Reasons on the stop list that kill the card itself; the others only refuse where they say so.
LOCKING: Final = frozenset({"lost", "replaced", "returned"})
#: The refusal of a card that is good, but holds no money itself (``account.py`` sells to it).
ON_ACCOUNT: Final = "card.account"


@dataclass(frozen=True, kw_only=True)
class Look:
    """What lies on the reader. A frozen value, good for one write; take a new look after it.

    ``blank`` cards have no ``image``; every other look has one. ``refusal`` says why nothing may be bought
    with this card (stopped, locked, expired, unknown type …); querying it is still fine.
    """

    #: The conversation with the card; goes on in the write that may follow.
    session: CardSession = field(repr=False)
    image: CardImage | None
    card_type: CardType | None = None
    #: Full name, for the front desk only; "" when this terminal does not know the holder.
    holder: str = ""
    #: ``张*敏``: what the cashier and the customer's display show.
    holder_masked: str = ""
    #: Reason on the stop list, "" when it is not there.
    stop: str = ""
    refusal: Refused | None = None
    #: Taps of this station on this card that wait for it; complete them first (``Station.retap``).
    own_open: tuple[Unfinished, ...] = ()
    #: Other stations' open taps on this card; shown first, evidence was journaled by the look.
    foreign_open: tuple[OpenTap, ...] = ()
    #: Loads that would be applied now, in order.
    loads: tuple[Load, ...] = ()
    #: What they would add to the balance; less than their sum at the cap or after their day.
    loads_fen: int = 0
    #: How much more cash the purse may take before its cap, or before the law asks for another way.
    cap_room_fen: int = 0

    @property
    def blank(self) -> bool:
        """A factory-fresh medium that could become a card."""
        return self.image is None

    @property
    def is_new_chip(self) -> bool:
        """A CPU card as the key room made it: it has a number, and is nobody's yet."""
        return self.image is not None and self.session.medium == "cpu" and is_new(self.image)

    @property
    def uid(self) -> bytes:
        return self.session.uid

    @property
    def card(self) -> int:
        return 0 if self.image is None else self.image.identity.card

    @property
    def issue(self) -> int:
        return 0 if self.image is None else self.image.identity.issue

    @property
    def balance_fen(self) -> int:
        return 0 if self.image is None else self.image.newest.main_fen

    @property
    def side(self) -> tuple[tuple[str, Slot], ...]:
        """The wallets beside the main purse that hold something, by name."""
        if self.image is None:
            return ()
        slots = self.image.newest.slots
        named = [(name, slots[place - 1]) for name, place in PLACES.items() if place]
        return tuple((name, slot) for name, slot in named if slot.amount_fen)


@dataclass(frozen=True, kw_only=True)
class UidLook(Look):
    """Nothing of it is ours but that its UID may name an account: a transit card, a phone. F: A9"""


def mask(name: str) -> str:
    """``张小敏`` → ``张*敏``, ``张敏`` → ``张*``: enough to see whose card it is, too little to know him."""
    return " ".join(
        word[0] + "*" + (word[-1] if len(word) > 2 else "")
        for word in name.split()  # noqa: RUF100
    )


def take(desk: Desk, session: CardSession) -> Look:
    """Read the card and gather what is known. Raises ``CardError``; journals evidence (``StoreError``)."""
    try:
        image = session.read()
    except CardForeign as error:
        if error.code == "card.blank":
            return Look(session=session, image=None)
        raise
    identity, facts = image.identity, desk.facts
    card, issue = identity.card, identity.issue
    stop = facts.stop(card, issue)
    card_type = desk.card_type(identity.type)
    member = facts.member(card)
    name = "" if member is None else member.name
    own = _own_open(desk, card, issue)
    foreign = tuple(tap for tap in facts.open_taps(card, issue) if evidence.is_elsewhere(desk, tap))
    _keep_evidence(desk, image, foreign)
    planned: tuple[Load, ...] = ()
    worth = 0
    if card_type is not None and stop is None:
        planned, worth = planned_loads(desk, session.medium, image, card_type)
    return Look(
        session=session,
        image=image,
        card_type=card_type,
        holder=name,
        holder_masked=mask(name),
        stop="" if stop is None else stop[0],
        refusal=_refusal(desk, session.medium, image, card_type, "" if stop is None else stop[0]),
        own_open=own,
        foreign_open=foreign,
        loads=planned,
        loads_fen=worth,
        cap_room_fen=0 if card_type is None else limits.cash_room(card_type, image.newest, named=bool(name)),
    )


def plan_loads(desk: Desk, medium: str, image: CardImage, card_type: CardType) -> load_rule.Plan | None:
    """What waiting loads would do to this card now."""
    moment = desk.moment
    waiting = _waiting(desk, medium, image)
    today = desk.calendar().card_day(moment.now()) if moment.is_sure else None
    newest = image.newest
    if medium == "cpu" and waiting:
        newest = replace(newest, last_load=waiting[0].number - 1)
    return load_rule.plan(newest, waiting, card_type.cap_fen, today)


def planned_loads(
    desk: Desk, medium: str, image: CardImage, card_type: CardType
) -> tuple[tuple[Load, ...], int]:
    """The loads of the plan, and what they are worth together."""
    plan = plan_loads(desk, medium, image, card_type)
    if plan is None:
        return (), 0
    return tuple(load for load in _waiting(desk, medium, image) if load.number <= plan.last), plan.fen


def _waiting(desk: Desk, medium: str, image: CardImage) -> Sequence[Load]:
    """The next loads of this card.

    A CPU card has one purse, so they end before one of another wallet. Its log says that it was loaded, but
    not by which number: where the last loads were other stations', the office's list says where to go on. So
    what comes onto it goes by the office's order alone, never together with what leaves it without one.
    """
    waiting = desk.facts.loads(image.identity.card, image.identity.issue, image.newest.last_load)
    if medium != "cpu" or not waiting:
        return waiting
    needs_order = waiting[0].fen > 0
    return tuple(takewhile(lambda one: one.wallet == "main" and (one.fen > 0) == needs_order, waiting))


def _refusal(
    desk: Desk, medium: str, image: CardImage, card_type: CardType | None, stop: str
) -> Refused | None:
    if stop:
        return Refused("card.stopped", reason=stop)
    if image.newest.locked:
        return Refused("card.locked")
    if medium == "cpu" and is_new(image):
        return Refused("card.not_issued")
    if desk.facts.place is None:
        return Refused("station.not_set_up")
    if card_type is None:
        return Refused("card.type_unknown", type=image.identity.type)
    try:
        limits.check_medium(card_type, medium)
    except Refused as refused:
        return refused
    now = desk.moment.now()
    if not desk.moment.is_sure and image.newest.last_time + CARD_EPOCH_UNIX > now + FUTURE_S:
        # The card has seen a later day than we have: nothing with a date in it can be decided here.
        return Refused("clock.unsure")
    try:
        limits.check_validity(image.identity, desk.calendar().card_day(now))
    except Refused as refused:
        return refused
    if not card_type.purse_on_card:
        # Its money is at the office: what a purse record on the plastic says must never be spent.
        return Refused(ON_ACCOUNT)
    return None


def _own_open(desk: Desk, card: int, issue: int) -> tuple[Unfinished, ...]:
    found = []
    for tap in desk.journal.index.open_taps():
        if (tap.card, tap.issue) == (card, issue):
            intent = desk.journal.body(tap.id)
            assert isinstance(intent, PurseIntent)
            if intent.purse is None:
                continue  # the server's to settle; the card has nothing to add
            found.append(Unfinished(intent=intent, state=State(tap.state)))
    return tuple(found)


def _keep_evidence(desk: Desk, image: CardImage, foreign: tuple[OpenTap, ...]) -> None:
    """Journal ``seen`` while the card can still prove something; later only the office's chain can."""
    for tap in foreign:
        if desk.journal.index.was_seen(tap.of, image.newest.counter):
            continue
        evidence.forsake(desk, tap)
        if image.newest.counter <= tap.counter + 2:
            evidence.journal_seen(desk, tap.of, image)
    for own in desk.journal.index.taps_given_up(image.identity.card, image.identity.issue):
        intent = desk.journal.body(own.id)
        assert isinstance(intent, PurseIntent)
        assert card_of(intent) == (image.identity.card, image.identity.issue)
        if intent.purse is None:
            continue
        if judge(own.id, write_of(intent), image.newest, image.older) is not Verdict.UNKNOWN:
            evidence.journal_seen(desk, own.id, image)
