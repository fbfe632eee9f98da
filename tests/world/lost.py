"""Terminals that two people give up; what they held back is gone for good, or arrives when they are found."""

from onecard.terminal.order import Order
from pos.task import Collect, Recharge, Sell, Task
from server.books.office.declare_lost import DeclareLost, Terms
from server.cards import tables as cards
from tests.world import books, deed_office
from tests.world.box import Box
from tests.world.deed import AMOUNTS, free_holder
from tests.world.office import CLERK, CLERK_2, PURSE, UNIT
from tests.world.pos import PosBox
from tests.world.saga import calm, put, send, two_tills
from tests.world.world import Holder, World


def lose_till(world: World) -> str | None:
    """A till works where nobody hears it and is gone; its cards go on, and two people give it up."""
    tills, holder = two_tills(world), free_holder(world, PURSE)
    if tills is None or holder is None or not world.office.is_up or any(one.is_gone for one in world.boxes):
        return None
    box, other = tills
    luck = world.luck
    for one in tills:
        calm(world, one)
    waits = luck.below(3)
    for _ in range(waits):
        deed_office.recharge_for(world, holder, luck.choose((300, 2_000)))
    send(world, box, other)
    tasks = [Collect(fen=0)] if waits else []
    made = _work(world, box, holder, [*tasks, *(_task(world) for _ in range(1 + luck.below(3)))])
    if not box.is_on:
        return f"{box.name} is off"
    world.lose(box)
    made_after = _work(world, other, holder, [_task(world) for _ in range(1 + luck.below(2))])
    if luck.below(3):
        send(world, other)
    said = f"{box.name} is gone after {made} taps, {made_after} elsewhere: {declare(world, box)}"
    if luck.below(3):
        # A hole of several records is closed once everybody else was heard.
        for one in world.boxes:
            calm(world, one)
        send(world, *world.boxes)
        world.pass_time(70)
        said += f", {inferred(world)} holes closed"
    return f"{said}, {find(world)}" if luck.one_in(2) else said


def inferred(world: World) -> int:
    """How many holes are closed by what stands on both sides."""
    return sum(row.inferred > 0 for row in books.rows(world.office, cards.gap)) if world.office.is_up else 0


def _task(world: World) -> Task:
    luck = world.luck
    sale = Sell(order=Order.amount(luck.choose(AMOUNTS[:4])))
    return luck.choose((sale, sale, Recharge(fen=luck.choose((100, 1_000))), Collect(fen=0)))


def _work(world: World, box: PosBox, holder: Holder, tasks: list[Task]) -> int:
    """Mostly with one card, so that several records in a row are missing."""
    luck, made = world.luck, 0
    for task in tasks:
        who = holder if luck.below(4) else free_holder(world, PURSE) or holder
        if not box.want(task):
            continue
        put(world, box, who, torn=luck.one_in(8))
        if not box.is_on:
            return made
        made += 1
        world.clock.advance(30)
        world.guard(box, box.tick)
    return made


def declare(world: World, box: Box) -> str:
    """One says that it is lost, another one agrees."""
    order = DeclareLost(UNIT, deed_office.key(world), Terms(box.number, CLERK), CLERK_2)
    answer = deed_office.ask(world, order)
    return "no answer" if answer is None else f"declared {answer.result.status.value}"


def find(world: World) -> str | None:
    """It lay in a cupboard."""
    gone = [one for one in world.boxes if one.is_gone]
    if not gone:
        return None
    box = world.luck.choose(gone)
    world.find(box)
    said = world.guard(box, lambda: world.sync(box)) if box.is_on and world.luck.one_in(2) else "silent"
    return f"{box.name} is found: {said}"


def release(world: World) -> str | None:
    """The office lets a terminal in again whose disks followed each other too fast."""
    count = world.office.release() if world.office.is_up else 0
    return f"{count} terminals released" if count else None


def settle(world: World) -> None:
    """At the end of the day most are found, and what is not is given up for certain."""
    for box in world.boxes:
        if box.is_gone and world.luck.below(3):
            world.find(box)
            world.note(f"{box.name} is found")
        elif box.is_gone:
            world.note(f"{box.name} stays lost: {declare(world, box)}")
