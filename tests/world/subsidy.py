"""Money with a last day: lists that two people release, and what becomes of it on the cards."""

from sqlalchemy import Connection

from onecard.terminal.order import Order
from pos.task import Collect, Sell, Task
from server.cards import tables as cards
from server.subsidy import service
from tests.world import books
from tests.world.deed import free_holder
from tests.world.office import CHIP, CLERK, CLERK_2, PURSE, UNIT
from tests.world.pos import PosBox
from tests.world.saga import calm, put, send, two_tills
from tests.world.world import World

AMOUNTS = (50, 300, 1_000)


def grant(world: World) -> str | None:
    """A list for some members: to be spent today, some days longer, or for ever."""
    some = [one for one in world.holders if one.card and one.type != CHIP]
    if not some or not world.office.is_up:
        return None
    luck = world.luck
    chosen = {luck.choose(some).card for _ in range(1 + luck.below(3))}
    return grant_to(world, sorted(chosen), luck.choose((0, 0, 1, 2, None)))


def grant_to(world: World, chosen: list[int], days: int | None) -> str:
    """One makes the list, another one releases it."""
    luck, now = world.luck, world.clock.now()
    member_of = {row.card: row.member for row in books.rows(world.office, cards.card)}
    lines = tuple((member_of[card], luck.choose(AMOUNTS)) for card in chosen if member_of.get(card))
    last = 0 if days is None else service.card_day_of(now) + days
    wallet = luck.choose(("subsidy", "subsidy", "subsidy2"))
    draft = service.Draft(name="补助", wallet=wallet, expires_day=last)

    def write(connection: Connection) -> int:
        number = service.draft(connection, UNIT, draft, lines, CLERK, now)
        service.approve(connection, UNIT, number, CLERK_2, now)
        service.release(connection, UNIT, number, CLERK_2, now)
        return number

    said = world.office.try_write(write)
    world.pass_time(61)
    return f"list {said} of {wallet} for {', '.join(map(str, chosen))} until {last or 'ever'}"


def spend_in_time(world: World) -> str | None:
    """Dated money goes onto a card; some of it is spent, and then its last day may be over."""
    tills, holder = two_tills(world), free_holder(world, PURSE)
    if tills is None or holder is None or not world.office.is_up:
        return None
    box, other = tills
    calm(world, box)
    said = [grant_to(world, [holder.card], world.luck.choose((0, 0, 1, None)))]
    send(world, box)
    tasks: list[tuple[PosBox, Task]] = [(box, Collect(fen=0)), (other, _sale(world))]
    for till, task in tasks:
        if till.is_on and till.want(task):
            put(world, till, holder, torn=world.luck.one_in(6))
            said.append(till.phase.value)
    if world.luck.below(3):
        said.append(tomorrow(world))
    for till in (other, box):
        if till.is_on and till.want(_sale(world)):
            put(world, till, holder, torn=world.luck.one_in(6))
            said.append(till.phase.value)
    return f"{holder.name}: {', '.join(said)}"


def _sale(world: World) -> Sell:
    return Sell(order=Order.amount(world.luck.choose((1, 30, 100, 400))))


def tomorrow(world: World) -> str:
    """The next business day begins."""
    world.pass_time(86_400)
    return "a day passes"
