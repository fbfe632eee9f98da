"""What must hold of money with a last day: by the journals, the plastics and the books."""

from collections import Counter
from collections.abc import Iterator

from onecard.cards.image import Slot
from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import OneCardError
from onecard.wire import messages as m
from server.books import tables
from server.subsidy.tables import subsidy_line
from tests.world import books, ledger
from tests.world.box import KEYS, Plastic
from tests.world.office import UNIT
from tests.world.world import World


def given(world: World) -> Counter[int]:
    """Fen per card that lists have brought."""
    found: Counter[int] = Counter()
    for row in books.rows(world.office, subsidy_line):
        if row.state == "delivered":
            found[row.card] += row.fen
    return found


def expired(world: World) -> Counter[int]:
    """Fen per card that the books say went back where it came from."""
    found: Counter[int] = Counter()
    released = {row.entry for row in books.rows(world.office, tables.entry) if row.kind == "subsidy"}
    for row in books.rows(world.office, tables.posting):
        if row.entry in released:
            continue
        for sign, name, card in ((1, row.credit, row.debit), (-1, row.debit, row.credit)):
            if name.startswith(("subsidy:fund:", "breakage:")) and card.startswith("card:"):
                found[int(card.split(":")[1])] += sign * row.fen
    return found


def slots(plastic: Plastic) -> tuple[Slot, ...] | None:
    """The dated money as the card says itself; a chip has none."""
    if not isinstance(plastic, VirtualM1):
        return None
    try:
        return M1Card(DirectStorage(plastic), KEYS, UNIT).read().newest.slots
    except OneCardError:
        return None
    finally:
        plastic.pull()


def b3_dated_money_ends(world: World) -> Iterator[str]:
    """No record spends what has expired, or leaves it on its card, or clears what has not."""
    bodies = ledger.fold([box.bodies() if box.is_on else box.kept for box in world.boxes]).fates
    for fate in bodies:
        purse = fate.body.purse
        if fate.state != "done" or purse is None:
            continue
        before, after = purse.before, purse.after
        for name, old, new, cleared in zip(
            ("gift", "subsidy", "subsidy2"),
            (before.slot1, before.slot2, before.slot3),
            (after.slot1, after.slot2, after.slot3),
            purse.cleared,
            strict=True,
        ):
            is_over = 0 < old.expiry_day < fate.body.day
            if is_over and old.amount_fen and cleared != old.amount_fen:
                yield f"{fate.body.id} leaves {old.amount_fen} of {name} that ended on {old.expiry_day}"
            if not is_over and cleared:
                yield f"{fate.body.id} clears {cleared} of {name} that ends on {old.expiry_day}"
            if is_over and isinstance(fate.body, m.Sale):
                for pay in fate.body.pays:
                    if pay.wallet == name and pay.fen:
                        yield f"{fate.body.id} spends {pay.fen} of {name} that ended on {old.expiry_day}"
            if new.amount_fen > old.amount_fen and isinstance(fate.body, m.Sale):
                yield f"{fate.body.id} sells and puts {name} from {old.amount_fen} to {new.amount_fen}"
