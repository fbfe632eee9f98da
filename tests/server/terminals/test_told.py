"""Goal: what a till was told between the backup and the restore is in the books again, and its drawer counts.

Method: every kind of errand is prepared, the books are copied, each is done and its answer journaled, the
copy is put back as a person does it, and the journals come again: every account must end as it was. On both
engines. F: E3 H6
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from onecard.books import accounts
from onecard.errors import Refused
from onecard.wire import errands as e
from onecard.wire import messages as m
from server.__main__ import main
from server.books import tables as books
from server.books.reconcile import reconcile
from server.books.tables import key_of
from server.bootstrap import FirstStart
from server.exceptions import proposal
from server.exceptions.tables import exception
from server.organisation.scope import Scope
from server.terminals import told
from tests.server.office import Journal, Office
from tests.server.terminals.desk import SUBJECTS, Desk


class Copied:
    """An office whose folder and database can be kept and put back."""

    def __init__(self, folder: Path, first: FirstStart | None, cluster: Any) -> None:
        self.folder, self.first, self.cluster = folder, first, cluster
        self.db = cluster.new() if cluster is not None else None
        self.desk = Desk(Office(folder, first=first, db=self.db))
        self._kept: Path | None = None
        self._kept_db: str | None = None

    def journals(self) -> list[Journal]:
        desk = self.desk
        return [desk.journal, desk.other, desk.second, desk.kiosk]

    def back_up(self) -> None:
        office = self.desk.office
        office.close()
        self._kept = self.folder.with_name("kept")
        shutil.copytree(self.folder, self._kept)
        self._kept_db = self.cluster.copy(self.db) if self.cluster is not None else None
        self._open(self.folder, self.db, office.clock.now())

    def restore(self) -> None:
        now = self.desk.office.clock.now()
        self.desk.office.close()
        assert self._kept is not None
        words = ["--data", str(self._kept)] + (["--db", self._kept_db] if self._kept_db else [])
        assert main([*words, "restored", "--yes"]) == 0
        self._open(self._kept, self._kept_db, now + 600)
        for journal in self.journals():
            journal.sent = self.received(journal)

    def received(self, journal: Journal) -> int:
        table = books.watermark
        query = sa.select(table.c.received).where(table.c.terminal == journal.terminal)
        return int(self.desk.office.read(lambda c: c.execute(query).scalar()) or 0)

    def _open(self, folder: Path, db: str | None, now: int) -> None:
        office = Office(folder, now=now, seed=7, first=self.first, db=db)
        office.run(office.runtime.look())
        self.desk.office = office
        for till in {id(one.till): one.till for one in self.journals()}.values():
            till.office, till.keys = office, None
        self.desk.other_till.office, self.desk.other_till.keys = office, None

    def accounts(self) -> dict[str, int]:
        def sums(c: sa.Connection) -> dict[str, int]:
            found: dict[str, int] = {}
            for row in c.execute(sa.select(books.posting)):
                found[row.credit] = found.get(row.credit, 0) + row.fen
                found[row.debit] = found.get(row.debit, 0) - row.fen
            return {name: fen for name, fen in sorted(found.items()) if fen}

        return dict(self.desk.office.read(sums))

    def inbox(self, kind: str) -> list[Any]:
        query = sa.select(exception).where(exception.c.kind == kind).order_by(exception.c.exception)
        return list(self.desk.office.read(lambda c: c.execute(query).all()))

    def problems(self) -> list[Any]:
        return list(self.desk.office.read(lambda c: reconcile(c, self.desk.unit)))


@pytest.fixture(params=["sqlite", "postgresql"])
def copied(
    request: pytest.FixtureRequest, tmp_path: Path, first_start: tuple[Path, FirstStart]
) -> Iterator[Copied]:
    folder = tmp_path / "server"
    if request.param == "sqlite":
        shutil.copytree(first_start[0], folder)
        made = Copied(folder, first_start[1], None)
    else:
        made = Copied(folder, None, request.getfixturevalue("postgres"))
    yield made
    made.desk.office.close()


def answered(desk: Desk, kind: type[e.Errand], **fields: Any) -> m.ErrandAnswer:
    """Done at the till, and what it was told on the till's disk."""
    errand, answer = desk.done(kind, **fields)
    journal, result = desk.journal, answer.result
    journal.append(
        m.Answered(
            id=journal.next_id, at=journal.at, of=errand.id, status=result.status, entry=result.entry,
            fen=answer.fen, cash_fen=answer.cash_fen, balance_fen=answer.balance_fen,
        )
    )  # fmt: skip
    return answer


def test_every_errand_that_the_copy_forgot_is_entered_again(copied: Copied) -> None:
    """F: I9 I8"""
    desk = copied.desk
    subjects = [SUBJECTS[name](desk) for name in SUBJECTS]
    for journal in copied.journals():
        if journal.records[journal.sent :]:
            journal.sync()
    copied.back_up()
    desk.journal.append(m.ShiftOpen(**desk.journal.head() | {"shift": 2}))
    first, cash = len(desk.journal.records), 0
    for kind, fields in subjects:
        cash += answered(desk, kind, **fields).cash_fen
    desk.journal.close_shift(first, cash, shift=2)
    desk.journal.sync()
    before = copied.accounts()
    assert copied.problems() == []
    copied.restore()
    forgotten = copied.accounts()
    assert forgotten != before
    desk.journal.sync()
    assert (copied.inbox("errand_unposted"), copied.inbox("errand_differs")) == ([], [])
    assert copied.inbox("outcome_differs") == []
    assert copied.accounts() == before
    assert copied.problems() == []  # among them: the Z says what the books put into its drawer
    desk.journal.sent = 0
    desk.journal.sync()
    assert copied.accounts() == before, "sent again it changes nothing"


