"""A statement lists exactly what it covers, is paid once, and every step has a name to it. F: G1 G2"""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from onecard.errors import Refused
from onecard.wire.messages import Answer, Status
from server.settlement import line, statement, tables
from server.settlement.contract import Contract, agree
from server.settlement.payment import pay_in, pay_out
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT
from tests.server.settlement.unit import CASHIER, CHIEF, DAY, FINANCE, Unit


def drafted(books: Books, kind: str, subject: int) -> statement.Statement:
    return books.write(lambda c: statement.draft(c, UNIT, kind, subject, FINANCE, NOW))


def advance(books: Books, number: int, to: str, by: int) -> None:
    books.write(lambda c: statement.advance(c, UNIT, number, to, by, NOW))


def confirmed(books: Books, kind: str, subject: int) -> statement.Statement:
    one = drafted(books, kind, subject)
    advance(books, one.statement, statement.CHECKED, FINANCE)
    advance(books, one.statement, statement.CONFIRMED, CASHIER)
    return one


def paid_in(books: Books, number: int, fen: int, witness: int = 0) -> Answer:
    return books.run(pay_in(books.lane, UNIT, number, fen, FINANCE, witness))


def paid_out(books: Books, number: int) -> Answer:
    return books.run(pay_out(books.lane, UNIT, number, FINANCE))


def state(books: Books, number: int) -> str:
    return books.read(lambda c: statement.get(c, UNIT, number)).state


def traded(books: Books) -> Unit:
    unit = Unit(books)
    unit.issue(10_000)
    unit.recharge(2, 3_000)
    unit.sell(1, 1_500)
    unit.sell(2, 4_000)
    unit.upload()
    unit.close(DAY)
    return unit


def test_an_operator_pays_in_what_his_tills_took(books: Books) -> None:
    unit = traded(books)
    one = confirmed(books, line.OPERATOR, CASHIER)
    assert one.due_fen == 13_000
    answer = paid_in(books, one.statement, 13_000)
    assert answer.result.status is Status.CREATED
    assert books.balance("vault") == -13_000
    assert books.balance("till:1001:cash") == books.balance("till:1002:cash") == 0
    assert state(books, one.statement) == statement.PAID
    assert paid_in(books, one.statement, 13_000) == answer
    assert books.balance("vault") == -13_000
    advance(books, one.statement, statement.SETTLED, CHIEF)
    assert [step[:2] for step in books.read(lambda c: statement.steps(c, UNIT, one.statement))] == [
        ("drafted", FINANCE), ("checked", FINANCE), ("confirmed", CASHIER), ("paid", FINANCE),
        ("settled", CHIEF),
    ]  # fmt: skip
    unit.today(DAY + 1)
    unit.recharge(1, 200)
    unit.upload()
    unit.close(DAY + 1)
    assert drafted(books, line.OPERATOR, CASHIER).due_fen == 200
    books.tie_out()


def test_paying_in_too_little_takes_a_second_person_and_is_booked_by_name(books: Books) -> None:
    traded(books)
    one = confirmed(books, line.OPERATOR, CASHIER)
    for witness in (0, FINANCE):
        with pytest.raises(Refused) as refused:
            paid_in(books, one.statement, 12_900, witness)
        assert refused.value.code == "statement.difference"
    answer = paid_in(books, one.statement, 12_900, CHIEF)
    assert answer.result.status is Status.CREATED
    assert books.balance("vault") == -12_900
    assert books.balance("difference:1001") == -100
    books.tie_out()


def test_an_owner_is_paid_less_what_his_contract_takes(books: Books) -> None:
    unit = Unit(books)
    books.write(lambda c: agree(c, UNIT, Contract(2, 0, DAY, 1_000), FINANCE, NOW))
    unit.issue(10_000)
    unit.sell(2, 4_000)
    unit.upload()
    unit.close(DAY)
    one = confirmed(books, line.OWNER, 2)
    assert one.due_fen == 3_600
    answer = paid_out(books, one.statement)
    assert answer.result.status is Status.CREATED
    assert books.balance("owner:2:payable:2") == 0
    assert books.balance("fee:commission:2") == 400
    assert books.balance("vault") == 3_600
    books.tie_out()


