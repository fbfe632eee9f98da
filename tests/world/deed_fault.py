"""Bad luck: what breaks, and what somebody mends again while the day goes on."""

from onecard.devices.cable import drop, flip, truncate
from tests.world.box import FULL_DISK, PLENTY, Box
from tests.world.deed import kiosk
from tests.world.disk import FULL, IOERR_WRITE, READONLY
from tests.world.invariant import nothing_unsent
from tests.world.kiosk import KioskBox
from tests.world.office import CHIP, set_books_epoch
from tests.world.printer import TROUBLES
from tests.world.world import World

# ---- network


def weather(world: World) -> str:
    world.network.bad = world.luck.choose((0, 10, 30, 70))
    return f"{world.network.bad} % of all exchanges go wrong"


def partition(world: World) -> str:
    box = world.luck.choose(world.boxes)
    box.is_offline = not box.is_offline
    if box.is_offline:
        world.luck.fault(f"{box.name} is cut off")
    return f"{box.name} is {'off' if box.is_offline else 'on'} line"


def forge(world: World) -> str | None:
    """Whoever listens knows a ticket and a question, and not the key."""
    status = world.network.forge()
    if status is None:
        return None
    world.luck.fault("somebody asks in a terminal's name")
    return f"a forged question is answered with {status}"


# ---- power


def cut(world: World) -> str | None:
    running = [box for box in world.boxes if box.is_on]
    if not running:
        return None
    box = world.luck.choose(running)
    world.power_off(box)
    return f"{box.name} off"


def switch_on(world: World) -> str | None:
    off = [box for box in world.boxes if not (box.is_on or box.is_gone)]
    if not off:
        return None
    box = world.luck.choose(off)
    on = world.power_on(box)
    return f"{box.name} {'on' if on else 'does not start'}"


# ---- disks


def spoil(world: World) -> str | None:
    """A terminal's disk answers every write with an error for a while, or is nearly full."""
    box = world.luck.choose(world.boxes)
    if box.disk.trouble or box.free_bytes != PLENTY:
        box.disk.trouble, box.free_bytes = 0, PLENTY
        return f"disk of {box.name} is well again"
    what = world.luck.choose(("eio", "full", "read_only", "nearly_full"))
    if what == "nearly_full":
        box.free_bytes = FULL_DISK
    else:
        box.disk.trouble = {"eio": IOERR_WRITE, "full": FULL, "read_only": READONLY}[what]
    world.luck.fault(f"disk of {box.name}: {what}")
    return f"disk of {box.name}: {what}"


# ---- the server


def kill_server(world: World) -> str | None:
    if not world.office.is_up:
        return None
    if world.luck.one_in(2):
        count = 1 + world.luck.below(40)
        world.luck.fault(f"the server will die after {count} writes")
        left = [count]

        def burn(_what: str) -> bool:
            left[0] -= 1
            return left[0] == 0

        world.office.disk.fuse = burn
        return f"the server has {count} writes left"
    lost = world.office.kill(world.luck.below)
    world.luck.fault(f"the server dies and loses {lost} writes")
    return "the server is down"


def start_server(world: World) -> str | None:
    if world.office.is_up or world.office.runtime is not None:
        return None
    world.office.disk.fuse = lambda what: False
    world.start_server()
    return "the server is up"


def back_up(world: World) -> str | None:
    if not world.office.is_up or world.office.disk.is_dead:
        return None
    world.take_backup()
    return "a backup of the server"


def restore(world: World) -> str | None:
    """The server's machine is lost; another one goes on from the backup."""
    if world.backup is None:
        return None
    world.restore_server()
    set_books_epoch(world.office, 1 + world.restores)
    world.luck.fault("the server is replaced by its backup")
    return "the server is its backup"


# ---- cards that are copied


def copy_card(world: World) -> str | None:
    some = [one for one in world.holders if one.card and one.type != CHIP]
    if not some:
        return None
    holder = world.luck.choose(some)
    holder.backups.append(list(holder.m1.blocks))
    return f"{holder.name} is copied"


def roll_back(world: World) -> str | None:
    """The card says again what it said then."""
    some = [
        one for one in world.holders
        if one.backups and not any(box.plastic is one.plastic for box in world.boxes)
    ]  # fmt: skip
    if not some:
        return None
    holder = world.luck.choose(some)
    image = world.luck.choose(holder.backups)
    if image == holder.m1.blocks:
        return None
    holder.m1.blocks = list(image)
    holder.is_forged = True
    world.luck.fault(f"{holder.name} is rolled back")
    return f"{holder.name} is rolled back"