def forgotten_slip(copied: Copied, fen: int = 5_000) -> Any:
    """Paid at the till; the kiosk that made it has not sent its journal to the restored books yet."""
    desk = copied.desk
    copied.back_up()
    slip = desk.slip(fen, "WXYZ2345")
    answered(desk, e.PayClaim, claim=slip, code="WXYZ2345")
    desk.journal.sync()
    copied.restore()
    desk.journal.sync()
    (row,) = copied.inbox("errand_unposted")
    return row


def agree(copied: Copied, row: Any, *, cash_only: bool = False, second: int = 2) -> m.Result:
    desk = copied.desk
    terms = told.Terms(row.exception, row.fact, cash_only, 1, "the slip lies here")

    def ask(c: sa.Connection) -> int:
        return proposal.propose(c, desk.unit, "enter_errand", terms, 1, 1, 0)

    number = desk.office.write(ask)
    order = desk.office.read(lambda c: proposal.order_of(c, Scope.whole(desk.unit), number, second, {}))
    answer = desk.office.run(desk.office.runtime.lane.do(order))
    assert isinstance(answer.result, m.Result)
    return answer.result


def test_what_the_books_cannot_do_yet_two_people_enter(copied: Copied) -> None:
    row = forgotten_slip(copied)
    assert (row.fen, row.fact) == (-5_000, key_of(next(_errands(copied.desk.journal))))
    till = accounts.till(copied.desk.till.terminal)
    assert till not in copied.accounts()
    assert agree(copied, row).reason == "claim.unknown"
    copied.desk.kiosk.sync()
    with pytest.raises(Refused, match=r"approval\.same_person"):
        agree(copied, row, second=1)
    assert agree(copied, row).status is m.Status.CREATED
    assert copied.accounts()[till] == 5_000
    assert not any(name.startswith("claim:") for name in copied.accounts())
    assert agree(copied, row).reason == "exception.closed"
    assert copied.problems() == []
    copied.desk.journal.sent = 0
    assert copied.desk.journal.sync().results == ()


def _errands(journal: Journal) -> Iterator[Any]:
    for record in journal.records:
        body = m.decode_body(bytes(record.body))
        if isinstance(body, e.Errand):
            yield body.id


@pytest.mark.parametrize("copied", ["sqlite"], indirect=True)
def test_what_can_never_be_done_again_is_cash_that_differs(copied: Copied) -> None:
    row = forgotten_slip(copied)
    page, browser = f"/exceptions/{row.exception}", copied.desk.office.administrator()
    assert 'value="enter_errand"' in browser.get(page).text
    asked = {"action": "enter_errand", "cash_only": "1", "note": "its kiosk is gone"}
    assert browser.post(f"{page}/propose", _from=page, **asked).status == 303
    assert "its kiosk is gone" in browser.get("/approvals").text
    assert agree(copied, row, cash_only=True).status is m.Status.CREATED
    number = copied.desk.till.terminal
    found = copied.accounts()
    assert (found[accounts.till(number)], found[accounts.difference(number)]) == (5_000, -5_000)
    assert copied.problems() == []


@pytest.mark.parametrize("copied", ["sqlite"], indirect=True)
def test_the_drawer_moves_by_what_the_till_was_told(copied: Copied) -> None:
    """Whatever the books would have moved today; what that costs is somebody's to bear."""
    desk = copied.desk
    card = desk.account()
    copied.back_up()
    answer = answered(desk, e.RechargeAccount, card=card, issue=1, fen=300)
    copied.restore()
    said = desk.journal.records.pop()
    wrong = bytes(said.body).replace(b'"cash_fen":300', b'"cash_fen":250')
    desk.journal.append(None, raw=wrong)
    desk.journal.sync()
    assert answer.cash_fen == 300
    (row,) = copied.inbox("errand_differs")
    assert (row.fen, row.card) == (50, card)
    found = copied.accounts()
    assert found[accounts.till(desk.till.terminal)] == -250
    assert found[accounts.difference(desk.till.terminal)] == -50
    assert copied.problems() == []


def test_books_that_forgot_nothing_believe_no_answer_of_a_terminals_own(desk: Desk) -> None:
    """A stolen box could give itself money otherwise."""
    card, journal = desk.account(), desk.journal
    errand = desk.errand(e.RechargeAccount, card=card, issue=1, fen=9_900)
    journal.append(
        m.Answered(
            id=journal.next_id, at=journal.at, of=errand.id, status=m.Status.CREATED, entry=77, fen=9_900,
            cash_fen=9_900,
        )
    )  # fmt: skip
    journal.sync()
    query = sa.select(books.fact).where(books.fact.c.fact == key_of(errand.id))
    assert desk.office.read(lambda c: c.execute(query).first()) is None
    mine = exception.select().where(exception.c.kind == "outcome_differs")
    assert key_of(errand.id) in {row.fact for row in desk.office.read(lambda c: c.execute(mine).all())}
