"""Goal: whatever step the till is killed at, a card comes back, moves, is replaced, a sale goes back: once.

Method: the whole app without its window in a process of its own, killed (-9) at every named step of the job;
then it starts again, the cashier goes on as anybody would, and cards, drawer and books are compared.
F: A4 A5 A8 C7 C11
"""

from collections import Counter
from functools import partial

import pytest
from sqlalchemy import func, select

from onecard.books import accounts
from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardError, CardForeign
from onecard.wire import errands as e
from onecard.wire import messages as m
from server.books.tables import posting, wallet
from tests.pos.mortal import killed_everywhere
from tests.pos.test_refund_journey import end_shift, open_refunds
from tests.world.box import KEYS

pytestmark = pytest.mark.xdist_group("town")
FEN = 4_000
DONE = (m.Status.CREATED, m.Status.EXISTS)


# -- what a cashier does -------------------------------------------------------------------------------------


def to_desk(town) -> None:
    till = town.till
    for _ in range(6):
        if till.screen == "desk" and till.overlay is None:
            return
        till.keys("f9" if till.screen == "sell" and till.overlay is None else "escape")
    raise AssertionError(till.screen)


def open_job(town, name, *, who="") -> None:
    """To the desk and in, for somebody by his name."""
    to_desk(town)
    town.till.keys(f"job:{name}")
    if who:
        town.till.type("search", who)
        town.till.keys("enter enter")


def put(town, card) -> None:
    town.till.lift()
    town.till.put(card)
    town.till.answer()


def exchange(town) -> None:
    """What waits for a record to reach the office goes on."""
    town.sync()
    town.till.tick()
    town.till.answer()


def finish_left(town) -> None:
    """What was asked and not answered is asked again."""
    while town.till.station.front_desk.errands.unanswered():
        open_job(town, "left")
        town.till.keys("enter")
        exchange(town)


def finish_aside(town, card) -> None:
    """What waits for its card gets it."""
    if not town.till.station.open_taps():
        return
    to_desk(town)
    town.till.keys("escape f4 enter")
    put(town, card)
    town.till.lift()
    town.till.keys("escape escape")


def bring_back(who, town, cards) -> None:
    """Lock, pay, wipe."""
    open_job(town, "return_card", who=who)
    town.till.keys("enter f4")
    put(town, cards["old"])
    exchange(town)
    town.till.keys("f5")


def bring_back_again(who, town, cards) -> None:
    finish_left(town)
    if not is_blank(cards["old"]):
        bring_back(who, town, cards)


def move(who, town, cards) -> None:
    """From the temporary card to the formal one. Wiping it is what a return does, and loads have tests of
    their own."""
    open_job(town, "transfer", who=f"{who}正")
    town.till.keys("enter f4")
    put(town, cards["old"])
    exchange(town)
    town.till.lift()


def move_again(who, town, cards) -> None:
    """What moved already is refused and moves nothing again."""
    finish_left(town)
    move(who, town, cards)


def replace(who, town, cards) -> None:
    """A blank becomes the card anew."""
    open_job(town, "replace", who=who)
    town.till.keys("enter f4")
    put(town, cards["new"])
    exchange(town)
    town.till.lift()


def replace_again(who, town, cards) -> None:
    finish_left(town)
    finish_aside(town, cards["new"])
    if newest(cards["new"]) is None:
        replace(who, town, cards)


def refund(town, cards) -> None:
    """The last sale of the shift before."""
    open_refunds(town)
    town.till.keys("enter enter")
    exchange(town)


def refund_again(town, cards) -> None:
    finish_left(town)
    to_desk(town)
    town.till.keys("escape")
    open_refunds(town)
    if town.till.view.rows[0].cells[-1] != "0.00":
        town.till.keys("enter enter")
    exchange(town)


# -- what is compared ----------------------------------------------------------------------------------------


def image_of(plastic):
    """What a desk reads of it; ``None`` for a blank."""
    try:
        return M1Card(DirectStorage(plastic), KEYS, 1).read()
    except CardForeign as error:
        if error.code == "card.blank":
            return None
        raise
    finally:
        plastic.pull()


def is_blank(plastic) -> bool:
    try:
        return image_of(plastic) is None
    except CardError:
        return False


def newest(plastic):
    try:
        image = image_of(plastic)
    except CardError:
        return None
    return None if image is None else image.newest


def asked_once(town, kind) -> None:
    """It was done once by the journal, which has no hole; nothing is open; the books tie out."""
    till = town.till
    journal, errands = till.journal, till.station.front_desk.errands
    assert town.problems() == []
    assert journal.verify() == journal.head.seq
    assert errands.unanswered() == []
    assert till.station.open_taps() == []
    bodies = list(journal.bodies(journal.index.open_shift()))
    asked = {body.id for body in bodies if isinstance(body, kind)}
    done = [body.of for body in bodies if isinstance(body, m.Answered) and body.status in DONE]
    assert len(asked.intersection(done)) == len(done) == 1