def test_late_lines_are_named_on_the_next_statement(books: Books) -> None:
    unit = Unit(books)
    unit.issue(10_000)
    unit.sell(1, 900)
    unit.tills[2].sale(unit.card, 500, outlet=1, owner=1).done()
    books.upload(unit.tills[1])
    unit.close(DAY)
    one = confirmed(books, line.OWNER, 1)
    paid_out(books, one.statement)
    unit.today(DAY + 1)
    unit.sell(1, 700)
    unit.upload()
    unit.close(DAY + 1)
    after = drafted(books, line.OWNER, 1)
    found = books.read(lambda c: statement.lines(c, UNIT, after))
    assert [(each.day, each.fen, each.late) for each in found] == [(DAY, 500, 1), (DAY + 1, 700, 0)]


def test_a_statement_is_immutable_and_a_difference_is_an_alarm(books: Books) -> None:
    unit = traded(books)
    one = confirmed(books, line.OWNER, 1)
    before = books.read(lambda c: statement.lines(c, UNIT, one))
    one = books.read(lambda c: statement.get(c, UNIT, one.statement))
    assert not books.read(lambda c: statement.changed(c, UNIT, one))
    with pytest.raises(DBAPIError, match="append-only"):
        books.write(lambda c: c.execute(update(tables.statement_line).values(fen=1)))
    unit.today(DAY + 1)
    unit.sell(1, 100)
    unit.upload()
    unit.close(DAY + 1)
    # Somebody who can edit the database itself widens what the statement covers.
    books.write(lambda c: c.execute(update(tables.statement).values(close_upto=2)))
    one = books.read(lambda c: statement.get(c, UNIT, one.statement))
    assert books.read(lambda c: statement.lines(c, UNIT, one)) == before
    assert books.read(lambda c: statement.changed(c, UNIT, one))


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([(statement.CONFIRMED, CASHIER)], "statement.state"),
        ([(statement.CHECKED, FINANCE), (statement.CONFIRMED, FINANCE)], "statement.same_person"),
        ([(statement.CHECKED, FINANCE), (statement.DROPPED, FINANCE)], "statement.state"),
        ([(statement.CHECKED, FINANCE), (statement.PAID, FINANCE)], "statement.state"),
        ([(statement.DROPPED, FINANCE), (statement.CHECKED, FINANCE)], "statement.state"),
    ],
)
def test_steps_out_of_order_are_refused(books: Books, steps: list[tuple[str, int]], code: str) -> None:
    traded(books)
    one = drafted(books, line.OPERATOR, CASHIER)
    *good, (last, by) = steps
    for to, who in good:
        advance(books, one.statement, to, who)
    with pytest.raises(Refused) as refused:
        advance(books, one.statement, last, by)
    assert refused.value.code == code


def test_one_statement_at_a_time_and_none_of_nothing(books: Books) -> None:
    traded(books)
    one = drafted(books, line.OPERATOR, CASHIER)
    for subject, code in ((CASHIER, "statement.open"), (99, "statement.nothing")):
        with pytest.raises(Refused) as refused:
            drafted(books, line.OPERATOR, subject)
        assert refused.value.code == code
    advance(books, one.statement, statement.DROPPED, FINANCE)
    assert drafted(books, line.OPERATOR, CASHIER).due_fen == one.due_fen


@pytest.mark.parametrize("kind", [line.OPERATOR, line.OWNER])
def test_only_a_confirmed_statement_is_paid(books: Books, kind: str) -> None:
    traded(books)
    one = drafted(books, kind, CASHIER if kind == line.OPERATOR else 1)
    with pytest.raises(Refused) as refused:
        if kind == line.OPERATOR:
            paid_in(books, one.statement, one.due_fen)
        else:
            paid_out(books, one.statement)
    assert refused.value.code == "statement.state"
    assert books.balance("vault") == 0
