"""Goal: a right holds where it was granted and nowhere else. F: H2. Method: grants over two branches."""

import pytest

from onecard.errors import Refused
from server.operators import permission, service
from server.organisation.scope import Scope
from tests.server.office import Office

#: The office of these tests, one after the other.
ENGINES = ("sqlite", "postgresql")


def rights(office: Office, number: int) -> service.Rights:
    found = office.read(lambda c: service.rights(c, 1, number))
    assert found is not None
    return found


def test_a_right_of_one_branch_is_none_in_another(office: Office) -> None:
    number = office.operator("east", 4, branch=2)
    held = rights(office, number)
    assert held.may(permission.ISSUE, 2)
    assert held.may(permission.ISSUE)
    assert not held.may(permission.ISSUE, 1)
    assert not held.may(permission.SUPERVISOR)
    assert held.scope(permission.ISSUE) == Scope(1, frozenset({(2, 0)}))
    assert held.scope(permission.OPERATOR).places == frozenset()
    office.read(lambda c: service.demand(c, 1, number, permission.ISSUE, 2))
    for name, branch in ((permission.ISSUE, 1), (permission.OPERATOR, 2)):
        with pytest.raises(Refused) as no:
            office.read(lambda c, n=name, b=branch: service.demand(c, 1, number, n, b))
        assert no.value.code == "operator.not_allowed"


def test_a_right_of_the_whole_unit_holds_everywhere(office: Office) -> None:
    held = rights(office, 1)
    assert held.scope(permission.VIEW).is_whole
    assert all(held.may(one, 99) for one in permission.ALL)


def test_who_is_stopped_or_unknown_holds_nothing(office: Office) -> None:
    number = office.operator("gone", 1)
    office.write(lambda c: service.stop(c, 1, number, 0, 1))
    for one in (number, 999, 0, -1):
        assert office.read(lambda c, n=one: service.rights(c, 1, n)) is None
    with pytest.raises(Refused):
        office.write(lambda c: service.stop(c, 1, 999, 0, 1))


@pytest.mark.parametrize(
    ("login", "code"),
    [
        ("", "login.malformed"),
        ("a", "login.malformed"),
        ("张敏", "login.malformed"),
        ("a b", "login.malformed"),
        ("-ab", "login.malformed"),
        ("x" * 33, "login.malformed"),
        ("admin", "login.taken"),
        (" ADMIN ", "login.taken"),
    ],
)
def test_a_bad_login_is_refused_by_name(office: Office, login: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        office.operator(login, 1)
    assert no.value.code == code


def test_the_front_desk_asks_only_for_what_its_operator_may(office: Office) -> None:
    """The terminal is proven, the operator still needs the right: F: A2 A6"""
    from onecard.ids import RecordId
    from onecard.wire import messages as m

    till = office.till()
    cashier = office.operator("cashier", 3)
    desk = office.operator("desk", 4)
    kept = RecordId(till.terminal, 1, 1)
    new = m.NewMember(id=kept, name="李雷", operator=cashier)
    assert till.send("/t/member/new", m.encode(new)).code == "operator.not_allowed"
    row = till.ask("/t/member/new", m.NewMember(id=kept, name="李雷", operator=desk), m.MemberRow)
    again = till.ask("/t/member/new", m.NewMember(id=kept, name="李雷", operator=desk), m.MemberRow)
    assert row == again
    other = m.NewMember(id=kept, name="韩梅梅", operator=desk)
    assert till.send("/t/member/new", m.encode(other)).status == 409
    found = till.ask("/t/member/find", m.FindMember(text="李", operator=cashier), m.Members)
    assert [one.member for one in found.rows] == [row.member]
    issue = m.ReserveIssue(id=kept, type=1, member=row.member, uid="01020304", operator=cashier)
    assert till.send("/t/issue", m.encode(issue)).status == 403
    loss = m.ReportLoss(id=kept, card=10_001, issue=1, operator=cashier)
    assert till.send("/t/loss", m.encode(loss)).status == 403
    bad_type = m.ReserveIssue(id=kept, type=99, member=row.member, uid="01020304", operator=desk)
    assert till.send("/t/issue", m.encode(bad_type)).code == "card_type.unknown"
    nobody = m.ReserveIssue(id=kept, type=1, member=999, uid="01020304", operator=desk)
    assert till.send("/t/issue", m.encode(nobody)).code == "member.unknown"
