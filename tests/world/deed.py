"""What members and cashiers do at the tills. A deed says in a few words what came of it; ``None``: it made no
sense just now."""

from onecard.cards.cpu.card import CpuCard
from onecard.cards.cpu.psam import KeyPsam
from onecard.cards.m1 import M1Card
from onecard.cards.session import CardSession
from onecard.devices.readers.virtual import DirectCpu, DirectStorage, VirtualM1, VirtualPurse
from onecard.errors import OneCardError
from onecard.ids import RecordId
from onecard.terminal.card_event import Complete
from onecard.terminal.order import Order
from onecard.terminal.outcome import State, Unfinished
from onecard.wire import messages as m
from pos.task import Collect, Recharge, Sell, TakeBack
from tests.world import chip
from tests.world.box import KEYS, Box, Plastic
from tests.world.disk import IOERR_WRITE
from tests.world.kiosk import KioskBox
from tests.world.luck import Luck
from tests.world.office import ACCOUNT, BOSS, CHIP, PURSE, UNIT
from tests.world.pos import Phase, PosBox
from tests.world.world import Holder, World

AMOUNTS = (1, 100, 350, 999, 1_250, 4_000)
NOTES = (100, 500, 1_000, 2_000, 5_000, 10_000)
#: More commands than the longest tap takes.
MOST_COMMANDS = 30


def session(plastic: Plastic) -> CardSession:
    """With a reader of nobody's."""
    if isinstance(plastic, VirtualPurse):
        return CpuCard(DirectCpu(plastic), KEYS, UNIT, KeyPsam(KEYS))
    return M1Card(DirectStorage(plastic), KEYS, UNIT)


def read(plastic: Plastic) -> tuple[int, int] | None:
    """(main purse, counter) as the card says itself; ``None`` when it says nothing any more."""
    try:
        newest = session(plastic).read().newest
    except OneCardError:
        return None
    finally:
        plastic.pull()
    return newest.main_fen, newest.counter


# ---- who is there


def till(world: World) -> PosBox | None:
    ready = [one for one in world.pos if one.is_ready]
    return world.luck.choose(ready) if ready else None


def free_holder(world: World, *types: int) -> Holder | None:
    """Somebody whose card lies on no reader."""
    busy = {id(box.plastic) for box in world.boxes if box.plastic is not None}
    free = [
        one for one in world.holders
        if one.card and id(one.plastic) not in busy and (not types or one.type in types)
    ]  # fmt: skip
    return world.luck.choose(free) if free else None


def holder_of(world: World, card: int, issue: int = 0) -> Holder | None:
    """Who has this card; 0: its newest plastic."""
    some = [one for one in world.holders if one.card == card and issue in (0, one.issue)]
    return max(some, key=lambda one: one.issue, default=None)


def medium_of(tap: Unfinished) -> int:
    """The issue number of the plastic that a tap waits for."""
    purse = tap.intent.purse
    return 0 if purse is None else purse.issue


def disturb(world: World, box: Box, plastic: Plastic) -> None:
    """The card may be torn away, or the power go, while they talk."""
    luck, families = world.luck, world.options.families
    plastic._fault = None
    if "card" in families and luck.one_in(3):
        index, byte = chip.tear(luck, plastic) if isinstance(plastic, VirtualPurse) else _tear(luck)
        if luck.one_in(4):
            plastic.glitch_at(index, byte)
        else:
            plastic.tear_at(index, byte)
        luck.fault(f"card torn at command {index} byte {byte}")
    if "disk" in families and luck.one_in(12):
        box.disk.good_writes = luck.below(12)
        luck.fault(f"disk of {box.name}: eio after {box.disk.good_writes} writes")
    if "power" in families and luck.one_in(12):
        box.fuse = 1 + luck.below(60)
        luck.fault(f"{box.name} will lose its power after {box.fuse} doors")


def _tear(luck: Luck) -> tuple[int, int | None]:
    """Mostly while it is written and read back: before that nothing has happened."""
    index = luck.below(MOST_COMMANDS) if luck.one_in(4) else 11 + luck.below(7)
    return index, luck.choose((None, luck.below(16)))


