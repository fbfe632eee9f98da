"""Goal: whatever step the till is killed at, a kiosk's slip is paid once, and its money handed out once.

Method: as in ``test_desk_kill.py``: the app without its window in a process of its own, killed (-9) at every
named step; then the cashier goes on as anybody would, and brings the slip once more. F: D3
"""

from functools import partial

import pytest

from kiosk.slips import Slips
from onecard.books import accounts
from onecard.ids import RecordId, SeededEntropy
from onecard.wire import errands as e
from onecard.wire import messages as m
from server.books.tables import key_of
from tests.pos.mortal import killed_everywhere
from tests.pos.test_desk_kill import books, exchange, finish_left, open_job, to_desk
from tests.pos.test_refund_journey import end_shift
from tests.pos.town import Line
from tests.world.kiosk import SERIAL, KioskBox

pytestmark = pytest.mark.xdist_group("town")
FEN = 5_000


@pytest.fixture(scope="module")
def kiosk(_town):
    town = _town
    number, code = town.office.add_terminal("kiosk", 1)
    box = KioskBox("claim-kiosk", "kiosk", town.clock, Line(town.office), SeededEntropy(13))
    box.enrol(number, code)
    box.boot()
    box.sync.turn()
    yield box
    box.off(lambda bound: 0)
    box.disk.remove()


def slip_of(kiosk, cycle: int) -> tuple[RecordId, str]:
    """A note of nobody's card, and the slip for it."""
    note = kiosk.station.journal.append(
        lambda id: m.Credit(
            unit=1,
            id=id,
            at=kiosk.clock.now(),
            day=2_000,
            value_fen=FEN,
            acceptor=SERIAL,
            boot=1,
            cycle=cycle,
        )
    )
    slip = Slips(kiosk.booth).make([note.id])
    Slips(kiosk.booth).sent(slip, kiosk.printer.driver.status())
    kiosk.sync.turn()
    return slip.claim.id, slip.code


def pay(slip, town, _cards) -> None:
    number, code = slip
    open_job(town, "claim")
    town.till.type("claim", str(number))
    town.till.type("code", code)
    town.till.keys("enter f4")
    exchange(town)


def pay_again(slip, town, cards) -> None:
    """What was asked is heard to its end; and the slip still lies on the desk."""
    finish_left(town)
    pay(slip, town, cards)
    finish_left(town)


def check(slip, drawer, town, _cards) -> None:
    journal = town.till.journal
    town.sync()
    assert town.problems() == []
    assert journal.verify() == journal.head.seq
    bodies = list(journal.bodies(journal.index.open_shift()))
    asked = {one.id for one in bodies if isinstance(one, e.PayClaim)}
    paid = [one for one in bodies if isinstance(one, m.Answered) and one.of in asked and one.cash_fen]
    assert [one.cash_fen for one in paid] == [-FEN]
    assert books(town, accounts.claim(key_of(slip[0]))) == [drawer - FEN, 0]
    assert town.till.station.front_desk.errands.unanswered() == []


def test_a_slip_is_paid_once(town, kiosk):
    # F: D3
    end_shift(town)
    slip, drawer = slip_of(kiosk, 1), books(town)[0]
    pay(slip, town, {})
    check(slip, drawer, town, {})
    end_shift(town)
    slip, drawer = slip_of(kiosk, 2), books(town)[0]
    again = partial(pay_again, slip)
    died, same = killed_everywhere(town, {}, partial(pay, slip), again, partial(check, slip, drawer))
    print(f"slip: died at {len(died)} of {len(died) + len(same)} steps: {died}")
    assert died.count("sync") >= 2
    assert {"answer /t/errand", "paper"} <= set(died)
    assert "ask /t/errand" in same
    to_desk(town)


def test_a_shift_that_ends_over_the_answer_owes_the_slip_again(town, kiosk):
    """Killed at each step; then nobody asks again and the Z gives it up. F: D3 C8"""
    end_shift(town)
    slip = slip_of(kiosk, 3)

    def ends(town, _cards) -> None:
        end_shift(town)
        town.sync()

    def checked(town, cards) -> None:
        """Whatever the Z left: paid and handed out, or owed."""
        assert town.problems() == []
        owed = books(town, accounts.claim(key_of(slip[0])))[1]
        bodies = [one for one in town.till.bodies() if isinstance(one, m.Answered | e.PayClaim)]
        asked = {one.id for one in bodies if isinstance(one, e.PayClaim) and one.claim == slip[0]}
        out = -sum(one.cash_fen for one in bodies if isinstance(one, m.Answered) and one.of in asked)
        assert owed + out == FEN

    died, _ = killed_everywhere(town, {}, partial(pay, slip), ends, checked)
    assert {"answer /t/errand", "paper"} <= set(died)
    to_desk(town)
