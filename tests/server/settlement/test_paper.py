"""Goal: what a printed statement settled before the books were restored is not settled a second time.

Method: days whose statements these books never knew, in another life; on both engines. F: G1 G2 H6
"""

import pytest

from onecard.errors import Refused
from onecard.wire.messages import Status
from server.books.office.paper_statement import PaperStatement, Terms
from server.operators.tables import operator
from server.settlement import line, paper, statement
from server.terminals import restored
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT
from tests.server.office import Office
from tests.server.settlement.test_statement import advance, confirmed, drafted, paid_in, paid_out, traded
from tests.server.settlement.unit import CASHIER, CHIEF, DAY, FINANCE, Unit


def restored_unit(books: Books) -> Unit:
    """It has traded, its statements are on paper, and its books know of none."""
    unit = traded(books)
    row = {"unit_id": UNIT, "operator": CASHIER, "login": "c", "name": "c", "state": "active"}
    more = {"password_until": 0, "card": 0}
    books.write(lambda c: c.execute(operator.insert().values(**row, **more)))
    books.write(lambda c: restored.begin(c, UNIT, NOW))
    return unit


def enter(books: Books, number: str, about: str, subject: int, fen: int, outlet: int = 0, **by: int) -> str:
    terms = Terms(number, about, subject, outlet, DAY, fen, by.get("asked_by", FINANCE), "from paper")
    key = (1 << 40) + hash((number, about, subject, fen, tuple(by.items()))) % 1_000_000
    answer = books.do(PaperStatement(UNIT, key, terms, CHIEF))
    return "" if answer.result.status is Status.CREATED else answer.result.reason


def say_all(books: Books) -> None:
    books.write(lambda c: paper.say_all(c, UNIT, FINANCE, NOW))


def code(books: Books, kind: str, subject: int) -> str:
    with pytest.raises(Refused) as refused:
        drafted(books, kind, subject)
    return refused.value.code


def test_an_operator_pays_in_only_what_he_did_not_pay_in_before(books: Books) -> None:
    unit = restored_unit(books)
    assert code(books, line.OPERATOR, CASHIER) == "statement.paper_unsaid"
    assert enter(books, "1-1", line.OPERATOR, CASHIER, 13_000) == ""
    assert enter(books, "1-1", line.OPERATOR, CASHIER, 12_000) == "statement.paper_known"
    say_all(books)
    unit.today(DAY + 1)
    unit.recharge(1, 200)
    unit.upload()
    unit.close(DAY + 1)
    dropped = drafted(books, line.OPERATOR, CASHIER)
    advance(books, dropped.statement, statement.DROPPED, FINANCE)
    one = confirmed(books, line.OPERATOR, CASHIER)
    assert (one.due_fen, one.books_epoch) == (200, 2)
    assert not books.read(lambda c: statement.changed(c, UNIT, statement.get(c, UNIT, one.statement)))
    assert paid_in(books, one.statement, 200).result.status is Status.CREATED
    assert books.balance("vault") == -13_200
    hands = ("till:1001:cash", "till:1002:cash", f"operator:{CASHIER}:cash")
    assert [books.balance(name) for name in hands] == [0, 0, 0]
    unit.today(DAY + 2)
    unit.recharge(1, 300)
    unit.upload()
    unit.close(DAY + 2)
    assert drafted(books, line.OPERATOR, CASHIER).due_fen == 300, "it came off once"
    books.tie_out()


def test_an_owner_is_not_paid_twice(books: Books) -> None:
    unit = restored_unit(books)
    assert enter(books, "1-2", line.OWNER, 2, 4_000, outlet=2) == ""
    say_all(books)
    unit.today(DAY + 1)
    unit.sell(2, 700)
    unit.upload()
    unit.close(DAY + 1)
    one = confirmed(books, line.OWNER, 2)
    assert one.due_fen == 700
    assert paid_out(books, one.statement).result.status is Status.CREATED
    assert (books.balance("owner:2:payable:2"), books.balance("vault")) == (0, 4_700)
    books.tie_out()


def test_papers_that_make_no_sense(books: Books) -> None:
    restored_unit(books)
    for number, about, subject, outlet, asked_by, why in (
        ("2-1", line.OPERATOR, CASHIER, 0, FINANCE, "statement.paper_number"),
        ("1-0", line.OPERATOR, CASHIER, 0, FINANCE, "statement.paper_number"),
        ("\uff11-1", line.OPERATOR, CASHIER, 0, FINANCE, "statement.paper_number"),
        ("1-1", line.OPERATOR, 99, 0, FINANCE, "statement.paper_subject"),
        ("1-1", line.OWNER, 2, 1, FINANCE, "statement.paper_subject"),
        ("1-1", line.OPERATOR, CASHIER, 0, CHIEF, "approval.same_person"),
    ):
        assert enter(books, number, about, subject, 1_000, outlet, asked_by=asked_by) == why
    assert books.balance("vault") == 0


def test_without_papers_somebody_says_so(office: Office) -> None:
    browser = office.administrator()
    assert 'id="paper"' not in browser.get("/settlement").text
    office.write(lambda c: restored.begin(c, office.unit, NOW))
    assert 'id="paper"' in browser.get("/settlement").text
    sent = {"paper": "1-7", "subject": "operator:1", "outlet": "0", "day": "2026-01-02", "amount": "12.5"}
    assert browser.post("/settlement/paper", _from="/settlement", **sent).status == 303
    assert "1-7" in browser.get("/approvals").text
    assert browser.post("/settlement/paper", _from="/settlement", all="1").status == 303
    assert 'id="paper"' not in browser.get("/settlement").text