def lay(world: World, box: PosBox | KioskBox, plastic: Plastic) -> None:
    """A card comes onto a reader, perhaps badly."""
    storage = box.laid(plastic)
    disturb(world, box, plastic)
    try:
        box.read(storage)
    finally:
        box.disk.good_writes = None


def after(world: World, box: PosBox, holder: Holder) -> None:
    """What the member does when the till has said its word, or has not."""
    luck = world.luck
    if box.phase is Phase.RETAP:
        match luck.below(7):
            case 5 | 6:
                box.lift()
                elsewhere(world, box, holder)
                box.tick()
                lay(world, box, holder.plastic)
            case 0 | 1:
                box.lift()
                box.tick()  # the reader is armed again a moment later
                lay(world, box, holder.plastic)
            case 2:
                box.lift()
                other = free_holder(world)
                box.tick()
                if other is not None and other is not holder:
                    lay(world, box, other.plastic)
            case 3:
                box.lift()
    if luck.below(8):
        box.lift()


def elsewhere(world: World, box: PosBox, holder: Holder) -> None:
    """The member buys something at another till and comes back."""
    for other in world.pos:
        if other is not box and other.want(Sell(order=Order.amount(world.luck.choose(AMOUNTS)))):
            world.guard(other, lambda other=other: lay(world, other, holder.plastic))  # type: ignore[misc]
            if other.is_on:
                other.lift()


def tapped(world: World, box: PosBox, holder: Holder, what: str) -> str:
    """Lay the card, and say how it ended."""

    def work() -> str:
        lay(world, box, holder.plastic)
        phase, error = box.phase.value, box.flow.cards.tap.error
        after(world, box, holder)
        if error is not None and error.code == "station.fault":
            world.broken("fault", f"{box.name}: {what}: {error}")
        return f"{phase}" + (f" ({error.code})" if error is not None else "")

    return f"{what} at {box.name}: {world.guard(box, work)}"


# ---- selling


def sell(world: World) -> str | None:
    box, holder = till(world), free_holder(world)
    fen = world.luck.choose(AMOUNTS)
    if box is None or holder is None or not box.want(Sell(order=Order.amount(fen))):
        return None
    return tapped(world, box, holder, f"sell {fen} to {holder.name}")


def sell_from_account(world: World) -> str | None:
    box, holder = till(world), free_holder(world, ACCOUNT)
    fen = world.luck.choose(AMOUNTS)
    if box is None or holder is None or not box.want(Sell(order=Order.amount(fen))):
        return None
    said = tapped(world, box, holder, f"sell {fen} to account {holder.name}")
    if box.is_on and box.phase is Phase.ASKING and world.luck.one_in(2):
        # Asked once, and the cashier has no patience at all.
        world.guard(box, lambda: box.put_questions() and None)
        world.guard(box, lambda: box.act("escape"))
        world.guard(box, lambda: box.put_questions() and None)
        said += ", cancelled"
    return said


def void(world: World) -> str | None:
    box = till(world)
    if box is None:
        return None
    sold = [one for one in box.station.sales_of_shift() if isinstance(one.intent, m.Sale)]
    sold = [one for one in sold if one.state is State.DONE and one.voided_by is None]
    if not sold:
        return None
    sale = world.luck.choose(sold[:6]).intent
    assert isinstance(sale, m.Sale)
    holder = holder_of(world, sale.card, sale.issue)
    busy = {id(one.plastic) for one in world.boxes}
    if holder is None or id(holder.plastic) in busy:
        return None
    if not box.want(TakeBack(sale=sale.id, fen=sale.due_fen, supervisor=BOSS, reason="other")):
        return None
    what = f"void {sale.id} of {holder.name}"
    if sale.purse is None:
        return f"{what} at {box.name}: {box.phase.value}"
    return tapped(world, box, holder, what)


def recharge(world: World) -> str | None:
    box, holder = till(world), free_holder(world, PURSE, CHIP)
    fen = world.luck.choose((100, 1_000, 5_000, 20_000))
    if box is None or holder is None or not box.want(Recharge(fen=fen)):
        return None
    return tapped(world, box, holder, f"recharge {fen} to {holder.name}")


