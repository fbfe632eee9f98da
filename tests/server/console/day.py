"""A day of a two-branch unit, made with real records on the real wire: what the pages are tried on."""

import random

import msgspec

from onecard.ids import RecordId
from onecard.wire import messages as m
from server.members import service as members
from server.organisation import service as organisation
from tests.server.books.station import Plastic
from tests.server.office import Journal, Office, Till

NAMES = (
    "张敏",
    "李雷",
    "韩梅梅",
    "王小丫",
    "赵子龙",
    "欧阳娜娜",
    "Anna Müller",
    "陈静",
    "刘洋",
    "黄蓉",
    "周杰",
    "吴倩",
)
DEPARTMENTS = ("研发中心", "行政部", "生产一车间", "食堂", "")
HOURS = (7, 7, 8, 11, 11, 11, 12, 12, 12, 12, 13, 17, 17, 18)


class Day:
    """Numbers that tests look for."""

    def __init__(self, office: Office, seed: int = 3) -> None:
        self.office = office
        self._random = random.Random(seed)
        unit, now = office.unit, office.clock.now()

        def places(connection) -> tuple[int, int]:
            organisation.rename_unit(connection, unit, "华东示范集团")
            branch = organisation.add_branch(connection, unit, "东校区")
            owner = organisation.add_owner(connection, unit, "东方餐饮")
            return branch, organisation.add_outlet(connection, unit, "东校区二食堂", branch, owner)

        self.branch, self.outlet = office.write(places)
        self.first = Journal(office.till(name="一食堂 1 号机"))
        self.second = Journal(office.till(outlet=self.outlet, name="二食堂 1 号机"))
        self.kiosk = office.till("kiosk", name="大厅自助机")
        self.sleeping = office.add_terminal("pos", self.outlet, "二食堂 2 号机")
        self.members = [
            office.write(
                lambda c, i=i, name=name: members.add_member(
                    c,
                    unit,
                    now,
                    name=name,
                    branch=1 if i % 3 else self.branch,
                    number=f"S{i:04d}",
                    phone=f"1380000{i:04d}",
                    department=DEPARTMENTS[i % len(DEPARTMENTS)],
                )
            )
            for i, name in enumerate(NAMES)
        ]
        self.cards: list[Plastic] = []
        self._issue()
        self._sell()
        self._trouble()

    def _issue(self) -> None:
        for at, key in enumerate(self.members[:9]):
            till = self.first.till
            question = m.ReserveIssue(
                id=RecordId(till.terminal, 1, 0xF00000 + at), type=1, member=key, uid="01020304", operator=1
            )
            granted = till.ask("/t/issue", question, m.IssueGrant)
            card = Plastic(granted.card)
            self.first.issue(card, 15_000 + 1_000 * at, deposit=1_000).done()
            self.cards.append(card)
        self.first.sync()

    def _sell(self) -> None:
        start = self.office.clock.now() // 86_400 * 86_400 - 8 * 3600
        for hour in HOURS:
            for station in (self.first, self.second):
                moment = start + hour * 3600 + self._random.randrange(3000)
                if moment > self.office.clock.now():
                    continue
                station.at = max(moment, 0)
                card = self._random.choice(self.cards)
                fen = self._random.choice((350, 800, 1_200, 1_500, 2_250))
                outlet, owner = (1, 1) if station is self.first else (self.outlet, 2)
                station.sale(card, min(fen, card.main or 1), outlet=outlet, owner=owner).done()
        self.first.at = self.office.clock.now()
        self.first.recharge(self.cards[2], 10_000).done()
        self.first.void(
            self.cards[1],
            self.first.sale(self.cards[1], 600, outlet=1, owner=1).done(),
            600,
            reason="goods",
            supervisor=1,
        ).done()
        self.first.sync()
        self.second.sync()

    def _trouble(self) -> None:
        """A card with a record that has not come; a tap nobody knows the end of; a lost card."""
        gap = self.cards[0]
        quiet = Journal(self.office.till(outlet=self.outlet, name="二食堂移动机"))
        quiet.sale(gap, 700, outlet=self.outlet, owner=2).done()  # never uploaded
        self.hidden = RecordId(quiet.terminal, 1, 1)
        self.first.sale(gap, 300, outlet=1, owner=1).done()
        torn = self.first.sale(self.cards[3], 1_250, outlet=1, owner=1)
        self.first.unresolved(torn.id)
        notes = (self.second.credit(5_000, 1),)
        self.second.waiting(self.cards[0], 5_000, notes)
        self.second.credit(5_000, 1)  # the same note again
        doubt = m.CashDoubt(
            **self.second.head(), acceptor="A1", boot=1, cycle=2, value_fen=10_000, what="stuck"
        )
        self.second.append(doubt)
        self.first.sync()
        self.second.sync()
        self.first.till.ask(
            "/t/loss",
            m.ReportLoss(
                id=RecordId(self.first.terminal, 1, 0xF10000), card=self.cards[4].card, issue=1, operator=1
            ),
            m.Answer,
        )
        self.heartbeats()

    def heartbeats(self) -> None:
        for till, pending, have in (
            (self.first.till, 0, {"stops": 1}),
            (self.second.till, 0, {"stops": 0}),
            (self.kiosk, 3, {"stops": 1}),
        ):
            self._beat(till, pending, have)
        self.office.run(self.office.runtime.keep_contacts())

    def _beat(self, till: Till, pending: int, have: dict[str, int]) -> None:
        said = m.Fetch(have=have, pending=pending, app="0.1.0", health={"reader": "ok", "printer": "ok"})
        assert till.send("/t/fetch", msgspec.json.encode(said)).status == 200
