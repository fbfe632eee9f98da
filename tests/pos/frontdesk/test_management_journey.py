"""Goal: a management card is made at a desk, opens what it is for, and is no good once it came back. F: A7

Method: the person's steps, virtual plastic, the real office; cards torn at every command, answers lost.
"""

import pytest
import sqlalchemy as sa

from onecard.cards.management.document import Kind, base_of, unpack_stops
from onecard.cards.management.plastic import Plastic
from onecard.clock import card_day, local
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import Refused
from onecard.wire.management import AskManagement, ReturnManagement
from pos.frontdesk.jobs.management import KINDS
from server.cards import stops
from server.management import service
from server.operators.tables import operation_log
from server.organisation.scope import Scope
from tests.pos.frontdesk.test_word_journey import CASHIER, allow
from tests.pos.rig import PINS, error_of
from tests.pos.test_watch_journey import door


def blank(uid: str) -> VirtualM1:
    return VirtualM1(bytes.fromhex(uid))


def make(counter, plastic: VirtualM1, kind: Kind, *, days: str = "", holder: str = "") -> None:
    counter.open_job("management")
    counter.flow.act(f"pick:0:{KINDS.index(kind)}")
    if holder:
        at = [one.login for one in counter.till.operators].index(holder)
        counter.flow.act(f"row:{at + 1}")
    counter.keys(f"{' '.join(days)} enter".strip())
    counter.put(plastic)


def listed(counter, number: int | None = None) -> list[service.Listed]:
    today = card_day(local(counter.clock.now()).date())
    found = counter.office.read(lambda c: service.cards(c, Scope.whole(counter.office.unit), today))
    return [one for one in found if number in (None, one.number)]


def number_of(counter, plastic: VirtualM1) -> int:
    return int(counter.box.station.upkeep.cards.known(DirectStorage(plastic)).number)


def is_blank(counter, plastic: VirtualM1) -> bool:
    return bool(counter.box.station.look(DirectStorage(plastic)).blank)


def logged(counter, action: str) -> list[sa.RowMapping]:
    query = sa.select(operation_log).where(operation_log.c.action == action)
    return list(counter.office.read(lambda c: c.execute(query).mappings().all()))


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_made_for_whom_and_as_long_as_was_said(counter, kind):
    # F: A7
    plastic = blank(f"0e0000{list(Kind).index(kind):02x}")
    make(counter, plastic, kind, days="30", holder="desk")
    assert counter.view.body.endswith("。"), counter.view
    assert counter.till.tr(f"desk.management.is.{kind}") in counter.view.body
    shown = counter.box.station.upkeep.cards.read(DirectStorage(plastic))
    chief = next(one.operator for one in counter.till.operators if one.login == "desk")
    today = card_day(local(counter.clock.now()).date())
    assert (shown.kind, shown.operator, shown.from_day, shown.until_day) == (kind, chief, today, today + 29)
    (row,) = listed(counter, shown.number)
    assert (row.kind, row.state, row.made_by, row.uid) == (kind, "active", chief, plastic.uid.hex())


def test_what_was_made_here_opens_the_settings(counter):
    plastic = blank("0e000010")
    make(counter, plastic, Kind.SETTINGS)
    counter.lift()
    counter.keys("escape escape escape")
    door(counter, "setup")
    counter.put(plastic)
    assert counter.screen == "setup_gate"
    counter.keys("246810 enter")
    assert counter.screen == "setup"


def test_a_settings_card_brings_what_is_set_at_this_till(counter):
    counter.box.station.upkeep.set_own({"tap_interval_s": "30", "time.set": "1"}, 0, 0)
    plastic = blank("0e000011")
    counter.open_job("management")
    counter.flow.act(f"pick:0:{KINDS.index(Kind.SETTINGS)}")
    counter.keys("f2")
    counter.keys("enter")
    counter.put(plastic)
    shown = counter.box.station.upkeep.cards.read(DirectStorage(plastic))
    assert shown.settings == {"tap_interval_s": "30"}