def collect(world: World) -> str | None:
    box, holder = till(world), free_holder(world, PURSE, CHIP)
    if box is None or holder is None or not box.want(Collect(fen=0)):
        return None
    return tapped(world, box, holder, f"collect for {holder.name}")


def put_back(world: World) -> str | None:
    """Some card comes while a till waits for one."""
    waiting = [
        one for one in world.pos if one.is_ready and one.phase in (Phase.RETAP, Phase.READY, Phase.FOUND)
    ]
    if not waiting:
        return None
    box = world.luck.choose(waiting)
    unfinished = box.flow.cards.tap.unfinished
    right = holder_of(world, unfinished.card) if unfinished is not None and world.luck.below(3) else None
    holder = right or free_holder(world)
    if holder is None or any(one.plastic is holder.plastic for one in world.boxes if one is not box):
        return None
    box.lift()
    box.tick()
    return tapped(world, box, holder, f"put {holder.name}")


def press(world: World) -> str | None:
    """A key that means something while a card is wanted."""
    box = till(world)
    if box is None or box.phase is Phase.CLOSED:
        return None
    key = world.luck.choose(("escape", "enter", "f5", "f8"))
    return f"{key} at {box.name}: {world.guard(box, lambda: box.act(key) or box.phase.value)}"


def wait(world: World) -> str:
    seconds = world.luck.choose((2, 10, 20, 60, 300))
    world.pass_time(seconds)
    return f"{seconds} s pass"


def night(world: World) -> str:
    hours = world.luck.choose((1, 8, 30))
    world.pass_time(hours * 3600)
    return f"{hours} h pass"


def complete(world: World) -> str | None:
    """Somebody brings the card of a tap that was set aside."""
    box = till(world)
    if box is None or not box.till.aside:
        return None
    one = world.luck.choose(box.till.aside)
    holder = holder_of(world, one.card, medium_of(one))
    if holder is None or any(other.plastic is holder.plastic for other in world.boxes):
        return None
    if not box.want(Complete(unfinished=one)):
        return None
    return tapped(world, box, holder, f"complete {one.id} of {holder.name}")


def drop(world: World) -> str | None:
    """A supervisor gives one up."""
    box = till(world)
    if box is None or not box.till.aside:
        return None
    one: RecordId = world.luck.choose(box.till.aside).id
    box.till.journaled(lambda: box.station.give_up(one, "supervisor", BOSS))
    return f"give up {one}"


def change_shift(world: World) -> str | None:
    box = till(world)
    if box is None or box.flow.cards.tap.holds_till:
        return None
    box.lift()
    box.flow.cards.dismiss()
    if box.phase is not Phase.CLOSED:
        return None
    short = world.luck.choose((0, 0, 100))
    said = world.guard(box, lambda: str(getattr(box.close_shift(short), "z", "refused")))
    return f"Z {said} at {box.name}"


def sync(world: World) -> str | None:
    running = [box for box in world.boxes if box.is_on]
    if not running:
        return None
    box = world.luck.choose(running)
    if "power" in world.options.families and world.luck.one_in(15):
        box.fuse = 1 + world.luck.below(20)
        world.luck.fault(f"{box.name} will lose its power after {box.fuse} doors")
    return f"{box.name}: {world.guard(box, lambda: world.sync(box))}"


def issue(world: World) -> str | None:
    """Another member."""
    box = till(world)
    if box is None or len(world.holders) >= 9 or any(not one.card for one in world.holders):
        return None
    plastic = VirtualM1((0x04B2_0000 + len(world.holders)).to_bytes(4, "big"))
    holder = Holder(plastic, PURSE)

    def work() -> str | None:
        disturb(world, box, plastic)
        return world.issue(box, holder, world.luck.choose((0, 2_000)))

    said = world.guard(box, work)
    if holder.card:
        world.holders.append(holder)
    box.lift() if box.is_on else None
    return said