def killed(name, town, cards, life, again, check) -> None:
    died, same = killed_everywhere(town, cards, life, again, check)
    print(f"{name}: died at {len(died)} of {len(died) + len(same)} steps: {dict(Counter(died))}")
    # The errand and its answer on disk, the office's word on its way, and the paper.
    assert Counter(died)["sync"] >= 2
    assert {"answer /t/errand", "paper"} <= set(died)
    assert "ask /t/errand" in same


def lived_then_killed(n, name, town, cards, life, again, check) -> None:
    """The first of two as a rehearsal: what is compiled once need not be for each death."""
    if n:
        killed(name, town, cards, life, again, check)
        return
    life(town, cards)
    town.till.lift()
    check(town, cards)


def books(town, *names) -> list[int]:
    """What the drawer and these accounts hold by the books; everything is uploaded."""
    drawer = f"till:{town.till.number}:cash"

    def read(connection) -> list[int]:
        total = select(func.sum(posting.c.fen))
        sides = [total.where(side == drawer) for side in (posting.c.debit, posting.c.credit)]
        put_in, taken = (connection.execute(one).scalar() or 0 for one in sides)
        query = select(wallet.c.account, wallet.c.fen).where(wallet.c.account.in_(names))
        fen = {row.account: row.fen for row in connection.execute(query)}
        return [put_in - taken, *(fen.get(name, 0) for name in names)]

    return town.office.read(read)


def main(card, issue=1) -> str:
    return accounts.purse(card, issue, "main")


def waiting(card, issue=1) -> str:
    return accounts.waiting(card, issue, "main")


def test_a_return(town):
    # F: A4
    for n, who in enumerate(("还卡甲", "还卡乙")):
        end_shift(town)
        cards, cash = {"old": town.plastic(FEN, f"04E5000{n}", name=who)}, books(town)[0]
        card = town.look(cards["old"]).card

        def check(town, cards, cash=cash, card=card) -> None:
            asked_once(town, e.ReturnCard)
            assert is_blank(cards["old"])
            assert books(town, main(card)) == [cash - FEN, 0]

        life, again = partial(bring_back, who), partial(bring_back_again, who)
        lived_then_killed(n, "return", town, cards, life, again, check)


def test_a_transfer(town):
    # F: A8
    for n, who in enumerate(("转甲", "转乙")):
        end_shift(town)
        cards = {
            "old": town.plastic(FEN, f"04E5101{n}", name=who),
            "new": town.plastic(1_000, f"04E5102{n}", name=f"{who}正"),
        }
        cash, old, new = books(town)[0], town.look(cards["old"]).card, town.look(cards["new"]).card

        def check(town, cards, cash=cash, old=old, new=new) -> None:
            asked_once(town, e.TransferCard)
            assert newest(cards["old"]).locked
            assert newest(cards["new"]).main_fen == 1_000
            assert books(town, main(old), main(new), waiting(new)) == [cash, 0, 1_000, FEN]

        life, again = partial(move, who), partial(move_again, who)
        lived_then_killed(n, "transfer", town, cards, life, again, check)


def test_a_replacement(town):
    # F: A5
    for n, who in enumerate(("补甲", "补乙")):
        end_shift(town)
        cards = {
            "old": town.plastic(FEN, f"04E5201{n}", name=who),
            "new": VirtualM1(bytes.fromhex(f"04E5202{n}")),
        }
        cash, card = books(town)[0], town.look(cards["old"]).card

        def check(town, cards, cash=cash, card=card) -> None:
            asked_once(town, e.ReplaceCard)
            image = image_of(cards["new"])
            assert (image.identity.card, image.identity.issue) == (card, 2)
            drawer, *held = books(town, main(card), main(card, 2), waiting(card, 2))
            assert (drawer, sum(held), held[1]) == (cash, FEN, image.newest.main_fen)

        life, again = partial(replace, who), partial(replace_again, who)
        lived_then_killed(n, "replacement", town, cards, life, again, check)


def test_a_refund(town):
    # F: C7
    cards = {"old": town.plastic(FEN, "04E53001", name="退货")}
    for n in range(2):
        town.till.keys("12.5 enter")
        town.till.tap(cards["old"])
        town.till.keys("escape")
        end_shift(town)
        cash, card = books(town)[0], town.look(cards["old"]).card

        def check(town, cards, cash=cash, card=card, n=n) -> None:
            asked_once(town, e.RefundSale)
            once = 1_250 * (n + 1)
            assert newest(cards["old"]).main_fen == FEN - once
            assert books(town, main(card), waiting(card)) == [cash, FEN - once, once]

        lived_then_killed(n, "refund", town, cards, refund, refund_again, check)
        to_desk(town)
        town.till.keys("escape")
