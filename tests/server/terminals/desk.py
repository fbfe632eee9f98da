"""A unit of two branches with a till each, operators with and without rights, and subjects for every errand.

Outlet 1 is of branch 1, outlet 2 of branch 2. Every subject is new, so that tests do not meet each other.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Raw
from sqlalchemy import update

from onecard.ids import RecordId
from onecard.wire import errands as e
from onecard.wire import messages as m
from onecard.wire.cash import claim_digest
from server.cards import service as cards
from server.cards.tables import card as card_table
from server.catalogue import service as catalogue
from server.gift import service as gifts
from server.members import service as members
from server.organisation import service as organisation
from server.reward import service as rewards
from server.subsidy import service as subsidies
from tests.server.books.station import Plastic
from tests.server.office import Journal, Office, Till

PURSE = m.CardType(type=1, name="卡片", cap_fen=1_000_000, fee_fen=500)
ACCOUNT = m.CardType(
    type=2, name="网络卡", purse_on_card=False, cap_fen=1_000_000, points=m.PointsTerms(redeem_fen=100)
)
ADMINISTRATOR, SUPERVISOR, OWNER_ROLE = 1, 2, 7
Subject = tuple[type[e.Errand], dict[str, Any]]


class Desk:
    """Both tills, and who works there."""

    def __init__(self, office: Office) -> None:
        self.office, self.unit = office, office.unit
        self._card = 30_000
        self._slip = 0
        now = office.clock.now()

        def places(c: Any) -> None:
            branch = organisation.add_branch(c, self.unit, "东校区")
            organisation.add_outlet(c, self.unit, "二食堂", branch, 1)
            for terms in (PURSE, ACCOUNT):
                catalogue.put_card_type(c, self.unit, terms, now)

        office.write(places)
        office.run(office.runtime.look())
        self.till, self.other_till = office.till(), office.till(outlet=2)
        self.journal, self.other = Journal(self.till), Journal(self.other_till)
        self.second = Journal(office.till(name="2 号机"))
        self.kiosk = Journal(office.till("kiosk", name="自助机"))
        self.boss = office.operator("boss", SUPERVISOR, 1)
        self.other_boss = office.operator("other", SUPERVISOR, 2)
        self.checker = office.operator("checker", SUPERVISOR, 1)
        self.other_checker = office.operator("other_checker", SUPERVISOR, 2)
        self.head = office.operator("head", SUPERVISOR, 0)
        self.nobody = office.operator("nobody", OWNER_ROLE, 1)
        office.run(office.runtime.look())

        def quotas(c: Any) -> None:
            for one in (self.boss, self.other_boss):
                gifts.set_quota(c, self.unit, one, 1_000_000, 1, now)

        office.write(quotas)

    def pass_time(self, seconds: int) -> None:
        """Tickets end, so everybody gets a new one."""
        self.office.clock.advance(seconds)
        for journal in (self.journal, self.other, self.second, self.kiosk):
            journal.till.shake()

    # ---- asking

    def errand(self, kind: type[e.Errand], journal: Journal | None = None, **fields: Any) -> e.Errand:
        """Journaled, as a till does before it asks."""
        journal = journal or self.journal
        made = kind(**{**journal.head(), "operator": self.boss, **fields})
        journal.append(made)
        return made

    def ask(self, errand: e.Errand, till: Till | None = None) -> m.ErrandAnswer:
        question = m.AskErrand(body=Raw(m.encode(errand)))
        return (till or self.till).ask("/t/errand", question, m.ErrandAnswer)

    def done(self, kind: type[e.Errand], **fields: Any) -> tuple[e.Errand, m.ErrandAnswer]:
        errand = self.errand(kind, **fields)
        answer = self.ask(errand)
        assert answer.result.status is m.Status.CREATED, answer
        return errand, answer

    # ---- subjects

    def plastic(self, fen: int = 10_000, member: int = 0) -> Plastic:
        """A purse card that the first till issued; ``member`` of branch 1 unless another is named."""
        self._card += 1
        card = Plastic(self._card)
        self.journal.issue(card, fen).done()
        self.journal.sync()
        holder = member or self.member()
        where = card_table.c.card == card.card
        self.office.write(lambda c: c.execute(update(card_table).where(where).values(member=holder)))
        return card

    def account(self, fen: int = 0, member: int = 0) -> int:
        """An account card of a member of branch 1, with so much cash on it."""
        holder, now = member or self.member(), self.office.clock.now()
        number: int = self.office.write(
            lambda c: cards.open_account_card(c, self.unit, holder, f"{holder:08x}", ACCOUNT, now)
        )[0]
        if fen:
            self.done(e.RechargeAccount, card=number, issue=1, fen=fen)
        return number

    def member(self, branch: int = 1) -> int:
        self._card += 1
        number, now = f"N{self._card}", self.office.clock.now()
        return int(
            self.office.write(
                lambda c: members.add_member(
                    c, self.unit, now, name=f"人{number}", number=number, branch=branch, phone="",
                    department="研发",
                )
            )
        )  # fmt: skip

    def sold(self, fen: int = 3_000) -> tuple[Plastic, RecordId]:
        """A card and what it bought at outlet 1."""
        card = self.plastic()
        sale = self.journal.sale(card, fen, outlet=1, owner=1).done()
        self.journal.sync()
        return card, sale

    def earn(self, card: Plastic, points: int) -> None:
        sale = self.journal._move(
            card,
            -1_000,
            lambda head, purse: m.FullSale(
                **head, outlet=1, owner=1, card=card.card, issue=1, due_fen=1_000, earned=points,
                lines=(m.PricedLine(price_fen=1_000, total_fen=1_000),), pays=(m.Pay("main", 1_000),),
                purse=purse,
            ),
        )  # fmt: skip
        sale.done()
        self.journal.sync()

    def slip(self, fen: int = 5_000, code: str = "ABCD2345") -> RecordId:
        """Cash in the kiosk that nobody's card took."""
        kiosk = self.kiosk
        note = kiosk.credit(fen, len(kiosk.records))
        id = kiosk.next_id
        made = m.Claim(**kiosk.head(), amount_fen=fen, credits=(note,), digest=claim_digest(id, code))
        kiosk.append(made)
        kiosk.sync()
        return id

    def paper(self) -> int:
        """The printed number of the next paper slip."""
        self._slip += 1
        return self._slip

    def owing(self, fen: int = 300) -> Plastic:
        """A card that paid at two tills with one and the same money, and owes what it spent twice."""
        card = self.plastic()
        copy = card.copy()
        self.journal.sale(card, fen, outlet=1, owner=1).done()
        self.second.at = self.journal.at + 5
        self.second.sale(copy, 2 * fen, outlet=1, owner=1).done()
        self.journal.sync()
        self.second.sync()
        return copy

    def released(self, member: int, fen: int = 2_000) -> None:
        """A subsidy that lies ready to be picked up."""
        now = self.office.clock.now()

        def write(c: Any) -> None:
            draft = subsidies.Draft(name="餐补", way="pickup")
            number = subsidies.draft(c, self.unit, draft, ((member, fen),), 1, now)
            subsidies.approve(c, self.unit, number, self.boss, now)
            subsidies.release(c, self.unit, number, self.boss, now)

        self.office.write(write)


