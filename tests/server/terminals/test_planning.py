"""Goal: settings for later are planned, seen by all, withdrawn in time, and begin at terminals by themselves.

Method: the console's own form and a real terminal before the real server, on both engines. F: E2
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from onecard.clock import local
from onecard.errors import Refused
from onecard.ids import SystemEntropy
from onecard.terminal.courier import Courier
from onecard.wire import messages as m
from server.bootstrap import FirstStart
from server.operators import permission
from server.operators import service as operators
from server.operators.tables import operation_log
from server.organisation import service as organisation
from server.organisation.scope import Scope
from server.terminals import courier, plan, planning, service, setting, snapshot
from server.terminals.tables import account_row, planned_setting
from tests.server.office import PASSWORD, Browser, Office
from tests.server.terminals.box import ACCOUNT_TYPE, Box, open_account

PATH = "/terminals/settings"
HOUR, DAY = 3_600, 86_400


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    first_start: tuple[Path, FirstStart],
) -> Iterator[Office]:
    """One for all tests of an engine; each brings a terminal of its own."""
    folder = tmp_path_factory.mktemp("planning") / "server"
    if request.param == "sqlite":
        shutil.copytree(first_start[0], folder)
        made = Office(folder, first=first_start[1])
    else:
        made = Office(folder, db=request.getfixturevalue("postgres").new())
    made.write(lambda c: organisation.add_branch(c, made.unit, "北区"))
    made.write(lambda c: organisation.add_outlet(c, made.unit, "北区食堂", 2, 1))
    open_account(made, 20_001, 500, branch=1)
    open_account(made, 20_002, 700, branch=2)
    yield made
    made.close()


@pytest.fixture(scope="module")
def password(office: Office) -> str:
    """Of the administrator, once he has one of his own."""
    office.administrator()
    return PASSWORD


@pytest.fixture
def admin(office: Office, password: str) -> Browser:
    browser = office.browser()
    browser.log_in("admin", password)
    browser.cookies["onecard_language"] = "en"
    return browser


@pytest.fixture
def box(office: Office, tmp_path: Path) -> Iterator[Box]:
    made = Box(office, tmp_path / "box", kind="pos")
    made.sync()
    yield made
    made.close()


def typed(unix: int) -> str:
    """As a browser's field for a moment says it."""
    return local(unix).strftime("%Y-%m-%dT%H:%M")


