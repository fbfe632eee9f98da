"""A front desk before the whole server: real journal, virtual cards, the office in this process.

Whoever works here holds every right of the desk unless a test says otherwise. Asserts nothing.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Raw

from onecard.books import accounts
from onecard.cards.keys import make_test_keys
from onecard.cards.m1 import M1Card
from onecard.cards.management.document import Kind
from onecard.clock import card_day, local
from onecard.devices.printers import PrinterState
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import OneCardError, Unreachable
from onecard.wire import messages as m
from pos.question import Answer, Question, put
from server.books.tables import wallet
from server.cards.tables import card as card_table
from server.catalogue import service as catalogue
from server.gift import service as gifts
from server.management import service as management
from server.members import service as members
from server.terminals import version
from server.terminals.tables import terminal
from tests.pos.rig import PINS, Rig
from tests.server.office import Office
from tests.server.terminals.box import Box

PURSE = m.CardType(
    type=1, name="会员卡", cap_fen=1_000_000, deposit_fen=1_000, fee_fen=500, day_limit_fen=2_000
)
ACCOUNT = m.CardType(
    type=2, name="网络卡", purse_on_card=False, cap_fen=1_000_000, points=m.PointsTerms(redeem_fen=100)
)
#: The first installation's role that may do everything at a desk.
SUPERVISOR = 2


class Wired:
    """``ServerClient`` as the till uses it. ``deaf``: so many answers get lost on their way."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self.deaf = 0

    def ask(self, path: str, question: Any, kind: type[Any]) -> Any:
        answer = self._box.wire.ask(path, question, kind)
        if self.deaf:
            self.deaf -= 1
            raise Unreachable()
        return answer

    def find_member(self, text: str, operator: int) -> m.Members:
        return self.ask("/t/member/find", m.FindMember(text=text, operator=operator), m.Members)

    def new_member(self, question: m.NewMember) -> m.MemberRow:
        return self.ask("/t/member/new", question, m.MemberRow)

    def ask_card(self, card: int, issue: int) -> m.CardStatus:
        return self.ask("/t/card", m.AskCard(card=card, issue=issue), m.CardStatus)

    def ask_medium(self, uid: str) -> m.CardStatus:
        return self.ask("/t/medium", m.AskMedium(uid=uid), m.CardStatus)

    def reserve_issue(self, question: m.ReserveIssue) -> m.IssueGrant:
        return self.ask("/t/issue", question, m.IssueGrant)

    def report_loss(self, question: m.ReportLoss) -> m.Answer:
        return self.ask("/t/loss", question, m.Answer)

    def account_sale(self, body: bytes) -> m.Answer:
        return self.ask("/t/sale", m.AccountSale(body=Raw(body)), m.Answer)

    def cancel(self, of: Any) -> m.Answer:
        return self.ask("/t/cancel", m.Cancel(of=of), m.Answer)


class Stood:
    """What ``Rig`` wants of its stand."""

    def __init__(self, box: Box) -> None:
        self._box = box

    @property
    def station(self) -> Any:
        return self._box.station

    def bodies(self, *kinds: type) -> list[m.Body]:
        journal = self._box.journal
        bodies = [m.decode_body(one.body) for one in journal.records(journal.epoch, 0, 10**6)]
        return [body for body in bodies if not kinds or isinstance(body, kinds)]

    def close(self) -> None:
        self._box.close()


