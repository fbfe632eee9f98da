"""Long stories that chance alone tells too rarely: one trouble on top of another, each step still drawn.

Like a deed, a saga says in a few words what came of it; ``None``: it made no sense just now.
"""

from onecard.devices.readers.virtual import VirtualPurse
from onecard.terminal.order import Order
from onecard.terminal.outcome import State, Unfinished
from onecard.wire import messages as m
from pos.task import Collect, Sell, Show, TakeBack
from server.books.office.refund import Refund
from server.books.office.refund import Terms as Wanted
from server.books.office.withdraw import Terms as Back
from server.books.office.withdraw import Withdraw
from server.books.tables import key_of
from tests.world import chip, deed, deed_fault, deed_office
from tests.world.box import Box
from tests.world.deed import AMOUNTS, NOTES, free_holder, holder_of, kiosk
from tests.world.invariant import nothing_unsent
from tests.world.kiosk import KioskBox
from tests.world.office import ACCOUNT, BOSS, CLERK, PURSE, UNIT
from tests.world.pos import Phase, PosBox
from tests.world.world import Holder, World

#: Where in a tap the record is written, and where it is read back.
FIRST_WRITE, WRITES = 11, 6


#: Phases in which a till is free for somebody else.
IDLE = (Phase.CLOSED, Phase.OK, Phase.REFUSED, Phase.READY)


def two_tills(world: World) -> tuple[PosBox, PosBox] | None:
    ready = [one for one in world.pos if one.is_ready and one.phase in IDLE]
    if len(ready) < 2:
        return None
    one = world.luck.choose(ready)
    return one, next(other for other in ready if other is not one)


def calm(world: World, box: Box) -> None:
    """Nothing is in this machine's way for a moment."""
    box.is_offline, box.disk.trouble, world.network.bad = False, 0, 0


def send(world: World, *boxes: Box) -> None:
    for box in boxes:
        if box.is_on:
            world.guard(box, lambda box=box: world.sync(box))  # type: ignore[misc]


def put(world: World, box: PosBox, holder: Holder, torn: bool) -> None:
    """A card onto a till that wants one; torn away in the middle of the write, or left in peace."""
    plastic, luck = holder.plastic, world.luck
    storage = box.laid(plastic)
    plastic._fault = None
    if torn:
        index, byte = FIRST_WRITE + luck.below(WRITES), luck.choose((None, 0, 7))
        if isinstance(plastic, VirtualPurse):
            index, byte = chip.tear(luck, plastic)
        # A chip that stays and says no is as often as one that leaves: it answers for itself.
        stays = luck.one_in(2 if isinstance(plastic, VirtualPurse) else 4)
        (plastic.glitch_at if stays else plastic.tear_at)(index, byte)
        luck.fault(f"card torn at command {index} byte {byte}")
    world.guard(box, lambda: box.read(storage))
    if box.is_on:
        box.lift()
        world.guard(box, box.tick)
    plastic._fault = None


def torn_sale(world: World) -> str | None:
    """Torn, sold elsewhere in between, set aside, looked at by another till, tried again, given up."""
    tills, holder = two_tills(world), free_holder(world, PURSE)
    if tills is None or holder is None:
        return None
    box, other = tills
    luck = world.luck
    if not box.want(Sell(order=Order.amount(luck.choose(AMOUNTS[:4])))):
        return None
    put(world, box, holder, torn=True)
    told = [box.phase.value]
    if box.is_on and box.phase is Phase.RETAP and luck.one_in(2):
        told.append(_sold_elsewhere(world, other, holder))
        put(world, box, holder, torn=luck.one_in(4))
        told.append(f"again {box.phase.value}")
    if box.is_on and box.phase is Phase.RETAP:
        world.clock.advance(20)
        world.guard(box, box.tick)
        world.guard(box, lambda: box.act("f8"))
        told.append(f"left {box.phase.value}")
    if not (box.is_on and box.till.aside):
        return f"{holder.name} at {box.name}: {', '.join(told)}"
    calm(world, box)
    calm(world, other)
    send(world, box, other)
    told += _afterwards(world, box, other, holder)
    return f"{holder.name} at {box.name}: {', '.join(told)}"


def _sold_elsewhere(world: World, other: PosBox, holder: Holder) -> str:
    if not other.want(Sell(order=Order.amount(world.luck.choose(AMOUNTS[:4])))):
        return "no sale elsewhere"
    put(world, other, holder, torn=False)
    return f"elsewhere {other.phase.value}"


def _aside(box: PosBox, holder: Holder) -> Unfinished | None:
    mine = (holder.card, holder.issue)
    return next((one for one in box.till.aside if (one.card, deed.medium_of(one)) == mine), None)


