"""Goal: in whatever order things happen, a visit never puts credits on two roads, and always comes home.

Method: random events on the pure step; a model keeps where each credit is, and time alone must end the visit.
"""

from hypothesis import given
from hypothesis import strategies as st

from kiosk import visit as visiting
from kiosk.task import Deliver, Show
from kiosk.visit_events import Cash, CashMoved, CloseMouth, OpenMouth, Pressed, Ticked, Wait, Waited
from kiosk.visit_state import Limits, Phase, Visit
from onecard.cards.image import CardImage, Identity, Purse
from onecard.errors import CardGone, Refused
from onecard.ids import RecordId
from onecard.terminal.card_event import (
    Arm,
    Began,
    Complete,
    Disarm,
    Disarmed,
    Ended,
    Failed,
    GiveUp,
    Lifted,
    Placed,
)
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed, Unfinished
from onecard.wire import messages as m

CARD = 500_001
UID = bytes.fromhex("04A1B2C3")
IMAGE = CardImage(
    uid=UID,
    identity=Identity(unit=7, card=CARD, issue=1, type=1, key_version=1, until_day=9000),
    newest=Purse(main_fen=100),
    older=None,
    copy=0,
)
LOOK = Look(session=None, image=IMAGE, cap_room_fen=50_000)  # type: ignore[arg-type]
LIMITS = Limits()


class World:
    """Reader, acceptor and disk as the visit sees them; fails when a credit goes two ways."""

    def __init__(self) -> None:
        self.at = 0.0
        self.seq = 0
        self.mouth: int | None = None
        self.cash = Cash()
        self.armed: object = None
        self.present = False
        self.delivered: set[RecordId] = set()
        self.waiting: set[RecordId] = set()
        self.open: dict[RecordId, m.Recharge] = {}
        self.given_up: set[RecordId] = set()
        self.visit, commands = visiting.start(0.0)
        self.do(commands)

    def step(self, event: object) -> None:
        self.visit, commands = visiting.step(self.visit, event, LIMITS)  # type: ignore[arg-type]
        self.do(commands)

    def do(self, commands: tuple[object, ...]) -> None:
        for command in commands:
            match command:
                case Arm(task=task):
                    self.armed = task
                case Disarm():
                    in_time, self.armed = self.armed is not None, None
                    self.step(Disarmed(in_time=in_time, at=self.at))
                case OpenMouth():
                    self.mouth, self.cash = command.visit, Cash(open=True, room_fen=command.room_fen)
                case CloseMouth():
                    self.shut()
                case Wait(credits=credits):
                    self.wait(credits)
                case GiveUp(id=id):
                    assert id in self.open, "given up without being open"
                    self.given_up.add(id)

    def shut(self) -> None:
        if self.mouth is not None:
            self.cash = Cash(notes=self.cash.notes)
            self.step(CashMoved(visit=self.mouth, cash=self.cash, at=self.at))

    def wait(self, credits: tuple[RecordId, ...]) -> None:
        held = {credit for recharge in self.open.values() for credit in recharge.credits}
        assert not held & set(credits), "credits of a write that nobody proved became waiting"
        assert not (self.delivered | self.waiting) & set(credits), "credits on two roads"
        self.waiting |= set(credits)
        waiting = m.Waiting(
            unit=7, id=self.next_id(), at=1, day=1, card=CARD, issue=1, amount_fen=1, credits=credits
        )
        self.step(Waited(waiting=waiting, at=self.at))

    def next_id(self) -> RecordId:
        self.seq += 1
        return RecordId(1001, 1, self.seq)

    # -- what can happen -----------------------------------------------------------------------------------

    def note(self) -> None:
        if self.mouth == self.visit.number and self.cash.open:
            notes = (*self.cash.notes, (self.next_id(), 500))
            self.cash = Cash(notes=notes, open=True, room_fen=10_000)
            self.step(CashMoved(visit=self.mouth, cash=self.cash, at=self.at))

    def place(self) -> None:
        if not self.present:
            self.present = True
            self.step(Placed(at=self.at))

    def lift(self) -> None:
        if self.present:
            self.present = False
            self.step(Lifted(at=self.at))

    def card(self, how: str) -> None:
        """The reader gives the card to the armed task, and this is how it ends."""
        task = self.armed
        if task is None or not self.present:
            return
        self.armed = None
        self.step(Began(at=self.at))
        self.step(Ended(result=self.result(task, how), at=self.at))

    def result(self, task: object, how: str) -> object:
        if how == "gone":
            if isinstance(task, Complete):
                return task.unfinished
            return Failed(error=CardGone(), gone=True)
        if isinstance(task, Deliver):
            return self.deliver(task, how)
        if isinstance(task, Complete):
            return self.complete(task, how)
        return LOOK if isinstance(task, Show) else Failed(error=Refused("load.none"))

    def deliver(self, task: Deliver, how: str) -> object:
        taken = {c for r in self.open.values() for c in r.credits} | self.delivered | self.waiting
        assert not taken & set(task.credits), "credits on two roads"
        if how == "refused":
            return Failed(error=Refused("limit.cap"))
        write = m.PurseWrite(
            card=CARD, issue=1, uid=UID.hex(), counter=0, prev=RecordId(0, 0, 0), before=m.Balances(0),
            after=m.Balances(task.fen),
        )  # fmt: skip
        intent = m.Recharge(
            unit=7, id=self.next_id(), at=1, day=1, source=m.Source.CASHBOX, amount_fen=task.fen,
            credits=task.credits, purse=write,
        )  # fmt: skip
        self.open[intent.id] = intent
        return Unfinished(intent=intent) if how == "torn" else self.done(intent)

    def complete(self, task: Complete, how: str) -> object:
        intent = task.unfinished.intent
        assert isinstance(intent, m.Recharge)
        assert intent.id not in self.given_up, "completed after it was given up"
        if how == "torn":
            return task.unfinished
        if how == "refused":
            del self.open[intent.id]
            return Failed(error=Refused("card.not_written"))
        return self.done(intent)

    def done(self, intent: m.Recharge) -> Completed:
        del self.open[intent.id]
        self.delivered |= set(intent.credits)
        return Completed(
            intent=intent, balance_before_fen=0, balance_after_fen=intent.amount_fen, commands=1, image=IMAGE
        )

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds * 2)):
            self.at += 0.5
            self.step(Ticked(at=self.at))


