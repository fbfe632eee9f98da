"""Documents count when the pinned key signed them and they are newer; deltas need their base. F: E3"""

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.clock import FalseClock
from onecard.errors import Refused
from onecard.ids import SeededEntropy
from onecard.journal.facts import Facts
from onecard.journal.stops import StopKeys, stop_key
from onecard.wire import messages as m
from onecard.wire.signing import SigningKey, sign_document
from tests.onecard.terminal.stand import NOON, Office, load


@pytest.fixture
def clock():
    return FalseClock(NOON)


@pytest.fixture
def office(clock):
    return Office(clock)


@pytest.fixture
def facts(tmp_path, office, clock):
    facts = Facts(tmp_path / "facts.db", office.key.public, clock)
    yield facts
    facts.close()


def code(call, *args):
    with pytest.raises(Refused) as refused:
        call(*args)
    return refused.value.code


def test_a_document_of_another_key_is_refused(facts):
    stranger = SigningKey.make(SeededEntropy(2))
    document = sign_document(stranger, "types", 1, 0, m.encode(m.TypesDocument(types=())))
    assert code(facts.take, document) == "document.signature"
    assert facts.have() == {}


def test_versions_only_go_up(facts, office):
    facts.take(office.place(pad="implied"))
    older = office.document("terminal", m.TypesDocument(types=()), version=1)
    facts.take(older)  # passed over before its body is looked at
    assert facts.place.settings == {"pad": "implied"}
    facts.take(office.place(pad="point"))
    assert (facts.place.settings, facts.have()["terminal"]) == ({"pad": "point"}, 2)


def test_a_body_under_the_wrong_name_is_refused(facts, office):
    assert code(facts.take, office.document("terminal", m.TypesDocument(types=()))) == "document.malformed"


def test_a_bad_document_does_not_stop_the_others(facts, office):
    bad = office.document("terminal", m.TypesDocument(types=()))
    problems = facts.receive(office.fetched(bad, office.types()))
    assert [problem.code for problem in problems] == ["document.malformed"]
    assert list(facts.types) == [1]
    assert facts.as_of == 0  # not everything held is current


def test_a_document_waits_for_its_day(facts, office, clock):
    facts.take(office.types(m.CardType(type=1, name="old")))
    later = m.TypesDocument(types=(m.CardType(type=1, name="new"),))
    facts.take(office.document("types", later, effective_from=clock.now() + 3600))
    assert (facts.types[1].name, facts.versions().types, facts.have()["types"]) == ("old", 1, 2)
    clock.advance(3600)
    assert (facts.types[1].name, facts.versions().types) == ("new", 2)


def test_documents_survive_a_restart(tmp_path, office, clock):
    facts = Facts(tmp_path / "f.db", office.key.public, clock)
    clock.step(-500)
    fetched = office.fetched(
        office.place(), office.types(), office.stops((5, 1, "lost")), office.loads(load(1, 5))
    )
    facts.receive(fetched)
    facts.close()
    again = Facts(tmp_path / "f.db", office.key.public, clock)
    assert again.place.outlet == 31
    assert again.stop(5, 1) == ("lost", 1)
    assert (again.as_of, again.have()) == (fetched.now, {"terminal": 1, "types": 1, "stops": 1, "loads": 1})


def test_a_file_that_cannot_be_read_is_begun_anew(tmp_path, office, clock):
    (tmp_path / "f.db").write_bytes(b"rubbish" * 1000)
    facts = Facts(tmp_path / "f.db", office.key.public, clock)
    assert facts.have() == {}
    facts.take(office.types())
    assert list(facts.types) == [1]


def test_a_restored_office_counts_from_below_again(facts, office, clock):
    for name in "abc":
        facts.receive(office.fetched(office.types(m.CardType(type=1, name=name))))
    office.books_epoch, office.versions = 2, {}
    facts.receive(office.fetched(office.types(m.CardType(type=1, name="restored"))))
    assert (facts.types[1].name, facts.have()["types"]) == ("restored", 1)


# ---- deltas


