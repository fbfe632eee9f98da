"""Which deeds there are, how often each comes, and how a day ends."""

from collections.abc import Collection

from onecard.terminal.card_event import Complete
from pos.task import Collect, Show
from tests.world import (
    chip_saga,
    cloned,
    deed,
    deed_fault,
    deed_office,
    lost,
    moved,
    returned,
    saga,
    slip,
    subsidy,
)
from tests.world.deed import holder_of, medium_of
from tests.world.office import CHIP
from tests.world.pos import Phase, PosBox
from tests.world.world import FAMILIES, Deed, Deeds, World

#: Weight, name, deed, and the family of faults it belongs to ("" = what simply happens).
TABLE: tuple[tuple[int, str, Deed, str], ...] = (
    (30, "sell", deed.sell, ""),
    (8, "sell_from_account", deed.sell_from_account, ""),
    (8, "void", deed.void, ""),
    (10, "recharge", deed.recharge, ""),
    (8, "collect", deed.collect, ""),
    (14, "put_back", deed.put_back, ""),
    (8, "press", deed.press, ""),
    (14, "wait", deed.wait, ""),
    (1, "night", deed.night, ""),
    (6, "complete", deed.complete, ""),
    (3, "drop", deed.drop, ""),
    (3, "shift", deed.change_shift, ""),
    (20, "sync", deed.sync, ""),
    (2, "issue", deed.issue, ""),
    (1, "loss", deed.report_loss, ""),
    (10, "visit", deed.visit, ""),
    (16, "note", deed.note, ""),
    (10, "finish", deed.finish, ""),
    (6, "leave", deed.leave, ""),
    (5, "come_back", deed.come_back, ""),
    (8, "office", deed_office.recharge, ""),
    (3, "correct", deed_office.correct, ""),
    (2, "withdraw", deed_office.withdraw, ""),
    (3, "refund", deed_office.refund, ""),
    (3, "find", deed_office.find, ""),
    (1, "replace", deed_office.replace, ""),
    (3, "adjust", deed_office.adjust, ""),
    (3, "weather", deed_fault.weather, "net"),
    (3, "partition", deed_fault.partition, "net"),
    (4, "forge", deed_fault.forge, "net"),
    (3, "cut", deed_fault.cut, "power"),
    (12, "on", deed_fault.switch_on, ""),
    (3, "disk", deed_fault.spoil, "disk"),
    (2, "kill", deed_fault.kill_server, "server"),
    (8, "server", deed_fault.start_server, ""),
    (2, "backup", deed_fault.back_up, "restore"),
    (1, "restore", deed_fault.restore, "restore"),
    (2, "copy_card", deed_fault.copy_card, "clone"),
    (2, "roll_back", deed_fault.roll_back, "clone"),
    (2, "copy_disk", deed_fault.copy_disk, "clone"),
    (3, "old_disk", deed_fault.restore_disk, "clone"),
    (2, "clock", deed_fault.set_clock, "clock"),
    (4, "cable", deed_fault.cable, "cash"),
    (4, "acceptor", deed_fault.acceptor, "cash"),
    (2, "paper", deed_fault.paper, "paper"),
    (2, "torn_sale", saga.torn_sale, "card"),
    (1, "late_sale", saga.late_sale, "net"),
    (1, "void_and_refund", saga.void_and_refund, ""),
    (1, "withdrawn_load", saga.withdrawn_load, ""),
    (1, "walk_away", saga.walk_away, "card"),
    (1, "note_and_mains", saga.note_and_mains, "cash"),
    (1, "lost_day", saga.lost_day, "restore"),
    (1, "twice_old", saga.twice_old, "clone"),
    (1, "denied", cloned.denied, "clone"),
    (1, "withdrawn_copy", cloned.withdrawn, "clone"),
    (1, "lose_till", lost.lose_till, "lost"),
    (4, "grant", subsidy.grant, ""),
    (1, "tomorrow", subsidy.tomorrow, ""),
    (2, "spend_in_time", subsidy.spend_in_time, ""),
    (3, "release", lost.release, ""),
    (4, "find_till", lost.find, ""),
    (2, "give_back", returned.give_back, ""),
    (1, "rest", returned.rest, ""),
    (2, "move", moved.move, ""),
    (2, "dead_card", slip.dead_card, ""),
    (3, "slip", slip.bring, ""),
    (1, "attend", slip.attend, ""),
    (2, "torn_chip", chip_saga.torn, "card"),
    (1, "owed_void", chip_saga.owed, ""),
)


