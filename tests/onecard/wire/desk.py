"""One example of every errand and look-up with every field set, for the golden lines."""

from typing import Any

from msgspec import Raw

from onecard.ids import RecordId
from onecard.wire import errands as e
from onecard.wire import lookups as look
from onecard.wire import messages as m

ID = RecordId(1001, 1, 42)
OTHER = RecordId(1001, 1, 40)
HASH = "ab" * 32
HEAD: dict[str, Any] = {
    "unit": 1,
    "id": ID,
    "at": 1_790_000_000,
    "day": 2_517,
    "shift": 3,
    "operator": 2,
    "versions": m.Versions(terminal=1, types=2),
    "replaces": OTHER,
}
BY: dict[str, Any] = HEAD | {"supervisor": 5}
CARD: dict[str, Any] = BY | {"card": 10_001, "issue": 1}
ROW = look.SaleRow(
    sale=OTHER,
    entry=7,
    at=1_790_000_000,
    card=10_001,
    issue=1,
    fen=1_250,
    left_fen=250,
    operator=2,
    why_not="refund.open_shift",
)

EXAMPLES = (
    e.RefundSale(**BY, sale=OTHER, lines=((0, 500),), reason="goods"),
    e.RefundPaid(**BY, sale=OTHER, reason="goods", paid=OTHER),
    e.ReturnCard(**CARD, lock=OTHER),
    e.ReturnRest(**CARD),
    e.UnlockCard(**CARD, lock=OTHER),
    e.ReplaceCard(**CARD, uid="04a1b2c3"),
    e.TransferCard(**CARD, to_card=10_002, to_issue=1, lock=OTHER),
    e.UnlossCard(**CARD),
    e.CorrectRecharge(**CARD, recharge=OTHER, right_fen=5_000),
    e.RechargeAccount(**CARD, fen=5_000, salesperson=4),
    e.GiveGift(**CARD, fen=5_000, reason="guest", expires_day=2_600),
    e.RedeemPoints(**CARD, reward=3, pieces=2, points=100),
    e.CollectSubsidy(**CARD),
    e.OpenHold(**CARD, place="K8", fen=20_000, until=1_790_010_000, sale=OTHER),
    e.ExtendHold(**BY, hold=OTHER, until=1_790_020_000),
    e.SettleHold(**BY, hold=OTHER, due_fen=12_000),
    e.ReleaseHold(**BY, hold=OTHER),
    e.PayCredit(**BY, member=7, fen=5_000),
    e.PayClaim(**BY, claim=OTHER, code="ABCD2345"),
    e.LateSlip(**CARD, number=17, sold_at=1_790_000_000, fen=1_250),
    e.CollectDebt(**CARD),
    e.AskErrand(body=Raw(b"{}")),
    e.ErrandAnswer(
        result=m.Result(id=ID, status=m.Status.CREATED, entry=12),
        balance_fen=3_750,
        fen=-1_250,
        cash_fen=-1_250,
        grant=m.IssueGrant(card=10_001, issue=2, type=1, until_day=4_343, deposit_fen=0, fee_fen=500),
    ),
    m.Answered(
        id=RecordId(1001, 1, 43),
        at=1_790_000_001,
        of=ID,
        status=m.Status.REFUSED,
        reason="purse.short",
        entry=12,
        fen=-1_250,
        cash_fen=-1_250,
        balance_fen=3_750,
    ),
    m.Claim(**HEAD, amount_fen=5_000, credits=(OTHER,), digest=HASH),
    look.AskSales(operator=2, since_day=2_500, until_day=2_517, card=10_001, whole_outlet=True, before=99),
    look.Sales(rows=(ROW,)),
    look.AskSale(operator=2, sale=OTHER),
    look.SoldSale(
        row=ROW,
        lines=(look.SoldLine(name="红烧肉", quantity=1_000, paid_fen=1_250, refunded=500),),
        pays=(("main", 1_250),),
    ),
    look.AskStatement(card=10_001, issue=1, since_day=2_500, until_day=2_517, operator=2),
    look.CardStatement(
        card=10_001,
        name="李雷",
        number="S0007",
        since_day=2_500,
        until_day=2_517,
        opening_paid_fen=5_000,
        opening_given_fen=100,
        closing_paid_fen=3_750,
        closing_given_fen=50,
        lines=(
            look.StatementLine(at=1_790_000_000, kind="sale", paid_fen=-1_250, given_fen=-50, place="一食堂"),
        ),
        cut=False,
        as_of=1_790_000_002,
    ),
    look.AskRemittance(operator=2, since_day=2_517, until_day=2_517),
    look.Remittance(
        operator=2,
        lines=(look.RemittanceLine(kind="recharge", count=3, in_fen=15_000, out_fen=0),),
        shifts=(
            look.ShiftLine(
                terminal=1001, z=3, day=2_517, float_fen=500, expected_fen=15_500, counted_fen=15_500
            ),
        ),
        held_fen=100,
        as_of=1_790_000_002,
    ),
    look.Identify(card=10_001, issue=1, uid="04a1b2c3", operator=2, with_photo=True),
    look.Identified(
        card=10_001,
        issue=1,
        state="active",
        number="S0007",
        name="李雷",
        department="研发",
        group="staff",
        photo=b"\xff\xd8\xff",
    ),
    look.ChangePin(id=ID, card=10_001, issue=1, new="271828", old="314159", operator=2),
    look.CheckPin(card=10_001, issue=1, pin="271828"),
    look.PinChecked(fits=True, is_set=True),
    look.AskHolds(operator=2),
    look.Holds(
        rows=(
            look.HoldRow(
                hold=OTHER, card=10_001, issue=1, place="K8", fen=20_000, until=1_790_010_000, on_card=True
            ),
        )
    ),
    look.AskRewards(operator=2),
    look.Rewards(rows=(look.RewardRow(reward=3, name="水杯", name_en="Cup", points=100, fen=0, stock=-1),)),
)
