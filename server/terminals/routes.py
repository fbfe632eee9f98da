"""What terminals may ask, and who answers it. One table: path → (question, handler).

Each handler gets a proven caller and a decoded question, and returns a message or raises ``Refused``. What
only the books have to say is returned as the command for them: that spares the busiest questions a task each.
"""

from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from sqlalchemy import Connection

from onecard.errors import Refused
from onecard.wire import lookups as look
from onecard.wire import messages as m
from onecard.wire.beside import AskBeside, PutBeside
from onecard.wire.load_order import AskLoadOrder
from onecard.wire.own_loss import OwnLoss
from onecard.wire.payment import AskPayment, AskWays
from onecard.wire.pockets import AskPockets
from onecard.wire.signing import verify_head
from onecard.wire.takeover import PATH as TAKEOVER
from onecard.wire.takeover import AskTakeover
from server.books import intake
from server.books.decision import Decide, Tombstone
from server.books.posting import Command
from server.books.tables import key_of
from server.cards import medium
from server.cards import service as cards
from server.members import first_tap
from server.members import service as members
from server.operators import permission
from server.organisation.scope import Scope
from server.organisation.service import outlets
from server.payments.answer import ask_payment, ask_ways
from server.runtime import Known, Runtime
from server.terminals import (
    beside,
    counter,
    document,
    errand,
    issue,
    listing,
    management,
    paper,
    past,
    person,
    vouched,
    watermark,
)
from server.terminals.caller import at_desk, demand_own
from server.terminals.ordering import order_load
from server.terminals.own_loss import own_loss
from server.terminals.pocket import ask_pockets

Handler = Callable[[Runtime, Known, Any], Coroutine[Any, Any, msgspec.Struct] | Command[msgspec.Struct]]
#: At most so many entries in what a heartbeat says about itself.
_SAID_MAX = 64
#: Names of documents are no longer.
_NAME_MAX = 16


async def upload(runtime: Runtime, who: Known, question: m.Upload, lost_at: int = 0) -> m.Uploaded:
    """Journal records; ``lost_at``: when their box was reported lost."""
    last = question.records[-1].seq if question.records else 0

    def verify(head: bytes, signature: bytes) -> bool:
        return verify_head(
            who.public_key,
            signature.hex(),
            runtime.unit,
            who.terminal,
            question.epoch,
            last,
            head.hex(),
        )

    keys = runtime.card_keys
    doubt = None if keys is None else keys.doubt
    sender = intake.Sender(runtime.unit, who.terminal, verify, doubt, lost_at)
    return await intake.upload(runtime.lane, sender, question)


async def fetch(runtime: Runtime, who: Known, question: m.Fetch) -> m.Fetched:
    """Heartbeat, and documents newer than those at hand."""
    if len(question.have) > _SAID_MAX or len(question.health) > _SAID_MAX:
        raise Refused("request.malformed")
    if any(len(text) > 256 for pair in question.health.items() for text in pair):
        raise Refused("request.malformed")
    # All heartbeats of a second are written together, so that none may be one that cannot be.
    if any("\0" in text for text in (question.app, *question.have)) or any(
        len(name) > _NAME_MAX for name in question.have
    ):
        raise Refused("request.malformed")
    now = runtime.clock.now()
    runtime.heard[who.terminal] = question

    def read(
        connection: Connection,
    ) -> tuple[document.Reader, document.Newer, watermark.Watermark]:
        reader = document.reader(connection, runtime.unit, who.terminal)
        return (
            reader,
            document.newer(connection, reader, question.have, now),
            watermark.of(connection, runtime.unit, who.terminal, who.epoch),
        )

    reader, newer, mark = await runtime.db.read(read)
    documents = newer.documents
    if newer.missing:
        documents = documents + await runtime.db.write(
            lambda connection: document.make(connection, reader, newer.missing, now)
        )
    key = runtime.keys.signing
    return m.Fetched(
        documents=tuple(document.signed(key, one) for one in documents),
        now=now,
        books_epoch=mark.books_epoch,
        epoch=mark.epoch,
        received=mark.received,
        head=mark.head,
    )


def account_sale(runtime: Runtime, who: Known, question: m.AccountSale) -> Decide:
    """The books decide."""
    return intake.sale_of(runtime.unit, who.terminal, bytes(question.body), runtime.terms)


