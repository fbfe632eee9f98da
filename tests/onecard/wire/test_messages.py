"""Goal: what is written today can be read for ever, and nothing else is taken for it.

Method: one example of every message with every field set, against ``golden.jsonl``, whose lines are never
changed, only added to: a changed message is a new tag, and the line of the old one stays and must decode. A
field that may be missing adds a line under the same tag, and the line without it stays as well.
"""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import Raw

from onecard.cards.cpu.proof import Proof
from onecard.cards.image import Slot
from onecard.ids import RecordId
from onecard.wire import beside, counter, load_order, management
from onecard.wire import messages as m
from onecard.wire.vouched import Vouched
from tests.onecard.wire.desk import EXAMPLES as DESK
from tests.onecard.wire.fleet import EXAMPLES as FLEET
from tests.onecard.wire.kiosk import EXAMPLES as KIOSK

ID = RecordId(1001, 1, 42)
OTHER = RecordId(1001, 1, 40)
HASH = "ab" * 32

PURSE = m.PurseWrite(
    card=10_001,
    issue=1,
    uid="04a1b2c3",
    counter=7,
    prev=OTHER,
    before=m.Balances(5_000, Slot(300, 2_500)),
    after=m.Balances(3_750),
    cleared=(300, 0, 0),
)
HEAD = {
    "unit": 1,
    "id": ID,
    "at": 1_790_000_000,
    "day": 2_517,
    "shift": 3,
    "operator": 2,
    "versions": m.Versions(terminal=1, types=2, catalogue=3, operators=4, stops=5, loads=6),
    "replaces": OTHER,
}
LIST_ROW = counter.ListRow(list=1, name="新生", type=1, waiting=3, issued=2, asked=1, skipped=0)
OUTCOME = {"id": RecordId(1001, 1, 43), "at": 1_790_000_001, "of": ID}

CONDITION: dict[str, Any] = {
    "outlets": (1, 2),
    "categories": ("meal",),
    "periods": ("午餐",),
    "days": 31,
    "since": 2_500,
    "until": 2_600,
}
EVERY_TERM = m.CardType(
    type=1,
    name="员工卡",
    name_en="Staff",
    purse_on_card=False,
    valid_days=730,
    deposit_fen=1_000,
    fee_fen=500,
    cap_fen=100_000,
    sale_limit_fen=50_000,
    day_limit_fen=80_000,
    day_count_limit=9,
    min_interval_s=30,
    pin_above_fen=20_000,
    recharge_min_fen=1_000,
    since=1_790_000_000,
    media=("m1", "cpu"),
    stores_value=False,
    wallets=(m.WalletTerms(wallet="gift", outlets=(1,), categories=("room",), limit_fen=100),),
    level=2,
    discounts=(m.Discount(off=2_000, price_fen=800, most_fen=900, first_n=2, **CONDITION),),
    points=m.PointsTerms(per_100_yuan=100, wallets=("main",), redeem_fen=50, **CONDITION),
    meal_limit_fen=3_000,
    meal_count_limit=2,
    periods=("午餐",),
    outlets=(1,),
    offline_sale_fen=5_000,
    offline_total_fen=10_000,
    offline_count=3,
    overdraft_fen=2_000,
    anonymous=True,
    named_from_fen=1_000_000,
    cashless_from_fen=500_000,
    least_valid_days=1_095,
    terms="章程",
    terms_en="Terms",
)

