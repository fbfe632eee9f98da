"""Goal: terminals hold the balances of the account cards that are at home there, and no fen is given twice.

Method: real terminals and the real server in one process; sell with the wire cut, bring it back. F: C10 E3
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from onecard.books import accounts
from onecard.ids import RecordId
from onecard.terminal.account import Account
from onecard.terminal.order import Order
from onecard.wire import messages as m
from server.books.tables import wallet
from server.organisation import service as organisation
from server.terminals import snapshot
from tests.server.office import Office
from tests.server.terminals.box import Box, balance, open_account

CARD = 20_001


@pytest.fixture
def box(office: Office, tmp_path: Path) -> Iterator[Box]:
    open_account(office, CARD, 5_000)
    box = Box(office, tmp_path / "box")
    assert box.sync() == ""
    yield box
    box.close()


def sell(box: Box, fen: int, replaces: RecordId | None = None) -> m.Sale:
    sold = box.station.accounts.approve(
        Account(card=CARD, issue=1, type=2), Order.amount(fen, replaces=replaces)
    )
    assert isinstance(sold.intent, m.Sale)
    return sold.intent


def debt(office: Office) -> int:
    query = sa.select(wallet.c.fen).where(wallet.c.account == accounts.debt(CARD))
    return int(office.read(lambda c: c.execute(query).scalar()) or 0)


def test_a_sale_without_the_wire_is_posted_once_as_a_fact(office: Office, box: Box) -> None:
    box.wire.cut = True
    sell(box, 3_000)
    box.wire.cut = False
    assert box.sync() == ""
    assert (balance(office, CARD), debt(office)) == (2_000, 0)
    assert box.sync() == ""
    office.clock.advance(snapshot.EVERY_S)
    box.sync()
    assert box.station.accounts.known(CARD)[0] == 2_000  # type: ignore[index]
    assert box.facts.account(CARD).fen == 2_000  # type: ignore[union-attr]


def test_two_stations_may_approve_the_same_money_up_to_their_caps_and_the_excess_is_debt(
    office: Office, box: Box, tmp_path: Path
) -> None:
    other = Box(office, tmp_path / "other")
    other.sync()
    sell(box, 4_000)
    sell(other, 4_000)
    box.sync()
    other.sync()
    assert (balance(office, CARD), debt(office)) == (0, -3_000)
    other.close()


def test_a_sale_asked_online_and_replaced_offline_moves_the_money_once(office: Office, box: Box) -> None:
    """The answer was lost: the office has posted it, the till gave it up and sold again alone."""
    asked = box.station.accounts.sell(Account(card=CARD, issue=1, type=2), Order.amount(1_000))
    question = box.station.accounts.question(asked.id)
    box.till.ask("/t/sale", question, m.Answer)
    assert balance(office, CARD) == 4_000
    box.station.give_up(asked.id, "rung_again")
    sell(box, 1_000, replaces=asked.id)
    assert box.sync() == ""
    assert balance(office, CARD) == 4_000
    late = box.till.ask("/t/sale", question, m.Answer)
    assert late.result.status is m.Status.CREATED, "the first answer for ever, and taken back since"
    assert balance(office, CARD) == 4_000


def test_a_sale_given_up_before_it_arrived_is_never_posted(office: Office, box: Box) -> None:
    asked = box.station.accounts.sell(Account(card=CARD, issue=1, type=2), Order.amount(1_000))
    question = box.station.accounts.question(asked.id)
    box.station.give_up(asked.id, "rung_again")
    sell(box, 1_000, replaces=asked.id)
    box.sync()
    assert box.till.ask("/t/sale", question, m.Answer).result.reason == "cancelled"
    assert balance(office, CARD) == 4_000


def test_only_cards_at_home_come_unless_the_office_says_all(office: Office, tmp_path: Path) -> None:
    def places(c: sa.Connection) -> tuple[int, int]:
        branch = organisation.add_branch(c, 1, "东校区")
        return branch, organisation.add_outlet(c, 1, "二号网点", branch, 1)

    branch, outlet = office.write(places)
    open_account(office, CARD, 5_000)
    far = Box(office, tmp_path / "far", outlet=outlet)
    far.sync()
    assert far.facts.account(CARD) is None
    rows = office.read(lambda c: snapshot.document(c, 1, branch, "all", 0))[1]
    assert [row.card for row in rows.accounts] == [CARD]
    assert office.read(lambda c: snapshot.document(c, 1, branch, "none", 0))[1].accounts == ()
    far.close()


def test_a_holder_who_moves_takes_his_card_along(office: Office, box: Box) -> None:
    from server.members.tables import member

    assert box.facts.account(CARD) is not None
    office.write(lambda c: c.execute(member.update().where(member.c.member == CARD).values(branch=9)))
    office.clock.advance(snapshot.WHOLE_EVERY_S)
    box.till.shake()
    box.sync()
    assert box.facts.account(CARD) is None


def test_only_what_changed_travels(office: Office, box: Box) -> None:
    open_account(office, CARD + 1, 700)
    office.write(
        lambda c: c.execute(
            wallet.update().where(wallet.c.account == accounts.account(CARD, "main")).values(fen=4_999)
        )
    )
    base = box.facts.have()[snapshot.ACCOUNTS]
    office.clock.advance(snapshot.WHOLE_EVERY_S)
    box.till.shake()
    box.sync()
    _, body = office.read(lambda c: snapshot.document(c, 1, 1, "home", base))
    assert [(row.card, row.fen) for row in body.accounts] == [(CARD, 4_999), (CARD + 1, 700)]
    assert box.facts.account(CARD).fen == 4_999  # type: ignore[union-attr]


def test_a_terminal_of_before_is_not_told_of_documents_it_cannot_read(office: Office, box: Box) -> None:
    got = box.till.ask("/t/fetch", m.Fetch(have={}), m.Fetched)
    assert {one.name for one in got.documents}.isdisjoint({"accounts", "notices", "commands"})
