"""What must hold, a function each, named by its id: during faults (``ALWAYS``) and after them (``AFTER``)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator

from onecard.books import accounts
from onecard.books.wallets import ON_CARD
from onecard.ids import RecordId
from onecard.wire import messages as m
from onecard.wire.chain import GENESIS, record_hash
from server.books import tables
from server.books.reconcile import reconcile
from server.books.tables import id_of, key_of
from server.cards import tables as cards
from server.cards.loads import OPEN
from tests.world import books, dated, ledger, paid_out, slip_paid
from tests.world.box import Box
from tests.world.deed import read
from tests.world.office import ACCOUNT, UNIT
from tests.world.world import Checks, Violation, World

Check = Callable[[World], Iterator[str]]


def unheard(world: World) -> set[tuple[int, int]]:
    """Media whose newest record is with a lost terminal: the plastic is further than the books can know."""
    if not any(box.is_gone for box in world.boxes):
        return set()
    known = {(row.card, row.issue): row.counter for row in books.rows(world.office, cards.chain)}
    found = set()
    for holder in world.holders:
        said = read(holder.plastic) if holder.card else None
        if said is not None and said[1] > known.get((holder.card, holder.issue), -1):
            found.add((holder.card, holder.issue))
    return found


def nothing_unsent(world: World, box: Box) -> bool:
    """Whether the office has all that this disk holds; an old disk in its place then loses nothing."""
    if not world.office.is_up or box.journal.pending:
        return False
    found = books.watermarks(world.office)
    head = box.journal.head
    return found.get((box.number, head.epoch), 0) == head.seq


def left_on_a_disk(world: World) -> set[int]:
    """Cards with a tap that was pending on a disk before an older one took its place, and that the disk which
    stands there now has never heard of.

    Right as it is: only the life that wrote the intent could say whether it wrote the card, and that life is
    over. The books neither post nor drop it until a read or the chain of its card proves what happened; its
    terminal gives it up when it sees that card, and without the card it lies with the office after a day.
    Until then the purse in the books is short of, or ahead of, the plastic by just this tap.
    """
    went_back = [box for box in world.boxes if box.past]
    numbers = {box.number for box in went_back}
    bodies = [body for box in went_back for body in (box.bodies() if box.is_on else box.kept)]
    known = {key_of(body.id) for body in bodies if isinstance(body, m.PURSE_INTENTS)}
    open_taps = books.rows(world.office, cards.open_tap)
    return {row.card for row in open_taps if row.fact >> 32 in numbers and row.fact not in known}


def forged_cards(world: World) -> set[int]:
    """Cards that somebody copied and rolled back."""
    return {one.card for one in world.holders if one.is_forged}


# ---- always


def i1_the_books_tie_out(world: World) -> Iterator[str]:
    """Conservation, reversals (I12), load numbers (I13), named gaps (I14): the office's own evening check."""
    for problem in world.office.read(lambda c: reconcile(c, UNIT)):
        yield str(problem)


def i3_journals_have_no_holes(world: World) -> Iterator[str]:
    expected: Counter[tuple[int, int]] = Counter()
    for row in sorted(books.rows(world.office, tables.record), key=lambda row: row.record):
        id = id_of(row.record)
        expected[id.terminal, id.epoch] += 1
        if id.seq != expected[id.terminal, id.epoch]:
            yield f"server holds {id} where {expected[id.terminal, id.epoch]} belongs"
            return


def i7_hash_chains_verify(world: World) -> Iterator[str]:
    heads: dict[tuple[int, int], str] = {}
    for row in sorted(books.rows(world.office, tables.record), key=lambda row: row.record):
        id = id_of(row.record)
        before = heads.get((id.terminal, id.epoch), GENESIS)
        own = record_hash(before, id.terminal, id.epoch, id.seq, row.at, row.mono_ms, row.offset_s, row.body)
        if own != row.hash.hex():
            yield f"record {id}"
            return
        heads[id.terminal, id.epoch] = own
    for box in world.boxes:
        if box.is_on and box.fuse is None and not box.disk.trouble:
            box.journal.verify()


