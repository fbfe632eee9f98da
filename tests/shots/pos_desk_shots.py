"""The front desk's jobs: each step that people see, walked on a real station with an office that answers."""

from collections.abc import Callable
from typing import Any

from msgspec import structs

from onecard.devices.cable import Cable, connect
from onecard.devices.encoders.msr.driver import Msr
from onecard.errors import Unreachable
from onecard.ids import RecordId
from onecard.terminal.stripe import StripeDesk
from onecard.wire import counter as c
from onecard.wire import errands as e
from onecard.wire import lookups as look
from onecard.wire import messages as m
from server.operators import permission
from tests.onecard.terminal.stand import CARD, TODAY
from tests.pos.rig import MEMBER, PEOPLE, Rig, make_plastic
from tests.shots.gallery import Shot
from tests.shots.pos_shots import scene

ID = RecordId(1001, 1, 5)
PANELS = ("1280x800", "1366x768", "1024x768", "1080x1920")
RIGHTS = tuple(one for one in permission.ALL if not one.startswith("console."))
OTHERS = (
    MEMBER,
    m.MemberRow(
        member=8, number="2024018", name="王晓敏", department="二班", cards=((CARD + 3, 1, "frozen"),)
    ),
    m.MemberRow(
        member=9, number="2023107", name="欧阳𠮷", department="教务处", cards=((CARD + 5, 1, "lost"),)
    ),
)
ROW = c.ListRow(list=1, name="高一新生 2026", type=1, waiting=38, issued=12, asked=1, skipped=2)


def status(rig: Rig) -> m.CardStatus:
    now = rig.clock.now()
    return m.CardStatus(
        card=CARD, issue=1, state="active", member=7, number="2024007", name="王小明", type=1,
        books_fen=8_750, waiting_fen=2_000,
        movements=(
            m.Movement(at=now - 600, kind="sale", fen=-1250, balance_fen=10_000, place="一食堂 2 号机"),
            m.Movement(at=now - 90_000, kind="recharge", fen=10_000, balance_fen=11_250, place="前台"),
            m.Movement(at=now - 180_000, kind="sale", fen=-850, balance_fen=1_250, place="二食堂"),
        ),
        explained=(m.Explained(what="books", fen=8_750), m.Explained(what="held", fen=1_000)),
        as_of=now,
    )  # fmt: skip


def done(question: e.AskErrand, *, fen: int, cash_fen: int) -> e.ErrandAnswer:
    id = m.decode_body(bytes(question.body)).id
    result = m.Result(id=id, status=m.Status.CREATED, entry=7)
    return e.ErrandAnswer(result=result, fen=fen, cash_fen=cash_fen, balance_fen=13_750)


def ready(rig: Rig) -> None:
    """Everybody may do everything, and the office knows everybody."""
    people = [
        m.Operator(
            operator=one.operator, login=one.login, name=one.name, verifier="", until=one.until,
            permissions=RIGHTS,
        )
        for one in PEOPLE
    ]  # fmt: skip
    rig.stand.receive(rig.stand.office.operators(*people))
    rig.till.operator = people[0]
    now = rig.clock.now()
    rig.answers |= {
        m.FindMember: m.Members(rows=OTHERS),
        m.AskCard: status(rig),
        c.AskOffers: c.Offers(
            offers=(
                c.Offer(name="充五百送一百", name_en="500 + 100", least_fen=50_000, gift_fen=10_000),
                c.Offer(name="新卡有礼", name_en="New card", least_fen=10_000, gift_fen=1_000, each=True),
            ),
            sellers=((1, "张敏"), (2, "李伟"), (3, "欧阳明月")),
            gift_left_fen=46_000,
        ),
        e.AskErrand: lambda q: done(q, fen=5_000, cash_fen=5_000),
        c.AskLists: c.IssueLists(rows=(ROW,)),
        c.AskTurn: c.Turn(
            row=ROW,
            next=c.TurnRow(line=14, member=21, name="诸葛青云", number="2026014", opening_fen=5_000),
            failed=(
                c.TurnRow(line=9, member=19, name="陈小芳", number="2026009", opening_fen=0, card=CARD + 9),
            ),
        ),
        look.AskHolds: look.Holds(
            rows=(
                look.HoldRow(hold=ID, card=CARD, issue=1, place="K8 大包", fen=50_000, until=now + 5_400),
                look.HoldRow(hold=ID, card=CARD + 1, issue=1, place="K12", fen=30_000, until=now - 600),
            )
        ),
        look.AskRewards: look.Rewards(
            rows=(
                look.RewardRow(reward=1, name="保温杯", name_en="Thermos", points=500, fen=0, stock=12),
                look.RewardRow(reward=2, name="二十元券", name_en="Voucher", points=200, fen=2_000, stock=-1),
            )
        ),
        look.AskStatement: look.CardStatement(
            card=CARD, name="王小明", number="2024007", since_day=TODAY - 30, until_day=TODAY,
            opening_paid_fen=1_200, opening_given_fen=300, closing_paid_fen=8_750, closing_given_fen=1_300,
            lines=(
                look.StatementLine(at=now - 90_000, kind="recharge", paid_fen=10_000, place="前台"),
                look.StatementLine(at=now - 80_000, kind="gift", paid_fen=0, given_fen=1_000, place="前台"),
                look.StatementLine(at=now - 600, kind="sale", paid_fen=-2_450, place="一食堂"),
            ),
            cut=False, as_of=now,
        ),
        look.AskRemittance: look.Remittance(
            operator=PEOPLE[0].operator,
            lines=(
                look.RemittanceLine(kind="recharge", count=31, in_fen=412_000, out_fen=0),
                look.RemittanceLine(kind="return_card", count=2, in_fen=0, out_fen=16_500),
            ),
            shifts=(
                look.ShiftLine(
                    terminal=1001, z=17, day=TODAY - 1, float_fen=0, expected_fen=395_500, counted_fen=395_400
                ),
            ),
            held_fen=395_400, as_of=now,
        ),
    }  # fmt: skip
    rig.keys("f9")


