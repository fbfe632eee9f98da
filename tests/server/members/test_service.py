"""Goal: members are found by what people type, and odd names stay what they are. F: A12

Method: a small unit; searches with wildcards and quotes; names with rare characters.
"""

import pytest

from onecard.errors import Conflict, Refused
from server.members import service
from server.organisation.scope import Scope
from tests.server.office import NOW, Office

#: The office of these tests, one after the other.
ENGINES = ("sqlite", "postgresql")


def add(office: Office, name: str, **more) -> int:
    given = {"branch": 1, **more}
    return office.write(lambda c: service.add_member(c, 1, NOW, name=name, **given))


def found(office: Office, text: str, scope=None) -> list[str]:
    return [row["name"] for row in office.read(lambda c: service.find(c, scope or Scope.whole(1), text))]


@pytest.fixture
def people(office: Office) -> Office:
    add(office, "李雷", number="S001", phone="138 0000-1234")
    add(office, "李小雷", number="S002", phone="13900005678")
    add(office, "100%真", number="T_01", branch=2)
    return office


def test_a_search_takes_number_name_or_phone_ending(people: Office) -> None:
    assert found(people, "S00") == ["李雷", "李小雷"]
    assert found(people, "小雷") == ["李小雷"]
    assert found(people, " 1234 ") == ["李雷"]
    assert found(people, "34") == []  # two digits fit too many phones
    assert len(found(people, "")) == 3
    assert found(people, "", Scope(1, frozenset({(2, 0)}))) == ["100%真"]
    assert people.read(lambda c: service.count(c, Scope(1, frozenset({(1, 0)})), "")) == 2
    assert people.read(lambda c: service.count(c, Scope(1, frozenset()), "")) == 0


@pytest.mark.parametrize("text", ["%", "_", "\\", "' or 1=1 --", "S00_", "%%", "x" * 64, "\u202e", "😀"])
def test_signs_of_the_database_are_only_signs(people: Office, text: str) -> None:
    assert found(people, text) == (["100%真"] if text == "%" else [])


@pytest.mark.parametrize("name", ["王𠅤", "O'Brien", "=cmd()", "<script>", "' or 1=1", "عمر", "😀" * 64])
def test_odd_names_are_kept_as_they_are(office: Office, name: str) -> None:
    key = add(office, name)
    row = office.read(lambda c: service.by_key(c, Scope.whole(1), key))
    assert row is not None
    assert row["name"] == name
    assert row["number"] == "M000001"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": ""}, "name.malformed"),
        ({"name": "   "}, "name.malformed"),
        ({"name": "x" * 65}, "name.malformed"),
        ({"name": "a\x00b"}, "name.malformed"),
        ({"name": "x", "number": "S 1"}, "member.number_malformed"),
        ({"name": "x", "number": "<b>"}, "member.number_malformed"),
        ({"name": "x", "phone": "12"}, "member.phone_malformed"),
        ({"name": "x", "phone": "１３８００００"}, "member.phone_malformed"),
        ({"name": "x", "number": "S001"}, "member.number_taken"),
    ],
)
def test_bad_data_is_refused_by_name(people: Office, values: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as no:
        add(people, **values)
    assert no.value.code == code


def test_the_same_question_makes_one_member(office: Office) -> None:
    first = add(office, "李雷", made_by="1001-1-1")
    assert add(office, "李雷", made_by="1001-1-1") == first
    with pytest.raises(Conflict):
        add(office, "韩梅梅", made_by="1001-1-1")
    with pytest.raises(Conflict):
        add(office, "李雷", number="S9", made_by="1001-1-1")
    assert add(office, "李雷", made_by="1001-1-2") != first


def test_holders_of_imported_cards_are_caught_up_with(office: Office) -> None:
    from server.cards.tables import card

    key = add(office, "李雷")
    office.write(
        lambda c: c.execute(
            card.insert().values(
                unit_id=1, card=20_001, issue=1, type=1, member=key, state="active", since=NOW
            )
        )
    )
    assert office.write(lambda c: service.catch_up(c, 1, NOW)) == 1
    assert office.write(lambda c: service.catch_up(c, 1, NOW)) == 0
    assert [one.name for one in office.read(lambda c: service.snapshots_since(c, 1, 0))] == ["李雷"]