EXAMPLES = (
    m.Sale(
        **HEAD,
        outlet=1,
        owner=1,
        card=10_001,
        issue=1,
        lines=(
            m.Line(
                product=9, name="红烧肉", category="meal", quantity=1_000, price_fen=1_300, total_fen=1_300
            ),
        ),
        discount_fen=50,
        due_fen=1_250,
        pays=(m.Pay("main", 1_250),),
        purse=PURSE,
    ),
    m.CounterSale(
        **HEAD,
        outlet=1,
        owner=1,
        lines=(m.PricedLine(name="红烧肉", category="meal", price_fen=1_300, total_fen=1_300),),
        due_fen=1_300,
        pays=(m.Pay("cash", 300), m.Pay("bank", 1_000)),
        given_fen=500,
        approval="A00123",
        reference="1001-1-7",
        beside=ID,
    ),
    m.CounterVoid(**HEAD, voids=ID, pays=(m.Pay("cash", 1_300),), supervisor=2, reason="wrong_item"),
    m.FullSale(
        **HEAD,
        outlet=1,
        owner=1,
        card=10_001,
        issue=1,
        lines=(
            m.PricedLine(
                product=9,
                name="红烧肉",
                category="meal",
                quantity=1_000,
                price_fen=1_300,
                total_fen=1_300,
                discount_fen=50,
            ),
            m.PricedLine(
                name="洗浴",
                category="bath",
                quantity=2_000,
                price_fen=500,
                total_fen=1_000,
                discount_fen=1_000,
                uses="bath",
            ),
        ),
        discount_fen=1_050,
        due_fen=1_250,
        pays=(m.Pay("subsidy", 250), m.Pay("points", 1_000)),
        purse=PURSE,
        first_n=1,
        uses=(m.Use("bath", 2),),
        earned=12,
        spent=1_000,
        centre=3,
    ),
    m.CountedSale(
        **HEAD,
        outlet=1,
        owner=1,
        card=10_001,
        issue=1,
        lines=(m.PricedLine(price_fen=1_250, total_fen=1_250),),
        due_fen=1_250,
        pays=(m.Pay("main", 1_250),),
        purse=PURSE,
        first_n=1,
        counters=m.Counters(211_248_000, 125, 2, 65, 1, 1),
    ),
    m.PartSale(
        **HEAD,
        outlet=1,
        owner=1,
        card=10_001,
        issue=1,
        lines=(m.PricedLine(price_fen=1_250, total_fen=1_250),),
        due_fen=1_250,
        pays=(m.Pay("main", 1_250),),
        purse=PURSE,
        beside=OTHER,
    ),
    m.CountedPart(
        **HEAD,
        outlet=1,
        owner=1,
        card=10_001,
        issue=1,
        lines=(m.PricedLine(price_fen=1_250, total_fen=1_250),),
        due_fen=1_250,
        pays=(m.Pay("main", 1_250),),
        purse=PURSE,
        first_n=1,
        beside=OTHER,
        counters=m.Counters(211_248_000, 125, 2, 65, 1, 1),
    ),
    m.Void(
        **HEAD,
        voids=OTHER,
        card=10_001,
        issue=1,
        pays=(m.Pay("main", 1_250),),
        supervisor=5,
        purse=PURSE,
        reason="goods",
    ),
    m.Recharge(**HEAD, source=m.Source.CASHBOX, amount_fen=5_000, credits=(OTHER,), purse=PURSE),
    m.SoldRecharge(**HEAD, source=m.Source.TILL, amount_fen=5_000, purse=PURSE, salesperson=4),
    m.LoadIntent(**HEAD, loads=(m.AppliedLoad(1, 5_000, HASH),), purse=PURSE),
    m.Issue(
        **HEAD,
        card=10_001,
        issue=1,
        type=1,
        uid="04a1b2c3",
        until=4_343,
        opening_fen=5_000,
        deposit_fen=1_000,
        fee_fen=500,
        purse=PURSE,
    ),
    m.Lock(**HEAD, reason="lost", stop_version=5, purse=PURSE),
    m.Stack(**HEAD, acceptor="JCM-1", boot=2, cycle=17, value_fen=5_000, card=10_001, issue=1),
    m.Credit(**HEAD, acceptor="JCM-1", boot=2, cycle=17, value_fen=5_000, card=10_001, issue=1, assumed=True),
    m.Waiting(**HEAD, card=10_001, issue=1, amount_fen=5_000, credits=(OTHER,)),
    m.CashDoubt(
        **HEAD, acceptor="JCM-1", boot=2, cycle=17, value_fen=5_000, what="stuck", card=10_001, issue=1
    ),
    m.Collection(
        **HEAD,
        acceptor="JCM-1",
        box="B7",
        counted=(m.Notes(5_000, 3), m.Notes(100, 1)),
        metered=(m.Notes(5_000, 3),),
        witness=5,
    ),
    m.ShiftOpen(**HEAD, float_fen=20_000),
    m.ForeignOrder(**HEAD, device="bank", kind="void", fen=1_250, original="1001-1-40"),
    m.ForeignReturn(
        **HEAD,
        device="bank",
        kind="refund",
        fen=450,
        original="1001-1-40",
        sale=OTHER,
        lines=((1, 1000),),
        sale_reason="goods",
        supervisor=5,
    ),
    m.ForeignWord(
        **OUTCOME,
        is_approved=True,
        approval="A00017",
        trace="000017",
        batch="3",
        card="1111",
        sequence=9,
        before_fen=5_000,
        after_fen=3_750,
        proof="0a1b2c3d",
    ),
    m.ForeignProof(**OUTCOME, supervisor=5),
    m.ForeignTotals(**HEAD, device="bank", batch="3", ours=(2, 2_500, 1, 450), theirs=(2, 2_500, 0, 0)),
    m.DrawerMove(**HEAD, way="out", fen=35_000, reason="safe", supervisor=12),
    m.Carried(**HEAD, card=90_005, records=120, documents=6),
    m.Checked(**HEAD, card=500_001, issue=2, state="lost"),
    m.SettingsChanged(**HEAD, values={"pad": "implied", "meals": "午餐 10:30-13:00"}, card=90_004),
    m.ShiftClose(
        **HEAD,
        z=3,
        opened_at=1_789_990_000,
        first_seq=2,
        last_seq=41,
        totals=m.Totals(
            sales=2,
            sales_main_fen=2_500,
            voids=1,
            voids_main_fen=1_250,
            aside_cash_fen=6_500,
            errands_cash_fen=-700,
        ),
        float_fen=20_000,
        expected_fen=25_000,
        counted_fen=24_990,
        head=HASH,
    ),
    m.Done(**OUTCOME, offline=True, balance_fen=3_750),
    m.ProvedDone(
        **OUTCOME,
        card=10_001,
        issue=1,
        key_version=2,
        proof=Proof(
            kind=9,
            sequence=6,
            fen=1_250,
            balance_fen=3_750,
            terminal="0000000003e9",
            terminal_sequence=16_777_258,
            moment="20261122120000",
            tac="a1b2c3d4",
        ),
    ),
    load_order.AskLoadOrder(
        body=Raw(b'{"t":"load/1"}'),
        balance=3_750,
        sequence=6,
        key_version=2,
        challenge="11223344",
        mac1="2988ae5a",
    ),
    load_order.LoadOrder(moment="20261122120000", mac2="3a845bf0"),
    beside.AskBeside(kind=beside.Beside.TRACK, value="6217001234"),
    beside.PutBeside(id=ID, operator=2, card=10_001, issue=1, kind=beside.Beside.CODE, value="A-77"),
    management.AskManagement(
        id=ID, operator=2, kind="loss", uid="04aabbcc", days=30, holder=3, base=17, settings={"meals": "午餐"}
    ),
    management.VouchedManagement(
        id=ID,
        operator=2,
        kind="payee",
        uid="04aabbcc",
        days=30,
        holder=3,
        settings={"meals": "午餐"},
        base=17,
        supervisor=5,
    ),
    management.ReturnManagement(id=ID, operator=2, number=10_002, uid="04aabbcc", supervisor=5),
    management.ManagementGrant(number=10_002, content="ab" * 40),
    counter.FreezeCard(id=ID, operator=2, card=10_001, issue=1, why="debt", here=True),
    counter.UnfreezeCard(id=ID, operator=2, card=10_001, issue=1),
    counter.AskOffers(operator=2, card=10_001),
    counter.Offers(
        offers=(counter.Offer(name="充五百送一百", least_fen=50_000, gift_fen=10_000, each=True),),
        sellers=((1, "张敏"),),
        gift_left_fen=5_000,
    ),
    counter.AskLists(operator=2),
    counter.IssueLists(rows=(LIST_ROW,)),
    counter.AskTurn(operator=2, list=1, skip=3, again=True),
    counter.Turn(
        row=LIST_ROW, next=counter.TurnRow(line=4, member=7, name="王小明", number="7", opening_fen=0)
    ),
    counter.TakeTurn(id=ID, operator=2, list=1, line=4, uid="04aabbcc"),
    counter.OpenByUid(id=ID, operator=2, type=7, member=7, uid="04aabbcc"),
    counter.ReserveChip(
        id=ID, operator=2, type=1, member=7, uid="04aabbcc", card=10_000_000_001, until_day=4_343
    ),
    m.NotWritten(**OUTCOME),
    m.Unresolved(**OUTCOME),
    m.GivenUp(**OUTCOME, why="supervisor", by=5),
    m.Seen(
        **OUTCOME,
        card=10_001,
        issue=1,
        uid="04a1b2c3",
        newest="00" * 48,
        older="11" * 48,
        counter=7,
        last=ID,
        older_counter=6,
        older_last=OTHER,
    ),
    m.TerminalDocument(
        unit=1,
        unit_name="示范单位",
        terminal=1001,
        name="一食堂 2号机",
        kind="pos",
        branch=1,
        branch_name="总部",
        outlet=1,
        outlet_name="一食堂",
        owner=1,
        day_starts_at_minute=360,
        settings={"pad": "point"},
    ),
    m.PlannedTerminalDocument(
        unit=1,
        unit_name="示范单位",
        terminal=1001,
        name="一食堂 2号机",
        kind="pos",
        branch=1,
        branch_name="总部",
        outlet=1,
        outlet_name="一食堂",
        owner=1,
        day_starts_at_minute=360,
        settings={"pad": "point"},
        planned=(m.SettingsFrom(since=1_790_000_000, settings={"pad": "implied"}),),
    ),
    m.TypesDocument(types=(EVERY_TERM,)),
    m.CatalogueDocument(
        products=(
            m.Product(
                product=9,
                name="红烧肉",
                name_en="Braised pork",
                category="meal",
                price_fen=1_300,
                barcode="690000000009",
                initials="HSR",
                prices=(m.Price(fen=1_100, level=2, **CONDITION),),
                menu=(m.Condition(**CONDITION),),
            ),
        )
    ),
    m.CalendarDocument(
        terms=(
            m.CalendarTerms(
                since=1_790_000_000,
                day_starts_at_minute=360,
                periods=(m.Period(name="早餐", name_en="Breakfast", start=390, end=540, days=31),),
                special=((2_831, 7), (2_840, 0)),
            ),
        )
    ),
    m.OperatorsDocument(
        operators=(
            m.Operator(
                operator=2,
                login="zm",
                name="张敏",
                verifier="$argon2id$…",
                until=1_800_000_000,
                card=10_002,
                permissions=("pos.sell",),
            ),
        )
    ),
    m.StopsDocument(base=4, stops=(m.Stop(10_001, 1, "lost", 5), m.Stop(10_003, 1, "", 5))),
    m.LoadsDocument(
        base=5,
        loads=(
            m.Load(
                card=10_001,
                issue=1,
                number=1,
                fen=5_000,
                wallet="main",
                kind="recharge",
                expires_day=2_600,
                digest=HASH,
            ),
        ),
        applied=((10_003, 1, 4),),
    ),
    m.OpenTapsDocument(
        taps=(
            m.OpenTap(
                of=ID,
                card=10_001,
                issue=1,
                kind="sale",
                fen=1_250,
                counter=7,
                at=1_790_000_000,
                given_up=True,
            ),
        )
    ),
    m.MembersDocument(base=0, members=(m.Snapshot(card=10_001, member=7, name="李雷", type=1),)),
    m.Document(name="types", version=2, effective_from=1_790_000_000, body=Raw(b"{}"), signature="00" * 64),
    m.Fetch(have={"types": 2}, pending=3, app="0.1.0", health={"printer": "ok"}),
    m.Fetched(documents=(), now=1_790_000_000, books_epoch=1, epoch=1, received=43, head=HASH),
    m.Upload(
        epoch=1,
        records=(
            m.Record(
                seq=42,
                at=1_790_000_000,
                mono_ms=99,
                offset_s=-1,
                body=Raw(b"{}"),
                prev=HASH,
                hash=HASH,
                was=(1, 41),
            ),
        ),
        signature="00" * 64,
    ),
    m.Uploaded(
        received=43,
        durable=40,
        books_epoch=1,
        now=1_790_000_002,
        results=(m.Result(id=ID, status=m.Status.REFUSED, reason="card.stopped", entry=12),),
    ),
    m.Enrol(code="ABCD2345", terminal=1001, public_key="22" * 32),
    m.Enrolled(unit=1, terminal=1001, epoch=1, server_key="33" * 32, now=1_790_000_000),
    m.SessionRequest(unit=1, terminal=1001, share="44" * 32, nonce="55" * 16, signature="66" * 64),
    m.SessionGrant(
        share="77" * 32, ticket="dGlja2V0", expires=1_790_003_600, now=1_790_000_000, signature="88" * 64
    ),
    m.ReserveIssue(id=ID, type=1, member=7, uid="04a1b2c3", operator=2),
    m.IssueGrant(card=10_001, issue=1, type=1, until_day=4_343, deposit_fen=1_000, fee_fen=500),
    m.AccountSale(body=Raw(b"{}")),
    m.Cancel(of=ID),
    m.Answer(result=m.Result(id=ID, status=m.Status.CREATED, entry=12), balance_fen=3_750),
    m.FindMember(text="李", operator=2),
    m.Members(
        rows=(
            m.MemberRow(
                member=7, number="S0007", name="李雷", department="研发", cards=((10_001, 1, "active"),)
            ),
        )
    ),
    m.NewMember(id=ID, name="李雷", number="S0007", phone="13800000007", department="研发", operator=2),
    m.AskCard(card=10_001, issue=1),
    m.AskMedium(uid="04a1b2c3"),
    m.CardStatus(
        card=10_001,
        issue=1,
        state="active",
        member=7,
        number="S0007",
        name="李雷",
        type=1,
        books_fen=3_750,
        waiting_fen=5_000,
        movements=(m.Movement(at=1_790_000_000, kind="sale", fen=-1_250, balance_fen=3_750, place="一食堂"),),
        explained=(m.Explained(what="waiting", fen=5_000, since=1_790_000_000, detail="1"),),
        as_of=1_790_000_002,
    ),
    m.ReportLoss(id=ID, card=10_001, issue=1, operator=2),
    Vouched(supervisor=5, question=Raw(b"{}")),
    m.Problem(code="terminal.revoked", params={"terminal": 1001}),
    *DESK,
    *FLEET,
    *KIOSK,
)


