"""Goal: a list is taken over whole and once, and every bad row is named with its reason. F: A12

Method: lists with each fault, on both engines; the same list twice; two people at once.
"""

import time

import pytest

from onecard.errors import Refused
from server import tabular
from server.members import draft, service
from tests.server.books.station import NOW, UNIT
from tests.server.unit import SECOND, WHOLE, Unit

HEAD = "编号,姓名,电话,部门,分组,分店"


def lines(*rows: str, head: str = HEAD) -> list[tabular.Line]:
    return tabular.read("\n".join((head, *rows)).encode())


def planned(unit: Unit, *rows: str, scope=WHOLE, update: bool = False, head: str = HEAD) -> draft.Plan:
    return unit.read(lambda c: draft.plan(c, scope, lines(*rows, head=head), 1, update))


def kept(unit: Unit, *rows: str, scope=WHOLE, update: bool = False, branch: int = 1) -> int:
    return unit.write(lambda c: draft.keep(c, scope, lines(*rows), branch, update, NOW, 1))


def taken(unit: Unit, number: int, told, scope=WHOLE) -> draft.Plan:
    return unit.write(lambda c: draft.take_over(c, scope, number, told, NOW, 1))


def names(unit: Unit) -> dict[str, tuple[str, int]]:
    rows = unit.read(lambda c: service.find(c, WHOLE, "", 1000))
    return {row["number"]: (row["name"], row["branch"]) for row in rows}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",李雷,,,,", "import.no_number"),
        ("S 1,李雷,,,,", "member.number_malformed"),
        ("S9,,,,,", "name.malformed"),
        ("S9," + "长" * 65 + ",,,,", "name.malformed"),
        ("S9,李雷,12,,,", "member.phone_malformed"),
        ("S9,李雷,,,,西校区", "branch.unknown"),
        ("S001,李雷,,,,", "import.duplicate"),
        ("S100,老会员,,,,", "import.known"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_reason(unit: Unit, row: str, problem: str) -> None:
    unit.member("老会员", number="S100", phone="13800000000")
    found = planned(unit, "S001,韩梅梅,13800000000,研发,教职工,东校区", row)
    assert [(one.line, one.problem) for one in found.bad] == [(3, problem)]
    assert [one.values["number"] for one in found.of(draft.NEW)] == ["S001"]
    assert found.of(draft.NEW)[0].branch == 2


@pytest.mark.parametrize("name", ["王𠅤", "O'Brien", "=cmd()", "<script>", "' or 1=1", "عمر", "😀"])
def test_odd_names_come_in_as_they_are(unit: Unit, name: str) -> None:
    raw = tabular.write_csv(("编号", "姓名"), [("S1", name)])
    number = unit.write(lambda c: draft.keep(c, WHOLE, tabular.read(raw), 1, False, NOW, 1))
    taken(unit, number, (1, 0, 0))
    assert names(unit)["S1"] == (name, 1)


@pytest.mark.parametrize(
    ("head", "column"), [("a,b", "number"), ("编号,电话", "name"), ("姓名", "number"), ("Name", "number")]
)
def test_a_list_without_its_columns_is_refused(unit: Unit, head: str, column: str) -> None:
    with pytest.raises(Refused) as no:
        planned(unit, "x,y", head=head)
    assert (no.value.code, no.value.params["other"]) == ("import.no_column", column)


def test_unknown_columns_are_told_and_missing_ones_change_nothing(unit: Unit) -> None:
    key = unit.member("李雷", number="S1", phone="13800000000", department="研发")
    found = planned(unit, "S1,李小雷,x", head="Number,NAME,身高", update=True)
    assert found.ignored == ("身高",)
    (row,) = found.of(draft.CHANGE)
    assert (row.member, row.values["phone"], row.values["department"]) == (key, "13800000000", "研发")


def test_good_rows_are_taken_over_once_and_known_ones_only_if_asked(unit: Unit) -> None:
    unit.member("李雷", number="S1")
    number = kept(unit, "S1,李小雷,,,,", "S2,韩梅梅,,,,2", "S3,,,,,", update=True)
    taken(unit, number, (1, 1, 1))
    assert names(unit) == {"S1": ("李小雷", 1), "S2": ("韩梅梅", 2)}
    with pytest.raises(Refused) as no:
        taken(unit, number, (1, 1, 1))
    assert no.value.code == "import.unknown"
    again = kept(unit, "S1,李小雷,,,,", "S2,韩梅梅,,,,2", "S3,,,,,", update=True)
    plan = taken(unit, again, (0, 0, 1))
    assert len(plan.of(draft.SAME)) == 2
    assert len(names(unit)) == 2


def test_what_changed_since_it_was_shown_is_not_written(unit: Unit) -> None:
    number = kept(unit, "S1,李雷,,,,", "S2,韩梅梅,,,,")
    unit.member("别人", number="S1")
    with pytest.raises(Refused) as no:
        taken(unit, number, (2, 0, 0))
    assert no.value.code == "import.changed"
    assert names(unit) == {"S1": ("别人", 1)}


def test_a_branch_manager_imports_into_his_branch_only(unit: Unit) -> None:
    """F: H2"""
    unit.member("一部的人", number="S1")
    with pytest.raises(Refused):
        kept(unit, "S5,李雷,,,,", scope=SECOND, branch=1)
    number = kept(unit, "S1,偷改,,,,", "S2,李雷,,,,1", "S3,韩梅梅,,,,", scope=SECOND, branch=2, update=True)
    plan = unit.read(lambda c: draft.judged(c, SECOND, number, 1))
    assert [row.problem for row in plan.bad] == ["member.number_taken", "branch.unknown"]
    taken(unit, number, (1, 0, 2), SECOND)
    assert names(unit) == {"S1": ("一部的人", 1), "S3": ("韩梅梅", 2)}


def test_somebody_elses_list_does_not_exist(unit: Unit) -> None:
    number = kept(unit, "S1,李雷,,,,")
    for work in (
        lambda c: draft.judged(c, WHOLE, number, 2),
        lambda c: draft.take_over(c, WHOLE, number, (1, 0, 0), NOW, 2),
        lambda c: draft.judged(c, WHOLE, number + 1, 1),
    ):
        with pytest.raises(Refused) as no:
            unit.write(work)
        assert no.value.code == "import.unknown"


def test_a_list_that_nobody_takes_over_is_forgotten(unit: Unit) -> None:
    number = kept(unit, "S1,李雷,,,,")
    unit.write(lambda c: draft.keep(c, WHOLE, lines("S2,x,,,,"), 1, False, NOW + draft.KEPT_S + 1, 1))
    with pytest.raises(Refused):
        unit.read(lambda c: draft.judged(c, WHOLE, number, 1))


def test_ten_thousand_rows_within_seconds(unit: Unit) -> None:
    rows = [f"S{at:05d},会员{at},138{at:08d},部门{at % 40},学生," for at in range(10_000)]
    raw = "\n".join((HEAD, *rows)).encode("gbk")
    began = time.process_time()
    number = unit.write(lambda c: draft.keep(c, WHOLE, tabular.read(raw), 1, False, NOW, 1))
    plan = unit.read(lambda c: draft.judged(c, WHOLE, number, 1))
    assert len(plan.of(draft.NEW)) == 10_000
    taken(unit, number, (10_000, 0, 0))
    assert unit.read(lambda c: service.count(c, WHOLE, "")) == 10_000
    assert time.process_time() - began < 8
    assert UNIT == 1
