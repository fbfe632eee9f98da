"""Long stories of a copied card: the copy says one thing, and then the plastic says another."""

from onecard.terminal.order import Order
from pos.task import Collect, Sell, Show
from server.books.office.withdraw import Terms as Back
from server.books.office.withdraw import Withdraw
from tests.world import deed_office
from tests.world.deed import AMOUNTS, free_holder
from tests.world.office import BOSS, CLERK, PURSE, UNIT
from tests.world.pos import Phase, PosBox
from tests.world.saga import FIRST_WRITE, WRITES, calm, put, send, two_tills
from tests.world.world import Holder, World


def _turn(world: World, holder: Holder, image: list[bytes]) -> list[bytes]:
    """The plastic says what it said then; what it said until now."""
    said = list(holder.m1.blocks)
    holder.m1.blocks = list(image)
    holder.is_forged = True
    world.luck.fault(f"{holder.name} is rolled to another copy of itself")
    return said


def _sell(world: World, box: PosBox, holder: Holder) -> str:
    if not (box.is_on and box.want(Sell(order=Order.amount(world.luck.choose(AMOUNTS[:3]))))):
        return "no sale"
    put(world, box, holder, torn=False)
    return box.phase.value


def _put_and_tear(world: World, box: PosBox, holder: Holder) -> None:
    """The card is gone when all is written and not yet read back."""
    plastic = holder.plastic
    storage = box.laid(plastic)
    plastic._fault = None
    plastic.tear_at(FIRST_WRITE + WRITES - 1, None)
    world.luck.fault("card torn after its write")
    world.guard(box, lambda: box.read(storage))
    if box.is_on:
        box.lift()
        world.guard(box, box.tick)
    plastic._fault = None


def denied(world: World) -> str | None:
    """The copy proves that a sale was never written; then the plastic with the sale is back."""
    tills, holder = two_tills(world), free_holder(world, PURSE)
    if tills is None or holder is None or not world.office.is_up:
        return None
    box, other = tills
    for one in tills:
        calm(world, one)
    send(world, *tills)
    before = list(holder.m1.blocks)
    if not box.want(Sell(order=Order.amount(world.luck.choose(AMOUNTS[:4])))):
        return None
    _put_and_tear(world, box, holder)
    if not (box.is_on and box.phase is Phase.RETAP):
        return f"{holder.name} at {box.name}: {box.phase.value}"
    world.clock.advance(20)
    world.guard(box, box.tick)
    world.guard(box, lambda: box.act("f8"))
    for one in list(box.till.aside) if box.is_on else []:
        box.till.journaled(lambda id=one.id: box.station.give_up(id, "supervisor", BOSS))  # type: ignore[misc]
    send(world, box, other)
    world.clock.advance(30)
    after = _turn(world, holder, before)
    if other.want(Show()):
        put(world, other, holder, torn=False)
    send(world, other)
    _turn(world, holder, after)
    said = _sell(world, other, holder)
    send(world, other, box)
    return f"{holder.name} at {box.name}: given up, seen without it, back with it: {said}"


def withdrawn(world: World) -> str | None:
    """A card that gave a load back is rolled back to before it did."""
    tills, holder = two_tills(world), free_holder(world, PURSE)
    if tills is None or holder is None or not world.office.is_up:
        return None
    box, other = tills
    for one in tills:
        calm(world, one)
    deed_office.recharge_for(world, holder, world.luck.choose((300, 2_000)))
    send(world, *tills)
    mine = [one for one in deed_office.waiting(world) if (one.card, one.issue) == (holder.card, holder.issue)]
    if not mine:
        return None
    terms = Back(holder.card, holder.issue, mine[-1].number, deed_office.TARGET)
    deed_office.ask(world, Withdraw(UNIT, deed_office.key(world), terms, CLERK))
    deed_office.excuse(world, holder.card)
    send(world, box)
    before = list(holder.m1.blocks)
    if not (box.is_on and box.want(Collect(fen=0))):
        return None
    put(world, box, holder, torn=False)
    said = box.phase.value
    send(world, box)
    _turn(world, holder, before)
    sold = [_sell(world, other, holder) for _ in range(2)]
    send(world, other)
    return f"{holder.name} gives load {mine[-1].number} back: {said}, then as before: {', '.join(sold)}"