def job(name: str, keys: str = "", *, find: bool = True, **typed: str) -> Callable[[Rig], None]:
    """To the form of a job, with a card found, and on."""

    def walk(rig: Rig) -> None:
        ready(rig)
        rig.flow.act(f"job:{name}")
        if find:
            rig.type("search", "王")
            rig.keys("enter enter")
        for field, text in typed.items():
            rig.type(field, text)
        rig.keys(keys)

    return walk


def striped(rig: Rig) -> None:
    """The encoder waits for a card to be drawn through."""
    desk = StripeDesk(lambda: Msr(connect(Cable("shot").name)), rig.clock, lambda call: call())
    rig.till.counter.put_encoder(desk)
    job("beside")(rig)
    rig.keys("f5")


def found(rig: Rig) -> None:
    ready(rig)
    rig.flow.act("job:return_card")
    rig.type("search", "王")
    rig.keys("enter")


def of_state(name: str, line: int, keys: str = "") -> Callable[[Rig], None]:
    """The card in that line of what was found."""

    def walk(rig: Rig) -> None:
        ready(rig)
        rig.answers[m.AskCard] = Unreachable()
        rig.flow.act(f"job:{name}")
        rig.type("search", "王")
        rig.keys(f"enter row:{line} {keys}")

    return walk


def silent(rig: Rig) -> None:
    ready(rig)
    rig.answers[e.AskErrand] = Unreachable()
    rig.flow.act("job:cash")
    rig.type("search", "王")
    rig.keys("enter enter 50 enter")


def left_open(rig: Rig) -> None:
    silent(rig)
    rig.keys("f9 escape")
    rig.flow.act("job:left")


def corrected(rig: Rig) -> None:
    ready(rig)
    for yuan, uid in (("100", "04A1B2C3"), ("500", "04A1B2C4")):
        rig.keys(f"f3 {yuan} enter")
        rig.tap(make_plastic(10_000, uid=bytes.fromhex(uid)))
        rig.keys("enter escape")
    rig.flow.act("job:correct")
    rig.keys("50")


def returned(rig: Rig) -> None:
    ready(rig)
    rig.answers[e.AskErrand] = lambda q: done(q, fen=-9_750, cash_fen=-9_750)
    rig.stand.journal.set_contact(rig.clock.now())
    rig.flow.act("job:return_card")
    rig.type("search", "王")
    rig.keys("enter enter")
    rig.answers[m.AskCard] = structs.replace(status(rig), state="returned", books_fen=0, waiting_fen=0)
    rig.keys("enter f4")
    rig.tap(make_plastic(10_000))
    rig.stand.journal.set_watermarks(10**6)
    rig.wait(1)


def returned_before(rig: Rig) -> None:
    """The till died before the paper came out; the office says that it was paid."""
    returned(rig)
    rig.keys("enter")
    rig.answers[m.FindMember] = m.Members(rows=(structs.replace(MEMBER, cards=((CARD, 1, "returned"),)),))
    rig.type("search", "王")
    rig.keys("enter enter enter f4")


