"""Goal: an erased person is nowhere in the database, and the books and every chain still verify. F: A12

Method: a member with a name in every place that keeps one, on both engines; then every cell of every table.
"""

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from onecard.errors import Refused
from server.cards.tables import card
from server.members import draft, erasure, service
from server.members.seal import Seals
from server.members.tables import member_key, member_photo
from server.migrations import whole_metadata
from server.operators import log
from server.tabular import read
from tests.server.books.station import NOW, UNIT
from tests.server.unit import SECOND, WHOLE, Unit

NAME, PHONE, NUMBER = "欧阳寻常", "13812345678", "S2026001"


def leave(unit: Unit) -> int:
    """A person who left traces everywhere."""
    key = unit.member(NAME, number=NUMBER, phone=PHONE, department="研发")

    def traces(c: sa.Connection) -> None:
        sealed = unit.seals.seal(c, UNIT, key, {"name": NAME, "phone": PHONE})
        log.write(c, UNIT, NOW, 1, "member.add", str(key), sealed=sealed)
        c.execute(
            member_photo.insert().values(unit_id=UNIT, member=key, kind="image/png", image=b"x", at=NOW)
        )
        c.execute(
            card.insert().values(
                unit_id=UNIT, card=20_001, issue=1, type=1, member=key, state="active", since=NOW
            )
        )
        service.hold(c, UNIT, 20_001, key, 1, NOW)
        draft.keep(c, WHOLE, read(f"编号,姓名\n{NUMBER},{NAME}".encode()), 1, True, NOW, 1)

    unit.write(traces)
    return key


def give_back(unit: Unit) -> None:
    unit.write(lambda c: c.execute(card.update().where(card.c.card == 20_001).values(state="returned")))


def everything(unit: Unit) -> str:
    def dump(c: sa.Connection) -> str:
        tables = whole_metadata().sorted_tables
        cells = (cell for table in tables for row in c.execute(sa.select(table)) for cell in row)
        return "\n".join(
            bytes(cell).decode("utf-8", "replace") if isinstance(cell, bytes | memoryview) else str(cell)
            for cell in cells
        )

    return str(unit.read(dump))


def test_an_erased_person_is_nowhere_and_the_chains_verify(unit: Unit) -> None:
    key = leave(unit)
    before = everything(unit)
    assert all(word in before for word in (NAME, PHONE, NUMBER))
    assert len(unit.read(lambda c: service.snapshots_since(c, UNIT, 0))) == 1
    give_back(unit)
    unit.write(lambda c: erasure.erase(c, WHOLE, key, NOW, 1))
    after = everything(unit)
    assert not [word for word in (NAME, PHONE, NUMBER) if word in after]
    assert unit.read(lambda c: log.check(c, UNIT)) == []
    unit.books.tie_out()
    # Stations learn with their next delta that there is no name any more.
    assert [one.name for one in unit.read(lambda c: service.snapshots_since(c, UNIT, 1))] == [""]


def test_what_was_sealed_about_him_is_closed_for_ever(unit: Unit) -> None:
    key = leave(unit)
    sealed = unit.write(lambda c: unit.seals.seal(c, UNIT, key, {"name": NAME}))
    assert unit.read(lambda c: unit.seals.open(c, UNIT, sealed)) == {"name": NAME}
    assert NAME not in sealed
    give_back(unit)
    unit.write(lambda c: erasure.erase(c, WHOLE, key, NOW, 1))
    assert unit.read(lambda c: unit.seals.open(c, UNIT, sealed)) is None
    assert unit.read(lambda c: c.execute(sa.select(member_key)).all()) == []


def test_a_copy_of_the_database_alone_opens_no_seal(unit: Unit) -> None:
    """F: H5"""
    key = unit.member(NAME)
    sealed = unit.write(lambda c: unit.seals.seal(c, UNIT, key, {"name": NAME}))
    other = Seals(bytes(32), unit.entropy)
    with pytest.raises(InvalidTag):
        unit.read(lambda c: other.open(c, UNIT, sealed))


@pytest.mark.parametrize(
    "text", ["", "1", "1:", "x:AAAA", "1:????", f"1:{'A' * 80}", "99:AAAA", "1:" + "A" * 7]
)
def test_what_is_no_seal_opens_nothing(unit: Unit, text: str) -> None:
    key = unit.member(NAME)
    sealed = unit.write(lambda c: unit.seals.seal(c, UNIT, key, {"name": NAME}))
    assert unit.read(lambda c: unit.seals.open(c, UNIT, text)) is None
    other = unit.member("别人")
    unit.write(lambda c: unit.seals.seal(c, UNIT, other, {"name": "别人"}))
    moved = f"{other}:{sealed.partition(':')[2]}"
    assert unit.read(lambda c: unit.seals.open(c, UNIT, moved)) is None


def test_nobody_is_erased_while_a_card_of_his_is_out(unit: Unit) -> None:
    key = leave(unit)
    for state in ("active", "lost", "frozen", "reserved"):
        unit.write(lambda c, s=state: c.execute(card.update().where(card.c.card == 20_001).values(state=s)))
        with pytest.raises(Refused) as no:
            unit.write(lambda c: erasure.erase(c, WHOLE, key, NOW, 1))
        assert no.value.code == "member.has_card"
    give_back(unit)
    with pytest.raises(Refused) as no:
        unit.write(lambda c: erasure.erase(c, SECOND, key, NOW, 1))
    assert no.value.code == "member.unknown"
    unit.write(lambda c: erasure.erase(c, WHOLE, key, NOW, 1))
    with pytest.raises(Refused) as no:
        unit.write(lambda c: erasure.erase(c, WHOLE, key, NOW, 1))
    assert no.value.code == "member.unknown"
    values = {"name": "又来", "number": "", "phone": "", "department": "", "group": ""}
    with pytest.raises(Refused):
        unit.write(lambda c: service.change_member(c, WHOLE, key, NOW, **values))


def test_a_changed_name_reaches_stations_and_the_log_says_both_sealed(unit: Unit) -> None:
    key = leave(unit)
    values = {"name": "欧阳新", "number": NUMBER, "phone": PHONE, "department": "研发", "group": ""}
    before, after = unit.write(lambda c: service.change_member(c, WHOLE, key, NOW, **values))
    assert (before, after) == ({"name": NAME}, {"name": "欧阳新"})
    assert [one.name for one in unit.read(lambda c: service.snapshots_since(c, UNIT, 1))] == ["欧阳新"]
    assert unit.write(lambda c: service.change_member(c, WHOLE, key, NOW, **values)) == ({}, {})
    unit.member("别人", number="S9")
    with pytest.raises(Refused) as no:
        unit.write(lambda c: service.change_member(c, WHOLE, key, NOW, **(values | {"number": "S9"})))
    assert no.value.code == "member.number_taken"
