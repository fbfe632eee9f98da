"""Cards that their holders give back: locked, paid out, wiped, by the till's own front desk, key by key.

Whatever breaks in between, the next one who is at a desk goes on from where the card and the office stand.
The office pays what was not sure yet once it is. F: A4
"""

from pos.frontdesk.job import Job
from pos.frontdesk.work import FrontDesk
from server.books import tables
from server.books.office.return_card import RestTerms, ReturnRest
from tests.world import deed, deed_office
from tests.world.books import rows
from tests.world.office import CLERK, PURSE, UNIT
from tests.world.paid_out import media, state_of
from tests.world.pos import Phase, PosBox
from tests.world.saga import IDLE, calm, put, send, two_tills
from tests.world.world import Holder, World

# ---- at the desk


def to_desk(world: World, box: PosBox) -> bool:
    """The door of the front desk is in front; what was waited for there stands on its list."""
    for _ in range(8):
        if not box.is_ready:
            return False
        if box.flow.screen == "desk" and box.phase is Phase.CLOSED:
            return True
        at_till = box.flow.screen == "sell" and box.phase is Phase.CLOSED
        busy = box.flow.screen == "job" and box.phase is Phase.CLOSED
        for key in ("f9",) if at_till else ("escape", "f9") if busy else ("escape",):
            world.guard(box, lambda key=key: box.act(key) or None)  # type: ignore[misc]
    return False


def leave(world: World, box: PosBox) -> None:
    """Back to selling."""
    if to_desk(world, box):
        world.guard(box, lambda: box.act("escape") or None)


def press(world: World, box: PosBox, keys: str) -> None:
    for key in keys.split():
        if box.is_ready:
            world.guard(box, lambda key=key: box.act(key) or None)  # type: ignore[misc]


def answer(world: World, box: PosBox) -> None:
    """What the desk waits for from the office comes, if it comes."""
    for _ in range(3):
        if box.is_on:
            world.guard(box, lambda: box.put_questions() and None)
        if box.is_on:
            world.guard(box, box.tick)


def _open(world: World, box: PosBox, holder: Holder) -> bool:
    """The job of a return is open for this card: found by the card, or by whose it was."""
    if not to_desk(world, box):
        return False
    press(world, box, "job:return_card")
    if box.flow.screen != "job":
        return False
    if state_of(holder.plastic) in ("open", "locked"):
        press(world, box, "f1")
        put(world, box, holder, torn=False)
    else:
        box.flow.typed("search", holder.member)
        press(world, box, "enter")
        answer(world, box)
        press(world, box, "enter")
    answer(world, box)
    job = _job(box) if box.is_ready else None
    return job is not None and job.target is not None


def _job(box: PosBox) -> Job | None:
    """The one in front."""
    area = box.flow._of_screen[box.flow.screen]
    return area.counter.job if isinstance(area, FrontDesk) and box.flow.screen == "job" else None


def bring(world: World, box: PosBox, holder: Holder) -> str:
    """Lock, upload, pay, wipe: as far as it goes today."""
    if not _open(world, box, holder):
        leave(world, box)
        return "not found"
    press(world, box, "enter f4")
    if box.is_on and box.phase is Phase.READY:
        deed.tapped(world, box, holder, "lock")
    said = [box.phase.value if box.is_on else "off"]
    if box.is_on and box.phase is Phase.RETAP:
        return f"lock {said[0]}"
    send(world, box)
    answer(world, box)
    if box.is_ready and world.luck.below(6):
        press(world, box, "f5")
        if box.is_on and box.phase is Phase.READY:
            said.append(deed.tapped(world, box, holder, "wipe"))
    if box.is_ready and box.phase is not Phase.RETAP:
        box.lift()
        leave(world, box)
    return f"{', '.join(said)}: {state_of(holder.plastic)}"


def finish_left(world: World, box: PosBox) -> None:
    """What was asked at this desk and not answered is asked again."""
    for _ in range(3):
        if not box.is_ready or not box.station.front_desk.errands.unanswered() or not to_desk(world, box):
            return
        press(world, box, "job:left enter")
        answer(world, box)
        leave(world, box)


# ---- deeds