def report_loss(world: World) -> str | None:
    box, holder = till(world), free_holder(world)
    if box is None or holder is None or holder.is_lost:
        return None
    question = m.ReportLoss(id=box.till.request_id(), card=holder.card, issue=holder.issue, operator=BOSS)
    answer = world.guard(box, lambda: str(getattr(box.ask_now(question), "result", "no answer")))
    holder.is_lost = True
    return f"{holder.name} is reported lost: {answer}"


# ---- the kiosk


def kiosk(world: World) -> KioskBox | None:
    running = [one for one in world.kiosks if one.is_on]
    return world.luck.choose(running) if running else None


def visit(world: World) -> str | None:
    """A member comes with a card and opens the mouth."""
    box, holder = kiosk(world), free_holder(world, PURSE, CHIP)
    if box is None or holder is None or box.plastic is not None:
        return None
    key = world.luck.choose(("cash", "cash", "load"))

    def work() -> str:
        world.pass_time(2)
        lay(world, box, holder.plastic)
        box.press(key)
        return box.screen

    said = world.guard(box, work)
    world.pass_time(2)
    return f"{holder.name} at {box.name} wants {key}: {said}"


def note(world: World) -> str | None:
    box = kiosk(world)
    if box is None or not box.simulator.takes_notes:
        return None
    value = world.luck.choose(NOTES)
    box.insert(value)
    if "disk" in world.options.families and not box.disk.trouble and world.luck.one_in(6):
        world.pass_time(world.luck.choose((1, 1.5, 2)))
        box.disk.trouble = IOERR_WRITE
        world.luck.fault(f"disk of {box.name}: eio for a moment")
        world.pass_time(world.luck.choose((1, 3, 12)))
        box.disk.trouble = 0
    elif "cash" in world.options.families and world.luck.one_in(3):
        # A note needs 0.8 s to the escrow and as long again into the box.
        world.pass_time(0.7 + 0.1 * world.luck.below(14))
        box.simulator.power_cut(note_passed=world.luck.one_in(2))
        world.luck.fault(f"acceptor of {box.name}: mains, with a note inside")
        world.pass_time(world.luck.choose((0.5, 4)))
        box.simulator.power_on()
    elif "power" in world.options.families and world.luck.one_in(6):
        box.fuse = 1 + world.luck.below(12)
        world.luck.fault(f"{box.name} will lose its power after {box.fuse} doors")
    world.pass_time(world.luck.choose((0.3, 1, 2, 4, 4)))
    return f"note {value} into {box.name}"


def finish(world: World) -> str | None:
    box = kiosk(world)
    if box is None or box.flow.visit.phase.value == "home":
        return None
    if "card" in world.options.families and box.plastic is not None and world.luck.one_in(3):
        index = box.plastic.commands + world.luck.below(MOST_COMMANDS)
        box.plastic.tear_at(index, world.luck.choose((None, world.luck.below(16))))
        world.luck.fault(f"card torn at command {index}")
    key = world.luck.choose(("finish", "finish", "end", "yes", "balance", "load"))
    said = world.guard(box, lambda: box.press(key) or box.screen)
    world.pass_time(world.luck.choose((1, 4, 8)))
    return f"{key} at {box.name}: {said}"


def leave(world: World) -> str | None:
    """The member takes the card and goes, at whatever moment."""
    box = kiosk(world)
    if box is None or box.plastic is None:
        return None
    world.guard(box, lambda: box.lift() or None)
    world.pass_time(world.luck.choose((2, 30, 100)))
    return f"card off at {box.name}: {box.screen}"


def come_back(world: World) -> str | None:
    """A card on the kiosk's reader, whoever's."""
    box = kiosk(world)
    if box is None or box.plastic is not None:
        return None
    card, _ = box.flow.visit.card
    holder = (holder_of(world, card) if card and world.luck.below(3) else None) or free_holder(world)
    if holder is None or any(one.plastic is holder.plastic for one in world.boxes):
        return None
    world.guard(box, lambda: lay(world, box, holder.plastic))
    world.pass_time(3)
    return f"{holder.name} onto {box.name}: {box.screen}"
