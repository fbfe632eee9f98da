"""Goal: what the office sets reaches exactly the terminals it was meant for, and all see who has it. F: E2

Method: the console's own form, the terminals' own documents, on both engines; refusals leave all as it was.
"""

import re

import pytest
import sqlalchemy as sa

from onecard.errors import Refused
from onecard.settings import OFFICE, SettingError
from onecard.wire import messages as m
from server.db import write_rows
from server.operators import permission
from server.operators import service as operators
from server.operators.tables import operation_log
from server.organisation import service as organisation
from server.organisation.scope import Scope
from server.terminals import service, setting, snapshot, version
from server.terminals.tables import account_row
from tests.server.office import PASSWORD, Browser, Office, Till

PATH = "/terminals/settings"


def document(till: Till, have: int = 0) -> m.TerminalDocument | None:
    found = till.fetch(terminal=have).get("terminal") if have else till.fetch().get("terminal")
    assert found is None or isinstance(found, m.TerminalDocument)
    return found


def settings(till: Till) -> dict[str, str]:
    found = document(till)
    assert found is not None
    return found.settings


def save(browser: Browser, at: str, **fields: str) -> int:
    text = browser.get(f"{PATH}?at={at}").text
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', text)
    assert seen, text
    return browser.post(PATH, _from=f"{PATH}?at={at}", at=at, seen=seen[1], **fields).status


@pytest.fixture
def second(office: Office) -> int:
    """An outlet of another branch."""
    branch = office.write(lambda c: organisation.add_branch(c, office.unit, "北区"))
    return int(office.write(lambda c: organisation.add_outlet(c, office.unit, "北区食堂", branch, 1)))


def test_money_is_typed_in_yuan_and_reaches_one_terminal(office: Office) -> None:
    admin, first, other = office.administrator(), office.till(), office.till()
    assert save(admin, f"terminal:{first.terminal}", sale_cap_fen="123.45", payee_card="true") == 303
    assert settings(first) == {"sale_cap_fen": "12345", "payee_card": "true"}
    assert settings(other) == {}
    text = admin.get(f"{PATH}?at=terminal:{first.terminal}").text
    assert 'value="123.45"' in text


def test_an_outlet_a_branch_and_all(office: Office, second: int) -> None:
    admin, here, there = office.administrator(), office.till(), office.till(outlet=second)
    branch = office.read(lambda c: organisation.place(c, office.unit, second)).branch
    assert save(admin, f"outlet:{second}", tap_interval_s="30") == 303
    assert (settings(here), settings(there)) == ({}, {"tap_interval_s": "30"})
    assert save(admin, f"branch:{branch}", mode="fixed", fixed_fen="3.5") == 303
    assert settings(there) == {"tap_interval_s": "30", "mode": "fixed", "fixed_fen": "350"}
    # Where they differ, an empty field changes nothing; one that is filled in makes them alike.
    assert save(admin, "all", tap_interval_s="", meals="午餐 11:00-13:00") == 303
    assert settings(here) == {"meals": "午餐 11:00-13:00"}
    assert settings(there)["tap_interval_s"] == "30"
    assert (
        save(admin, f"terminal:{there.terminal}", tap_interval_s="", fixed_fen="", mode="", meals="") == 303
    )
    assert settings(there) == {}


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("sale_cap_fen", "0"), ("sale_cap_fen", "1.234"), ("sale_cap_fen", "-5"), ("large_fen", "1" * 9),
        ("mode", "gift"), ("meals", "25:00-26:00"), ("offline_halve_h", "viele"), ("offline_halve_h", "9000"),
        ("accepted_types", "1;drop"), ("count_kind", "Mit Leerzeichen"), ("key_prices", "1:3 1:4"),
        ("key_prices", "12:3"), ("payee_card", "ja"), ("scale_ticket", "X" * 33),
    ],
)  # fmt: skip
def test_what_no_station_could_use_changes_nothing_and_is_marked(
    office: Office, key: str, typed: str
) -> None:
    admin, till = office.administrator(), office.till()
    assert save(admin, "all", tap_interval_s="9", **{key: typed}) == 422
    assert settings(till) == {}
    with pytest.raises((Refused, SettingError)):
        setting.parse(key, typed)


def test_every_row_of_the_table_can_be_set_and_taken_back(office: Office) -> None:
    admin, till = office.administrator(), office.till()
    typed, kept = {}, {}
    for row in OFFICE:
        text = {
            "meals": "早餐 06:00-09:30; 午餐 11:00-13:00", "count_kind": "wash", "accepted_types": "1, 3",
            "key_prices": "1:3.00 2:5", "weigh_categories": "水果,蔬菜", "scale_ticket": "2XPPPPPFFFFFC",
        }.get(row.key)  # fmt: skip
        if text is None and row.choices:
            text = row.choices[-1]
        elif text is None and isinstance(row.default, bool):
            text = "true"
        elif text is None:
            text = "12.34" if setting.is_money(row.key) else "7"
        typed[row.key] = text
        kept[row.key] = "1:300 2:500" if row.key == "key_prices" else "1234" if text == "12.34" else text
    assert save(admin, "all", **typed) == 303
    assert settings(till) == kept
    for language in ("zh", "en"):
        admin.cookies["onecard_language"] = language
        text = admin.get(PATH).text
        assert "console." not in text.replace("/console.css", "")
        assert "（分" not in text
        assert "(fen" not in text
        assert "1:3.00 2:5.00" in text
    assert save(admin, "all", **dict.fromkeys(typed, "")) == 303
    assert settings(till) == {}