def i11_no_id_posts_twice(world: World) -> Iterator[str]:
    entries = Counter(row.fact for row in books.rows(world.office, tables.entry))
    for fact, count in sorted(entries.items()):
        if count > 1:
            yield f"{id_of(fact)} has {count} entries"


# ---- in the end


def i2_each_fact_counts_once(world: World) -> Iterator[str]:
    """Per card: what the journals and the office's orders add up to is what the books hold for it."""
    told = ledger.fold(world.lives())
    held = books.by_card(world.office)
    gone = {box.number for box in world.boxes if box.is_gone}
    for fate in told.fates:
        # Whoever declared its terminal lost gave it up in its name; the member has the money all the same.
        body = fate.body
        if fate.is_open and body.id.terminal in gone and isinstance(body, m.Recharge | m.Void):
            back = body.amount_fen if isinstance(body, m.Recharge) else sum(pay.fen for pay in body.pays)
            told.unsure[body.purse.card if body.purse is not None else 0] += back
    owed: Counter[int] = Counter(told.owed)
    for card, fen in world.office_owed.items():
        owed[card] += fen
    owed.update(dated.given(world))
    for card, fen in taken_back(world).items():
        owed[card] -= fen
    for went in (dated.expired(world), paid_out.paid(world, told)):
        for card, fen in went.items():
            owed[card] -= fen
    if world.restores:
        # An order that the backup does not hold, whose load was on a card before: a person has it in hand,
        # unless the card lost it again.
        lost = {row.fact for row in books.rows(world.office, cards.lost_link)}
        for row in world.exceptions():
            if row.kind in ("load_unknown", "load_differs") and row.fact not in lost:
                owed[row.card] += row.fen
    # What a lost terminal completed when it was found had gone back meanwhile: the office is told.
    sales = {key_of(fate.body.id) for fate in told.fates if isinstance(fate.body, m.Sale)}
    for row in world.exceptions():
        if row.kind == "done_after_given_up" and row.fact in sales:
            owed[row.card] += row.fen
    closed = {row.missing for row in books.rows(world.office, cards.gap) if row.inferred > 0}
    for row in world.exceptions():
        if row.kind == "paid_for_nothing" and row.fact in closed:
            owed[row.card] -= row.fen
        elif row.kind == "infer_unclear" and row.fact in closed and row.card in forged_cards(world):
            owed[row.card] += row.fen
    # What was given up on a card that went back in time waits until that card has come as far again.
    open_taps = books.rows(world.office, cards.open_tap)
    open_on = {row.card for row in open_taps}
    waits = left_on_a_disk(world)
    lost = {card for card, _ in unheard(world)}
    unsure_cards = world.unsure_cards(told)
    skipped = lost | waits | unsure_cards
    skipped |= {one.card for one in world.holders if one.is_forged and one.card in open_on}
    for some in _together(world):
        if skipped.isdisjoint(some):
            found = sum(held[card].total for card in some if card in held)
            due, unsure = sum(owed[card] for card in some), sum(told.unsure.get(card, 0) for card in some)
            if found != due and not 0 < found - due <= unsure:
                who = ", ".join(map(str, sorted(some)))
                yield f"card {who} should have {due}, the books hold {found}"


def _together(world: World) -> list[set[int]]:
    """Cards one by one, but those between which money moved as one."""
    found = [{card} for card in sorted({one.card for one in world.holders if one.card})]
    for (card, _), (to_card, _) in sorted(paid_out.transfers(world).items()):
        one = next(some for some in found if card in some)
        other = next(some for some in found if to_card in some)
        if one is not other:
            found.remove(other)
            one |= other
    return found


def taken_back(world: World) -> Counter[int]:
    """Loads that the office got back before a card took them."""
    found: Counter[int] = Counter()
    for row in books.rows(world.office, tables.posting):
        if row.credit == "gateway:back":
            found[int(row.debit.split(":")[1])] += row.fen
        elif row.debit == "gateway:back":
            found[int(row.credit.split(":")[1])] -= row.fen
    return found


