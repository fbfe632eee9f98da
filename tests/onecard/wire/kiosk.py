"""One example of everything that only a kiosk asks, with every field set, for the golden lines."""

from onecard.wire import errands as e
from onecard.wire import own_loss as loss
from onecard.wire import payment as pay
from onecard.wire import pockets as own
from onecard.wire import takeover
from tests.onecard.wire.desk import CARD, ID

EXAMPLES = (
    e.CodePayment(**CARD, fen=5_000, gateway="sandbox"),
    own.AskPockets(card=10_001, issue=1),
    takeover.AskTakeover(uid="04a1b2c3", number="20190042", fen=12_345, operator=7),
    own.Pockets(
        card=10_001,
        issue=1,
        pockets=(own.Pocket(wallet="gift", fen=500), own.Pocket(wallet="lunch", uses=3)),
        points=120,
        debt_fen=-300,
        waiting=(("subsidy", 2_000),),
        ready=(
            own.Ready(
                list=3,
                line=1,
                name="餐补",
                wallet="subsidy",
                fen=1_000,
                expires_day=2_600,
                collect_until=2_550,
            ),
        ),
        as_of=1_790_000_000,
    ),
    loss.OwnLoss(id=ID, number="2024007", pin="482913", card=10_001, issue=1),
    loss.OwnCards(name="张三", cards=(loss.OwnCard(card=10_001, issue=1, state="lost"),), listed=7),
    pay.AskWays(),
    pay.Ways(names=("sandbox",)),
    pay.AskPayment(payment=ID, leave=True),
    pay.Payment(
        payment=ID,
        state="shown",
        fen=5_000,
        code="onecard-sandbox://pay/1001-1-42",
        until=1_790_000_180,
        reason="card.stopped",
        is_credited=True,
    ),
)
