"""Goal: whatever a till asks the office to do happens once, for who may, where he may, and is answered alike.

Method: every errand on a subject of its own: done, repeated, changed under the same id, without the right,
from another branch. On both engines, whose books tie out afterwards.
"""

import msgspec
import pytest

from onecard.wire import errands as e
from onecard.wire import messages as m
from server.terminals.errand import DEEDS
from tests.server.terminals.desk import ANYWHERE, SUBJECTS, Desk


def test_every_errand_has_a_right_and_a_subject() -> None:
    assert set(DEEDS) == set(e.AnyErrand.__args__)
    assert {name.partition(" ")[0] for name in SUBJECTS} == {
        str(kind.__struct_config__.tag).partition("/")[0] for kind in DEEDS
    }


@pytest.mark.parametrize("name", SUBJECTS)
def test_it_is_done_once_and_answered_alike(desk: Desk, name: str) -> None:
    kind, fields = SUBJECTS[name](desk)
    errand = desk.errand(kind, **fields)
    first = desk.ask(errand)
    assert first.result.status is m.Status.CREATED, first
    assert m.encode(desk.ask(errand)) == m.encode(first)
    other = desk.ask(msgspec.structs.replace(errand, at=errand.at + 1))
    assert (other.result.status, other.result.reason) == (m.Status.CONFLICT, "record_conflict")
    assert desk.journal.sync().results == ()  # the journal brings the same bytes: nothing new, nothing amiss


@pytest.mark.parametrize("name", SUBJECTS)
def test_who_may_not_is_refused_for_good(desk: Desk, name: str) -> None:
    """Also when he gets the right afterwards: the answer was given."""
    kind, fields = SUBJECTS[name](desk)
    asks = "supervisor" if "supervisor" in fields else "operator"
    errand = desk.errand(kind, **{**fields, asks: desk.nobody})
    refused = desk.ask(errand)
    assert (refused.result.status, refused.result.reason) == (m.Status.REFUSED, "operator.not_allowed")
    assert m.encode(desk.ask(errand)) == m.encode(refused)
    allowed = desk.errand(kind, **{**fields, "operator": desk.nobody, "supervisor": desk.boss})
    assert desk.ask(allowed).result.status is m.Status.CREATED


@pytest.mark.parametrize("name", SUBJECTS)
def test_another_branch_is_none_of_ours(desk: Desk, name: str) -> None:
    """Nobody works where he has no right, and nobody serves what belongs to another branch."""
    kind, fields = SUBJECTS[name](desk)
    there = desk.errand(kind, desk.other, **{**fields, "operator": desk.boss})
    assert desk.ask(there, desk.other_till).result.reason == "operator.not_allowed"
    theirs = {**fields, "operator": desk.other_boss}
    if "supervisor" in fields:
        theirs["supervisor"] = desk.other_checker
    answer = desk.ask(desk.errand(kind, desk.other, **theirs), desk.other_till).result
    why = ANYWHERE.get(name, "desk.other_branch")
    assert (answer.status, answer.reason) == (m.Status.REFUSED if why else m.Status.CREATED, why)


@pytest.mark.parametrize("second", ["nobody", "himself"])
def test_a_paper_slip_needs_the_word_of_a_second_person(desk: Desk, second: str) -> None:
    """F: C20"""
    kind, fields = SUBJECTS["late_slip"](desk)
    alone = desk.errand(kind, **{**fields, "supervisor": desk.boss if second == "himself" else 0})
    refused = desk.ask(alone)
    assert (refused.result.status, refused.result.reason) == (m.Status.REFUSED, "approval.same_person")