def i2_every_record_is_answered(world: World) -> Iterator[str]:
    """No intent is forgotten: it is a fact, or it waits openly for its outcome."""
    facts = {row.fact for row in books.rows(world.office, tables.fact)}
    waits = {row.fact for row in books.rows(world.office, cards.open_tap)}
    gone = {box.number for box in world.boxes if box.is_gone}
    for fate in ledger.fold(world.lives()).fates:
        key = key_of(fate.body.id)
        if key not in facts and key not in waits and fate.body.id.terminal not in gone:
            yield f"{fate.body.id} ({fate.state}) is unknown to the books"


def i4_a_counter_serves_one_sale(world: World) -> Iterator[str]:
    done: dict[tuple[int, int, int], list[RecordId]] = defaultdict(list)
    for fate in ledger.fold(world.lives()).fates:
        purse = fate.body.purse
        if fate.state == "done" and purse is not None:
            done[purse.card, purse.issue, purse.counter].append(fate.body.id)
    forks = {(row.card, row.issue) for row in world.exceptions() if row.kind in ("chain_fork", "fork_again")}
    forged = {(one.card, one.issue) for one in world.holders if one.is_forged}
    for card, _ in sorted(forks - forged):
        yield f"card {card} was never copied and its chain forks"
    for (card, issue, counter), ids in sorted(done.items()):
        if len(ids) > 1 and (card, issue) not in forks:
            yield f"card {card} counter {counter}: {', '.join(map(str, ids))}, and nobody was told"


def i4_what_a_fork_costs_is_told(world: World) -> Iterator[str]:
    """What was sold on a branch that died is owed by its card, and the office reads how much."""
    told: Counter[int] = Counter()
    for row in world.exceptions():
        if row.kind == "chain_fork":
            told[row.card] += row.fen
    cost: Counter[int] = Counter()
    dead = {row.entry: row.card for row in books.rows(world.office, cards.lost_link)}
    for row in books.rows(world.office, tables.posting):
        if row.entry in dead and row.debit == accounts.debt(dead[row.entry]):
            cost[dead[row.entry]] += row.fen
    for card in sorted(told.keys() | cost.keys()):
        if told[card] != cost[card]:
            yield f"forks of card {card} cost {cost[card]}, the office is told {told[card]}"


def i5_every_note_is_one_credit(world: World) -> Iterator[str]:
    for box in world.kiosks:
        told = ledger.fold([*box.past, box.bodies()])
        credited = Counter(one.value_fen for one in told.credits.values())
        boxed = Counter(box.memory.box_fen)
        if box.memory.place == "stacker":
            boxed[box.memory.note_fen] += 1
        too_much = credited - boxed
        if too_much:
            yield f"{box.name}: credits without notes {dict(too_much)}, box {dict(boxed)}"
        unknown = (boxed - credited).total()
        if unknown > told.doubts:
            yield f"{box.name}: {unknown} notes without credit, {told.doubts} exceptions"


def i6_nothing_below_its_floor(world: World) -> Iterator[str]:
    """A plastic that went back in time takes no load any more until it is used: what is to leave it waits."""
    forged = {one.card for one in world.holders if one.is_forged}
    waits = tuple(f"card:{card}:" for card in left_on_a_disk(world))
    for name, fen in sorted(books.sums(world.office).items()):
        # What went onto a card by such a tap is not in its purse yet.
        if waits and name.startswith(waits) and name.endswith(":purse"):
            continue
        if is_below_its_floor(name, fen, forged):
            yield f"{name} is {fen}"


def is_below_its_floor(name: str, fen: int, forged: Collection[int]) -> bool:
    """Pockets of members hold nothing negative, and what they owe is never a balance of theirs."""
    parts = name.split(":")
    if parts[0] != "card":
        return False
    if parts[-1] == "debt":
        return fen > 0
    if parts[-1] == "waiting" and int(parts[1]) in forged:
        return False
    return parts[-1] in ("main", "waiting", "gift", "subsidy", "purse") and fen < 0