#: What people do more often on a day that is about one family of faults.
THEMES = {
    "cash": ("visit", "note", "finish", "leave", "dead_card", "slip"),
    "net": ("sell_from_account", "press"),
    "card": ("sell", "put_back", "complete"),
    "power": ("on", "recharge", "note"),
    "disk": ("note", "recharge"),
    "server": ("office", "sync"),
    "restore": ("office", "sync", "collect"),
    "clone": ("sync", "sell"),
    "clock": ("office", "collect", "withdraw"),
    "paper": ("void", "refund", "shift", "sell", "dead_card"),
    "lost": ("lose_till", "office", "find_till"),
}


def _factor(name: str, family: str, about: Collection[str], more: Collection[str]) -> int:
    """How much more often a deed comes on a day that is about this."""
    if name in about:
        return 15
    return 4 if family in about else 2 if name in more else 1


class Day(Deeds):
    """Some of everything, and more of what the seed says this day is about."""

    def draw(self, world: World) -> tuple[str, Deed]:
        about = world.options.about or (FAMILIES[world.options.seed % len(FAMILIES)],)
        more = {name for family in about for name in THEMES.get(family, ())}
        mine = [
            (weight * _factor(name, family, about, more), (name, act, family))
            for weight, name, act, family in TABLE
        ]
        while True:
            # Drawn from all, so that a family left out takes as little else with it as it can.
            name, act, family = world.luck.weigh(mine)
            if not family or family in world.options.families:
                return name, act

    def finish(self, world: World) -> None:
        """Everybody comes once more: what is open is proved or given up, what waits is collected."""
        for holder in world.holders:
            holder.plastic._fault = None
        lost.settle(world)
        self._close_visits(world)
        for _ in world.holders:
            deed_office.find(world)
        for till in world.pos:
            returned.finish_left(world, till)
        self._close_tills(world)
        world.sync_all()
        returned.finish(world)
        moved.finish(world)
        tills = [one for one in world.pos if one.is_on]
        for till in tills:
            self._look_at_all(world, till)
            world.sync_all(rounds=1)
        for _ in range(2):
            self._collect(world, tills[0])
            world.sync_all(rounds=1)
        # What follows a plastic that was replaced, and what closes a hole, does so once everybody has heard
        # and said that nothing is left.
        world.sync_all()
        world.pass_time(90)
        returned.pay_rests(world)
        slip.finish(world)
        world.sync_all()

    def _close_visits(self, world: World) -> None:
        world.pass_time(200)
        for kiosk in world.kiosks:
            kiosk.lift()
        world.pass_time(200)

    def _close_tills(self, world: World) -> None:
        for till in (one for one in world.pos if one.is_on):
            till.sign_on()
            for one in list(till.till.aside):
                holder = holder_of(world, one.card, medium_of(one))
                if holder is not None and not one.is_on_account and till.want(Complete(unfinished=one)):
                    till.put(holder.plastic)
                    till.lift()
            for _ in range(8):
                if till.phase is Phase.CLOSED:
                    break
                till.act("escape")
                world.pass_time(20)
            world.pass_time(60)
            said = till.close_shift()
            world.note(f"Z of {till.name}: {getattr(said, 'z', said)}")

    def _look_at_all(self, world: World, till: PosBox) -> None:
        for holder in world.holders:
            if holder.card and till.want(Show()):
                till.put(holder.plastic)
                till.lift()
                world.clock.advance(5)
                till.tick()

    def _collect(self, world: World, till: PosBox) -> None:
        for holder in world.holders:
            # What comes onto a chip and what leaves it go one after the other.
            for _ in range(6 if holder.type == CHIP else 1):
                if not (holder.card and till.want(Collect(fen=0))):
                    break
                till.put(holder.plastic)
                is_more = till.phase is Phase.OK
                till.lift()
                world.clock.advance(5)
                till.tick()
                till.flow.cards.dismiss()
                if not is_more:
                    break
