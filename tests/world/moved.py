"""Money that moves from one card to another at a desk: locked, uploaded, moved, wiped, key by key. F: A8

Whatever breaks in between, the next one who is at a desk goes on from where card and office stand.
"""

from tests.world import deed
from tests.world.deed import free_holder, holder_of
from tests.world.office import PURSE
from tests.world.paid_out import state_of, transfers
from tests.world.pos import Phase, PosBox
from tests.world.returned import answer, finish_left, leave, press, to_desk
from tests.world.saga import IDLE, calm, put, send
from tests.world.world import Holder, World


def move(world: World) -> str | None:
    """A member gets his formal card, perhaps while another till has something to tell of the old one."""
    box = deed.till(world)
    if box is None or not world.office.is_up or box.phase not in IDLE:
        return None
    pair = _pair(world)
    if pair is None:
        return None
    old, new = pair
    if world.luck.below(4):
        calm(world, box)
    # A backup from before knows nothing of it, and no card that is blank can be read again.
    world.backup = None
    old.moves_to = new.card
    finish_left(world, box)
    said = bring(world, box, old, new, calmly=False)
    _see(world, old)
    return f"{old.name} moves to {new.name} at {box.name}: {said}"


def _fit(one: Holder) -> bool:
    unfit = one.is_dead or one.is_gone or one.is_leaving or one.is_forged or one.is_lost
    return bool(one.card) and one.type == PURSE and not unfit


def _pair(world: World) -> tuple[Holder, Holder] | None:
    """Whoever is about to move, or somebody who decides to now."""
    going = [one for one in world.holders if one.moves_to and not one.is_gone]
    busy = {id(box.plastic) for box in world.boxes if box.plastic is not None}
    if going:
        old = world.luck.choose(going)
        new = holder_of(world, old.moves_to)
        if new is None or not _fit(new) or id(old.plastic) in busy:
            return None
        return old, new
    staying = [one for one in world.holders if _fit(one) and state_of(one.plastic) == "open"]
    if len(staying) < 4:
        return None  # somebody has to stay
    old, new = free_holder(world, PURSE), free_holder(world, PURSE)
    if old is None or new is None or old is new or old not in staying or new not in staying:
        return None
    return old, new


def bring(world: World, box: PosBox, old: Holder, new: Holder, *, calmly: bool) -> str:
    """As far as it goes today."""
    if not to_desk(world, box):
        return "no desk"
    press(world, box, "job:transfer")
    if not box.is_ready or box.flow.screen != "job":
        return "no job"
    press(world, box, "f1")
    put(world, box, new, torn=False)
    answer(world, box)
    press(world, box, "enter f4")
    if not (box.is_on and box.phase is Phase.READY):
        leave(world, box)
        return "not found"
    if calmly:
        put(world, box, old, torn=False)
    else:
        deed.tapped(world, box, old, "lock")
    if box.is_on and box.phase is Phase.RETAP:
        return "lock torn"
    if not calmly and "net" in world.options.families and world.luck.one_in(3):
        world.network.plan("/t/errand", world.luck.choose(("lost", "mute", "late", "twice")))
    send(world, box)
    answer(world, box)
    world.network.plan("", "")
    if box.is_ready and (calmly or world.luck.below(3)):
        press(world, box, "f5")
        if box.is_on and box.phase is Phase.READY:
            put(world, box, old, torn=not calmly and world.luck.one_in(4))
    if box.is_ready and box.phase is not Phase.RETAP:
        box.lift()
        leave(world, box)
    return state_of(old.plastic) if box.is_on else "off"


def _see(world: World, old: Holder) -> None:
    old.is_gone = (old.card, old.issue) in transfers(world) if world.office.is_up else old.is_gone
    old.is_dead = old.is_dead or old.is_gone


def finish(world: World) -> None:
    """At the end of the day who was about to move has moved."""
    for old in world.holders:
        new = holder_of(world, old.moves_to) if old.moves_to and not old.is_gone else None
        _see(world, old)
        if new is None or old.is_gone or not _fit(new) or old.is_dead:
            continue
        box = next((one for one in world.pos if one.is_ready and one.phase in IDLE), None)
        if box is not None:
            world.note(f"{old.name} moves to {new.name}: {bring(world, box, old, new, calmly=True)}")
            _see(world, old)
