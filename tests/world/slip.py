"""Slips for cash that no card can take: printed by a kiosk, carried to a desk, paid there once. F: D3

What is on a slip is read off the paper that came out of the printer, as the member reads it. Whatever breaks
on the way, it is brought again: to the same desk, to another one, by somebody with a copy of it.
"""

import re

from onecard.books import accounts
from onecard.ids import RecordId
from server.books import tables
from tests.world import books, deed, deed_fault, deed_office
from tests.world.deed import NOTES, kiosk
from tests.world.kiosk import KioskBox
from tests.world.office import KEEPER_PIN, PURSE
from tests.world.pos import Phase, PosBox
from tests.world.returned import answer, leave, press, to_desk
from tests.world.saga import IDLE, _opened, calm, send
from tests.world.world import Holder, World

_CODE = re.compile(r"取款码\s+([A-Z0-9]{8})")
_NUMBER = re.compile(r"单号\s+(\d+-\d+-\d+)")
#: The number stands so few lines below the code.
_NEAR = 6
#: More slips than a kiosk keeps.
_MOST = 25


# ---- paper


def read(lines: list[str]) -> dict[RecordId, str]:
    """Number and code of each slip on a paper."""
    found: dict[RecordId, str] = {}
    code, at = "", 0
    for n, line in enumerate(lines):
        if match := _CODE.search(line):
            code, at = match[1], n
        elif code and n - at <= _NEAR and (match := _NUMBER.search(line)):
            found[RecordId.parse(match[1])], code = code, ""
    return found


def gather(world: World) -> None:
    """Whoever stands at a kiosk takes what came out of it."""
    for box in world.kiosks:
        for paper in box.printer.papers():
            for number, code in read(paper).items():
                world.slips[number] = code


def unpaid(world: World) -> list[RecordId]:
    """Slips in somebody's hand that the books still owe."""
    held = books.sums(world.office)
    return [one for one in sorted(world.slips) if held.get(accounts.claim(tables.key_of(one)), 0)]


# ---- how one comes about


def dead_card(world: World) -> str | None:
    """Notes are in, and the card is replaced meanwhile: it never takes any again."""
    box, holder = kiosk(world), _free(world)
    if box is None or holder is None or not world.office.is_up or not _opened(world, box, holder):
        return None
    luck = world.luck
    for _ in range(1 + luck.below(2)):
        box.insert(luck.choose(NOTES[:4]))
        world.pass_time(4)
    said = deed_office.replace_one(world, holder)
    calm(world, box)
    send(world, box)
    if not box.is_on or box.plastic is None or not holder.is_dead:
        return f"{holder.name} at {box.name}: {said}"
    _trouble(world, box)
    world.guard(box, lambda: box.press("finish") or None)
    world.pass_time(luck.choose((0.5, 3)))
    shown = box.screen
    if box.is_on:
        world.guard(box, lambda: box.lift() or None)
    world.pass_time(luck.choose((2, 20)))
    if not box.is_on and luck.below(3):
        world.power_on(box)
    gather(world)
    return f"{holder.name} at {box.name}: {said}, {shown}, {len(world.slips)} slips"


def _free(world: World) -> Holder | None:
    holder = deed.free_holder(world, PURSE)
    unfit = holder is None or holder.is_dead or holder.is_forged or holder.is_leaving or holder.is_lost
    return None if unfit else holder


def _trouble(world: World, box: KioskBox) -> None:
    luck, families = world.luck, world.options.families
    if "paper" in families and luck.one_in(3):
        what = luck.choose(deed_fault.TROUBLES)
        box.printer.trouble(what, 1 + luck.below(12))
        luck.fault(f"printer of {box.name}: {what}")
        if luck.one_in(2):
            world.guard(box, lambda: box.look_at_printer() or None)
    if "power" in families and luck.one_in(2):
        # A slip is some forty doors: the read of the card, the file, the record, the paper, the file again.
        box.fuse = 1 + luck.below(60)
        luck.fault(f"{box.name} will lose its power after {box.fuse} doors")


# ---- the attendant


def attend(world: World) -> str | None:
    """Who looks after the kiosk fetches a slip whose paper nobody has seen."""
    box = kiosk(world)
    if box is None or box.plastic is not None or box.memory.place != "none":
        return None
    if world.luck.below(2):
        box.printer.trouble("")
    return f"attendant at {box.name}: {_attend(world, box)}"


