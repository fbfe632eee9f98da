"""Cash for a card write that was torn and never came back: Z and books say the same sum. F: A2 A3 C8 G6

Method: issues and recharges torn at many commands and bytes, given up by the Z or rung again; then everything
goes up to the real books, and comes again as evidence of what the cards say.
"""

import pytest

from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import CardError, Refused
from onecard.terminal.outcome import Completed, Unfinished
from onecard.wire import messages as m
from tests.onecard.terminal import operation
from tests.onecard.terminal.killing_account import Till
from tests.onecard.terminal.operation import FEN, OPERATIONS, crossings, tears
from tests.onecard.terminal.stand import CASHIER, KEYS, TODAY, make_plastic
from tests.server.books.station import UNIT

FIRST, FLOAT_FEN, DEPOSIT_FEN, FEE_FEN = 600_000, 20_000, 2_000, 500


def plastic_of(main_fen: int = 0, **more):
    """A card of the unit that the books are of; with no money that they never saw."""
    return make_plastic(0, unit=UNIT, **more)


def on_card(plastic) -> int:
    return M1Card(DirectStorage(plastic), KEYS, UNIT).read().newest.main_fen


@pytest.fixture
def till(tmp_path, monkeypatch):
    monkeypatch.setattr(operation, "make_plastic", plastic_of)
    till = Till(tmp_path)
    till.books.create()
    till.receive(till.office.place(offline_recharge_fen="1000000000"))
    till.station.open_shift(CASHIER, FLOAT_FEN)
    yield till
    till.close()


def issue(till: Till, number: int, plastic) -> object:
    grant = m.IssueGrant(
        card=number, issue=1, type=1, until_day=TODAY + 9, deposit_fen=DEPOSIT_FEN, fee_fen=FEE_FEN
    )
    return till.station.issue(DirectStorage(plastic), grant, FEN)


def torn(till: Till, act, plastic, command: int, byte: int | None) -> Unfinished | None:
    """What the station made of a card that left there; ``None`` when it had not begun or was already done."""
    storage = DirectStorage(plastic)
    plastic.tear_at(command, byte)
    try:
        ended = act(storage)
    except (CardError, Refused):
        return None
    plastic.pull()
    plastic.tear_at(10**9)
    return ended if isinstance(ended, Unfinished) else None


def agree(till: Till, cash_fen: int) -> m.ShiftClose:
    closed = till.station.close_shift(0)
    assert closed.expected_fen == FLOAT_FEN + cash_fen
    assert till.upload().results == ()
    assert till.problems() == []
    assert -till.books.balance("till:1001:cash") == cash_fen
    return closed


def test_torn_issues_leave_their_cash_in_the_till_and_a_person_to_see_to_it(till):
    left = []
    for number, (command, byte) in enumerate(tears(crossings(OPERATIONS["issue"], till, FIRST))[::11], 1):
        plastic = make_plastic(blank=True, uid=bytes([4, 7, number >> 8, number & 255]))
        ended = torn(
            till, lambda storage, n=number, p=plastic: issue(till, FIRST + n, p), plastic, command, byte
        )
        if ended is not None:
            till.station.set_aside(ended.id, supervisor=12)
            left.append(plastic)
    assert len(left) > 10
    per_card = FEN + DEPOSIT_FEN + FEE_FEN
    closed = agree(till, FEN + per_card * len(left))  # the spare card of the dry run was issued whole
    assert closed.totals.aside_cash_fen == per_card * len(left)
    assert till.books.balance("unresolved:1001") == per_card * len(left)
    assert till.books.kinds().count("issue_given_up") == len(left)


def test_torn_recharges_are_settled_by_their_cards_and_the_till_still_agrees(till):
    """Each card comes back after the Z: written or not, the member has the money once."""
    profile = crossings(OPERATIONS["recharge"], till, FIRST)
    cases = []
    for number, (command, byte) in enumerate(tears(profile)[::7], FIRST + 1):
        case = OPERATIONS["recharge"](till, number)
        ended = torn(till, case.act, case.plastic, command, byte)
        if ended is not None:
            till.station.set_aside(ended.id, supervisor=12)
            cases.append(case)
    assert len(cases) > 5
    agree(till, FEN * (1 + len(cases)))
    till.station.open_shift(CASHIER, 0)
    for case in cases:
        till.station.look(DirectStorage(case.plastic))  # the evidence is journaled by looking
    assert till.upload().results == ()
    assert till.problems() == []
    for case in cases:
        waits = till.books.balance(f"card:{case.card}:1:main:waiting")
        assert on_card(case.plastic) + waits == FEN
    assert till.books.balance("unresolved:1001") == 0


@pytest.mark.parametrize(("at", "byte"), [(11, 0), (-1, None)], ids=["not written", "written"])
def test_cash_rung_again_is_in_the_till_once_and_with_the_member_once(till, at, byte):
    at = at if at >= 0 else len(crossings(OPERATIONS["recharge"], till, FIRST + 1)) - 1
    spare = FEN if byte is None else 0
    case = OPERATIONS["recharge"](till, FIRST)
    ended = torn(till, case.act, case.plastic, at, byte)
    assert ended is not None
    till.station.set_aside(ended.id)
    till.station.give_up(ended.id, "rung_again")
    storage = DirectStorage(case.plastic)
    again = till.station.recharge(storage, till.station.look(storage), FEN, replaces=ended.id)
    assert isinstance(again, Completed)
    agree(till, FEN + spare)
    waits = till.books.balance(f"card:{case.card}:1:main:waiting")
    assert on_card(case.plastic) + waits == FEN