def cancel(runtime: Runtime, who: Known, question: m.Cancel) -> Tombstone:
    """A tombstone, or what was already decided."""
    demand_own(who, question.of)
    return Tombstone(runtime.unit, key_of(question.of))


async def ask_medium(runtime: Runtime, who: Known, question: m.AskMedium) -> m.CardStatus:
    """All about the card that this plastic is."""
    found = await runtime.db.read(lambda connection: medium.of_uid(connection, runtime.unit, question.uid))
    if found is None:
        raise Refused("card.unknown")
    return await ask_card(runtime, who, m.AskCard(card=found[0], issue=found[1]))


async def ask_card(runtime: Runtime, who: Known, question: m.AskCard) -> m.CardStatus:
    """All about one card, with the holder's name for the screen."""
    now = runtime.clock.now()

    def read(connection: Connection) -> m.CardStatus:
        names = {row["outlet"]: row["name"] for row in outlets(connection, Scope.whole(runtime.unit))}
        status = cards.card_status(
            connection,
            runtime.unit,
            question.card,
            question.issue,
            now,
            lambda outlet, _terminal: str(names.get(outlet, "")),
        )
        person = (
            members.by_key(connection, Scope.whole(runtime.unit), status.member) if status.member else None
        )
        if person is None:
            return status
        return msgspec.structs.replace(status, number=person["number"], name=person["name"])

    return await runtime.db.read(read)


async def ask_beside(runtime: Runtime, who: Known, question: AskBeside) -> m.CardStatus:
    """All about the card that was swiped or scanned."""
    return await ask_card(runtime, who, await beside.found(runtime, question))


async def take_over(runtime: Runtime, who: Known, question: AskTakeover) -> m.IssueGrant:
    """The number that an old system's card becomes; any station may ask: the first tap is a customer's."""
    unit, now = runtime.unit, runtime.clock.now()
    return await runtime.db.write(lambda c: first_tap.grant(c, unit, who.terminal, question, now))


async def report_loss(runtime: Runtime, who: Known, question: m.ReportLoss) -> m.Answer:
    """The card goes onto the stop list; ``entry`` says from which version of the list."""
    demand_own(who, question.id)
    now = runtime.clock.now()

    def write(connection: Connection) -> int:
        at_desk(connection, runtime.unit, who, question.operator, permission.LOSS)
        return cards.report_loss(
            connection, runtime.unit, question.id, question.card, question.issue, question.operator, now
        )

    return counter.listed(question.id, await runtime.db.write(write))


QUESTIONS: dict[str, tuple[type[msgspec.Struct], Handler]] = {
    "/t/upload": (m.Upload, upload),
    "/t/fetch": (m.Fetch, fetch),
    "/t/sale": (m.AccountSale, account_sale),
    "/t/cancel": (m.Cancel, cancel),
    "/t/card": (m.AskCard, ask_card),
    "/t/medium": (m.AskMedium, ask_medium),
    "/t/issue": (m.ReserveIssue, issue.reserve),
    TAKEOVER: (AskTakeover, take_over),
    "/t/member/find": (m.FindMember, person.find),
    "/t/member/new": (m.NewMember, issue.new_member),
    "/t/loss": (m.ReportLoss, report_loss),
    "/t/load": (AskLoadOrder, order_load),
    "/t/beside": (AskBeside, ask_beside),
    "/t/beside/put": (PutBeside, beside.put),
    **management.QUESTIONS,
    "/t/errand": (m.AskErrand, errand.ask),
    "/t/sales": (look.AskSales, past.sales),
    "/t/sale/lines": (look.AskSale, past.sale),
    "/t/statement": (look.AskStatement, paper.statement),
    "/t/remittance": (look.AskRemittance, paper.remittance),
    "/t/identify": (look.Identify, person.identify),
    "/t/pin/change": (look.ChangePin, person.change_pin),
    "/t/pin/check": (look.CheckPin, person.check_pin),
    "/t/holds": (look.AskHolds, past.held),
    "/t/rewards": (look.AskRewards, past.rewards),
    **counter.QUESTIONS,
    **listing.QUESTIONS,
    **vouched.QUESTIONS,
    "/t/pockets": (AskPockets, ask_pockets),
    "/t/loss/own": (OwnLoss, own_loss),
    "/t/payment": (AskPayment, ask_payment),
    "/t/payment/ways": (AskWays, ask_ways),
}