def _attend(world: World, box: KioskBox) -> str:
    assert world.keeper is not None
    world.guard(box, lambda: box.look_at_printer() or None)
    if box.flow.visit.phase.value != "home":
        world.pass_time(100)
    if not box.is_on or box.flow.visit.phase.value != "home":
        return "busy"
    keeper = world.keeper
    world.guard(box, lambda: box.put(keeper) and None)
    for key in [*(f"pad:{digit}" for digit in KEEPER_PIN), "ok"]:
        _touch(world, box, key)
    area = box.flow.areas["attendant"] if box.is_on else None
    if area is None or area.operator is None:  # type: ignore[attr-defined]
        said = "not let in"
    else:
        count = 0
        while box.is_on and area.slip_fen and count < _MOST:  # type: ignore[attr-defined]
            _touch(world, box, "claim")
            count += 1
        said = f"{count} slips"
    world.pass_time(1)
    _touch(world, box, "end")
    if box.is_on:
        world.guard(box, lambda: box.lift() or None)
    gather(world)
    return said


def _touch(world: World, box: KioskBox, key: str) -> None:
    if box.is_on:
        world.guard(box, lambda: box.press(key) or None)


# ---- at the desk


def bring(world: World) -> str | None:
    """Somebody brings a slip; mostly one that is still worth something."""
    gather(world)
    box = deed.till(world)
    if box is None or box.phase not in IDLE or not world.slips or not world.office.is_up:
        return None
    luck = world.luck
    some = unpaid(world)
    number = luck.choose(some if some and luck.below(4) else sorted(world.slips))
    code = world.slips[number] if luck.below(8) else "ABCD2345"
    if luck.below(3):
        calm(world, box)
    said = [present(world, box, number, code.lower() if luck.one_in(4) else code, calmly=False)]
    other = next((one for one in world.pos if one is not box and one.is_ready and one.phase in IDLE), None)
    if other is not None and luck.one_in(3):
        # A copy of it at the other desk, perhaps before the first answer has come.
        said.append(present(world, other, number, world.slips[number], calmly=luck.one_in(2)))
    return f"slip {number} at {box.name}: {', '.join(said)}"


def present(world: World, box: PosBox, number: RecordId, code: str, *, calmly: bool) -> str:
    """Key by key, as far as the desk goes."""
    # What was paid out is not undone, and a backup from before knows nothing of it.
    world.backup = None
    if not to_desk(world, box):
        return "no desk"
    press(world, box, "job:claim")
    if not box.is_ready or box.flow.screen != "job":
        return "no job"
    box.flow.typed("claim", str(number))
    box.flow.typed("code", code)
    if not calmly:
        _bad_luck(world, box)
    before = len(box.station.front_desk.errands.unanswered())
    press(world, box, "enter f4")
    answer(world, box)
    world.network.plan("", "")
    if not calmly and box.is_on and world.luck.one_in(2):
        answer(world, box)
    if not box.is_ready:
        return "off"
    asked = len(box.station.front_desk.errands.unanswered()) - before
    view = box.flow.picture().view
    said = f"{getattr(view, 'tone', '')} {getattr(view, 'sum', '')}".strip()
    leave(world, box)
    return said if asked <= 0 else f"{said}, no answer"


def _bad_luck(world: World, box: PosBox) -> None:
    luck, families = world.luck, world.options.families
    if "net" in families and luck.one_in(2):
        if luck.one_in(4):
            box.is_offline = True
            luck.fault(f"{box.name} is cut off")
        else:
            world.network.plan("/t/errand", luck.choose(("lost", "mute", "late", "twice")))
    if "power" in families and luck.one_in(3):
        box.fuse = 1 + luck.below(24)
        luck.fault(f"{box.name} will lose its power after {box.fuse} doors")


# ---- in the end


def finish(world: World) -> None:
    """The attendant fetches what is left, and everybody comes with his slip once more, also who was paid."""
    gather(world)
    for box in world.kiosks:
        world.note(f"attendant: {_attend(world, box)}")
    world.sync_all(rounds=1)
    for number in sorted(world.slips):
        box = next((one for one in world.pos if one.is_ready and one.phase is Phase.CLOSED), None)
        if box is not None:
            said = present(world, box, number, world.slips[number], calmly=True)
            world.note(f"slip {number} at {box.name}: {said}")
