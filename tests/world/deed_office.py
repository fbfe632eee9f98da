"""What the office does without a card at hand: money that waits, corrections, loss lists, refunds."""

from typing import Any

from onecard.books import accounts
from onecard.devices.readers.virtual import VirtualM1
from onecard.errors import OneCardError
from onecard.ids import RecordId
from onecard.wire import messages as m
from pos.task import Issue
from server.adjustment.service import propose
from server.books import tables
from server.books.office.agree import Agree
from server.books.office.agree import Terms as Agreed
from server.books.office.correct_recharge import CorrectRecharge
from server.books.office.correct_recharge import Terms as Correction
from server.books.office.number import OFFICE_TERMINAL
from server.books.office.recharge_office import RechargeOffice
from server.books.office.recharge_office import Terms as Cash
from server.books.office.refund import Refund
from server.books.office.refund import Terms as Wanted
from server.books.office.replace import Replace
from server.books.office.replace import Terms as Anew
from server.books.office.withdraw import Terms as Back
from server.books.office.withdraw import Withdraw
from server.books.tables import key_of
from server.cards import tables as cards
from server.cards.service import unloss
from tests.world.books import rows
from tests.world.office import CLERK, CLERK_2, PURSE, UNIT
from tests.world.world import Holder, World

#: An account that nothing else in a world touches: money that is taken back goes there.
TARGET = accounts.gateway("back")
#: Until which card day a new plastic is good.
LAST_DAY = 9_000


def ready(world: World) -> bool:
    return world.office.is_up


def pick(world: World) -> Holder | None:
    some = [one for one in world.holders if one.card]
    return world.luck.choose(some) if some and ready(world) else None


def key(world: World) -> int:
    """An id that no form ever brings again."""
    world.office_seq += 1
    return key_of(RecordId(OFFICE_TERMINAL, 9, world.office_seq))


def owe(world: World, card: int, fen: int) -> None:
    world.office_owed[card] = world.office_owed.get(card, 0) + fen


def ask(world: World, command: object) -> m.Answer | None:
    """The books' answer; ``None`` when the server died over it."""
    try:
        return world.office.do(command)  # type: ignore[arg-type]
    except OneCardError:
        return None


def recharge(world: World) -> str | None:
    holder = pick(world)
    if holder is None:
        return None
    return recharge_for(world, holder, world.luck.choose((100, 700, 3_000, 20_000)))


def recharge_for(world: World, holder: Holder, fen: int) -> str:
    order = RechargeOffice(
        UNIT, key(world), Cash(holder.card, holder.issue, fen, gateway="wechat"), CLERK, world.office.types
    )
    answer = ask(world, order)
    return f"office recharge {fen} to {holder.name}: {settled(world, answer, order.key, holder.card, fen)}"


def settled(world: World, answer: m.Answer | None, fact: int, card: int, fen: int) -> str:
    """What was answered stands; without an answer the books say later whether it happened."""
    if answer is None:
        world.office_unsure.append((fact, card, fen))
        return "no answer"
    if answer.result.status is m.Status.CREATED:
        owe(world, card, fen)
    return answer.result.status.value + " " + answer.result.reason


def correct(world: World) -> str | None:
    """A recharge was too high; what is not there any more is owed."""
    if not ready(world):
        return None
    made = [
        row for row in rows(world.office, tables.entry) if row.kind == "recharge" and row.terminal > 60_000
    ]
    if not made:
        return None
    return correct_one(world, world.luck.choose(made))


def correct_one(world: World, row: Any) -> str:
    """This recharge was too high."""
    right = row.fen // world.luck.choose((2, 3, 10))
    order = CorrectRecharge(
        UNIT, key(world), Correction(row.entry, row.card, row.issue, right), CLERK, world.office.types
    )
    before = corrected(world, row.entry)
    answer = ask(world, order)
    fen = -(row.fen - before - right)
    said = settled(world, answer, order.key, row.card, fen)
    return f"correct {row.entry} of card {row.card} to {right}: {said}"


def corrected(world: World, entry: int) -> int:
    table = tables.reversed_
    return sum(row.fen for row in rows(world.office, table) if row.entry == entry and row.wallet == "main")


def withdraw(world: World) -> str | None:
    """A load is wanted back; a card that got it before everybody knew keeps it."""
    if not ready(world):
        return None
    found = waiting(world)
    if not found:
        return None
    row = world.luck.choose(found)
    order = Withdraw(UNIT, key(world), Back(row.card, row.issue, row.number, TARGET), CLERK)
    answer = ask(world, order)
    said = "no answer" if answer is None else answer.result.status.value
    excuse(world, row.card)
    return f"withdraw load {row.number} of card {row.card} worth {row.fen} ({row.state}): {said}"