def i8_a_z_is_the_sum_of_its_records(world: World) -> Iterator[str]:
    """Both ways: from the till's own journal, and (in I1) from the books."""
    for box in world.pos:
        bodies = box.kept if box.is_gone else box.bodies()
        told = {fate.body.id: fate for fate in ledger.fold([bodies]).fates}
        for close in (one for one in bodies if isinstance(one, m.ShiftClose)):
            mine = [
                fate for fate in told.values()
                if fate.body.shift == close.shift and close.first_seq <= fate.body.id.seq <= close.last_seq
                and fate.body.id.epoch == close.id.epoch
            ]  # fmt: skip
            sales = sum(f.body.due_fen for f in mine if isinstance(f.body, m.Sale) and f.state == "done")
            by_office = close.totals.sales_account_fen or 0
            said = close.totals.sales_main_fen + close.totals.sales_gift_fen + by_office
            if sales != said and not box.past:
                yield f"{box.name} Z{close.z}: says {said}, its records {sales}"


def i10_everything_arrived(world: World) -> Iterator[str]:
    for box in world.boxes:
        if box.is_gone:
            continue
        if not box.is_on:
            yield f"{box.name} is off"
        elif box.journal.pending:
            yield f"{box.name} still has {box.journal.pending} records ({box.sync.status().trouble})"
        elif not box.status or not box.status.online:
            yield f"{box.name} is not on line"
    for till in world.pos:
        if not (till.is_ready or till.is_gone):
            yield f"{till.name} cannot sell"


#: What the office is told of only when somebody's disk, books or card went back in time.
NEVER = frozenset(
    {
        "void_excess",
        "replaced_twice",
        "done_after_given_up",
        "outcome_differs",
        "outcome_without_intent",
        "record_conflict",
        "quarantined",
        "load_twice",
        "load_differs",
        "load_unknown",
        "load_wallet",
        "chain_jump",
        "chain_fork",
        "decided_differently",
        "card_loss",
        "overspent",
        "journal_fork",
        "journal_conflict",
        "tac_wrong",
        "tac_differs",
        "tac_unchecked",
    }
)


def i12_no_alarm_without_a_cause(world: World) -> Iterator[str]:
    """More back than there was, a number twice, a balance from nowhere: only a disaster explains that."""
    if world.restores or any(box.past for box in world.boxes):
        return
    # A plastic that was replaced takes loads where nobody has heard of it.
    forged = {one.card for one in world.holders if one.is_forged or one.is_dead}
    # A shift that ended before the answer came.
    errands = ledger.fold(world.lives()).errands.values()
    dropped = {key_of(one.errand.id) for one in errands if one.state == "given_up"}
    for row in world.exceptions():
        if row.kind in NEVER and row.card not in forged | world.excused and row.fact not in dropped:
            yield f"{row.kind} {row.subject} of card {row.card}"


def i9_what_was_shown_stands(world: World) -> Iterator[str]:
    """A till that says a sale went well has it on its disk, and for ever."""
    states: dict[RecordId, set[str]] = defaultdict(set)
    for fate in ledger.fold(world.lives()).fates:
        states[fate.body.id].add(fate.state)  # several lives of a disk use a number for different things
    for id in world.shown:
        if "done" not in states[id]:
            yield f"{id} was shown as done and is {', '.join(sorted(states[id])) or 'nowhere'}"


def c6_what_is_said_to_be_printed_came_out(world: World) -> Iterator[str]:
    """Silence is never taken for paper."""
    for box in (*world.pos, *world.kiosks):
        for id in box.printer.lied:
            yield f"{box.name}: {id} is said to be printed, and no paper came out"


def i13_loads_are_on_the_card(world: World) -> Iterator[str]:
    """The newest number on the plastic is the newest that the books call applied."""
    applied: Counter[tuple[int, int]] = Counter()
    for row in books.rows(world.office, cards.load):
        if row.state == "applied":
            applied[row.card, row.issue] = max(applied[row.card, row.issue], row.number)
    lost = unheard(world)
    for holder in world.holders:
        if (holder.card, holder.issue) in lost:
            continue
        number = world.last_load(holder)
        said = applied[holder.card, holder.issue]
        if number is not None and not holder.is_forged and number != said:
            yield f"card {holder.card} has load {number}, the books applied {said}"
    forged = {one.card for one in world.holders if one.is_forged}
    for row in books.rows(world.office, cards.load):
        if row.state in OPEN and row.number < applied[row.card, row.issue] and row.card not in forged:
            yield f"load {row.number} of card {row.card} still waits, its card is past it"