def test_an_answer_that_was_lost_makes_no_second_card(counter):
    plastic, before = blank("0e000012"), len(listed(counter))
    counter.wired.deaf = 1
    make(counter, plastic, Kind.PAYEE)
    assert counter.view.body == error_of(counter, "server.unreachable")
    assert is_blank(counter, plastic)
    counter.keys("enter")
    counter.lift()
    counter.put(plastic)
    assert len(listed(counter)) == before + 1
    assert listed(counter, number_of(counter, plastic))[0].state == "active"


def test_a_term_that_no_card_has_asks_for_no_card(counter):
    asked = len(counter.asked)
    for days in ("0", "3661", "99999999"):
        counter.open_job("management")
        counter.keys(f"{' '.join(days)} enter")
        assert counter.overlay is None
        assert counter.view.body == error_of(counter, "management.term", most=3_660)
    assert not [one for one in counter.asked[asked:] if isinstance(one, AskManagement)]


def test_neither_a_members_card_nor_another_management_card_is_taken_for_a_blank(counter):
    member = counter.issued("要钱的", uid="0e000013")
    number = counter.card_of(member)
    make(counter, member, Kind.PAYEE)
    assert counter.card_of(member) == number
    counter.lift()
    counter.keys("escape")
    plastic = blank("0e000014")
    make(counter, plastic, Kind.PAYEE)
    number = number_of(counter, plastic)
    counter.lift()
    make(counter, plastic, Kind.COLLECTOR)
    assert number_of(counter, plastic) == number
    assert listed(counter, number)[0].state == "active"


# A trailer torn inside its access bytes is dead on any system.
@pytest.mark.parametrize("byte", [4, 16])
def test_a_card_pulled_at_any_command_is_put_on_again_and_is_the_same_one(counter, byte):
    for at in range(400):
        plastic = blank(f"0e1{byte % 10:x}{at:04x}")
        before = len(listed(counter))
        counter.open_job("management")
        counter.keys("enter")
        torn = put_torn(counter, plastic, at, byte)
        if torn:
            counter.wait(2)
            counter.put(plastic)
        assert counter.overlay is None, (at, counter.overlay)
        assert counter.box.station.upkeep.cards.read(DirectStorage(plastic)).kind is Kind.OPERATOR, at
        assert len(listed(counter)) == before + 1, at
        counter.lift()
        if not torn:
            return
    raise AssertionError("never whole")


def put_torn(counter, plastic: VirtualM1, at: int, byte: int) -> bool:
    """Whether it left during its command number ``at``, after so many bytes of it."""
    plastic.tear_at(at, byte)
    counter.put(plastic)
    torn = not plastic.in_field
    counter.lift()
    return torn


def test_a_card_that_came_back_is_stopped_then_blank_and_good_for_a_member(counter):
    # F: A7
    plastic = blank("0e000020")
    make(counter, plastic, Kind.OPERATOR)
    number = number_of(counter, plastic)
    counter.lift()
    counter.open_job("management")
    counter.keys("f5")
    counter.put(plastic)
    assert counter.view.body == counter.till.tr("desk.management.wiped")
    assert is_blank(counter, plastic)
    (row,) = listed(counter, number)
    assert (row.state, row.stopped_by) == ("returned", row.made_by)
    counter.sync_up()
    assert counter.box.station.upkeep._desk.facts.stop(number, 1) is not None
    counter.lift()
    assert counter.issued_on(plastic, "下一位", 2_000, number="N0e000020") != number


@pytest.mark.parametrize("byte", [4, 16])
def test_a_card_whose_wipe_was_cut_is_finished_by_the_next_try(counter, byte):
    """Stopped first, so that a half-wiped one opens nothing; the till remembers nothing. At every fourth
    command: each of them is torn where the plastic itself is tested."""
    for at in range(byte % 3, 200, 4):
        plastic = blank(f"0e2{byte % 10:x}{at:04x}")
        make(counter, plastic, Kind.OPERATOR)
        number = number_of(counter, plastic)
        counter.lift()
        counter.open_job("management")
        counter.keys("f5")
        torn = put_torn(counter, plastic, at, byte)
        if torn:
            counter.keys("escape escape escape")
            counter.wait(2)
            counter.open_job("management")
            counter.keys("f5")
            counter.put(plastic)
        assert is_blank(counter, plastic), at
        assert listed(counter, number)[0].state == "returned", at
        counter.lift()
        counter.keys("escape escape")
        if not torn:
            return
    raise AssertionError("never whole")