# ---- disks that are copied


def copy_disk(world: World) -> str | None:
    running = [box for box in world.boxes if box.is_on and not box.disk.trouble and box.fuse is None]
    if not running:
        return None
    return copy_disk_of(world, world.luck.choose(running))


def copy_disk_of(world: World, box: Box) -> str | None:
    """An image of a disk on which nothing waits for a card."""
    if box.station.open_taps():
        return None
    world.images[box.name] = box.image()
    return f"disk of {box.name} is copied"


def restore_disk(world: World) -> str | None:
    """Another box with yesterday's disk stands where this one stood; what it had was all sent."""
    some = [
        box for box in world.boxes
        if box.name in world.images and box.is_on and not box.disk.trouble and nothing_unsent(world, box)
    ]  # fmt: skip
    if not some:
        return None
    box = world.luck.choose(some)
    if isinstance(box, KioskBox) and box.memory.place != "none":
        return None
    return put_old_disk(world, box)


def put_old_disk(world: World, box: Box) -> str:
    """Everything that this box sent is with the office; what it knows itself is what the image says.

    It may speak with the office before it does anything, or use numbers again that the office knows.
    """
    box.past.append(box.bodies())
    world.power_off(box)
    world.acked.pop(box.name, None)
    box.put_image(world.images[box.name])
    # What only this disk and the server had is gone for good when the server loses it as well: two disasters.
    world.backup = None
    world.luck.fault(f"{box.name} goes on from an old disk")
    world.power_on(box)
    if box.is_on and world.luck.one_in(2):
        box.is_offline, bad, world.network.bad = False, world.network.bad, 0
        world.guard(box, lambda: world.sync(box))
        world.network.bad = bad
    return f"{box.name} has its old disk"


# ---- clocks


def set_clock(world: World) -> str:
    box = world.luck.choose(world.boxes)
    box.clock.skew_s = world.luck.choose((0, 0, 90, -3_600, 86_400, -365 * 86_400, 10 * 365 * 86_400))
    if box.clock.skew_s:
        world.luck.fault(f"clock of {box.name} is {box.clock.skew_s} s off")
    return f"clock of {box.name} set {box.clock.skew_s} s off"


# ---- the acceptor


def cable(world: World) -> str | None:
    box = kiosk(world)
    if box is None:
        return None
    wire = world.luck.choose((box.cable.to_host, box.cable.to_device))
    what = world.luck.choose(("cut", "drop", "flip", "short", "slow", "well", "well"))
    box.cable.mend()
    box.cable.heal()
    match what:
        case "cut":
            box.cable.cut()
        case "drop":
            wire.damage = drop
        case "flip":
            wire.damage = flip(world.luck.below(6), 1 << world.luck.below(8))
        case "short":
            wire.damage = truncate(1 + world.luck.below(5))
        case "slow":
            wire.delay_reads = 1 + world.luck.below(3)
    if what != "well":
        world.luck.fault(f"cable of {box.name}: {what}")
    world.pass_time(world.luck.choose((0.5, 2, 5)))
    if world.luck.below(4):
        box.cable.mend()
        box.cable.heal()
    return f"cable of {box.name}: {what}"


def acceptor(world: World) -> str | None:
    box = kiosk(world)
    if box is None:
        return None
    simulator = box.simulator
    what = world.luck.choose(("mains", "mains", "jam", "clear", "cheat"))
    match what:
        case "mains":
            simulator.power_cut(note_passed=world.luck.one_in(2))
            world.pass_time(world.luck.choose((0.2, 1, 6)))
            simulator.power_on()
        case "jam" if simulator.memory.place == "acceptor" and simulator.state.name in (
            "ACCEPTING",
            "REJECTING",
        ):
            simulator.jam()
        case "clear" if simulator.state.name.startswith("JAM"):
            simulator.clear_jam()
        case "cheat" if simulator.takes_notes:
            simulator.cheat()
        case _:
            return None
    world.luck.fault(f"acceptor of {box.name}: {what}")
    world.pass_time(2)
    return f"acceptor of {box.name}: {what}"


def paper(world: World) -> str:
    """A printer is out of paper, away, silent or short of paper, or somebody has seen to it."""
    box = world.luck.choose((*world.pos, *world.kiosks))
    what = world.luck.choose(("", "", *TROUBLES))
    box.printer.trouble(what, 1 + world.luck.below(20))
    if what:
        world.luck.fault(f"printer of {box.name}: {what}")
    if box.is_on:
        world.guard(box, lambda: box.look_at_printer() or None)
    return f"printer of {box.name}: {what or 'well'}"