def hence(office: Office, seconds: int) -> int:
    """A whole minute at least so far away."""
    return -(-(office.clock.now() + seconds) // 60) * 60


def save(browser: Browser, at: str, since: int = 0, **fields: str) -> int:
    path = f"{PATH}?at={at}" + (f"&from={typed(since)}" if since else "")
    text = browser.get(path).text
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', text)
    assert seen, text
    if since:
        fields["from"] = typed(since)
    return browser.post(PATH, _from=path, at=at, seen=seen[1], **fields).status


def withdraw(browser: Browser, at: str, number: int) -> int:
    path = f"{PATH}?at={at}"
    return browser.post(f"{PATH}/withdraw", _from=path, at=at, plan=str(number)).status


def plans(office: Office, terminal: int) -> list[plan.Plan]:
    found: dict[int, list[plan.Plan]] = office.read(lambda c: plan.plans(c, office.unit, (terminal,)))
    return found.get(terminal, [])


def interval(box: Box) -> int:
    return box.station.upkeep.office.number("tap_interval_s")


def document(box: Box) -> m.TerminalDocument:
    told = box.till.ask("/t/fetch", m.Fetch(have={}), m.Fetched).documents
    (found,) = [m.decode_document_body(one.body) for one in told if one.name == "terminal"]
    assert isinstance(found, m.TerminalDocument)
    return found


def test_planned_it_begins_where_nobody_can_be_asked(office: Office, admin: Browser, box: Box) -> None:
    at, since = f"terminal:{box.number}", hence(office, 2 * HOUR)
    assert save(admin, at, tap_interval_s="5") == 303
    assert save(admin, at, since, tap_interval_s="30", sale_cap_fen="12.34") == 303
    assert box.sync() == ""
    box.wire.cut = True
    office.clock.advance(since - office.clock.now() - 1)
    assert interval(box) == 5
    box.restart()
    assert interval(box) == 5
    office.clock.advance(1)
    assert interval(box) == 30
    assert box.station.upkeep.office.number("sale_cap_fen") == 1234
    box.restart()
    assert interval(box) == 30


def test_only_with_a_plan_the_document_is_another(office: Office, admin: Browser, box: Box) -> None:
    """A box of before reads what it always did, but for the time of a plan."""
    at, since = f"terminal:{box.number}", hence(office, HOUR)
    assert type(document(box)) is m.TerminalDocument
    assert save(admin, at, since, tap_interval_s="30") == 303
    told = document(box)
    assert isinstance(told, m.PlannedTerminalDocument)
    assert (told.settings, [(one.since, one.settings) for one in told.planned]) == (
        {}, [(since, {"tap_interval_s": "30"})],
    )  # fmt: skip
    office.clock.advance(HOUR + 60)
    box.till.shake()
    box.sync()  # balances are due, and with them what has begun becomes a setting like any other
    told = document(box)
    assert (type(told), told.settings) == (m.TerminalDocument, {"tap_interval_s": "30"})
    assert plans(office, box.number) == []
    box.sync()
    assert interval(box) == 30


def test_a_change_for_at_once_leaves_the_plan_and_a_newer_plan_goes_first(
    office: Office, admin: Browser, box: Box
) -> None:
    at, since = f"terminal:{box.number}", hence(office, HOUR)
    assert save(admin, at, since, tap_interval_s="30") == 303
    assert save(admin, at, tap_interval_s="7", fixed_fen="2") == 303
    assert save(admin, at, since + DAY, tap_interval_s="", mode="fixed") == 303
    assert save(admin, at, since, tap_interval_s="40") == 303  # the form showed the 30 of then
    box.sync()
    found = []
    for moment in (since - 1, since, since + DAY):
        office.clock.advance(moment - office.clock.now())
        found.append(dict(box.facts.place.settings))  # type: ignore[union-attr]
    assert found == [
        {"tap_interval_s": "7", "fixed_fen": "200"},
        {"tap_interval_s": "40", "fixed_fen": "200"},
        {"fixed_fen": "200", "mode": "fixed"},
    ]
    # The office reckons the same, and a change now is one of what has begun.
    row = office.read(lambda c: setting.at_place(c, Scope.whole(office.unit), at))[0]
    assert setting.values_of(row, office.clock.now()) == found[-1]
    admin.log_in("admin", PASSWORD)
    assert save(admin, at, fixed_fen="") == 303
    box.sync()
    assert dict(box.facts.place.settings) == {"mode": "fixed"}  # type: ignore[union-attr]
    assert plans(office, box.number) == []


def test_the_console_shows_what_is_planned_and_as_it_will_be(
    office: Office, admin: Browser, box: Box
) -> None:
    at, since = f"terminal:{box.number}", hence(office, HOUR)
    assert "Planned" not in admin.get(f"{PATH}?at={at}").text
    assert save(admin, at, since, sale_cap_fen="45.67", payee_card="true") == 303
    now, then = admin.get(f"{PATH}?at={at}").text, admin.get(f"{PATH}?at={at}&from={typed(since)}").text
    assert "Most per sale (yuan): 45.67" in now
    assert local(since).strftime("%Y-%m-%d %H:%M") in now
    assert ('value="45.67"' in now, 'value="45.67"' in then) == (False, True)
    assert f"Plan for 1 terminal from {typed(since).replace('T', ' ')}" in then
    admin.cookies["onecard_language"] = "zh"
    text = admin.get(f"{PATH}?at={at}&from={typed(since)}").text
    assert "已计划" in text
    assert "撤回" in text
    assert "console." not in text.replace("/console.css", "")


def test_withdrawn_before_it_begins_and_not_after(office: Office, admin: Browser, box: Box) -> None:
    at, since = f"terminal:{box.number}", hence(office, HOUR)
    assert save(admin, at, since, tap_interval_s="30") == 303
    box.sync()
    (one,) = plans(office, box.number)
    assert withdraw(admin, at, one.plan + 9) == 422
    assert withdraw(admin, at, one.plan) == 303
    assert withdraw(admin, at, one.plan) == 422
    box.sync()
    assert save(admin, at, since + HOUR, tap_interval_s="31") == 303
    box.sync()
    office.clock.advance(since - office.clock.now())
    assert interval(box) == 0
    office.clock.advance(HOUR)
    (one,) = plans(office, box.number)
    admin.log_in("admin", PASSWORD)
    assert withdraw(admin, at, one.plan) == 422
    assert interval(box) == 31
    query = sa.select(operation_log.c.action).where(operation_log.c.subject == str(box.number))
    said = office.read(lambda c: c.execute(query.order_by(operation_log.c.seq)).scalars().all())
    assert [one.removeprefix("terminal.") for one in said if "settings" in one] == [
        "settings_planned", "settings_withdrawn", "settings_planned",
    ]  # fmt: skip


def test_who_is_out_of_reach_begins_what_was_withdrawn_until_he_hears(
    office: Office, admin: Browser, box: Box
) -> None:
    at, since = f"terminal:{box.number}", hence(office, HOUR)
    assert save(admin, at, since, tap_interval_s="30") == 303
    box.sync()
    box.wire.cut = True
    assert withdraw(admin, at, plans(office, box.number)[0].plan) == 303
    office.clock.advance(2 * HOUR)
    assert interval(box) == 30
    box.wire.cut = False
    box.till.shake()
    box.sync()
    assert interval(box) == 0


def test_what_cannot_be_planned_changes_nothing(office: Office, admin: Browser, box: Box) -> None:
    at, now = f"terminal:{box.number}", office.clock.now()
    for since in (now - DAY, now - 60, now + 401 * DAY):
        assert save(admin, at, since, tap_interval_s="30") == 422
    assert save(admin, at, hence(office, HOUR), tap_interval_s="many") == 422
    assert save(admin, at, hence(office, HOUR)) == 303  # nothing new: nothing is planned
    path = f"{PATH}?at={at}"
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', admin.get(path).text)
    assert seen
    for said in ("soon", "2026-13-01T00:00", "0001-01-01T00:00"):
        fields = {"at": at, "seen": seen[1], "from": said, "tap_interval_s": "30"}
        assert admin.post(PATH, _from=path, **fields).status == 422
    assert plans(office, box.number) == []
    assert save(admin, at, hence(office, HOUR), tap_interval_s="30") == 303
    # Whoever has not seen the plan does not plan over it.
    later = {"at": at, "seen": seen[1], "from": typed(hence(office, HOUR)), "tap_interval_s": "60"}
    assert admin.post(PATH, _from=path, **later).status == 422
    assert [one.changes for one in plans(office, box.number)] == [{"tap_interval_s": "30"}]


def test_one_terminal_has_so_many_plans_and_no_more(office: Office, box: Box) -> None:
    scope, now = Scope.whole(office.unit), office.clock.now()

    def put(number: int) -> int:
        def write(c: sa.Connection) -> int:
            at = f"terminal:{box.number}"
            seen = setting.digest(setting.at_place(c, scope, at), now)
            changes: Any = {"tap_interval_s": str(number)}
            return planning.put_later(c, scope, at, changes, seen, now + number * HOUR, now, 1)

        return int(office.write(write))

    assert [put(number) for number in range(1, plan.PLANS_MAX + 1)] == [1] * plan.PLANS_MAX
    with pytest.raises(Refused, match=r"^setting\.too_many"):
        put(plan.PLANS_MAX + 1)
    box.sync()
    office.clock.advance(5 * HOUR)
    assert interval(box) == 5


def test_nobody_plans_or_withdraws_where_he_has_no_right(
    office: Office, admin: Browser, box: Box, tmp_path: Path
) -> None:
    """A plan for all is withdrawn for the terminals of a branch alone."""
    north = Box(office, tmp_path / "north", kind="pos", outlet=2)
    since, login = hence(office, HOUR), f"north{north.number}"
    held = (permission.TERMINAL, permission.VIEW)
    role = office.write(lambda c: operators.add_role(c, office.unit, login, held))
    office.operator(login, role, 2, password=PASSWORD)
    browser = office.browser()
    browser.log_in(login, PASSWORD)
    assert save(admin, "all", since, tap_interval_s="44") == 303
    (number,) = {one.plan for one in plans(office, box.number) if one.changes == {"tap_interval_s": "44"}}
    token = browser.form_token("/password")
    said = {"form_token": token, "at": f"terminal:{box.number}", "plan": str(number)}
    assert browser.post(f"{PATH}/withdraw", **said).status == 422
    assert str(box.number) not in browser.get(f"{PATH}?at=all").text
    assert withdraw(browser, "all", number) == 303
    north.sync()
    box.sync()
    office.clock.advance(HOUR + 60)
    assert (interval(north), interval(box)) == (0, 44)
    north.close()


def test_balances_are_there_when_a_plan_wants_them_and_go_when_it_does_not(
    office: Office, admin: Browser, box: Box
) -> None:
    """C10: a terminal may be alone when it may sell to more cards; and it keeps none that it may not use."""
    at = f"terminal:{box.number}"

    def known() -> list[bool]:
        return [box.facts.account(card) is not None for card in (20_001, 20_002)]

    def pass_time(seconds: int) -> None:
        office.clock.advance(seconds)
        box.till.shake()
        box.wire.shaken_at = office.clock.now()
        box.sync()
        box.sync()

    pass_time(snapshot.EVERY_S)
    assert known() == [True, False]
    assert save(admin, at, hence(office, HOUR), offline_account="all") == 303
    pass_time(snapshot.EVERY_S)
    assert known() == [True, True]
    pass_time(2 * HOUR)
    assert known() == [True, True]
    admin.log_in("admin", PASSWORD)
    assert save(admin, at, hence(office, HOUR), offline_account="home") == 303
    pass_time(600)
    assert known() == [True, True]
    pass_time(2 * HOUR)
    assert known() == [True, False]
    assert ACCOUNT_TYPE.type in box.facts.types
    assert office.read(lambda c: c.execute(sa.select(account_row.c.card)).scalars().all())


def test_a_stick_brings_a_plan_and_takes_it_back(office: Office, admin: Browser, box: Box) -> None:
    """E4: a terminal that never has a network."""
    at, since = f"terminal:{box.number}", hence(office, HOUR)
    box.wire.cut = True

    def carry() -> None:
        raw = bytes(office.run(courier.depart(office.runtime, box.number, whole=True)))
        Courier(box.identity, box.journal, box.facts, office.clock, SystemEntropy()).take(raw)

    assert save(admin, at, since, tap_interval_s="30") == 303
    assert save(admin, at, since + HOUR, tap_interval_s="60") == 303
    carry()
    assert withdraw(admin, at, plans(office, box.number)[1].plan) == 303
    office.clock.advance(since - office.clock.now())
    assert interval(box) == 30
    carry()
    office.clock.advance(2 * HOUR)
    assert interval(box) == 30


def test_a_spare_takes_the_plans_with_the_place(
    office: Office, admin: Browser, box: Box, tmp_path: Path
) -> None:
    """E8."""
    since = hence(office, HOUR)
    assert save(admin, f"terminal:{box.number}", since, tap_interval_s="30") == 303
    spare = Box(office, tmp_path / "spare", kind="pos", number=box.number)
    spare.sync()
    office.clock.advance(since - office.clock.now())
    assert interval(spare) == 30
    spare.close()


def test_what_has_begun_is_a_setting_only_once(office: Office, box: Box) -> None:
    """Two exchanges that find it due one after the other: the second finds nothing."""
    now, number = office.clock.now(), box.number
    made = plan.Plan(
        plan=1 << 40, terminal=number, since=now + 60, changes={"pad": "implied"}, made_by=1, made_at=now
    )
    office.write(lambda c: plan.keep(c, office.unit, [made]))
    before = document(box)
    for _ in range(2):
        office.write(lambda c: plan.begin(c, office.unit, now + 60))
    rows = office.read(lambda c: c.execute(sa.select(planned_setting)).all())
    assert number not in {row.terminal for row in rows}
    query = sa.select(operation_log.c.detail).where(operation_log.c.action == "terminal.settings_begun")
    said = office.read(
        lambda c: c.execute(query.where(operation_log.c.subject == str(number))).scalars().all()
    )
    assert said == ['{"pad":"implied"}']
    assert before.settings == {}
    kept = office.read(lambda c: service.by_number(c, office.unit, number))
    assert kept["settings"] == '{"pad":"implied"}'
