"""Management cards at the office: made once, listed, expired, stopped like any card. F: A7"""

from typing import Any

import msgspec
import pytest

from onecard.cards.management.document import Kind, unpack_stops, unseal
from onecard.clock import business_day, card_day
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.wire import messages as m
from onecard.wire.management import AskManagement, ManagementGrant
from onecard.wire.signing import verify_document
from server.management import service
from server.operators import permission
from server.operators import service as operators
from tests.server.office import Journal, Office, Till

UID = "04aabbcc"
PATH = "/t/management"


@pytest.fixture
def till(office: Office) -> Till:
    return office.till()


def boss(office: Office, *rights: str) -> int:
    rights = rights or (permission.OPERATOR, permission.TERMINAL)
    role = office.write(lambda c: operators.add_role(c, office.unit, f"管理 {len(rights)}", rights))
    return office.operator(f"boss{len(rights)}", role)


def question(office: Office, till: Till, kind: Kind, by: int, **more: Any) -> AskManagement:
    fields = {"id": Journal(till).next_id, "operator": by, "kind": str(kind), "uid": UID, "days": 30} | more
    return AskManagement(**fields)


def test_every_kind_is_sealed_for_its_plastic(office: Office, till: Till) -> None:
    by, public = boss(office), office.runtime.keys.signing.public
    today = card_day(business_day(office.clock.now()))
    for number, kind in enumerate(Kind, 1):
        id = RecordId(till.terminal, 1, number)
        asked = question(office, till, kind, by, id=id, holder=3, settings={"meals": ""})
        grant = till.ask(PATH, asked, ManagementGrant)
        management = unseal(public, bytes.fromhex(grant.content), bytes.fromhex(UID))
        assert (management.number, management.kind, management.operator) == (grant.number, kind, 3)
        assert (management.from_day, management.until_day) == (today, today + 29)
        assert till.ask(PATH, asked, ManagementGrant) == grant


def test_the_same_question_for_something_else_is_a_conflict(office: Office, till: Till) -> None:
    by = boss(office)
    till.ask(PATH, question(office, till, Kind.PAYEE, by), ManagementGrant)
    reply = till.send(PATH, m.encode(question(office, till, Kind.ADMINISTRATOR, by)))
    assert reply.status == 409


def test_who_may_not_hand_out_rights_gets_none(office: Office, till: Till) -> None:
    by = boss(office, permission.QUERY)
    for kind in Kind:
        reply = till.send(PATH, m.encode(question(office, till, kind, by)))
        assert (reply.status, reply.code) == (403, "operator.not_allowed"), kind


def test_what_is_no_card_is_malformed(office: Office, till: Till) -> None:
    good = question(office, till, Kind.PAYEE, boss(office))
    for more in ({"kind": "king"}, {"uid": "04"}, {"uid": ""}):
        reply = till.send(PATH, m.encode(msgspec.structs.replace(good, **more)))
        assert (reply.status, reply.code) == (422, "request.malformed"), more


def test_listed_expired_and_stopped(office: Office, till: Till) -> None:
    by, now = boss(office), office.clock.now()
    grant = till.ask(PATH, question(office, till, Kind.COLLECTOR, by), ManagementGrant)
    today = card_day(business_day(now))

    def states(day: int) -> list[str]:
        return [one.state for one in office.read(lambda c: service.cards(c, office.unit, day))]

    assert (states(today), states(today + 29), states(today + 30)) == (["active"], ["active"], ["expired"])
    version = office.write(lambda c: service.stop(c, office.unit, grant.number, "lost", by, now))
    assert states(today) == ["lost"]
    stops = till.fetch()["stops"]
    assert isinstance(stops, m.StopsDocument)
    assert [(one.card, one.issue, one.reason, one.version) for one in stops.stops] == [
        (grant.number, 1, "lost", version)
    ]
    with pytest.raises(Refused, match=r"^card\.unknown"):
        office.write(lambda c: service.stop(c, office.unit, 77, "lost", by, now))


def test_a_loss_card_carries_what_the_terminal_does_not_have(office: Office, till: Till) -> None:
    by, now = boss(office), office.clock.now()
    one = till.ask(PATH, question(office, till, Kind.PAYEE, by), ManagementGrant)
    journal = Journal(till)
    journal.append(m.Done(id=journal.next_id, at=now, of=journal.next_id))
    first = office.write(lambda c: service.stop(c, office.unit, one.number, "lost", by, now))
    asked = question(office, till, Kind.LOSS, by, id=journal.next_id)
    public = office.runtime.keys.signing.public

    def carried(asked: AskManagement) -> m.StopsDocument:
        grant = till.ask(PATH, asked, ManagementGrant)
        document = unpack_stops(unseal(public, bytes.fromhex(grant.content), bytes.fromhex(UID)).payload)
        verify_document(public, document)
        assert document.version == first
        body = m.decode_document_body(document.body)
        assert isinstance(body, m.StopsDocument)
        return body

    assert [stop.card for stop in carried(asked).stops] == [one.number]
    journal.append(m.Done(id=journal.next_id, at=now, of=journal.next_id))
    newer = carried(question(office, till, Kind.LOSS, by, id=journal.next_id, base=first))
    assert (newer.base, newer.stops) == (first, ())