def test_who_has_it_is_counted_by_what_terminals_say(office: Office) -> None:
    admin, told, silent = office.administrator(), office.till(), office.till()
    admin.cookies["onecard_language"] = "en"
    assert save(admin, "all", tap_interval_s="30") == 303
    newest = _running(office)
    told.fetch(terminal=newest)
    silent.fetch(terminal=newest - 1)
    office.run(office.runtime.keep_contacts())
    text = admin.get(PATH).text
    assert f"Version {newest}: 1 of 2 have it." in text
    late = text[text.index("Not yet") :]
    assert str(silent.terminal) in late
    assert f"/terminals/{told.terminal}/fleet" not in late


def _running(office: Office) -> int:
    rows = office.read(lambda c: setting.at_place(c, Scope.whole(office.unit), "all"))
    return int(office.read(lambda c: setting.informed(c, office.unit, rows))[0])


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(office: Office) -> None:
    admin, till = office.administrator(), office.till()
    text = admin.get(PATH).text
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', text)
    assert seen
    assert save(admin, "all", tap_interval_s="30") == 303
    assert admin.post(PATH, at="all", seen=seen[1], tap_interval_s="60").status == 422
    assert settings(till) == {"tap_interval_s": "30"}


def test_the_worst_case_follows(office: Office) -> None:
    admin = office.administrator()
    office.till()
    admin.cookies["onecard_language"] = "en"
    assert save(admin, "all", offline_account_fen="300", offline_account_card_fen="20") == 303
    assert "300.00" in admin.get("/terminals").text
    assert save(admin, "all", offline_account="none") == 303
    assert "300.00" not in admin.get("/terminals").text


def test_every_change_stands_in_the_log(office: Office) -> None:
    admin, till = office.administrator(), office.till()
    assert save(admin, "all", sale_cap_fen="50", tap_interval_s="") == 303
    assert save(admin, "all", sale_cap_fen="50") == 303  # nothing new: no line
    query = sa.select(operation_log).where(operation_log.c.action == "terminal.settings")
    (row,) = office.read(lambda c: c.execute(query).mappings().all())
    assert (row["subject"], row["detail"]) == (str(till.terminal), '{"sale_cap_fen":"5000"}')


def test_nobody_reaches_a_place_that_is_not_his(office: Office, second: int) -> None:
    here, there = office.till(), office.till(outlet=second)
    branch = office.read(lambda c: organisation.place(c, office.unit, second)).branch
    held = (permission.TERMINAL, permission.VIEW)
    role = office.write(lambda c: operators.add_role(c, office.unit, "分店", held))
    office.operator("north", role, branch, password=PASSWORD)
    browser = office.browser()
    browser.log_in("north", PASSWORD)
    assert save(browser, "all", tap_interval_s="30") == 303
    assert (settings(here), settings(there)) == ({}, {"tap_interval_s": "30"})
    token = browser.form_token("/password")
    for at in (f"terminal:{here.terminal}", "outlet:1", "branch:1", "outlet:", "x", "terminal:-1", ""):
        assert browser.get(f"{PATH}?at={at}").status == 422, at
        reply = browser.post(PATH, form_token=token, at=at, seen="0" * 64, tap_interval_s="9")
        assert reply.status == 422, at
    # Neither takes he one from elsewhere, nor gives his own away.
    for number, outlet in ((here.terminal, second), (there.terminal, 1)):
        path = f"/terminals/{number}/change"
        assert browser.post(path, form_token=token, name="x", outlet=str(outlet)).status == 422
    assert office.read(lambda c: service.by_number(c, office.unit, there.terminal))["outlet"] == second
    assert settings(here) == {}


def test_a_terminal_that_is_moved_has_the_new_places_documents(office: Office, second: int) -> None:
    admin, till = office.administrator(), office.till()
    till.fetch()
    names = ("terminal", "catalogue", "calendar", "operators")
    versions = {name: _version(office, name) for name in names}
    assert not set(till.fetch(**versions)) & set(names)
    path = f"/terminals/{till.terminal}"
    assert admin.post(f"{path}/change", _from=path, name="北区 9 号机", outlet=str(second)).status == 303
    told = till.fetch(**versions)
    moved = told["terminal"]
    assert isinstance(moved, m.TerminalDocument)
    assert (moved.name, moved.outlet, moved.outlet_name) == ("北区 9 号机", second, "北区食堂")
    assert set(names) <= set(told)
    assert admin.post(f"{path}/change", _from=path, name=" ", outlet=str(second)).status == 422
    assert admin.post(f"{path}/change", _from=path, name="x", outlet="99").status == 422


def test_who_is_moved_or_may_sell_to_others_has_their_balances_anew(office: Office) -> None:
    """What changed since a version says nothing of cards that were not this terminal's before."""

    def write(c: sa.Connection) -> int:
        number = version.touch(c, office.unit, snapshot.ACCOUNTS, 1)
        for card, branch in ((11, 1), (12, 2)):
            row = (office.unit, card, 1, 2, 500, "", branch, number, number)
            write_rows(c, account_row, [row])
        return number

    held = office.write(write)

    def told(branch: int, mode: str) -> tuple[list[int], tuple[int, ...]]:
        _, found = office.read(lambda c: snapshot.document(c, office.unit, branch, mode, held))
        return [one.card for one in found.accounts], found.gone

    assert (told(2, "home"), told(1, "all")) == (([], ()), ([], ()))
    admin = office.administrator()
    office.till()
    assert save(admin, "all", offline_account="all") == 303
    assert (told(2, "home"), told(1, "all")) == (([12], (11,)), ([11, 12], ()))


def _version(office: Office, name: str) -> int:
    return int(office.read(lambda c: version.versions(c, office.unit)).get(name, (0, 0))[0])