def _afterwards(world: World, box: PosBox, other: PosBox, holder: Holder) -> list[str]:
    """A tap of this card waits for it; what the fleet makes of that."""
    luck, told = world.luck, []
    if luck.below(3) and other.want(Show()):
        put(world, other, holder, torn=False)
        told.append("seen")
    elif luck.one_in(2):
        told.append(_sold_elsewhere(world, other, holder))
    one = _aside(box, holder)
    if one is not None and luck.below(3) and box.want(deed.Complete(unfinished=one)):
        put(world, box, holder, torn=luck.below(3) > 0)
        told.append(f"completed {box.phase.value}")
        if box.is_on and box.phase is Phase.RETAP:
            world.guard(box, lambda: box.act("f8"))
    one = _aside(box, holder) if box.is_on else None
    if one is not None and luck.below(3):
        id = one.id
        box.till.journaled(lambda: box.station.give_up(id, "supervisor", BOSS))
        told.append("given up")
    send(world, box, other)
    if luck.one_in(2):
        told.append(_sold_elsewhere(world, other, holder))
    return told


def late_sale(world: World) -> str | None:
    """The office hears of a sale only after the till has taken it back."""
    box, holder = deed.till(world), free_holder(world, ACCOUNT)
    if box is None or holder is None or not world.office.is_up:
        return None
    if not box.want(Sell(order=Order.amount(world.luck.choose(AMOUNTS[:3])))):
        return None
    calm(world, box)
    put(world, box, holder, torn=False)
    if not (box.is_on and box.phase is Phase.ASKING):
        return None
    world.network.plan("/t/sale", "late")
    for act in (
        lambda: box.put_questions() and None,
        lambda: box.act("escape"),
        lambda: box.put_questions() and None,
    ):
        world.guard(box, act)  # type: ignore[arg-type]
    world.network.plan("", "")
    said = box.phase.value if box.is_on else "off"
    late = world.network.deliver(all_of_it=True)
    send(world, box)
    return f"{holder.name} at {box.name}: {said}, {late} late"


def void_and_refund(world: World) -> str | None:
    """The office is asked for money back that the till still can give, and then the till gives it."""
    box = deed.till(world)
    if box is None or not world.office.is_up or box.phase not in IDLE:
        return None
    sold = [
        one.intent for one in box.station.sales_of_shift()
        if isinstance(one.intent, m.Sale) and one.state is State.DONE and one.voided_by is None
        and one.intent.purse is not None
    ]  # fmt: skip
    if not sold:
        return None
    sale = world.luck.choose(sold[:4])
    holder = holder_of(world, sale.card, sale.issue)
    if holder is None or any(one.plastic is holder.plastic for one in world.boxes):
        return None
    calm(world, box)
    send(world, box)
    if not world.office.is_up:
        return None
    order = Refund(UNIT, deed_office.key(world), Wanted(key_of(sale.id)), CLERK)
    answer = deed_office.ask(world, order)
    said = deed_office.settled(world, answer, order.key, sale.card, sale.due_fen)
    if not box.want(TakeBack(sale=sale.id, fen=sale.due_fen, supervisor=BOSS, reason="other")):
        return f"refund {sale.id}: {said}"
    put(world, box, holder, torn=False)
    return f"refund {sale.id}: {said}, void: {box.phase.value}"


def withdrawn_load(world: World) -> str | None:
    """One of two loads is taken back while both wait; then the card comes."""
    holder, box = free_holder(world, PURSE), deed.till(world)
    if holder is None or box is None or not world.office.is_up:
        return None
    deed_office.recharge_for(world, holder, 700)
    waiting = [
        row for row in deed_office.waiting(world) if (row.card, row.issue) == (holder.card, holder.issue)
    ]
    if not waiting:
        return None
    calm(world, box)
    if world.luck.one_in(2):
        send(world, box)
    row = waiting[-1]
    order = Withdraw(
        UNIT, deed_office.key(world), Back(row.card, row.issue, row.number, deed_office.TARGET), CLERK
    )
    deed_office.ask(world, order)
    deed_office.excuse(world, row.card)
    deed_office.recharge_for(world, holder, 300)
    if world.luck.below(4):
        send(world, box)
    if not box.is_ready or not box.want(Collect(fen=0)):
        return f"load {row.number} of {holder.name} taken back"
    put(world, box, holder, torn=world.luck.one_in(4))
    return f"load {row.number} of {holder.name} taken back, then {box.phase.value}"