_LINES = Path(__file__).with_name("golden.jsonl").read_text(encoding="utf-8").splitlines()
#: The newest line of each tag.
GOLDEN = {json.loads(line)["t"]: line.encode() for line in _LINES}
#: Which class reads which tag, old tags included; ids for the test names.
READERS: dict[str, type[msgspec.Struct]] = {type(e).__struct_config__.tag: type(e) for e in EXAMPLES}


def tag(example: msgspec.Struct) -> str:
    return str(type(example).__struct_config__.tag)


@pytest.mark.parametrize("example", EXAMPLES, ids=tag)
def test_every_message_writes_the_bytes_it_always_wrote(example: msgspec.Struct) -> None:
    assert m.encode(example) == GOLDEN[tag(example)]


@pytest.mark.parametrize("line", _LINES, ids=lambda line: json.loads(line)["t"])
def test_every_line_ever_written_is_still_read_and_written_back_byte_for_byte(line: str) -> None:
    message = m.decode(line.encode(), READERS[json.loads(line)["t"]])
    assert m.encode(message) == line.encode()


def test_every_message_of_the_wire_has_its_golden_line() -> None:
    def tags(kind: type) -> set[str]:
        own = str(kind.__struct_config__.tag)
        return set().union({own} if "/" in own else (), *(tags(one) for one in kind.__subclasses__()))

    assert tags(m.Message) == set(GOLDEN)