def waiting(world: World) -> list[Any]:
    """Loads that may still be taken back."""
    some = rows(world.office, cards.load)
    return [row for row in some if row.state in ("waiting", "published") and row.fen > 0]


def refund(world: World) -> str | None:
    """A sale of an earlier shift goes back."""
    if not ready(world):
        return None
    sold = [row for row in rows(world.office, tables.entry) if row.kind == "sale"]
    if not sold:
        return None
    row = world.luck.choose(sold)
    order = Refund(UNIT, key(world), Wanted(row.fact), CLERK)
    left = abs(row.fen) - sum(
        one.fen for one in rows(world.office, tables.reversed_) if one.entry == row.entry
    )
    answer = ask(world, order)
    excuse(world, row.card)
    return f"refund {row.fact:x} of card {row.card}: {settled(world, answer, order.key, row.card, left)}"


def excuse(world: World, card: int) -> None:
    """What is decided while a terminal is lost may turn out to be decided twice when it is found."""
    if any(box.is_gone for box in world.boxes):
        world.excused.add(card)


def find(world: World) -> str | None:
    """A card that was lost is found."""
    lost = [one for one in world.holders if one.is_lost]
    if not lost or not ready(world):
        return None
    holder, now = world.luck.choose(lost), world.clock.now()
    id = RecordId(OFFICE_TERMINAL, 8, world.office_seq + 1)
    world.office_seq += 1
    said = world.office.try_write(lambda c: unloss(c, UNIT, id, holder.card, holder.issue, CLERK, now))
    if isinstance(said, int) or said.code == "card.not_lost":
        holder.is_lost = False
    return f"{holder.name} is found: {said}"


def replace(world: World) -> str | None:
    """A new plastic for a card; the old one is dead, which not every station has heard."""
    busy = {id(box.plastic) for box in world.boxes}
    some = [
        one for one in world.holders
        if one.card and one.type == PURSE and id(one.plastic) not in busy
        and not (one.is_forged or one.is_dead or one.is_leaving)
    ]  # fmt: skip
    if not some or not ready(world):
        return None
    return replace_one(world, world.luck.choose(some))


def replace_one(world: World, old: Holder) -> str:
    """This card gets a new plastic."""
    plastic = VirtualM1((0x04C3_0000 + len(world.holders)).to_bytes(4, "big"))
    terms = Anew(old.card, old.issue, plastic.uid.hex(), LAST_DAY)
    order = Replace(UNIT, key(world), terms, CLERK, world.office.types)
    answer = ask(world, order)
    if answer is None:
        # Whoever got no answer asks again, with the same form.
        world.office.kill(world.luck.below)
        world.start_server()
        answer = ask(world, order)
    if answer is None or answer.result.status is not m.Status.CREATED:
        return f"replace {old.name}: {'no answer' if answer is None else answer.result.reason}"
    old.is_dead = True
    new = Holder(plastic, old.type, old.card, old.issue + 1, member=old.member)
    world.holders.append(new)
    # A backup from before knows nothing of it: the office would enter the form again.
    world.backup = None
    return f"replace {old.name}: {hand_over(world, new)}"


def hand_over(world: World, new: Holder) -> str:
    """The front desk makes the new plastic."""
    till = next((one for one in world.pos if one.is_ready), None)
    grant = m.IssueGrant(
        card=new.card, issue=new.issue, type=new.type, until_day=LAST_DAY, deposit_fen=0, fee_fen=0
    )
    if till is None or not till.want(Issue(grant=grant, opening_fen=0, holder="")):
        return "no till"
    world.guard(till, lambda: till.put(new.plastic) and None)
    if not till.is_on:
        return "power cut"
    said = till.phase.value
    till.lift()
    return said


def adjust(world: World) -> str | None:
    """Two people agree on money for an account, or off it."""
    some = [one for one in world.holders if one.card and one.type == 2]
    if not some or not ready(world):
        return None
    holder, fen = world.luck.choose(some), world.luck.choose((100, 2_000))
    account, back, now = accounts.account(holder.card, "main"), world.luck.one_in(2), world.clock.now()
    debit, credit = (account, "fee:card") if back else ("fee:card", account)
    number = world.office.try_write(
        lambda c: propose(
            c, UNIT, debit=debit, credit=credit, fen=fen, reason="audit", operator=CLERK, now=now
        )
    )
    if not isinstance(number, int):
        return f"adjust {holder.name}: {number}"
    order = Agree(UNIT, key(world), Agreed(number), CLERK_2)
    answer = ask(world, order)
    return f"adjust {holder.name}: {settled(world, answer, order.key, holder.card, -fen if back else fen)}"
