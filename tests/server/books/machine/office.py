"""What the office does without any card at hand. F: A3 A17 B2 B3 B5 B8 B12 C19

Recharges and their correction, gifts, points, subsidies, holds, credit, what two people agree on.
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select

from onecard.clock import business_day, card_day
from onecard.wire.messages import Status
from server.adjustment.service import propose, propose_write_off
from server.books.office.agree import Agree
from server.books.office.agree import Terms as Agreed
from server.books.office.centre_meal import Back, CentreMeal, CentreMealBack
from server.books.office.centre_meal import Terms as Meal
from server.books.office.correct_recharge import CorrectRecharge
from server.books.office.correct_recharge import Terms as Correction
from server.books.office.gift_free import GiftFree
from server.books.office.gift_free import Terms as Gift
from server.books.office.hold import Closing, Hold, Opening, ReleaseDue, Settle
from server.books.office.pay_credit import PayCredit
from server.books.office.pay_credit import Terms as Payment
from server.books.office.recharge_office import RechargeOffice
from server.books.office.recharge_office import Terms as Cash
from server.books.office.redeem import Redeem
from server.books.office.redeem import Terms as Wish
from server.books.office.subsidy import Clear, Deliver, PickUp
from server.books.office.subsidy import Terms as Came
from server.books.tables import fact
from server.credit.service import add_centre, bills, make_bill
from server.gift.service import set_quota
from server.organisation.scope import Scope
from server.organisation.service import add_branch, add_outlet, add_owner, add_unit
from server.promotion.service import Draft as Promotion
from server.promotion.service import add_promotion
from server.subsidy import service as subsidy
from tests.server.books.engine import Books
from tests.server.books.machine.ground import TYPES, Ground, amounts, card_numbers, clerks
from tests.server.books.station import NOW, UNIT

#: ¥10 and more get a tenth; small enough to happen all the time.
LEAST, GIFT = 1_000, 100
WHOLE = Scope.whole(UNIT)
one_of_two = st.integers(0, 1)


class Office(Ground):
    """Clerks behind a counter without any card."""

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        write = books.write
        write(lambda c: add_unit(c, UNIT, "学校", NOW))
        branch = write(lambda c: add_branch(c, UNIT, "本部"))
        self.owner: int = write(lambda c: add_owner(c, UNIT, "食堂"))
        self.outlet: int = write(lambda c: add_outlet(c, UNIT, "一食堂", branch, self.owner))
        self.payable = f"owner:{self.owner}:payable:{self.outlet}"
        self.centre: int = write(lambda c: add_centre(c, UNIT, "招待", 50_000))
        terms = Promotion(name="充10送1", least_fen=LEAST, gift_fen=GIFT, types=(2,))
        write(lambda c: add_promotion(c, UNIT, terms, 7, NOW))
        write(lambda c: set_quota(c, UNIT, 8, 20_000, 7, NOW))
        self.quota = 20_000
        #: (order, paid, gift, what of it still stands), account cards only.
        self.recharged: list[list[Any]] = []
        self.held: list[tuple[Hold, int]] = []
        self.meals: list[tuple[CentreMeal, int]] = []
        self.ready = [0, 0]

    def entry_of(self, order: Any) -> int:
        """What an order became."""
        query = select(fact.c.entry).where(fact.c.unit_id == UNIT, fact.c.fact == order.key)
        return int(self.books.read(lambda c: c.execute(query).scalar_one()))

    def pay(self, card: int, fen: int) -> dict[str, int]:
        """Money for the main wallet of an account card: what is owed comes first."""
        owed = min(fen, max(0, -self.balance(f"card:{card}:debt")))
        return {f"card:{card}:main": fen - owed, f"card:{card}:debt": owed}

    def take(self, card: int, wallet: str, fen: int) -> dict[str, int]:
        """Money that has to leave: what is not there is owed."""
        owed = max(0, fen - max(0, self.balance(f"card:{card}:{wallet}")))
        return {f"card:{card}:{wallet}": owed - fen, f"card:{card}:debt": -owed}

    # ---- recharges

    @rule(a=one_of_two, fen=amounts, clerk=clerks)
    def recharge_account(self, a: int, fen: int, clerk: int) -> None:
        card = self.account_cards[a]
        order = RechargeOffice(UNIT, self.next_key(), Cash(card, 1, fen, gateway="wechat"), clerk, TYPES)
        if fen < TYPES[2].recharge_min_fen:
            self.refused(order, "limit.recharge_min")
            return
        gift = GIFT if fen >= LEAST else 0
        self.taken(order, self.pay(card, fen))
        self.expected.update({f"card:{card}:gift": gift, "promo:gift": -gift, "gateway:wechat": -fen})
        self.recharged.append([order, fen, gift])

    @rule(c=card_numbers, fen=amounts, clerk=clerks)
    def recharge_purse(self, c: int, fen: int, clerk: int) -> None:
        card = self.cards[c].card
        order = RechargeOffice(UNIT, self.next_key(), Cash(card, 1, fen), clerk, TYPES)
        answer = self.ask(order)
        if answer.result.status is Status.CREATED:
            self.owed[card] += fen
            self.expected[f"operator:{clerk}:cash"] -= fen
        else:
            assert answer.result.reason in ("limit.recharge_min", "limit.cap")

    @precondition(lambda self: self.recharged)
    @rule(data=st.data(), share=st.sampled_from([0, 3, 7, 10]))
    def correct(self, data: Any, share: int) -> None:
        one = data.draw(st.sampled_from(self.recharged), label="recharge")
        recharge, fen, gift = one
        right = recharge.terms.fen * share // 10
        card = recharge.terms.card
        terms = Correction(self.entry_of(recharge), card, 1, right)
        order = CorrectRecharge(UNIT, self.next_key(), terms, 9, TYPES)
        if right >= fen:
            self.refused(order, "correct.not_less")
            return
        due = GIFT if right >= LEAST else 0
        main = self.take(card, "main", fen - right)
        back = self.take(card, "gift", max(0, gift - due))
        self.taken(order, main)
        self.expected.update(back)
        self.expected.update({"gateway:wechat": fen - right, "promo:gift": max(0, gift - due)})
        one[1:] = [right, min(gift, due)]

    # ---- gifts and points

    @rule(a=one_of_two, fen=amounts)
    def give(self, a: int, fen: int) -> None:
        card = self.account_cards[a]
        order = GiftFree(UNIT, self.next_key(), Gift(card, 1, fen, "apology"), 8, TYPES)
        if fen > self.quota:
            self.refused(order, "gift.over_quota")
            return
        self.quota -= fen
        self.taken(order, {f"card:{card}:gift": fen, "promo:gift": -fen})

    @rule(c=card_numbers)
    def give_to_a_purse(self, c: int) -> None:
        card = self.cards[c].card
        order = GiftFree(UNIT, self.next_key(), Gift(card, 1, 50, "event"), 8, TYPES)
        if self.quota < 50:
            self.refused(order, "gift.over_quota")
            return
        self.quota -= 50
        self.taken(order, {"promo:gift": -50})
        self.owed[card] += 50

    @rule(a=one_of_two, points=st.sampled_from([10, 100, 5_000]))
    def earn_and_redeem(self, a: int, points: int) -> None:
        """Two people agree on points; the card gives some of them up for nothing it can spend as cash."""
        card = self.account_cards[a]
        account = f"card:{card}:points"
        number = self.books.write(
            lambda c: propose(
                c, UNIT, debit="cost:points", credit=account, fen=100, reason="complaint", operator=7,
                now=self.now, currency="PTS",
            )
        )  # fmt: skip
        self.refused(Agree(UNIT, self.next_key(), Agreed(number), 7), "approval.same_person")
        self.taken(Agree(UNIT, self.next_key(), Agreed(number), 8), {account: 100, "cost:points": -100})
        order = Redeem(UNIT, self.next_key(), Wish(card, 1, points=points), 7, TYPES)
        if points > self.balance(account):
            self.refused(order, "points.short")
            return
        # The model's own unit: points and the fen they become stand in one account of cost.
        self.taken(order, {account: -points, f"card:{card}:gift": points, "cost:points": 0})

    # ---- subsidies

    @rule(way=st.sampled_from(subsidy.WAYS), a=one_of_two, fen=amounts, approver=clerks)
    def release(self, way: str, a: int, fen: int, approver: int) -> None:
        """A list of one line; nobody approves his own."""
        draft = subsidy.Draft(name="补助", way=way)
        number = self.books.write(lambda c: subsidy.draft(c, UNIT, draft, ((a + 1, fen),), 7, NOW))
        if approver == 7:
            self.books.write(lambda c: subsidy.drop(c, UNIT, number))
            return
        self.books.write(lambda c: subsidy.approve(c, UNIT, number, approver, NOW))
        self.books.write(lambda c: subsidy.release(c, UNIT, number, 7, NOW))
        if way == "pickup":
            self.ready[a] += fen
            return
        assert self.books.do(Deliver(UNIT, TYPES)) == 1
        assert self.books.do(Deliver(UNIT, TYPES)) == 0
        self.expected[f"card:{self.account_cards[a]}:subsidy"] += fen

    @rule(a=one_of_two)
    def pick_up(self, a: int) -> None:
        card = self.account_cards[a]
        order = PickUp(UNIT, self.next_key(), Came(card, 1), 9, TYPES)
        if not self.ready[a]:
            self.refused(order, "subsidy.nothing")
            return
        self.taken(order, {f"card:{card}:subsidy": self.ready[a]})
        self.ready[a] = 0

    @rule()
    def clear(self) -> None:
        assert self.books.do(Clear(UNIT)) == 0  # nothing of what these lists gave has a last day

    # ---- holds

    @rule(a=one_of_two, fen=amounts)
    def hold(self, a: int, fen: int) -> None:
        card = self.account_cards[a]
        until = self.books.clock.now() + 3_600
        terms = Opening(card, 1, self.outlet, "K8", fen, until)
        order = Hold(UNIT, self.next_key(), terms, 7, TYPES)
        if fen > self.balance(f"card:{card}:main"):
            self.refused(order, "purse.short")
            return
        self.taken(order, {f"card:{card}:main": -fen, f"card:{card}:hold": fen})
        self.held.append((order, until))

    @precondition(lambda self: self.held)
    @rule(data=st.data(), due=amounts)
    def settle(self, data: Any, due: int) -> None:
        one = data.draw(st.sampled_from(self.held), label="hold")
        hold, terms = one[0], one[0].terms
        order = Settle(UNIT, self.next_key(), Closing(hold.key, due), 7)
        if due > terms.fen + self.balance(f"card:{terms.card}:main"):
            self.refused(order, "purse.short")
            return
        self.held.remove(one)
        gone = {f"card:{terms.card}:hold": -terms.fen, self.payable: due}
        self.taken(order, {**gone, f"card:{terms.card}:main": terms.fen - due})
        self.refused(Settle(UNIT, self.next_key(), Closing(hold.key, due), 7), "hold.ended")

    @rule(wait_s=st.sampled_from([60, 1_800]))
    def hours_pass(self, wait_s: int) -> None:
        self.books.clock.advance(wait_s)
        now = self.books.clock.now()
        due = [one for one in self.held if one[1] <= now]
        assert self.books.do(ReleaseDue(UNIT)) == len(due)
        for one in due:
            self.held.remove(one)
            terms = one[0].terms
            self.expected.update(
                {f"card:{terms.card}:hold": -terms.fen, f"card:{terms.card}:main": terms.fen}
            )

    # ---- credit

    @rule(fen=amounts)
    def eat(self, fen: int) -> None:
        order = CentreMeal(UNIT, self.next_key(), Meal(self.centre, self.outlet, fen, 2, "visit"), 7)
        if fen - self.balance(f"centre:{self.centre}") > 50_000:
            self.refused(order, "centre.limit")
            return
        self.taken(order, {f"centre:{self.centre}": -fen, self.payable: fen})
        self.meals.append((order, fen))

    @precondition(lambda self: self.meals)
    @rule(data=st.data())
    def take_a_meal_back(self, data: Any) -> None:
        one = data.draw(st.sampled_from(self.meals), label="meal")
        self.meals.remove(one)
        entry = self.entry_of(one[0])
        order = CentreMealBack(UNIT, self.next_key(), Back(entry), 8)
        self.taken(order, {f"centre:{self.centre}": one[1], self.payable: -one[1]})
        self.refused(CentreMealBack(UNIT, self.next_key(), Back(entry), 8), "centre.taken_back")

    @rule(fen=amounts)
    def pay_a_bill(self, fen: int) -> None:
        """What the bills say is due in the end is what the centre owes."""
        debtor = f"centre:{self.centre}"
        order = PayCredit(UNIT, self.next_key(), Payment(debtor, fen, gateway="bank"), 7)
        owed = -self.balance(debtor)
        if fen > owed:
            self.refused(order, "credit.overpaid")
            return
        self.taken(order, {debtor: fen, "gateway:bank": -fen})
        today = card_day(business_day(self.books.clock.now()))
        self.books.write(lambda c: make_bill(c, UNIT, debtor, today, 7, self.now))
        newest = self.books.read(lambda c: bills(c, WHOLE, debtor, 1))[0]
        assert newest["due_fen"] == owed - fen

    # ---- two people

    @rule(a=one_of_two, fen=amounts, back=st.booleans())
    def adjust(self, a: int, fen: int, back: bool) -> None:
        """And the same the other way undoes it."""
        account = f"card:{self.account_cards[a]}:main"
        debit, credit = (account, "fee:card") if back else ("fee:card", account)
        number = self.books.write(
            lambda c: propose(
                c, UNIT, debit=debit, credit=credit, fen=fen, reason="audit", operator=7, now=self.now
            )
        )
        order = Agree(UNIT, self.next_key(), Agreed(number), 9)
        if back and fen > self.balance(account):
            self.refused(order, "adjust.short")
            return
        self.taken(order, {debit: -fen, credit: fen})

    @rule(a=one_of_two, fen=amounts)
    def write_off(self, a: int, fen: int) -> None:
        card = self.account_cards[a]
        number = self.books.write(
            lambda c: propose_write_off(
                c, UNIT, card=card, fen=fen, reason="uncollectable", operator=7, now=self.now
            )
        )
        order = Agree(UNIT, self.next_key(), Agreed(number), 8)
        if fen > -self.balance(f"card:{card}:debt"):
            self.refused(order, "adjust.short")
            return
        self.taken(order, {f"loss:card:{card}": -fen, f"card:{card}:debt": fen})