def test_the_plastic_of_a_lost_card_is_taken_back_as_well(counter):
    plastic = blank("0e000021")
    make(counter, plastic, Kind.OPERATOR)
    number, now = number_of(counter, plastic), counter.clock.now()
    unit = counter.office.unit
    counter.office.write(lambda c: service.stop(c, unit, number, "lost", service.By(1), now))
    counter.sync_up()
    with pytest.raises(Refused, match=r"^card\.stopped"):
        counter.box.station.upkeep.cards.read(DirectStorage(plastic))
    counter.lift()
    counter.open_job("management")
    counter.keys("f5")
    counter.put(plastic)
    assert is_blank(counter, plastic)
    assert listed(counter, number)[0].state == "lost"


def test_nobody_takes_back_what_is_no_management_card(counter):
    member = counter.issued("不是管理卡", uid="0e000022")
    number = counter.card_of(member)
    counter.lift()
    asked = len(counter.asked)
    counter.open_job("management")
    counter.keys("f5")
    counter.put(member)
    assert counter.card_of(member) == number
    assert not [one for one in counter.asked[asked:] if isinstance(one, ReturnManagement)]


def test_another_card_of_the_same_plastic_ends_the_one_before(counter):
    """A signature is for a UID: a copy of the old content must not come to life on it."""
    plastic = blank("0e000023")
    make(counter, plastic, Kind.PAYEE)
    old = number_of(counter, plastic)
    Plastic(DirectStorage(plastic), counter.box.station._desk.keys, counter.office.unit).wipe()
    counter.lift()
    make(counter, plastic, Kind.PAYEE)
    assert number_of(counter, plastic) != old
    assert [one.state for one in listed(counter, old)] == ["returned"]


def test_who_may_not_makes_one_by_the_word_of_who_may(office, counter, tmp_path):
    from tests.pos.frontdesk.counter import Counter

    known = office.read(lambda c: c.execute(sa.text("select login from operator")).scalars().all())
    if "maker" not in known:
        office.operator("maker", CASHIER, 0, pin="246810")
    cashier = Counter(office, tmp_path / "maker", "maker")
    try:
        cashier.sign_on_as()
        PINS["desk"] = "246810"
        cashier.to_desk()
        cashier.flow.act("job:management")
        assert cashier.overlay is not None
        allow(cashier)
        plastic = blank("0e000024")
        cashier.keys("enter")
        cashier.put(plastic)
        number = number_of(cashier, plastic)
        (said,) = [one for one in logged(cashier, "management.issue") if one.subject == str(number)]
        chief = next(one.operator for one in cashier.till.operators if one.login == "desk")
        assert said.operator not in (0, chief)
        assert f'"supervisor":{chief}' in said.detail
    finally:
        cashier.box.close()


def test_a_loss_card_takes_as_much_of_a_long_list_as_its_plastic_holds_and_says_so(counter):
    # F: A7 E3: the whole list on a large one; on a small one the newest changes, and from which version on.
    office, now = counter.office, counter.clock.now()

    def lost(c) -> int:
        version = 0
        for n in range(150):
            version = stops.take_number(c, office.unit, "stops")
            entry = stops.Stopped("lost")
            stops.put_stop(
                c, office.unit, 4_000_000 + 911 * n, 1, entry, version=version, operator=1, now=now
            )
        return version

    newest = office.write(lost)
    counter.sync_up()
    bases = []
    for uid, size in (("0e0000d1", "4K"), ("0e0000d2", "1K")):
        plastic = VirtualM1(bytes.fromhex(uid), size)
        make(counter, plastic, Kind.LOSS)
        shown = counter.box.station.upkeep.cards.show(DirectStorage(plastic))
        bases.append(base_of(shown.payload))
        assert unpack_stops(shown.payload).version >= newest
        assert ("版之后" in counter.view.body) == (bases[-1] > 0), counter.view
        plastic.pull()
        counter.lift()
    assert bases[0] < bases[1] < newest
    assert str(bases[1]) in counter.view.body