@pytest.mark.parametrize("name", GOLDEN)
def test_a_field_nobody_knows_is_refused(name: str) -> None:
    raw = json.loads(GOLDEN[name]) | {"surprise": 1}
    with pytest.raises(msgspec.ValidationError):
        m.decode(json.dumps(raw).encode(), READERS[name])


@pytest.mark.parametrize("name", GOLDEN)
def test_a_required_field_left_out_is_refused(name: str) -> None:
    raw = json.loads(GOLDEN[name])
    required = {f.encode_name for f in msgspec.structs.fields(READERS[name]) if f.required}
    for field in required:
        poorer = {key: value for key, value in raw.items() if key != field}
        with pytest.raises(msgspec.ValidationError):
            m.decode(json.dumps(poorer).encode(), READERS[name])


@pytest.mark.parametrize("name", GOLDEN)
def test_another_version_of_the_tag_is_not_taken_for_this_one(name: str) -> None:
    raw = json.loads(GOLDEN[name]) | {"t": name.split("/")[0] + "/99"}
    with pytest.raises(msgspec.ValidationError):
        m.decode(json.dumps(raw).encode(), READERS[name])


def test_journal_bodies_and_documents_are_told_apart_by_their_tags() -> None:
    for example in EXAMPLES:
        if isinstance(example, m.Intent | m.OutcomeRecord):
            assert m.decode_body(m.encode(example)) == example
        else:
            with pytest.raises(msgspec.ValidationError):
                m.decode_body(m.encode(example))
    bodies = [e for e in EXAMPLES if tag(e).split("/")[0] in DOCUMENTS]
    assert {tag(body).split("/")[0] for body in bodies} == set(DOCUMENTS)
    for body in bodies:
        assert m.decode_document_body(m.encode(body)) == body


DOCUMENTS = (
    "terminal",
    "types",
    "catalogue",
    "calendar",
    "operators",
    "stops",
    "loads",
    "open_taps",
    "members",
)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("card", 0),
        ("card", 1 << 40),
        ("card", 10**400),
        ("card", "10001"),
        ("card", 1.5),
        ("card", True),
        ("issue", 0),
        ("issue", 256),
        ("due_fen", -1),
        ("due_fen", 1 << 24),
        ("due_fen", "12.50"),
        ("due_fen", float("nan")),
        ("pays", [["x" * 65, 1]]),
        ("purse", []),
    ],
)
def test_a_sale_out_of_range_is_refused(field: str, value: Any) -> None:
    raw = json.loads(GOLDEN["sale/1"]) | {field: value}
    with pytest.raises(msgspec.MsgspecError):
        m.decode_body(json.dumps(raw).encode())


@pytest.mark.parametrize(
    "nested", [b"[" * 100_000, b'{"a":' * 100_000, b'{"t":"sale/1","lines":' + b"[" * 100_000]
)
def test_json_nested_without_end_is_an_error_and_not_a_crash(nested: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, RecursionError)):
        m.decode_body(nested)