KEYS = ("balance", "cash", "finish", "back", "end", "yes", "load", "language:en")
DEEDS = st.one_of(
    st.tuples(st.just("press"), st.sampled_from(KEYS)),
    st.tuples(st.just("card"), st.sampled_from(("well", "well", "torn", "gone", "refused"))),
    st.tuples(st.sampled_from(("note", "place", "lift")), st.none()),
    st.tuples(st.just("time"), st.sampled_from((0.5, 6.0, 25.0, 65.0))),
)


#: How a visit usually begins; random deeds alone seldom come so far.
USUAL: list[tuple[str, object]] = [
    ("place", None),
    ("card", "well"),
    ("press", "cash"),
    ("note", None),
    ("note", None),
    ("press", "finish"),
    ("card", "torn"),
    ("lift", None),
]


def act(world: World, deed: tuple[str, object]) -> None:
    name, value = deed
    match name:
        case "press":
            world.step(Pressed(key=str(value), at=world.at, room_fen=10_000))
        case "card":
            world.card(str(value))
        case "time":
            world.pass_time(float(value))  # type: ignore[arg-type]
        case _:
            getattr(world, name)()


# F: D3 D6
@given(st.integers(0, len(USUAL)), st.lists(DEEDS, max_size=60))
def test_credits_take_one_road_and_time_brings_every_visit_home(
    usual: int, deeds: list[tuple[str, object]]
) -> None:
    world = World()
    for deed in [*USUAL[:usual], *deeds]:
        act(world, deed)
    world.lift()
    world.card("well")
    world.pass_time(400)
    assert world.visit.phase is Phase.HOME, world.visit
    assert world.visit == Visit(number=world.visit.number, since=world.visit.since)
    credits = {id for id, _ in world.cash.notes}
    held = {credit for recharge in world.open.values() for credit in recharge.credits}
    assert credits <= world.delivered | world.waiting | held
    assert set(world.open) == world.given_up
    assert world.armed is not None, "nobody can begin the next visit"