def walk_away(world: World) -> str | None:
    """Notes, a card that leaves in the middle of the write, and nobody there any more."""
    box, holder = kiosk(world), free_holder(world, PURSE)
    if box is None or holder is None or not _opened(world, box, holder):
        return None
    luck = world.luck
    for _ in range(1 + luck.below(2)):
        box.insert(luck.choose(NOTES[:4]))
        world.pass_time(4)
    if not box.is_on or box.plastic is None:
        return "off"
    box.plastic.tear_at(box.plastic.commands + FIRST_WRITE + luck.below(WRITES), luck.choose((None, 3)))
    luck.fault("card torn at the end of the visit")
    world.guard(box, lambda: box.press("finish") or None)
    world.pass_time(2)
    said = box.screen
    if box.is_on:
        world.guard(box, lambda: box.lift() or None)
    holder.plastic._fault = None
    world.pass_time(luck.choose((40, 150, 200)))
    calm(world, box)
    send(world, box)
    return f"{holder.name} at {box.name}: {said}, then {box.screen}"


def _opened(world: World, box: KioskBox, holder: Holder) -> bool:
    """A card lies there and the mouth is open."""
    if box.plastic is not None or box.memory.place != "none":
        return False
    box.cable.mend()
    box.cable.heal()
    calm(world, box)
    if box.flow.visit.phase.value != "home":
        world.pass_time(100)  # whoever was there has gone
    world.pass_time(6 if box.booth.acceptor_trouble else 2)
    if not box.is_on or box.flow.visit.phase.value != "home":
        return False
    holder.plastic._fault = None
    storage = box.laid(holder.plastic)

    def work() -> None:
        box.read(storage)
        box.press("cash")

    world.guard(box, work)
    world.pass_time(2)
    if box.is_on and not box.simulator.takes_notes:
        world.guard(box, lambda: box.lift() or None)
    return box.is_on and box.simulator.takes_notes


def note_and_mains(world: World) -> str | None:
    """The mains go while a note is on its last way."""
    box, holder = kiosk(world), free_holder(world, PURSE)
    if box is None or holder is None or not _opened(world, box, holder):
        return None
    luck = world.luck
    box.insert(luck.choose(NOTES))
    # A note needs 0.8 s to the escrow and as long again into the box.
    world.pass_time(0.8 + 0.1 * luck.below(9))
    box.simulator.power_cut(note_passed=luck.one_in(2))
    at = box.memory.place
    luck.fault(f"acceptor of {box.name}: mains, a note in the {at}")
    if box.is_on and luck.one_in(3):
        world.power_off(box)
    world.pass_time(luck.choose((0.5, 4)))
    box.simulator.power_on()
    world.power_on(box)
    world.pass_time(luck.choose((4, 60)))
    return f"{holder.name} at {box.name}: mains with a note in the {at}"


def lost_day(world: World) -> str | None:
    """A backup, a day's work, and then there is only the backup."""
    if not world.office.is_up or world.office.disk.is_dead:
        return None
    for box in world.boxes:
        calm(world, box)
    send(world, *world.boxes)
    if not world.office.is_up:
        return None
    world.take_backup()
    if world.backup is None:
        return None
    sold = _some_sales(world, 3)
    send(world, *world.boxes)
    world.restore_server()
    deed_fault.set_books_epoch(world.office, 1 + world.restores)
    world.luck.fault("the server is replaced by its backup")
    if world.luck.one_in(2):
        sold += _some_sales(world, 1)
    send(world, *world.boxes)
    return f"{sold} sales, the server is its backup"


def _some_sales(world: World, most: int, *boxes: PosBox) -> int:
    sold = 0
    for _ in range(most):
        ready = [one for one in boxes or world.pos if one.is_ready]
        holder = free_holder(world, PURSE)
        if not ready or holder is None:
            break
        box = world.luck.choose(ready)
        if box.want(Sell(order=Order.amount(world.luck.choose(AMOUNTS[:3])))):
            put(world, box, holder, torn=False)
            sold += box.phase is Phase.OK
    return sold


def twice_old(world: World) -> str | None:
    """The same old disk is put into a till again and again, and it sells in between."""
    ready = [one for one in world.pos if one.is_ready and one.phase in IDLE]
    if not ready or not world.office.is_up:
        return None
    box = world.luck.choose(ready)
    calm(world, box)
    send(world, box)
    if not box.is_on:
        return f"{box.name} is off"
    if box.name not in world.images and deed_fault.copy_disk_of(world, box) is None:
        return None
    times = 0
    for _ in range(1 + world.luck.below(3)):
        _some_sales(world, 2, box)
        send(world, box)
        if not (box.is_on and not box.disk.trouble and nothing_unsent(world, box)):
            break
        deed_fault.put_old_disk(world, box)
        times += 1
        if world.luck.one_in(2):
            send(world, box)
    _some_sales(world, 2, box)
    send(world, box)
    return f"{box.name} has its old disk {times} times"