def leaver(world: World) -> Holder | None:
    """Whoever is about to go, or somebody who decides to now."""
    busy = {id(box.plastic) for box in world.boxes if box.plastic is not None}
    some = [
        one for one in world.holders
        if one.card and one.type == PURSE and not (one.is_dead or one.is_gone or id(one.plastic) in busy)
    ]  # fmt: skip
    going = [one for one in some if one.is_leaving]
    if going and world.luck.below(3):
        return world.luck.choose(going)
    staying = [one for one in some if not one.is_leaving and state_of(one.plastic) == "open"]
    # Somebody has to stay.
    return world.luck.choose(staying) if len(staying) > 2 else None


def give_back(world: World) -> str | None:
    """A card comes back, perhaps while another till still has something to tell of it."""
    box, holder = deed.till(world), leaver(world)
    if box is None or holder is None or not world.office.is_up or box.phase not in IDLE:
        return None
    luck = world.luck
    if luck.below(4):
        calm(world, box)
    told = []
    if not holder.is_leaving:
        told = _last_day(world, box, holder)
    if not box.is_ready:
        return f"{holder.name} at {box.name}: {', '.join(told)}"
    holder.is_leaving = True
    # A backup from before knows nothing of it, and no card that is blank can be read again.
    world.backup = None
    finish_left(world, box)
    told.append(bring(world, box, holder))
    holder.is_gone = state_of(holder.plastic) == "blank"
    return f"return of {holder.name} at {box.name}: {', '.join(told)}"


def _last_day(world: World, box: PosBox, holder: Holder) -> list[str]:
    """Money comes for the card, or it is used where nobody hears it, before it is given back."""
    luck, told = world.luck, []
    if luck.one_in(2):
        told.append(deed_office.recharge_for(world, holder, luck.choose((300, 2_000))))
        if luck.one_in(2):
            send(world, box)
        made = [row for row in rows(world.office, tables.entry) if row.card == holder.card]
        recharges = [row for row in made if row.kind == "recharge" and row.terminal > 60_000]
        if recharges and luck.one_in(2):
            # What he owes when he comes is taken off.
            told.append(deed_office.correct_one(world, recharges[0]))
    tills = two_tills(world)
    if tills is not None and luck.one_in(2):
        other = next(one for one in tills if one is not box)
        other.is_offline = luck.below(3) > 0
        task = luck.choose((deed.Sell(order=deed.Order.amount(400)), deed.Recharge(fen=1_000)))
        if other.want(task):
            put(world, other, holder, torn=luck.one_in(6))
            told.append(f"elsewhere {other.phase.value}")
            other.tick() if other.is_on else None
    return told


def rest(world: World) -> str | None:
    """The office pays what has become sure of a card that came back."""
    done = media(world) if world.office.is_up else {}
    if not done:
        return None
    card, issue = world.luck.choose(sorted(done))
    return f"rest of card {card}: {pay_rest(world, card, issue)}"


def pay_rest(world: World, card: int, issue: int) -> str:
    order = ReturnRest(UNIT, deed_office.key(world), RestTerms(card, issue), CLERK, world.office.types)
    world.backup = None
    world.rests.add(order.key)
    said = deed_office.ask(world, order)
    return "no answer" if said is None else f"{said.result.status.value} {said.result.reason}"


def finish(world: World) -> None:
    """At the end of the day: what is open at the desks is finished, every card that is to go goes."""
    for box in world.pos:
        finish_left(world, box)
    for holder in world.holders:
        tills = [one for one in world.pos if one.is_ready and one.phase in IDLE]
        if not holder.is_leaving or holder.is_gone or holder.is_dead or not tills:
            continue
        for _ in range(2):
            if not holder.is_gone:
                said = bring_calmly(world, tills[0], holder)
                world.note(f"return of {holder.name}: {said}")


def bring_calmly(world: World, box: PosBox, holder: Holder) -> str:
    """Nothing goes wrong any more."""
    if not _open(world, box, holder):
        leave(world, box)
        return "not found"
    for keys in ("enter f4", "f5"):
        press(world, box, keys)
        if box.is_on and box.phase is Phase.READY:
            put(world, box, holder, torn=False)
        send(world, box)
        answer(world, box)
    leave(world, box)
    holder.is_gone = state_of(holder.plastic) == "blank"
    return state_of(holder.plastic)


def pay_rests(world: World) -> None:
    """Everything arrived: whoever has still something to get comes for it."""
    for card, issue in sorted(media(world)):
        pay_rest(world, card, issue)