def _refund(desk: Desk) -> Subject:
    _, sale = desk.sold()
    desk.journal.close_shift(1, 0)
    desk.journal.sync()
    return e.RefundSale, {"sale": sale}


def locked(desk: Desk) -> tuple[Plastic, RecordId]:
    card = desk.plastic()
    lock = desk.journal.lock(card, "returned").done()
    desk.journal.sync()
    return card, lock


def _return_card(desk: Desk) -> Subject:
    card, lock = locked(desk)
    return e.ReturnCard, {"card": card.card, "issue": 1, "lock": lock}


def _return_rest(desk: Desk) -> Subject:
    card = desk.plastic()
    desk.second.recharge(card, 500).done()  # not uploaded yet when the card comes back
    lock = desk.journal.lock(card, "returned").done()
    desk.journal.sync()
    desk.done(e.ReturnCard, card=card.card, issue=1, lock=lock)
    desk.second.sync()
    return e.ReturnRest, {"card": card.card, "issue": 1}


def _unlock(desk: Desk) -> Subject:
    card, lock = locked(desk)
    return e.UnlockCard, {"card": card.card, "issue": 1, "lock": lock}


def _replace(desk: Desk) -> Subject:
    return e.ReplaceCard, {"card": desk.plastic().card, "issue": 1, "uid": "0a0b0c0d"}


def _transfer(desk: Desk) -> Subject:
    card, lock = locked(desk)
    to = desk.plastic()
    return e.TransferCard, {"card": card.card, "issue": 1, "to_card": to.card, "to_issue": 1, "lock": lock}


def _unloss(desk: Desk) -> Subject:
    card, now = desk.plastic().card, desk.office.clock.now()
    id = RecordId(desk.till.terminal, 1, 900_000 + card)
    desk.office.write(lambda c: cards.report_loss(c, desk.unit, id, card, 1, desk.boss, now))
    return e.UnlossCard, {"card": card, "issue": 1}