def i13_what_went_back_is_on_no_card(world: World) -> Iterator[str]:
    """A load whose money went where it came from waits for nobody, and no card had anything of it."""
    back = {
        (row.card, row.issue, row.number)
        for row in books.rows(world.office, cards.withdrawal)
        if row.state == "done"
    }
    for row in books.rows(world.office, cards.load):
        if (row.card, row.issue, row.number) not in back:
            continue
        if (row.state in OPEN and row.fen) or (row.applied_fen or 0) > 0:
            yield f"load {row.number} of card {row.card} went back, and is {row.state} with {row.fen}"


def i14_card_and_books_agree(world: World) -> Iterator[str]:
    """No hole is left, and the plastic says what the books say."""
    held = books.sums(world.office)
    waits = left_on_a_disk(world)
    for row in books.rows(world.office, cards.gap):
        if row.inferred == 0 and row.card not in waits:
            yield f"card {row.card}: {id_of(row.missing)} is missing before {id_of(row.after)}"
    lost = unheard(world) | paid_out.media(world).keys() | paid_out.transfers(world).keys()
    for holder in world.holders:
        if not holder.card or holder.is_forged or holder.is_dead or holder.type == ACCOUNT:
            continue
        if (holder.card, holder.issue) in lost or holder.card in waits:
            continue
        said = read(holder.plastic)
        found = held.get(accounts.purse(holder.card, holder.issue, "main"), 0)
        if said is not None and said[0] != found:
            yield f"card {holder.card} says {said[0]}, its purse in the books {found}"
        for wallet, slot in zip(ON_CARD[1:], dated.slots(holder.plastic) or (), strict=False):
            found = held.get(accounts.purse(holder.card, holder.issue, wallet.name), 0)
            if slot.amount_fen != found:
                yield f"card {holder.card} says {slot.amount_fen} of {wallet.name}, the books {found}"


ALWAYS: tuple[Check, ...] = (
    i1_the_books_tie_out,
    i3_journals_have_no_holes,
    i7_hash_chains_verify,
    i11_no_id_posts_twice,
)
AFTER: tuple[Check, ...] = (
    i10_everything_arrived,
    i2_every_record_is_answered,
    i2_each_fact_counts_once,
    i4_a_counter_serves_one_sale,
    i4_what_a_fork_costs_is_told,
    i5_every_note_is_one_credit,
    i6_nothing_below_its_floor,
    i12_no_alarm_without_a_cause,
    i9_what_was_shown_stands,
    i8_a_z_is_the_sum_of_its_records,
    c6_what_is_said_to_be_printed_came_out,
    i13_loads_are_on_the_card,
    i13_what_went_back_is_on_no_card,
    i14_card_and_books_agree,
    dated.b3_dated_money_ends,
    paid_out.a4_what_the_books_paid_somebody_got,
    paid_out.a4_nothing_is_left_on_what_came_back,
    paid_out.a4_who_owes_pays_first,
    paid_out.a4_only_what_was_paid_for_is_blank,
    paid_out.a8_nothing_stays_where_it_was,
    slip_paid.d3_a_slip_is_paid_once,
    slip_paid.d3_no_slip_is_lost,
)


class Invariants(Checks):
    """All of them."""

    def always(self, world: World) -> list[Violation]:
        if not world.office.is_up:
            return []
        return [found for check in ALWAYS for found in _of(world, check)]

    def in_the_end(self, world: World) -> list[Violation]:
        return [found for check in AFTER for found in _of(world, check)]


def _of(world: World, check: Check) -> Iterator[Violation]:
    id = check.__name__.split("_")[0].upper()
    for what in check(world):
        yield Violation(id, what)