@pytest.mark.parametrize("held", [False, True], ids=["on disk", "in memory"])
def test_the_stop_list_follows_deltas(facts, office, held):  # F: E3
    if held:
        facts.hold_stops()
    assert facts.holds_stops is held
    facts.take(office.stops((5, 1, "lost"), (6, 1, "frozen")))
    facts.take(office.stops((6, 1, ""), (7, 2, "replaced"), base=1))
    assert [facts.stop(card, issue) for card, issue in ((5, 1), (6, 1), (7, 2), (7, 1))] == [
        ("lost", 1),
        None,
        ("replaced", 1),
        None,
    ]
    facts.take(office.stops((9, 1, "lost")))  # whole
    assert (facts.stop(5, 1), facts.stop(9, 1)) == (None, ("lost", 1))


def test_the_stop_list_is_the_same_in_memory_as_on_disk(facts, office, monkeypatch):  # F: E3
    """Read in pieces, with the last card of one and the first of the next; a delta comes after."""
    monkeypatch.setattr("onecard.journal.stops._AT_ONCE", 4)
    for count in (0, 1, 4, 5, 8, 11):
        facts.take(office.stops(*((card, 1, "lost") for card in range(100, 100 + 3 * count, 3))))
        facts._stops = None
        on_disk = [facts.stop(card, 1) for card in range(95, 140)]
        facts.hold_stops()
        assert [facts.stop(card, 1) for card in range(95, 140)] == on_disk
        assert sum(one is not None for one in on_disk) == count
    version = facts.have()["stops"]
    facts.take(office.stops((100, 1, ""), (101, 1, "frozen"), base=version))
    assert (facts.stop(100, 1), facts.stop(101, 1), facts.stop(103, 1)) == (None, ("frozen", 1), ("lost", 1))


def test_a_delta_that_builds_on_what_we_never_had_is_refused(facts, office):
    facts.take(office.stops((5, 1, "lost")))
    assert (
        code(facts.take, office.document("stops", m.StopsDocument(base=2, stops=()), version=3))
        == "document.gap"
    )
    assert facts.stop(5, 1) is not None


def test_loads_come_and_go_as_the_office_says(facts, office):
    facts.take(office.loads(load(1, 100), load(2, 200)))
    facts.take(
        office.document("loads", m.LoadsDocument(base=1, loads=(load(3, 5),), applied=((500_001, 1, 1),)))
    )
    assert [one.number for one in facts.loads(500_001, 1, 0)] == [2, 3]
    assert facts.loads(500_001, 2, 0) == ()


def test_holders_are_known_for_the_screen(facts, office):
    facts.take(office.members(m.Snapshot(card=5, member=1, name="张小敏")))
    assert facts.member(5).name == "张小敏"
    assert facts.member(6) is None


@given(
    start=st.sets(st.integers(0, 200)),
    changes=st.lists(st.dictionaries(st.integers(0, 200), st.booleans()), max_size=4),
)
def test_stop_keys_are_a_set(start, changes):
    keys, model = StopKeys(sorted(start)), set(start)
    for change in changes:
        keys.change(change)
        model = (model | {k for k, on in change.items() if on}) - {k for k, on in change.items() if not on}
    assert len(keys) == len(model)
    assert [key for key in range(201) if key in keys] == sorted(model)


def test_a_million_stopped_cards_are_small_and_quick():
    # F: E3 — ≤ 16 MB, ≤ 5 µs a look-up, a delta of 10,000 in ≤ 200 ms (halved machines get some slack)
    tracemalloc.start()
    keys = StopKeys(range(0, 3_000_000, 3))
    current, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert current < 16 << 20
    began = time.perf_counter()
    hits = sum(stop_key(n, 1) in keys for n in range(20_000))
    each_us = (time.perf_counter() - began) / 20_000 * 1e6
    began = time.perf_counter()
    keys.change({n * 5: n % 2 == 0 for n in range(10_000)})
    delta_ms = (time.perf_counter() - began) * 1e3
    print(f"{current / 2**20:.1f} MB, {each_us:.2f} µs, delta {delta_ms:.0f} ms, {hits} hits")
    assert each_us < 25
    assert delta_ms < 1000
