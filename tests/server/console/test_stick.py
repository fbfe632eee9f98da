"""Goal: a person brings a terminal's file to the office and takes one along, in the console. F: E4 E8 F10

Method: a real terminal's files through the pages, twice, damaged, of other branches; the books count once.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from onecard.wire.bundle import read_head
from server.operators import permission
from server.operators import service as operators
from server.organisation import service as organisation
from tests.server.console.test_people import post_file
from tests.server.office import PASSWORD, Browser, Office
from tests.server.terminals.box import Box, open_account
from tests.server.terminals.test_courier import CARD, begin, carrier, entries, sell

#: The office of these tests, one after the other.
ENGINES = ("sqlite", "postgresql")

PATH = "/sticks"


@pytest.fixture
def box(office: Office, tmp_path: Path) -> Iterator[Box]:
    open_account(office, CARD, 50_000)
    made = Box(office, tmp_path / "box")
    begin(office, made)
    yield made
    made.close()


def of_branch(office: Office, branch: int) -> Browser:
    role = office.write(lambda c: operators.add_role(c, office.unit, "分店", (permission.TERMINAL,)))
    office.operator("branch", role, branch, password=PASSWORD)
    browser = office.browser()
    browser.log_in("branch", PASSWORD)
    return browser


def test_a_file_is_read_once_and_the_page_says_what_came_of_it(office: Office, box: Box) -> None:
    admin, before = office.administrator(), entries(office)
    sell(box, 3_000)
    sell(box, 500)
    raw = carrier(box).export()
    admin.cookies["onecard_language"] = "en"
    reply = post_file(admin, PATH, PATH, raw)
    assert reply.status == 200, reply.text
    assert f"Read the file of terminal {box.number}" in reply.text
    assert entries(office) == before + 2
    last = box.journal.head.seq
    assert f"1: 1–{last}" in reply.text
    assert "Booked</dt>" in reply.text
    again = post_file(admin, PATH, PATH, raw)
    assert again.status == 422
    assert entries(office) == before + 2
    # What came since, and what had come: said apart.
    sell(box, 700)
    more = post_file(admin, PATH, PATH, carrier(box).export())
    assert more.status == 200
    assert entries(office) == before + 3


def test_what_is_no_such_file_changes_nothing(office: Office, box: Box) -> None:
    admin, before = office.administrator(), entries(office)
    sell(box, 3_000)
    raw = carrier(box).export()
    broken = bytearray(raw)
    broken[-20] ^= 1
    for bad in (b"PK\x03\x04", raw[:200], bytes(broken), b"{}"):
        assert post_file(admin, PATH, PATH, bad).status == 422
    assert post_file(admin, PATH, PATH, raw, form_token="0" * 64).status == 403
    assert entries(office) == before


def test_the_file_for_a_terminal_is_taken_along_and_written_down(office: Office, box: Box) -> None:
    admin = office.administrator()
    reply = admin.post(f"{PATH}/export", _from=PATH, terminal=str(box.number))
    assert reply.status == 200
    assert reply.headers["content-disposition"] == f'attachment; filename="terminal-{box.number}.onecard"'
    assert carrier(box).take(reply.body).problems == ()
    everybody = admin.post(f"{PATH}/export", _from=PATH, terminal="all", whole="1")
    with zipfile.ZipFile(io.BytesIO(everybody.body)) as archive:
        (name,) = archive.namelist()
        assert read_head(archive.read(name)).terminal == box.number
        assert carrier(box).take(archive.read(name)).problems == ()
    for language, word in (("zh", "中心 → 终端"), ("en", "Office to terminal")):
        admin.cookies["onecard_language"] = language
        text = admin.get(PATH).text
        assert word in text
        assert "console." not in text.replace("/console.css", "")
    assert admin.post(f"{PATH}/export", _from=PATH, terminal="99").status == 422


def test_a_dead_boxs_disk_is_posted_when_somebody_vouches_for_it(
    office: Office, box: Box, tmp_path: Path
) -> None:
    admin, before = office.administrator(), entries(office)
    sell(box, 3_000)
    raw = carrier(box).export()
    spare = Box(office, tmp_path / "spare", number=box.number)
    assert post_file(admin, PATH, PATH, raw).status == 422
    assert entries(office) == before
    assert post_file(admin, PATH, PATH, raw, rescue="1").status == 200
    assert entries(office) == before + 1
    spare.close()


def test_a_branch_carries_only_its_own(office: Office, box: Box) -> None:
    north = int(office.write(lambda c: organisation.add_branch(c, office.unit, "北区")))
    browser, before = of_branch(office, north), entries(office)
    sell(box, 3_000)
    raw = carrier(box).export()
    assert f"{box.number} " not in browser.get(PATH).text
    assert post_file(browser, PATH, PATH, raw).status == 422
    for which in (str(box.number), "all"):
        assert browser.post(f"{PATH}/export", _from=PATH, terminal=which).status == 422
    assert entries(office) == before
