"""Long stories of a CPU card: torn at a command, its order lost, brought again or never, a void owed.

Like a deed, a saga says in a few words what came of it; ``None``: it made no sense just now. F: A9 C7
"""

from onecard.terminal.order import Order
from onecard.terminal.outcome import State
from onecard.wire import messages as m
from pos.task import Collect, Recharge, Sell, TakeBack, Task
from tests.world import deed_office
from tests.world.deed import AMOUNTS, free_holder
from tests.world.office import BOSS, CHIP
from tests.world.pos import Phase, PosBox
from tests.world.saga import calm, put, send, two_tills
from tests.world.world import Holder, World


def torn(world: World) -> str | None:
    """Money moves on a chip and it is torn away; then it comes back, after other tills, or never."""
    tills, holder = two_tills(world), free_holder(world, CHIP)
    if tills is None or holder is None or not world.office.is_up:
        return None
    box, other = tills
    luck = world.luck
    for one in tills:
        calm(world, one)
    told = []
    task = _task(world, box, holder)
    if not box.want(task):
        return None
    if luck.one_in(3):
        # The office has ordered the load, and the till does not hear so.
        world.network.plan("/t/load", luck.choose(("lost", "mute")))
    put(world, box, holder, torn=luck.below(4) > 0)
    world.network.plan("", "")
    told.append(f"{type(task).__name__.lower()} {_phase(box)}")
    if box.is_on and box.phase is Phase.RETAP:
        told += _afterwards(world, box, other, holder)
    send(world, box, other)
    if luck.one_in(2):
        told.append(f"then {_do(world, other, holder, Collect(fen=0))}")
    return f"{holder.name} at {box.name}: {', '.join(told)}"


def _task(world: World, box: PosBox, holder: Holder) -> Task:
    luck = world.luck
    match luck.below(3):
        case 0:
            return Sell(order=Order.amount(luck.choose(AMOUNTS[:4])))
        case 1:
            return Recharge(fen=luck.choose((100, 2_000)))
    deed_office.recharge_for(world, holder, luck.choose((300, 2_000)))
    send(world, box)
    return Collect(fen=0)


def _phase(box: PosBox) -> str:
    return box.phase.value if box.is_on else "off"


def _do(world: World, box: PosBox, holder: Holder, task: Task) -> str:
    if not (box.is_ready and box.want(task)):
        return "nothing"
    put(world, box, holder, torn=world.luck.one_in(6))
    return _phase(box)


def _afterwards(world: World, box: PosBox, other: PosBox, holder: Holder) -> list[str]:
    luck, said = world.luck, []
    which = luck.below(4)
    if which in (1, 2):
        said.append(f"elsewhere {_do(world, other, holder, Sell(order=Order.amount(50)))}")
    if which < 2 and box.is_on and box.phase is Phase.RETAP:
        put(world, box, holder, torn=luck.one_in(4))
        said.append(f"again {_phase(box)}")
    if box.is_on and box.phase is Phase.RETAP:
        world.clock.advance(20)
        world.guard(box, box.tick)
        world.guard(box, lambda: box.act("f8"))
        said.append(f"left {_phase(box)}")
    for one in list(box.till.aside) if box.is_on and luck.one_in(2) else []:
        box.till.journaled(lambda id=one.id: box.station.give_up(id, "supervisor", BOSS))  # type: ignore[misc]
        said.append("given up")
    return said


def owed(world: World) -> str | None:
    """A sale is taken back: the chip gets nothing now, and all of it by an ordinary load later."""
    tills, holder = two_tills(world), free_holder(world, CHIP)
    if tills is None or holder is None or not world.office.is_up:
        return None
    box, other = tills
    for one in tills:
        calm(world, one)
    said = [_do(world, box, holder, Sell(order=Order.amount(world.luck.choose(AMOUNTS[:4]))))]
    sold = [
        one.intent for one in (box.station.sales_of_shift() if box.is_on and box.station.shift else [])
        if isinstance(one.intent, m.Sale) and one.state is State.DONE and one.voided_by is None
        and one.intent.card == holder.card
    ]  # fmt: skip
    if not sold or not box.is_ready:
        return f"{holder.name} at {box.name}: {', '.join(said)}"
    sale = sold[0]
    back = TakeBack(sale=sale.id, fen=sale.due_fen, supervisor=BOSS, reason="other")
    said.append(f"void {_do(world, box, holder, back)}")
    send(world, box, other)
    said.append(f"load {_do(world, world.luck.choose(tills), holder, Collect(fen=0))}")
    return f"{holder.name} at {box.name}: {', '.join(said)}"