class Counter(Rig):
    """``office`` is the server; ``back`` is what a power cut leaves."""

    def __init__(self, office: Office, folder: Path, login: str, *, language: str = "zh") -> None:
        self.office, self.clock = office, office.clock
        self.box = Box(office, folder, kind="pos")
        self.wired = Wired(self.box)
        self.stand = Stood(self.box)  # type: ignore[assignment]
        self.login = login
        self.papers, self.sounds, self.wakes, self.looks = [], [], 0, []
        self.printer = PrinterState.OK
        self.asked: list[Question] = []
        self.answers: dict[type, Answer | Callable[[Any], Answer]] = {}
        self.slow_answers, self.is_slow = [], False
        self.is_syncing = False
        self._events = deque()
        self.sync_up()
        self.boot(language=language)

    def ask(self, question: Question, then: Callable[[Answer], None]) -> None:
        """As the app's own thread does it, at once."""
        self.asked.append(question)
        answer: Answer
        try:
            answer = put(self.wired, question)
        except OneCardError as error:
            answer = error
        if self.is_slow:
            self.slow_answers.append(lambda: then(answer))
        else:
            then(answer)

    def wake(self) -> None:
        self.wakes += 1
        self.sync_up()

    def sync_up(self) -> None:
        """One round of the exchange, not again from inside it."""
        if self.is_syncing or self.box.wire.cut:
            return
        self.is_syncing = True
        try:
            self.box.sync()
        finally:
            self.is_syncing = False

    @contextmanager
    def office_away(self) -> Iterator[None]:
        """Nobody answers, and the till does not know it yet."""
        self.box.wire.cut = True
        yield
        self.box.wire.cut = False

    def power_cut(self) -> None:
        """Everything in memory is gone; the disk is not."""
        self.clock.advance(60)
        self.box.restart()
        self._events.clear()
        self.boot()
        self.sign_on_as()

    def sign_on_as(self) -> None:
        names = [one.login for one in self.till.operators]
        PINS[self.login] = "246810"
        self.keys(f"operator:{names.index(self.login)} 246810 enter")
        if self.screen == "shift":
            self.keys("1000 enter")

    # -- subjects ----------------------------------------------------------------------------------------

    def member(self, name: str, *, number: str = "", phone: str = "") -> int:
        now, unit = self.clock.now(), self.office.unit
        return int(
            self.office.write(
                lambda c: members.add_member(
                    c, unit, now, name=name, number=number, branch=1, phone=phone, department="研发"
                )
            )
        )

    def to_desk(self) -> None:
        """From wherever the till is."""
        for _ in range(6):
            if self.screen == "desk" and self.overlay is None:
                return
            self.keys("f9" if self.screen == "sell" and self.overlay is None else "escape")
        raise AssertionError(self.screen)

    def open_job(self, name: str) -> None:
        """To the desk, and in."""
        self.to_desk()
        self.flow.act(f"job:{name}")
        self._pump()

    def search(self, text: str) -> None:
        """Found and chosen."""
        self.type("search", text)
        self.keys("enter enter")

    def open_by_card(self, name: str, plastic: VirtualM1) -> None:
        """The member puts his card on instead of saying who he is."""
        self.open_job(name)
        self.keys("f1")
        self.put(plastic)

    def do_job(self, name: str, member: str) -> None:
        """For a member by his number, and yes at the second look."""
        self.open_job(name)
        self.search(member)
        self.keys("enter f4")

    def issued(self, name: str, fen: int = 10_000, *, uid: str) -> VirtualM1:
        """A member with a purse card from this very desk."""
        blank = VirtualM1(bytes.fromhex(uid))
        self.issued_on(blank, name, fen, number=f"N{uid}")
        return blank

    def issued_on(self, plastic: VirtualM1, name: str, fen: int, *, number: str) -> int:
        """The card that a blank becomes for a new member."""
        self.member(name, number=number)
        self.to_desk()
        self.keys("f2")
        self.type("search", number)
        self.keys(f"enter enter {fen // 100} enter")
        self.tap(plastic)
        assert self.overlay.look == "ok", self.overlay
        self.keys("enter")
        return self.card_of(plastic)

    def place(self, **settings: str) -> None:
        """What the office sets for this till, known to it at once."""
        unit, now, said = self.office.unit, self.clock.now(), msgspec.json.encode(settings).decode()

        def write(c: Any) -> None:
            mine = (terminal.c.unit_id == unit, terminal.c.terminal == self.box.number)
            c.execute(terminal.update().where(*mine).values(settings=said))
            version.touch(c, unit, version.TERMINAL, now)

        self.office.write(write)
        self.clock.advance(1)
        self.sync_up()

    def management(self, kind: str, *, uid: str) -> VirtualM1:
        """A management card of the office's, written here."""
        office, now = self.office, self.clock.now()
        day = card_day(local(now).date())
        wanted = management.Wanted(
            kind=Kind(kind),
            uid=bytes.fromhex(uid),
            from_day=day,
            until_day=day + 1,
            operator=0,
            settings={},
            base=0,
        )
        id, key, by = self.till.request_id(), office.runtime.keys.signing, management.By(1)
        content = office.write(lambda c: management.issue(c, office.unit, id, wanted, key, by, now))[1]
        plastic = VirtualM1(bytes.fromhex(uid))
        self.box.station.upkeep.cards.write(DirectStorage(plastic), content)
        plastic.pull()
        return plastic

    def read(self, plastic: VirtualM1) -> Any:
        return M1Card(DirectStorage(plastic), make_test_keys(), self.office.unit).read()

    def card_of(self, plastic: VirtualM1) -> int:
        return int(self.read(plastic).identity.card)

    def state_of(self, number: int) -> str:
        query = sa.select(card_table.c.state).where(card_table.c.card == number)
        return str(self.office.read(lambda c: c.execute(query).scalar_one()))

    def balance(self, account: str) -> int:
        query = sa.select(wallet.c.fen).where(wallet.c.account == account)
        return int(self.office.read(lambda c: c.execute(query).scalar()) or 0)

    def purse(self, card: int, issue: int = 1) -> int:
        return self.balance(accounts.purse(card, issue, "main"))

    @property
    def drawer(self) -> int:
        """What should lie in the drawer, by the journal."""
        return self.box.station.expected_cash_fen()

    @property
    def paper(self) -> str:
        """The newest receipt as one text."""
        parts = [one for one in self.papers[-1].parts if hasattr(one, "right")]
        return "\n".join(f"{one.text}|{one.right}" for one in parts)


def make_office(office: Office, *, login: str = "desk") -> int:
    """Card types, and one operator with every right of a till and desk, and a quota."""
    now, unit = office.clock.now(), office.unit

    def write(c: Any) -> None:
        for terms in (PURSE, ACCOUNT):
            catalogue.put_card_type(c, unit, terms, now)

    office.write(write)
    who = office.operator(login, SUPERVISOR, 0, pin="246810")
    office.run(office.runtime.look())
    office.write(lambda c: gifts.set_quota(c, unit, who, 100_000, 1, now))
    return who