def _correct(desk: Desk) -> Subject:
    card = desk.plastic()
    recharge = desk.journal.recharge(card, 5_000).done()
    desk.journal.sync()
    return e.CorrectRecharge, {"card": card.card, "issue": 1, "recharge": recharge, "right_fen": 500}


def _recharge(desk: Desk) -> Subject:
    return e.RechargeAccount, {"card": desk.account(), "issue": 1, "fen": 5_000, "salesperson": 3}


def _gift(desk: Desk) -> Subject:
    return e.GiveGift, {"card": desk.plastic().card, "issue": 1, "fen": 500, "reason": "guest"}


def _redeem(desk: Desk) -> Subject:
    card = desk.plastic()
    desk.earn(card, 60)
    number = desk.office.write(lambda c: rewards.add_reward(c, desk.unit, name="杯子", points=50))
    return e.RedeemPoints, {"card": card.card, "issue": 1, "reward": number, "pieces": 1}


def _collect(desk: Desk) -> Subject:
    member = desk.member()
    card = desk.plastic(member=member)
    desk.released(member)
    return e.CollectSubsidy, {"card": card.card, "issue": 1}


def _code_payment(desk: Desk) -> Subject:
    return e.CodePayment, {"card": desk.plastic().card, "issue": 1, "fen": 1_000, "gateway": "sandbox"}


def opening(desk: Desk, card: int, fen: int) -> dict[str, Any]:
    until = desk.office.clock.now() + 3_600
    return {"card": card, "issue": 1, "place": "K8", "fen": fen, "until": until}


def _hold(desk: Desk) -> Subject:
    return e.OpenHold, opening(desk, desk.account(20_000), 5_000)


def _hold_sold(desk: Desk) -> Subject:
    card, sale = desk.sold(5_000)
    return e.OpenHold, opening(desk, card.card, 5_000) | {"sale": sale}


def _held(desk: Desk, subject: Callable[[Desk], Subject] = _hold) -> RecordId:
    kind, fields = subject(desk)
    return desk.done(kind, **fields)[0].id


def _extend(desk: Desk) -> Subject:
    return e.ExtendHold, {"hold": _held(desk), "until": desk.office.clock.now() + 7_200}


def _settle(desk: Desk) -> Subject:
    return e.SettleHold, {"hold": _held(desk), "due_fen": 3_000}


def _release(desk: Desk) -> Subject:
    return e.ReleaseHold, {"hold": _held(desk, _hold_sold)}


def _pay_credit(desk: Desk) -> Subject:
    member = desk.member()
    card, journal = desk.account(member=member), desk.journal
    owes = m.FullSale(
        **journal.head(), outlet=1, owner=1, card=card, issue=1, due_fen=700,
        lines=(m.PricedLine(price_fen=700, total_fen=700),), pays=(m.Pay("credit", 700),),
    )  # fmt: skip
    journal.append(owes)
    journal.done(owes.id, offline=True)
    journal.sync()
    return e.PayCredit, {"member": member, "fen": 700}


def _pay_claim(desk: Desk) -> Subject:
    return e.PayClaim, {"claim": desk.slip(), "code": "abcd2345"}


def _late_slip(desk: Desk) -> Subject:
    """Two people: whoever typed it, and the one who compared it with the paper."""
    sold_at = desk.office.clock.now() - 3_600
    return e.LateSlip, {
        "card": desk.plastic().card, "issue": 1, "number": desk.paper(), "sold_at": sold_at, "fen": 1_200,
        "supervisor": desk.checker,
    }  # fmt: skip


def _collect_debt(desk: Desk) -> Subject:
    return e.CollectDebt, {"card": desk.owing().card, "issue": 1}


SUBJECTS: dict[str, Callable[[Desk], Subject]] = {
    "refund": _refund,
    "return_card": _return_card,
    "return_rest": _return_rest,
    "unlock_card": _unlock,
    "replace_card": _replace,
    "transfer_card": _transfer,
    "unloss_card": _unloss,
    "correct_recharge": _correct,
    "recharge_account": _recharge,
    "gift": _gift,
    "redeem": _redeem,
    "collect": _collect,
    "code_payment": _code_payment,
    "hold": _hold,
    "hold of a purse": _hold_sold,
    "hold_extend": _extend,
    "hold_settle": _settle,
    "hold_release": _release,
    "pay_credit": _pay_credit,
    "pay_claim": _pay_claim,
    "late_slip": _late_slip,
    "collect_debt": _collect_debt,
}
#: What a desk of another branch may do for whoever comes with his card, or begins itself ("" = it is done);
#: a deposit that a purse has paid is opened where it paid.
ANYWHERE = {"collect": "", "code_payment": "", "hold": "", "late_slip": "", "hold of a purse": "hold.sale"}