def refused(rig: Rig) -> None:
    ready(rig)
    rig.answers[c.AskOffers] = c.Offers(gift_left_fen=500)
    rig.flow.act("job:gift")
    rig.type("search", "王")
    rig.keys("enter enter 10 enter")


def by_word(rig: Rig) -> None:
    """Who works here has few rights; a supervisor who is known here has them all."""
    ready(rig)
    cashier, chief = (one.operator for one in PEOPLE)
    few = (permission.SELL, permission.QUERY)
    people = [
        m.Operator(
            operator=one.operator, login=one.login, name=one.name, verifier="", until=one.until,
            permissions=RIGHTS if one.operator == chief else few,
        )
        for one in PEOPLE
    ]  # fmt: skip
    rig.stand.receive(rig.stand.office.operators(*people))
    rig.till.operator = next(one for one in people if one.operator == cashier)
    rig.keys("right")


def rich(rig: Rig) -> None:
    """The longest that may stand below a name."""
    ready(rig)
    member = structs.replace(MEMBER, number="440106201009015", cards=((CARD, 1, "active"),))
    rig.answers[m.FindMember] = m.Members(rows=(member,))
    rig.answers[m.AskCard] = structs.replace(status(rig), books_fen=9_999_999, waiting_fen=1_234_560)
    rig.flow.act("job:cash")
    rig.type("search", "王")
    rig.keys("enter enter 500")


def keyed(names: str) -> Callable[[Rig], None]:
    def walk(rig: Rig) -> None:
        ready(rig)
        rig.keys(names)

    return walk


def shot(name: str, steps: Any, *, english: bool = False, golden: bool = True) -> Shot:
    return Shot(f"job-{name}", "pos", scene(steps), english=english, golden=golden, panels=PANELS)


SHOTS = [
    shot("desk-card", keyed(""), english=True),
    shot("desk-money", keyed("right"), golden=False),
    shot("desk-by-word", by_word, english=True),
    shot("desk-member", keyed("right right"), golden=False),
    shot("desk-room", keyed("left"), golden=False),
    shot("find", found, english=True),
    shot("cash", job("cash", "500"), english=True),
    shot("cash-rich", rich, golden=False),
    shot("cash-sure", job("cash", "1000 enter"), golden=False),
    shot("cash-done", job("cash", "50 enter"), english=True),
    shot("cash-silent", silent, english=True),
    shot("gift", job("gift", "right 10"), golden=False),
    shot("gift-refused", refused),
    shot("correct", corrected, english=True),
    shot("collect", job("collect"), golden=False),
    shot("freeze", job("freeze", "right"), english=True),
    shot("freeze-sure", job("freeze", "enter"), golden=False),
    shot("unloss", of_state("unloss", 2), golden=False),
    shot("return", job("return_card")),
    shot("return-done", returned, english=True),
    shot("return-before", returned_before, english=True),
    shot("replace", job("replace"), golden=False),
    shot("replace-blank", job("replace", "enter f4"), golden=False),
    shot("transfer", job("transfer"), golden=False),
    shot("pin", job("pin", "123456"), golden=False),
    shot("redeem", job("redeem", "down 2"), english=True),
    shot("credit", job("credit", "20"), golden=False),
    shot("statement", job("statement", "right enter"), english=True),
    shot("remittance", job("remittance", "enter", find=False), english=True),
    shot("person", job("person"), english=True),
    shot("person-why", job("person", "enter"), golden=False),
    shot("hold", job("hold", "500", room="K8 大包"), english=True),
    shot("holds", job("holds", "380", find=False), english=True),
    shot("claim", job("claim", find=False, claim="3001-1-42", code="ABCD2345"), golden=False),
    shot("hold-letters", job("hold", "500 f3 f3", room="K8"), golden=False),
    shot("management", job("management", "3 0", find=False), english=True),
    shot("management-settings", job("management", "pick:0:2 f2", find=False), golden=False),
    shot("beside", job("beside", medium="6217001234567"), golden=False),
    shot("beside-stripe", striped, golden=False),
    shot("renew", job("renew", find=False), golden=False),
    shot("left", left_open),
    shot("left-none", job("left", find=False), golden=False),
    shot("batch-lists", job("batch", find=False), golden=False),
    shot("batch", job("batch", "enter", find=False), english=True),
]
