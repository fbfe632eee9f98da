"""Goal: whatever operators do to each other, nobody ends with more than somebody of more rights gave. F: H2

Method: a property over random roles, grants and deeds: each right that somebody gained lay within the rights
of who did it; then the ways around it by hand.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from onecard.errors import Refused
from server.operators import delegation, permission, role, service
from server.operators.rights import Rights, rights
from server.organisation.scope import Scope
from tests.server.books.engine import Books
from tests.server.books.station import NOW, UNIT
from tests.server.unit import Unit

PERMISSIONS = (permission.OPERATOR, permission.VIEW, permission.SELL, permission.LOG)
PLACES = st.tuples(st.sampled_from((0, 1, 2)), st.sampled_from((0, 1, 2)))
SETS = st.sets(st.sampled_from(PERMISSIONS)).map(lambda chosen: tuple(sorted(chosen)))
PEOPLE = 4


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unit]:
    folder: Path = tmp_path_factory.mktemp("delegation")
    books = Books(f"sqlite:///{folder}/unit.db")
    books.create()
    yield Unit(books)
    books.close()


class Undo(Exception):
    """Each example leaves the database as it was."""


def all_rights(connection: Connection, people: list[int]) -> dict[int, Rights]:
    found = {number: rights(connection, UNIT, number) for number in people}
    return {number: held for number, held in found.items() if held is not None}


def gained(before: Rights, after: Rights) -> Iterator[tuple[str, tuple[int, int]]]:
    for name, places in after.by_permission.items():
        for place in places:
            if not before.may(name, *place):
                yield name, place


deeds = st.lists(
    st.one_of(
        st.tuples(
            st.just("grant"),
            st.integers(0, PEOPLE - 1),
            st.integers(0, PEOPLE - 1),
            st.lists(st.tuples(st.integers(0, 3), PLACES), min_size=1, max_size=2),
        ),
        st.tuples(st.just("change"), st.integers(0, PEOPLE - 1), st.integers(0, 3), SETS),
        st.tuples(st.just("add"), st.integers(0, PEOPLE - 1), st.just(0), SETS),
    ),
    max_size=8,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    held=st.lists(SETS, min_size=4, max_size=4),
    granted=st.lists(st.tuples(st.integers(0, 3), PLACES), min_size=PEOPLE, max_size=PEOPLE),
    deeds=deeds,
)
def test_nobody_hands_out_more_than_he_holds(small: Unit, held, granted, deeds) -> None:
    def play(connection: Connection) -> None:
        roles = [role.add_role(connection, UNIT, f"r{at}", one) for at, one in enumerate(held)]
        people = [
            service.add_operator(
                connection, UNIT, NOW, login=f"p{at}", name=f"p{at}", grants=((roles[which], *place),)
            )
            for at, (which, place) in enumerate(granted)
        ]
        for kind, actor, target, more in deeds:
            before = all_rights(connection, people)
            who = before[people[actor]]
            try:
                with connection.begin_nested():
                    if kind == "grant":
                        grants = tuple((roles[which], *place) for which, place in more)
                        delegation.set_grants(connection, who, people[target], grants, NOW)
                    elif kind == "change":
                        role.change_by(connection, who, roles[target], "x", more, NOW)
                    else:
                        role.add_by(connection, who, "neu", more, NOW)
            except Refused:
                assert all_rights(connection, people) == before
                continue
            for number, after in all_rights(connection, people).items():
                for name, place in gained(before[number], after):
                    assert who.may(name, *place), (kind, name, place)
                # Nor does anybody lose what the one who took it away did not hold.
                for name, place in gained(after, before[number]):
                    assert who.may(name, *place), (kind, "lost", name, place)
        raise Undo

    with pytest.raises(Undo):
        small.write(play)


@pytest.fixture
def deputy(unit: Unit) -> Rights:
    """Manages operators of branch 2 and may sell and look there."""

    def make(c: Connection) -> int:
        number = role.add_role(c, UNIT, "副手", (permission.OPERATOR, permission.VIEW, permission.SELL))
        return service.add_operator(c, UNIT, NOW, login="deputy", name="副手", grants=((number, 2, 0),))

    return unit.rights(unit.write(make))


def test_he_grants_inside_his_branch_and_to_one_owner_of_it(unit: Unit, deputy: Rights) -> None:
    number = unit.write(
        lambda c: service.add_operator(c, UNIT, NOW, login="new", name="新人", grants=((7, 2, 2),))
    )
    for granted, fits in (
        ((7, 2, 2), True), ((7, 2, 0), True), ((7, 2, 1), True), ((7, 0, 2), False), ((7, 1, 2), False),
        ((7, 0, 0), False), ((3, 2, 0), False), ((1, 2, 0), False),
    ):  # fmt: skip
        if fits:
            unit.write(lambda c, g=granted: delegation.set_grants(c, deputy, number, (g,), NOW))
        else:
            with pytest.raises(Refused) as no:
                unit.write(lambda c, g=granted: delegation.set_grants(c, deputy, number, (g,), NOW))
            assert no.value.code == "operator.not_allowed"
    for granted, code in (
        ((99, 2, 0), "role.unknown"),
        ((7, 9, 0), "branch.unknown"),
        ((7, 2, 9), "owner.unknown"),
    ):
        with pytest.raises(Refused) as no:
            unit.write(lambda c, g=granted: delegation.set_grants(c, deputy, number, (g,), NOW))
        assert no.value.code == code


def test_editing_a_role_is_no_way_around(unit: Unit, deputy: Rights) -> None:
    """His own role gets no further right, a role held elsewhere is not his, and one of his own is."""
    mine = unit.write(lambda c: role.add_by(c, deputy, "收银", (permission.SELL,), NOW))
    for number, chosen in (
        (8, (permission.OPERATOR, permission.VIEW, permission.SELL, permission.SYSTEM)),
        (1, (permission.VIEW,)),
        (mine, (permission.SELL, permission.LOG)),
    ):
        with pytest.raises(Refused) as no:
            unit.write(lambda c, n=number, ch=chosen: role.change_by(c, deputy, n, "x", ch, NOW))
        assert no.value.code == "operator.not_allowed"
    with pytest.raises(Refused):
        unit.write(lambda c: role.add_by(c, deputy, "x", (permission.SYSTEM,), NOW))
    with pytest.raises(Refused):  # nobody's yet
        unit.write(lambda c: role.change_by(c, deputy, mine, "x", (permission.SELL,), NOW))
    unit.write(lambda c: service.add_operator(c, UNIT, NOW, login="till", name="t", grants=((mine, 2, 1),)))
    unit.write(
        lambda c: role.change_by(c, deputy, mine, "收银与查看", (permission.SELL, permission.VIEW), NOW)
    )
    found = unit.read(lambda c: role.role_of(c, Scope.whole(UNIT), mine))
    assert found["permissions"] == (permission.SELL, permission.VIEW)


def test_who_stands_wider_or_elsewhere_is_not_his_to_change(unit: Unit, deputy: Rights) -> None:
    def people(c: Connection) -> tuple[int, int]:
        elsewhere = service.add_operator(c, UNIT, NOW, login="west", name="w", grants=((7, 1, 0),))
        wider = service.add_operator(c, UNIT, NOW, login="both", name="b", grants=((7, 2, 0), (3, 1, 0)))
        return elsewhere, wider

    elsewhere, wider = unit.write(people)
    for number, code in (
        (elsewhere, "operator.unknown"), (wider, "operator.not_allowed"), (1, "operator.unknown"),
        (deputy.operator, "operator.yourself"), (999, "operator.unknown"),
    ):  # fmt: skip
        with pytest.raises(Refused) as no:
            unit.write(lambda c, n=number: delegation.set_grants(c, deputy, n, ((7, 2, 0),), NOW))
        assert no.value.code == code, number
    seen = unit.read(lambda c: service.operators(c, deputy.scope(permission.OPERATOR)))
    assert [row["login"] for row in seen] == ["deputy", "both"]
    assert seen[1]["grants"] == ((7, 2, 0),)
    assert not seen[1]["is_mine"]
    administrator = unit.rights()
    with pytest.raises(Refused) as no:
        unit.write(lambda c: delegation.set_grants(c, administrator, elsewhere, (), NOW))
    assert no.value.code == "operator.no_grant"
