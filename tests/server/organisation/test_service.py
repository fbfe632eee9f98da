"""Goal: every outlet is somewhere and pays somebody; names are names. F: H1. Method: add and read back."""

import pytest

from onecard.errors import Refused
from server.organisation import service
from server.organisation.scope import Scope
from tests.server.office import Office

#: The office of these tests, one after the other.
ENGINES = ("sqlite", "postgresql")


def test_the_first_start_makes_one_of_each(office: Office) -> None:
    place = office.read(lambda c: service.place(c, 1, 1))
    assert (place.unit, place.branch, place.outlet, place.owner) == (1, 1, 1, 1)
    assert office.read(service.first_unit) == 1


def test_places_are_numbered_and_named(office: Office) -> None:
    def add(c) -> int:
        branch = service.add_branch(c, 1, " 东  校区 ")
        owner = service.add_owner(c, 1, "东方餐饮")
        return service.add_outlet(c, 1, "二食堂", branch, owner)

    place = office.read(lambda c, n=office.write(add): service.place(c, 1, n))
    assert (place.branch_name, place.outlet_name, place.owner) == ("东 校区", "二食堂", 2)
    assert [row["name"] for row in office.read(lambda c: service.outlets(c, Scope.whole(1)))] == [
        "一号网点",
        "二食堂",
    ]


@pytest.mark.parametrize(("branch", "owner", "code"), [(9, 1, "branch.unknown"), (1, 9, "owner.unknown")])
def test_an_outlet_nowhere_or_of_nobody_is_refused(
    office: Office, branch: int, owner: int, code: str
) -> None:
    with pytest.raises(Refused) as no:
        office.write(lambda c: service.add_outlet(c, 1, "x", branch, owner))
    assert no.value.code == code
    with pytest.raises(Refused):
        office.read(lambda c: service.place(c, 1, 99))


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\x00b", "a\x1bb", "\u200b"])
def test_a_name_must_be_readable(name: str) -> None:
    with pytest.raises(Refused):
        service.clean_name(name)
